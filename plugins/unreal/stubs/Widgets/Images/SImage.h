// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/SlateCore/SImage
#pragma once

#include "Widgets/SCompoundWidget.h"

class SImage : public SWidget
{
public:
	virtual ~SImage();
};
