// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Engine/UMaterialExpressionPower
#pragma once

#include "Materials/Material.h"

class UMaterialExpressionPower : public UMaterialExpression
{
public:
	float ConstExponent;
};
