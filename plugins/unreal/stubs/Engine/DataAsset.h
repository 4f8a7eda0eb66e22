// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Engine/UDataAsset
#pragma once

#include "CoreMinimal.h"

class UDataAsset : public UObject
{
public:
	using Super = UDataAsset;
};
