// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Engine/UMaterialInterface
#pragma once

#include "CoreMinimal.h"

class UMaterialInterface : public UObject
{
};
