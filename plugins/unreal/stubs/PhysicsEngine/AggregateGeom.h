// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Engine/FKAggregateGeom
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Engine/FKConvexElem
#pragma once

#include "CoreMinimal.h"

struct FKConvexElem
{
	TArray<FVector> VertexData;
	void UpdateElemBox();
};

struct FKAggregateGeom
{
	TArray<FKConvexElem> ConvexElems;
};
