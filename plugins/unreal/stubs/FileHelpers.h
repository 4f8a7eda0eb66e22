// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Editor/UnrealEd/UEditorLoadingAndSavingUtils/SavePackages
#pragma once

#include "CoreMinimal.h"

class UEditorLoadingAndSavingUtils : public UObject
{
public:
	static bool SavePackages(const TArray<UPackage*>& PackagesToSave, bool bOnlyDirty);
};
