// Stub: basic types. Page:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/epic-cplusplus-coding-standard-for-unreal-engine
// ("Portable Aliases for Basic Types")
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Core/FMemory
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>

using int8 = std::int8_t;
using int32 = std::int32_t;
using int64 = std::int64_t;
using uint8 = std::uint8_t;
using uint16 = std::uint16_t;
using uint32 = std::uint32_t;
using uint64 = std::uint64_t;
using TCHAR = char16_t;

const char* StubToUtf8(const TCHAR* Text);
const TCHAR* StubToTchar(const char* Text);
template <class... T>
void StubLog(int, const TCHAR*, T...);

template <class T>
std::remove_reference_t<T>&& MoveTemp(T&& Value)
{
	static_assert(!std::is_const_v<std::remove_reference_t<T>>, "MoveTemp called on a const object");
	return static_cast<std::remove_reference_t<T>&&>(Value);
}

struct FMemory
{
	static void* Memcpy(void* Dest, const void* Src, size_t Count);
};

bool IsInGameThread();

template <class T>
class TOptional
{
public:
	TOptional();
	TOptional(const T& Value);
	void Reset();
	bool IsSet() const;
	const T& GetValue() const;
};

template <class T>
using TFunctionRef = std::function<T>;
