// Conversion to dynamic meshes. Part of the ATT3D plugin for Unreal. Licensed MIT OR Apache-2.0.
#include "ATT3DDynamicMesh.h"

#include "DynamicMesh/DynamicMeshAttributeSet.h"
#include "PhysicsEngine/AggregateGeom.h"

using UE::Geometry::FDynamicMesh3;
using UE::Geometry::FDynamicMeshAttributeSet;
using UE::Geometry::FDynamicMeshColorOverlay;
using UE::Geometry::FDynamicMeshNormalOverlay;
using UE::Geometry::FDynamicMeshUVOverlay;
using UE::Geometry::FIndex3i;

namespace
{
	FVector3f ToFloat(ATT3DCore::Vector3 Value)
	{
		return FVector3f(Value.X, Value.Y, Value.Z);
	}

	FVector ToDouble(ATT3DCore::Vector3 Value)
	{
		return FVector(Value.X, Value.Y, Value.Z);
	}

	/**
	 * Appends one element per vertex of the core's mesh, so that the id of an element is the index of its
	 * vertex.
	 */
	void FillElements(const ATT3DCore::MeshData& Data, FDynamicMeshAttributeSet& Attributes)
	{
		FDynamicMeshNormalOverlay* Normals = Attributes.PrimaryNormals();
		for (const ATT3DCore::Vector3& Normal : Data.Normals)
		{
			Normals->AppendElement(ToFloat(Normal));
		}
		FDynamicMeshColorOverlay* Colors = Attributes.PrimaryColors();
		for (const ATT3DCore::Color& Color : Data.Colors)
		{
			Colors->AppendElement(FVector4f(Color.R, Color.G, Color.B, 1.0f));
		}
		FDynamicMeshUVOverlay* UVs = Attributes.PrimaryUV();
		for (const ATT3DCore::Uv& UV : Data.Uvs)
		{
			UVs->AppendElement(FVector2f(UV.U, UV.V));
		}
		if (Data.Tangents.empty())
		{
			return;
		}
		Attributes.EnableTangents();
		for (size_t Index = 0; Index < Data.Tangents.size(); Index++)
		{
			const ATT3DCore::Tangent& Tangent = Data.Tangents[Index];
			Attributes.PrimaryTangents()->AppendElement(ToFloat(Tangent.Direction));
			const ATT3DCore::Vector3 Bitangent = Cross(Data.Normals[Index], Tangent.Direction) * Tangent.Sign;
			Attributes.PrimaryBiTangents()->AppendElement(ToFloat(Bitangent));
		}
	}
}

void ATT3DDynamicMesh::Fill(const ATT3DCore::MeshData& Data, const ATT3DCore::Topology& Points, FDynamicMesh3& Result)
{
	Result.EnableAttributes();
	FDynamicMeshAttributeSet& Attributes = *Result.Attributes();
	Attributes.EnablePrimaryColors();
	FillElements(Data, Attributes);
	for (const uint32 Vertex : Points.Points)
	{
		Result.AppendVertex(ToDouble(Data.Positions[Vertex]));
	}
	for (size_t First = 0; First < Points.Triangles.size(); First += 3)
	{
		const int32 Triangle = Result.AppendTriangle(static_cast<int32>(Points.Triangles[First]),
			static_cast<int32>(Points.Triangles[First + 1]), static_cast<int32>(Points.Triangles[First + 2]));
		// The core gives no triangle that FDynamicMesh3 refuses, so a refused one is left out without a message.
		if (Triangle < 0)
		{
			continue;
		}
		const FIndex3i Corners(static_cast<int32>(Points.Corners[First]), static_cast<int32>(Points.Corners[First + 1]),
			static_cast<int32>(Points.Corners[First + 2]));
		Attributes.PrimaryNormals()->SetTriangle(Triangle, Corners);
		Attributes.PrimaryColors()->SetTriangle(Triangle, Corners);
		if (!Data.Uvs.empty())
		{
			Attributes.PrimaryUV()->SetTriangle(Triangle, Corners);
		}
		if (!Data.Tangents.empty())
		{
			Attributes.PrimaryTangents()->SetTriangle(Triangle, Corners);
			Attributes.PrimaryBiTangents()->SetTriangle(Triangle, Corners);
		}
	}
}

bool ATT3DDynamicMesh::Move(const ATT3DCore::Topology& Points, const std::vector<ATT3DCore::Vector3>& Positions,
	const std::vector<ATT3DCore::Vector3>& Normals, FDynamicMesh3& Mesh)
{
	FDynamicMeshNormalOverlay* Overlay = Mesh.HasAttributes() ? Mesh.Attributes()->PrimaryNormals() : nullptr;
	if (!Overlay || Mesh.VertexCount() != static_cast<int32>(Points.Points.size())
		|| Overlay->ElementCount() != static_cast<int32>(Normals.size()))
	{
		return false;
	}
	for (size_t Index = 0; Index < Points.Points.size(); Index++)
	{
		Mesh.SetVertex(static_cast<int32>(Index), ToDouble(Positions[Points.Points[Index]]));
	}
	for (size_t Index = 0; Index < Normals.size(); Index++)
	{
		Overlay->SetElement(static_cast<int32>(Index), ToFloat(Normals[Index]));
	}
	return true;
}

FKAggregateGeom ATT3DDynamicMesh::Collision(const ATT3DCore::MeshData& Data)
{
	FKAggregateGeom Result;
	for (const ATT3DCore::Hull& Hull : Data.Hulls)
	{
		FKConvexElem Element;
		for (const ATT3DCore::Vector3& Point : Hull.Positions)
		{
			Element.VertexData.Add(ToDouble(Point));
		}
		Element.UpdateElemBox();
		Result.ConvexElems.Add(Element);
	}
	return Result;
}
