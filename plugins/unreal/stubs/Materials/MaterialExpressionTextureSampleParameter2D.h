// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Engine/UMaterialExpressionTextureSampleParameter2D
#pragma once

#include "Materials/Material.h"

class UMaterialExpressionTextureSampleParameter2D : public UMaterialExpression
{
public:
	FName ParameterName;
	TObjectPtr<class UTexture> Texture;
	EMaterialSamplerType SamplerType;
};
