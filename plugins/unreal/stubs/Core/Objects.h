// Stub: objects. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/CoreUObject/UObject
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/CoreUObject/UPackage
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/CoreUObject/NewObject
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/CoreUObject/Cast
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/CoreUObject/CreatePackage
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/CoreUObject/TSoftObjectPtr
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/CoreUObject/FSoftObjectPath
#pragma once

#include "Containers.h"
#include "Pointers.h"
#include "Text.h"

enum EObjectFlags
{
	RF_NoFlags = 0,
	RF_Public = 1,
	RF_Standalone = 2,
};
inline EObjectFlags operator|(EObjectFlags A, EObjectFlags B)
{
	return static_cast<EObjectFlags>(static_cast<int>(A) | static_cast<int>(B));
}

class UClass;
class UPackage;
struct FPropertyChangedEvent;
class FProperty;

class UObject
{
public:
	// The Unreal Header Tool declares these two for every class. Here each base declares them.
	using Super = UObject;
	static UClass* StaticClass();
	virtual ~UObject();
	virtual void BeginDestroy();
	virtual void PostEditChangeProperty(FPropertyChangedEvent& PropertyChangedEvent);
	virtual void PreEditChange(FProperty* PropertyAboutToChange);
	virtual void PostEditChange();
	UPackage* GetPackage() const;
	FString GetName() const;
	FString GetPathName() const;
	bool MarkPackageDirty() const;
	void ClearFlags(EObjectFlags Flags);
};

class UPackage : public UObject
{
};

UPackage* GetTransientPackage();
UPackage* CreatePackage(const TCHAR* PackageName);
UPackage* FindPackage(UObject* InOuter, const TCHAR* PackageName);
bool IsValid(const UObject* Test);

template <class T>
T* NewObject(UObject* Outer = GetTransientPackage())
{
	static_assert(std::is_base_of_v<UObject, T>);
	(void)Outer;
	return nullptr;
}
template <class T>
T* NewObject(UObject* Outer, FName Name, EObjectFlags Flags = RF_NoFlags)
{
	static_assert(std::is_base_of_v<UObject, T>);
	(void)Outer, (void)Name, (void)Flags;
	return nullptr;
}
template <class T>
const T* GetDefault();
template <class T>
T* LoadObject(UObject* Outer, const TCHAR* Name);
template <class T>
T* Cast(UObject* Object);
template <class T>
T* CastChecked(UObject* Object);

struct FSoftObjectPath
{
	explicit FSoftObjectPath(const TCHAR* Path);
	FString GetLongPackageName() const;
};
template <class T>
class TSoftObjectPtr
{
public:
	TSoftObjectPtr();
	explicit TSoftObjectPtr(FSoftObjectPath Path);
	T* LoadSynchronous() const;
	FString ToString() const;
	const FSoftObjectPath& ToSoftObjectPath() const;
};
