// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Slate/FGlobalTabmanager/RegisterNomadTabSpawner
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Slate/FTabSpawnerEntry
#pragma once

#include "CoreMinimal.h"

class SDockTab;
class FSpawnTabArgs;
class FWorkspaceItem;

using FOnSpawnTab = TStubDelegate<TSharedRef<SDockTab>, const FSpawnTabArgs&>;

struct FTabSpawnerEntry
{
	FTabSpawnerEntry& SetDisplayName(const FText& InLegibleName);
	FTabSpawnerEntry& SetTooltipText(const FText& InTooltip);
	FTabSpawnerEntry& SetGroup(const TSharedRef<FWorkspaceItem>& InGroup);
};

class FGlobalTabmanager
{
public:
	static const TSharedRef<FGlobalTabmanager>& Get();
	FTabSpawnerEntry& RegisterNomadTabSpawner(const FName TabId, const FOnSpawnTab& OnSpawnTab);
	void UnregisterNomadTabSpawner(const FName TabId);
};
