// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Engine/UMaterialExpressionVertexColor
#pragma once

#include "Materials/Material.h"

class UMaterialExpressionVertexColor : public UMaterialExpression
{
public:
	static UClass* StaticClass();
};
