// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Slate/SBox
#pragma once

#include "Widgets/SCompoundWidget.h"

class SBox : public SWidget
{
public:
	virtual ~SBox();
};
