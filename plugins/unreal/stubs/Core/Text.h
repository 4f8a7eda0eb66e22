// Stub: texts. Pages: https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Core/FString,
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Core/FName
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Core/FText
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Core/TChar
#pragma once

#include "Types.h"

class FString
{
public:
	FString();
	FString(const TCHAR* Text);
	const TCHAR* operator*() const;
	bool IsEmpty() const;
	int32 Len() const;
	void Empty();
	bool EndsWith(const TCHAR* Suffix) const;
	bool RemoveFromEnd(const TCHAR* Suffix);
	FString& AppendChar(TCHAR Letter);
	FString Left(int32 Count) const;
	FString& operator+=(const FString& Other);
	const TCHAR* begin() const;
	const TCHAR* end() const;
	template <class... T>
	static FString Printf(const TCHAR* Format, T... Arguments)
	{
		// As in Unreal, only plain values may be given: no FString and no other object.
		static_assert((std::is_scalar_v<T> && ...), "Printf takes scalars and text pointers");
		return FString();
	}
};
FString operator+(const FString& A, const FString& B);
FString operator+(const FString& A, const TCHAR* B);
FString operator+(const TCHAR* A, const FString& B);
FString operator/(const FString& A, const FString& B);
FString operator/(const FString& A, const TCHAR* B);

struct FChar
{
	static bool IsAlnum(TCHAR Letter);
};

class FName
{
public:
	FName();
	FName(const TCHAR* Text);
	FString ToString() const;
};

class FText
{
public:
	static FText FromString(const FString& Text);
	bool IsEmpty() const;
	const FString& ToString() const;
};
