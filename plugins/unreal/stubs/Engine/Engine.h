// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Engine/UEngine
#pragma once

#include "CoreMinimal.h"

class UEngine : public UObject
{
public:
	template <class T>
	T* GetEngineSubsystem() const;
};

extern UEngine* GEngine;
