// Names of the parameters of the master material. A project may replace the material by its own, which
// must have parameters with these names.
// Part of the ATT3D plugin for Unreal. Licensed MIT OR Apache-2.0.
#pragma once

#include "CoreMinimal.h"

namespace ATT3DParameters
{
	/** sRGB texture. */
	inline const TCHAR* const BaseColor = TEXT("BaseColor");
	/** Normal map in DirectX's convention. */
	inline const TCHAR* const Normal = TEXT("Normal");
	/** Linear texture: occlusion in red, roughness in green, metallic in blue. */
	inline const TCHAR* const OcclusionRoughnessMetallic = TEXT("OcclusionRoughnessMetallic");
	/** 1 to use the texture BaseColor, 0 to use the vertex colors, which are sRGB in the vertex buffer. */
	inline const TCHAR* const UseBaseColor = TEXT("UseBaseColor");
	/** 1 to use the texture Normal, 0 for the normals of the vertices. */
	inline const TCHAR* const UseNormal = TEXT("UseNormal");
	/** 1 to use the texture OcclusionRoughnessMetallic, 0 to use the parameters Metallic and Roughness. */
	inline const TCHAR* const UseMasks = TEXT("UseMasks");
	inline const TCHAR* const Metallic = TEXT("Metallic");
	inline const TCHAR* const Roughness = TEXT("Roughness");
}
