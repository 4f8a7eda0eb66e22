// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Slate/SProgressBar
#pragma once

#include "Widgets/SCompoundWidget.h"

class SProgressBar : public SWidget
{
public:
	virtual ~SProgressBar();
};
