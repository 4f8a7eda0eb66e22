// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Engine/UMaterialExpressionScalarParameter
#pragma once

#include "Materials/Material.h"

class UMaterialExpressionScalarParameter : public UMaterialExpression
{
public:
	FName ParameterName;
	float DefaultValue;
};
