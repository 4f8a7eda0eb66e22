// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/DeveloperSettings/UDeveloperSettings
#pragma once

#include "CoreMinimal.h"

class UDeveloperSettings : public UObject
{
public:
	using Super = UDeveloperSettings;
	virtual FName GetCategoryName() const;
};
