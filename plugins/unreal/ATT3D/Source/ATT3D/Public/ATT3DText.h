// Conversion of texts. Part of the ATT3D plugin for Unreal. Licensed MIT OR Apache-2.0.
#pragma once

#include "CoreMinimal.h"

#include <string>

namespace ATT3DText
{
	inline std::string ToUtf8(const FString& Text)
	{
		return std::string(TCHAR_TO_UTF8(*Text));
	}

	inline FString FromUtf8(const std::string& Text)
	{
		return FString(UTF8_TO_TCHAR(Text.c_str()));
	}
}
