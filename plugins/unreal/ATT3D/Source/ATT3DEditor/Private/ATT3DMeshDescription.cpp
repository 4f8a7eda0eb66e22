// Levels of detail as mesh descriptions. Part of the ATT3D plugin for Unreal. Licensed MIT OR Apache-2.0.
#include "ATT3DMeshDescription.h"

#include "MeshDescription.h"
#include "StaticMeshAttributes.h"

namespace
{
	FVector3f ToFloat(ATT3DCore::Vector3 Value)
	{
		return FVector3f(Value.X, Value.Y, Value.Z);
	}

	/** Sets the attributes of one corner from a vertex of the core's mesh. */
	void SetCorner(const ATT3DCore::MeshData& Data, size_t Vertex, FVertexInstanceID Corner, FStaticMeshAttributes& Attributes)
	{
		Attributes.GetVertexInstanceNormals()[Corner] = ToFloat(Data.Normals[Vertex]);
		// Linear: the build of a static mesh always converts vertex colors to sRGB.
		const ATT3DCore::Color& Color = Data.Colors[Vertex];
		Attributes.GetVertexInstanceColors()[Corner] = FVector4f(Color.R, Color.G, Color.B, 1.0f);
		if (!Data.Uvs.empty())
		{
			Attributes.GetVertexInstanceUVs().Set(Corner, 0, FVector2f(Data.Uvs[Vertex].U, Data.Uvs[Vertex].V));
		}
		if (!Data.Tangents.empty())
		{
			Attributes.GetVertexInstanceTangents()[Corner] = ToFloat(Data.Tangents[Vertex].Direction);
			Attributes.GetVertexInstanceBinormalSigns()[Corner] = Data.Tangents[Vertex].Sign;
		}
	}
}

void ATT3DMeshDescription::Fill(const ATT3DCore::MeshData& Data, const std::vector<uint32>& Indices, const FName& Slot, FMeshDescription& Result)
{
	FStaticMeshAttributes Attributes(Result);
	Attributes.Register();
	Attributes.GetVertexInstanceUVs().SetNumChannels(1);
	const FPolygonGroupID Group = Result.CreatePolygonGroup();
	Attributes.GetPolygonGroupMaterialSlotNames()[Group] = Slot;

	const ATT3DCore::Topology Points = ATT3DCore::JoinPoints(Data, Indices);
	TArray<FVertexID> Vertices;
	for (const uint32 Vertex : Points.Points)
	{
		const FVertexID Id = Result.CreateVertex();
		Attributes.GetVertexPositions()[Id] = ToFloat(Data.Positions[Vertex]);
		Vertices.Add(Id);
	}
	for (size_t First = 0; First < Points.Triangles.size(); First += 3)
	{
		TArray<FVertexInstanceID> Corners;
		for (size_t Corner = First; Corner < First + 3; Corner++)
		{
			const FVertexInstanceID Id = Result.CreateVertexInstance(Vertices[static_cast<int32>(Points.Triangles[Corner])]);
			SetCorner(Data, Points.Corners[Corner], Id, Attributes);
			Corners.Add(Id);
		}
		Result.CreateTriangle(Group, Corners);
	}
}
