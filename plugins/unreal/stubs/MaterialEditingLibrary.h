// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Editor/MaterialEditor/UMaterialEditingLibrary
#pragma once

#include "Materials/Material.h"

template <class T>
class TSubclassOf
{
public:
	TSubclassOf(UClass* From);
};

class UMaterialEditingLibrary : public UObject
{
public:
	static UMaterialExpression* CreateMaterialExpression(UMaterial* Material, TSubclassOf<UMaterialExpression> ExpressionClass, int32 NodePosX = 0, int32 NodePosY = 0);
	static bool ConnectMaterialProperty(UMaterialExpression* FromExpression, FString FromOutputName, EMaterialProperty Property);
	static bool ConnectMaterialExpressions(UMaterialExpression* FromExpression, FString FromOutputName, UMaterialExpression* ToExpression, FString ToInputName);
	static void RecompileMaterial(UMaterial* Material);
};
