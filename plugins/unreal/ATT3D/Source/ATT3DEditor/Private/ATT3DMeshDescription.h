// Levels of detail as mesh descriptions. Part of the ATT3D plugin for Unreal. Licensed MIT OR Apache-2.0.
#pragma once

#include "CoreMinimal.h"

#include "ATT3DCoreMesh.h"

struct FMeshDescription;

namespace ATT3DMeshDescription
{
	/**
	 * Fills an empty mesh description with the triangles of a mesh or of one of its levels. Only the vertices
	 * that these triangles use are made.
	 */
	void Fill(const ATT3DCore::MeshData& Data, const std::vector<uint32>& Indices, const FName& Slot, FMeshDescription& Result);
}
