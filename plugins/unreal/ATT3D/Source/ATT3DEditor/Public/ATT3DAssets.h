// Results as assets of the project. Part of the ATT3D plugin for Unreal. Licensed MIT OR Apache-2.0.
#pragma once

#include "CoreMinimal.h"

#include "ATT3DCoreMesh.h"

class UMaterialInterface;
class UStaticMesh;

namespace ATT3DAssets
{
	/**
	 * Saves a mesh as a static mesh with its levels of detail and convex collision, a material instance and
	 * textures.
	 * All assets are made before any file is written. Existing assets stay: a number is added to the new names.
	 * @param Folder Content folder, such as "/Game/ATT3D".
	 * @param Name Name for the assets; characters that a name cannot have are replaced.
	 * @return The static mesh, or null with a message.
	 */
	ATT3DEDITOR_API UStaticMesh* Save(const ATT3DCore::MeshData& Data, const FString& Folder, const FString& Name, FString& OutMessage);

	/**
	 * Returns the project's master material, and makes it if it does not exist. Null with a message if that
	 * fails.
	 */
	ATT3DEDITOR_API UMaterialInterface* FindOrMakeMasterMaterial(FString& OutMessage);
}
