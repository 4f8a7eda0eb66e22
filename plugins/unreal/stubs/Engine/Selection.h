// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Engine/USelection
#pragma once

#include "CoreMinimal.h"

class USelection : public UObject
{
public:
	template <class T>
	T* GetTop();
};
