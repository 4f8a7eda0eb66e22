// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Engine/UMaterialInstanceConstant
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Engine/FMaterialParameterInfo
#pragma once

#include "Materials/MaterialInterface.h"

class UTexture;

struct FMaterialParameterInfo
{
	explicit FMaterialParameterInfo(const TCHAR* InName);
};

class UMaterialInstanceConstant : public UMaterialInterface
{
public:
	void SetParentEditorOnly(UMaterialInterface* NewParent, bool RecacheShader = true);
	void SetTextureParameterValueEditorOnly(const FMaterialParameterInfo& ParameterInfo, UTexture* Value);
	void SetScalarParameterValueEditorOnly(const FMaterialParameterInfo& ParameterInfo, float Value);
};
