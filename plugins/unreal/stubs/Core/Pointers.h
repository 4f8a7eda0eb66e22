// Stub: smart pointers. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Core/TSharedPtr
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Core/TSharedRef
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Core/TUniquePtr
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Core/TSharedFromThis
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/CoreUObject/TWeakObjectPtr
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/CoreUObject/TObjectPtr
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/CoreUObject/TStrongObjectPtr
#pragma once

#include "Types.h"

template <class T>
class TSharedRef
{
public:
	template <class Other, class = std::enable_if_t<std::is_convertible_v<Other*, T*>>>
	TSharedRef(const TSharedRef<Other>&);
	T* operator->() const;
	T& operator*() const;
};

template <class T>
class TSharedPtr
{
public:
	TSharedPtr();
	template <class Other, class = std::enable_if_t<std::is_convertible_v<Other*, T*>>>
	TSharedPtr(const TSharedRef<Other>&);
	bool IsValid() const;
	T* operator->() const;
};

template <class T>
class TWeakPtr
{
};

template <class T>
class TUniquePtr
{
public:
	TUniquePtr();
	TUniquePtr(TUniquePtr&&);
	explicit TUniquePtr(T* Owned);
	~TUniquePtr();
	TUniquePtr& operator=(TUniquePtr&&);
	bool IsValid() const;
	void Reset();
	T* Get() const;
	T* operator->() const;
};
template <class T, class... A>
TUniquePtr<T> MakeUnique(A&&... Arguments)
{
	return TUniquePtr<T>(new T(std::forward<A>(Arguments)...));
}

template <class T>
class TWeakObjectPtr
{
public:
	TWeakObjectPtr();
	TWeakObjectPtr& operator=(T* Object);
	bool IsValid() const;
	T* Get() const;
};

template <class T>
class TObjectPtr
{
public:
	TObjectPtr();
	TObjectPtr(T* Object);
	operator T*() const;
	T* operator->() const;
};

template <class T>
class TStrongObjectPtr
{
public:
	TStrongObjectPtr();
	explicit TStrongObjectPtr(T* Object);
	T* Get() const;
};
