// Stub: containers. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Core/TArray
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Core/TMap
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Core/TArrayView
#pragma once

#include "Types.h"

template <class T>
class TArray
{
public:
	int32 Add(const T& Item);
	int32 Add(T&& Item);
	void Empty();
	int32 Num() const;
	T& Last();
	T& operator[](int32 Index);
	const T& operator[](int32 Index) const;
	template <class Predicate>
	int32 RemoveAll(const Predicate& Matches)
	{
		return Matches((*this)[0]) ? 1 : 0;
	}
	T* begin();
	T* end();
	const T* begin() const;
	const T* end() const;
};

template <class T>
class TArrayView
{
public:
	TArrayView(const TArray<std::remove_const_t<T>>& Items);
};

template <class Key, class Value>
class TMap
{
public:
	Value& Add(const Key& NewKey, const Value& NewValue);
	const Value* Find(const Key& Wanted) const;
};
