// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Editor/WorkspaceMenuStructure
#pragma once

#include "WorkspaceMenuStructure.h"

namespace WorkspaceMenu
{
	IWorkspaceMenuStructure& GetMenuStructure();
}
