// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Engine/UMaterialInstanceDynamic
#pragma once

#include "Materials/MaterialInterface.h"

class UTexture;

class UMaterialInstanceDynamic : public UMaterialInterface
{
public:
	static UMaterialInstanceDynamic* Create(UMaterialInterface* ParentMaterial, UObject* InOuter);
	void SetTextureParameterValue(FName ParameterName, UTexture* Value);
	void SetScalarParameterValue(FName ParameterName, float Value);
};
