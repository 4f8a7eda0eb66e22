// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/MeshDescription/FMeshDescription/CreateTriangle
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/MeshDescription/FMeshDescription
#pragma once

#include "CoreMinimal.h"

struct FVertexID
{
};
struct FVertexInstanceID
{
};
struct FTriangleID
{
};
struct FPolygonGroupID
{
};
struct FEdgeID;

struct FMeshDescription
{
	FVertexID CreateVertex();
	FVertexInstanceID CreateVertexInstance(const FVertexID VertexID);
	FPolygonGroupID CreatePolygonGroup();
	FTriangleID CreateTriangle(const FPolygonGroupID PolygonGroupID, TArrayView<const FVertexInstanceID> VertexInstanceIDs, TArray<FEdgeID>* OutEdgeIDs = nullptr);
};
