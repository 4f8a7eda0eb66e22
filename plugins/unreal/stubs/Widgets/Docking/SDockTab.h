// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Slate/SDockTab
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Slate/ETabRole
#pragma once

#include "Widgets/SCompoundWidget.h"

enum ETabRole : uint8
{
	NomadTab = 4,
};

class SDockTab : public SWidget
{
};
