// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Engine/UMaterialExpressionLinearInterpolate
#pragma once

#include "Materials/Material.h"

class UMaterialExpressionLinearInterpolate : public UMaterialExpression
{
public:
	float ConstAlpha;
};
