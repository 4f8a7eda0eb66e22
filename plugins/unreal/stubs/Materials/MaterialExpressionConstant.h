// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Engine/UMaterialExpressionConstant
#pragma once

#include "Materials/Material.h"

class UMaterialExpressionConstant : public UMaterialExpression
{
public:
	float R;
};
