// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Slate/FSlateApplication
#pragma once

#include "CoreMinimal.h"

class FSlateApplication
{
public:
	static bool IsInitialized();
};
