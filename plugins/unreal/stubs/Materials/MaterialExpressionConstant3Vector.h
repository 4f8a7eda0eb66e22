// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Engine/UMaterialExpressionConstant3Vector
#pragma once

#include "Materials/Material.h"

class UMaterialExpressionConstant3Vector : public UMaterialExpression
{
public:
	FLinearColor Constant;
};
