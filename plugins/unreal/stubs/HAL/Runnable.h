// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Core/FRunnable
#pragma once

#include "CoreMinimal.h"

class FRunnable
{
public:
	virtual ~FRunnable();
	virtual bool Init();
	virtual uint32 Run() = 0;
	virtual void Stop();
	virtual void Exit();
};
