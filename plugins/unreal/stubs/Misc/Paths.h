// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Core/FPaths
#pragma once

#include "CoreMinimal.h"

class FPaths
{
public:
	static FString ProjectDir();
	static FString ProjectPluginsDir();
	static FString ConvertRelativePathToFull(const FString& InPath);
	static FString ConvertRelativePathToFull(const FString& BasePath, const FString& InPath);
	static bool FileExists(const FString& InPath);
};
