// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/SlateCore/SVerticalBox
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/SlateCore/SHorizontalBox
#pragma once

#include "Widgets/SCompoundWidget.h"

struct FStubBoxSlot
{
	FStubBoxSlot& AutoHeight();
	FStubBoxSlot& AutoWidth();
	FStubBoxSlot& FillHeight(float Coefficient);
	FStubBoxSlot& FillWidth(float Coefficient);
	FStubBoxSlot& Padding(float Uniform);
	FStubBoxSlot& operator[](const TSharedRef<SWidget>& Content);
};

class SVerticalBox : public SWidget
{
public:
	static FStubBoxSlot Slot();
};

class SHorizontalBox : public SWidget
{
public:
	static FStubBoxSlot Slot();
};
