// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Slate/SEditableTextBox
#pragma once

#include "Widgets/SCompoundWidget.h"

class SEditableTextBox : public SWidget
{
public:
	FText GetText() const;
};
