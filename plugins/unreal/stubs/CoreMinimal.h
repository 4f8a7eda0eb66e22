// Stub. Declares what the plugin uses of Unreal's modules Core and CoreUObject, after Epic's documentation.
// Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Core
// and
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/CoreUObject;
// the headers in Core/ name the page of each part.
#pragma once

#include "Core/Macros.h"
#include "Core/Types.h"
#include "Core/Text.h"
#include "Core/Containers.h"
#include "Core/Pointers.h"
#include "Core/Math.h"
#include "Core/Delegates.h"
#include "Core/Objects.h"
