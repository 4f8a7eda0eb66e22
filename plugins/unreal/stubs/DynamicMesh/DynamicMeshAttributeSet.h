// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/GeometryCore/FDynamicMeshAttributeSet
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/GeometryCore/TDynamicMeshOverlay
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/GeometryCore/TDynamicMeshVectorOverlay
#pragma once

#include "DynamicMesh/DynamicMesh3.h"

namespace UE::Geometry
{
	enum class EMeshResult : int32;

	template <class Vector>
	class TStubOverlay
	{
	public:
		int AppendElement(const Vector& Value);
		void SetElement(int ElementID, const Vector& Value);
		Vector GetElement(int ElementID) const;
		EMeshResult SetTriangle(int TriangleID, const FIndex3i& TriElements, bool bAllowElementFreeing = true);
		FIndex3i GetTriangle(int TriangleID) const;
		bool IsSetTriangle(int TriangleID) const;
		int ElementCount() const;
	};
	using FDynamicMeshNormalOverlay = TStubOverlay<FVector3f>;
	using FDynamicMeshUVOverlay = TStubOverlay<FVector2f>;
	using FDynamicMeshColorOverlay = TStubOverlay<FVector4f>;

	class FDynamicMeshMaterialAttribute
	{
	public:
		int32 GetValue(int TriangleID) const;
	};

	class FDynamicMeshAttributeSet
	{
	public:
		FDynamicMeshUVOverlay* PrimaryUV();
		const FDynamicMeshUVOverlay* PrimaryUV() const;
		FDynamicMeshNormalOverlay* PrimaryNormals();
		const FDynamicMeshNormalOverlay* PrimaryNormals() const;
		FDynamicMeshNormalOverlay* PrimaryTangents();
		FDynamicMeshNormalOverlay* PrimaryBiTangents();
		FDynamicMeshColorOverlay* PrimaryColors();
		void EnableTangents();
		void EnablePrimaryColors();
		bool HasMaterialID() const;
		const FDynamicMeshMaterialAttribute* GetMaterialID() const;
	};
}
