// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Core/FTSTicker
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Core/FTSTicker/AddTicker
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Core/FTSTicker/RemoveTicker
#pragma once

#include "CoreMinimal.h"

using FTickerDelegate = TStubDelegate<bool, float>;

class FTSTicker
{
public:
	struct FElement;
	using FDelegateHandle = TWeakPtr<FElement>;
	static FTSTicker& GetCoreTicker();
	FDelegateHandle AddTicker(const FTickerDelegate& InDelegate, float InDelay = 0.0f);
	static void RemoveTicker(FDelegateHandle Handle);
};
