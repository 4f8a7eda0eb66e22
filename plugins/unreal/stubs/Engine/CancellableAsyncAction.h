// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Engine/UCancellableAsyncAction
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Engine/UBlueprintAsyncActionBase
#pragma once

#include "CoreMinimal.h"

class UBlueprintAsyncActionBase : public UObject
{
public:
	virtual void Activate();
	virtual void RegisterWithGameInstance(const UObject* WorldContextObject);
	virtual void SetReadyToDestroy();
};

class UCancellableAsyncAction : public UBlueprintAsyncActionBase
{
public:
	using Super = UCancellableAsyncAction;
	virtual void Cancel();
	virtual bool IsActive() const;
	virtual bool ShouldBroadcastDelegates() const;
};
