// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Engine/UPrimitiveComponent
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Engine/USceneComponent
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Engine/UActorComponent
#pragma once

#include "CoreMinimal.h"

class UMaterialInterface;

class UActorComponent : public UObject
{
public:
	void RegisterComponent();
};

class USceneComponent : public UActorComponent
{
public:
	void SetupAttachment(USceneComponent* InParent, FName InSocketName = FName());
	void SetRelativeTransform(const FTransform& NewTransform);
};

class UPrimitiveComponent : public USceneComponent
{
public:
	virtual void SetMaterial(int32 ElementIndex, UMaterialInterface* Material);
};
