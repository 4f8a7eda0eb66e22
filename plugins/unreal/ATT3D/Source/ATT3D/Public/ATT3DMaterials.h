// Textures and material instances at run time, and the names of the master material's parameters.
// Part of the ATT3D plugin for Unreal. Licensed MIT OR Apache-2.0.
#pragma once

#include "CoreMinimal.h"

#include "ATT3DCoreMesh.h"
#include "ATT3DMaterialParameters.h"

class UTexture2D;

namespace ATT3DMaterials
{
	/** Kind of a texture, which decides its color space and compression. */
	enum class EKind : uint8
	{
		Color,
		Normal,
		Masks,
	};

	/** Makes a transient texture, or returns null for an empty image. */
	ATT3D_API UTexture2D* MakeTexture(const ATT3DCore::Image& Image, EKind Kind);
}
