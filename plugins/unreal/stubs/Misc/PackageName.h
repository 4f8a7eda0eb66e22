// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/CoreUObject/FPackageName
#pragma once

#include "CoreMinimal.h"

class FPackageName
{
public:
	static bool IsValidLongPackageName(const FString& InLongPackageName, bool bIncludeReadOnlyRoots = false, FText* OutReason = nullptr);
	static bool DoesPackageExist(const FString& LongPackageName);
	static FString GetShortName(const UPackage* Package);
};
