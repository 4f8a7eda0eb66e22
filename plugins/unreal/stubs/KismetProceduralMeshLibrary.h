// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Plugins/ProceduralMeshComponent/UKismetProceduralMeshLibrary
#pragma once

#include "CoreMinimal.h"

class UStaticMesh;

struct FProcMeshTangent
{
};

class UKismetProceduralMeshLibrary : public UObject
{
public:
	static void GetSectionFromStaticMesh(UStaticMesh* InMesh, int32 LODIndex, int32 SectionIndex, TArray<FVector>& Vertices, TArray<int32>& Triangles,
		TArray<FVector>& Normals, TArray<FVector2D>& UVs, TArray<FProcMeshTangent>& Tangents);
};
