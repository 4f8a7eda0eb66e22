// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Engine/UMaterial
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Engine/UMaterialExpression
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Engine/EMaterialProperty
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Engine/EMaterialSamplerType
#pragma once

#include "Materials/MaterialInterface.h"

class UMaterial : public UMaterialInterface
{
};

class UMaterialExpression : public UObject
{
};

enum EMaterialProperty : int
{
	MP_BaseColor,
	MP_Metallic,
	MP_Roughness,
	MP_Normal,
	MP_AmbientOcclusion,
};
enum EMaterialSamplerType : int
{
	SAMPLERTYPE_Color,
	SAMPLERTYPE_Normal,
	SAMPLERTYPE_Masks,
};
