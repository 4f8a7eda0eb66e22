// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Engine/UEngineSubsystem
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Engine/USubsystem
#pragma once

#include "CoreMinimal.h"

class FSubsystemCollectionBase;

class USubsystem : public UObject
{
public:
	virtual void Initialize(FSubsystemCollectionBase& Collection);
	virtual void Deinitialize();
};

class UEngineSubsystem : public USubsystem
{
public:
	using Super = UEngineSubsystem;
};
