// Conversion between the core's meshes and Unreal's dynamic meshes. The core's meshes already have Unreal's
// axes and units.
// Part of the ATT3D plugin for Unreal. Licensed MIT OR Apache-2.0.
#pragma once

#include "CoreMinimal.h"
#include "DynamicMesh/DynamicMesh3.h"

#include "ATT3DCoreMesh.h"

class UPrimitiveComponent;
struct FKAggregateGeom;

namespace ATT3DDynamicMesh
{
	/** Fills an empty mesh. Point N of Points becomes the vertex with the id N. */
	ATT3D_API void Fill(const ATT3DCore::MeshData& Data, const ATT3DCore::Topology& Points, UE::Geometry::FDynamicMesh3& Result);

	/**
	 * Moves the vertices and normals of a mesh that Fill has made from the same points. Returns false if the
	 * mesh has another number of vertices or normals.
	 */
	ATT3D_API bool Move(const ATT3DCore::Topology& Points, const std::vector<ATT3DCore::Vector3>& Positions,
		const std::vector<ATT3DCore::Vector3>& Normals, UE::Geometry::FDynamicMesh3& Mesh);

	/** Returns the convex hulls of a mesh as simple collision. */
	ATT3D_API FKAggregateGeom Collision(const ATT3DCore::MeshData& Data);

	/**
	 * Reads the mesh of a dynamic or static mesh component, in the component's own space.
	 * Returns false with a message if there is none or its data cannot be read.
	 */
	ATT3D_API bool Read(UPrimitiveComponent* Component, ATT3DCore::Surface& Result, FString& OutMessage);
}
