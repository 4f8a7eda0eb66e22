// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Slate/SButton
#pragma once

#include "Widgets/SCompoundWidget.h"

class SButton : public SWidget
{
public:
	virtual ~SButton();
};
