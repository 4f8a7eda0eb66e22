// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Editor/WorkspaceMenuStructure/IWorkspaceMenuStructure
#pragma once

#include "CoreMinimal.h"

class FWorkspaceItem;

class IWorkspaceMenuStructure
{
public:
	virtual TSharedRef<FWorkspaceItem> GetToolsCategory() const = 0;
};
