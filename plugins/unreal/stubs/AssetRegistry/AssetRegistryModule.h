// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/AssetRegistry/FAssetRegistryModule
#pragma once

#include "CoreMinimal.h"

class FAssetRegistryModule
{
public:
	static void AssetCreated(UObject* NewAsset);
};
