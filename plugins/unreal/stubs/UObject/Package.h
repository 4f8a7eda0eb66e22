// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/CoreUObject
#pragma once

#include "CoreMinimal.h"
