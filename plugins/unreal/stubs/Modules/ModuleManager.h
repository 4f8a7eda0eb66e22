// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Core/FModuleManager
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Core/IModuleInterface
#pragma once

#include "CoreMinimal.h"

class IModuleInterface
{
public:
	virtual ~IModuleInterface();
	virtual void StartupModule();
	virtual void ShutdownModule();
};

class FDefaultModuleImpl : public IModuleInterface
{
};

class FModuleManager
{
public:
	static FModuleManager& Get();
	bool IsModuleLoaded(const FName InModuleName) const;
	template <class T>
	static T& LoadModuleChecked(const FName InModuleName);
};

#define IMPLEMENT_MODULE(Class, Name)                                                      \
	static_assert(std::is_base_of_v<IModuleInterface, Class>, "the class is not a module"); \
	IModuleInterface* StubModule##Name()                                                   \
	{                                                                                      \
		return new Class();                                                                \
	}
