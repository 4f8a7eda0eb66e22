// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Core/FRunnableThread
#pragma once

#include "CoreMinimal.h"

class FRunnable;

class FRunnableThread
{
public:
	virtual ~FRunnableThread();
	// The real function has further parameters with defaults.
	static FRunnableThread* Create(FRunnable* InRunnable, const TCHAR* ThreadName, uint32 InStackSize = 0);
	virtual void WaitForCompletion() = 0;
};
