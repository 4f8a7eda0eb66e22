// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Projects/IPluginManager
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Projects/IPlugin/GetBaseDir
#pragma once

#include "CoreMinimal.h"

class IPlugin
{
public:
	virtual FString GetBaseDir() const = 0;
};

class IPluginManager
{
public:
	static IPluginManager& Get();
	TSharedPtr<IPlugin> FindPlugin(const FString& Name);
};
