// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Engine/AActor
#pragma once

#include "Components/PrimitiveComponent.h"

class AActor : public UObject
{
public:
	USceneComponent* GetRootComponent() const;
	bool SetRootComponent(USceneComponent* NewRootComponent);
	void AddInstanceComponent(UActorComponent* Component);
	template <class T>
	T* FindComponentByClass() const;
};
