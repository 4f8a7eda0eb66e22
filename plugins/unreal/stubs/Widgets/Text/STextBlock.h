// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Slate/STextBlock
#pragma once

#include "Widgets/SCompoundWidget.h"

class STextBlock : public SWidget
{
public:
	virtual ~STextBlock();
};
