// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Engine/UStaticMesh
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Engine/FStaticMaterial
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Engine/FStaticMeshSourceModel
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Engine/FMeshBuildSettings
#pragma once

#include "CoreMinimal.h"

class UBodySetup;
class UMaterialInterface;
struct FMeshDescription;

constexpr int32 MAX_STATIC_MESH_LODS = 8;

struct FMeshBuildSettings
{
	uint8 bRecomputeNormals : 1;
	uint8 bRecomputeTangents : 1;
	uint8 bGenerateLightmapUVs : 1;
	uint8 bUseFullPrecisionUVs : 1;
};
struct FStaticMeshSourceModel
{
	FMeshBuildSettings BuildSettings;
};
struct FStaticMaterial
{
	FStaticMaterial(UMaterialInterface* InMaterialInterface, FName InMaterialSlotName = FName(), FName InImportedMaterialSlotName = FName());
};

class UStaticMesh : public UObject
{
public:
	uint8 bAllowCPUAccess : 1;
	TArray<FStaticMaterial>& GetStaticMaterials();
	int32 GetNumSections(int32 InLOD) const;
	void SetNumSourceModels(int32 Num);
	FStaticMeshSourceModel& GetSourceModel(int32 Index);
	FMeshDescription* CreateMeshDescription(int32 LodIndex);
	void CommitMeshDescription(int32 LodIndex);
	void CreateBodySetup();
	UBodySetup* GetBodySetup() const;
};
