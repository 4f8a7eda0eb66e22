// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Engine/UMeshComponent
#pragma once

#include "Components/PrimitiveComponent.h"

class UMeshComponent : public UPrimitiveComponent
{
};
