// Reads meshes of components, for stylization. Part of the ATT3D plugin for Unreal. Licensed MIT OR
// Apache-2.0.
#include "ATT3DDynamicMesh.h"

#include "Components/DynamicMeshComponent.h"
#include "Components/StaticMeshComponent.h"
#include "DynamicMesh/DynamicMeshAttributeSet.h"
#include "Engine/StaticMesh.h"
#include "KismetProceduralMeshLibrary.h"
#include "UDynamicMesh.h"

using UE::Geometry::FDynamicMesh3;
using UE::Geometry::FDynamicMeshAttributeSet;
using UE::Geometry::FIndex3i;

namespace
{
	ATT3DCore::Vector3 FromVector(const FVector& Value)
	{
		return {static_cast<float>(Value.X), static_cast<float>(Value.Y), static_cast<float>(Value.Z)};
	}

	/** Reads a dynamic mesh. Vertices are split where the normals or texture coordinates of triangles differ. */
	void ReadDynamic(const FDynamicMesh3& Mesh, ATT3DCore::Surface& Result)
	{
		const FDynamicMeshAttributeSet* Attributes = Mesh.HasAttributes() ? Mesh.Attributes() : nullptr;
		const auto* Normals = Attributes ? Attributes->PrimaryNormals() : nullptr;
		const auto* UVs = Attributes ? Attributes->PrimaryUV() : nullptr;
		const auto* Materials = Attributes && Attributes->HasMaterialID() ? Attributes->GetMaterialID() : nullptr;
		// An attribute that some triangles lack is left out: the library then computes it.
		for (const int32 Triangle : Mesh.TriangleIndicesItr())
		{
			Normals = Normals && Normals->IsSetTriangle(Triangle) ? Normals : nullptr;
			UVs = UVs && UVs->IsSetTriangle(Triangle) ? UVs : nullptr;
		}
		TMap<FIntVector, uint32> Known;
		for (const int32 Triangle : Mesh.TriangleIndicesItr())
		{
			const FIndex3i Vertices = Mesh.GetTriangle(Triangle);
			const FIndex3i NormalIds = Normals ? Normals->GetTriangle(Triangle) : FIndex3i(0, 0, 0);
			const FIndex3i UVIds = UVs ? UVs->GetTriangle(Triangle) : FIndex3i(0, 0, 0);
			for (int32 Corner = 0; Corner < 3; Corner++)
			{
				const FIntVector Key(Vertices[Corner], NormalIds[Corner], UVIds[Corner]);
				const uint32* Found = Known.Find(Key);
				const uint32 Index = Found ? *Found : static_cast<uint32>(Result.Positions.size());
				if (!Found)
				{
					Known.Add(Key, Index);
					Result.Positions.push_back(FromVector(Mesh.GetVertex(Vertices[Corner])));
					if (Normals)
					{
						Result.Normals.push_back(FromVector(FVector(Normals->GetElement(NormalIds[Corner]))));
					}
					if (UVs)
					{
						const FVector2f UV = UVs->GetElement(UVIds[Corner]);
						Result.Uvs.push_back({UV.X, UV.Y});
					}
				}
				Result.Indices.push_back(Index);
			}
			Result.Materials.push_back(Materials ? static_cast<uint32>(Materials->GetValue(Triangle)) : 0u);
		}
	}

	/** Reads the first level of detail of a static mesh. Each section has one material. */
	void ReadStatic(UStaticMesh* Mesh, ATT3DCore::Surface& Result)
	{
		// If only some sections have an attribute, the attribute's array is shorter than that of the positions.
		// The core refuses such a mesh.
		for (int32 Section = 0; Section < Mesh->GetNumSections(0); Section++)
		{
			TArray<FVector> Vertices;
			TArray<int32> Triangles;
			TArray<FVector> Normals;
			TArray<FVector2D> UVs;
			TArray<FProcMeshTangent> Tangents;
			UKismetProceduralMeshLibrary::GetSectionFromStaticMesh(Mesh, 0, Section, Vertices, Triangles, Normals, UVs, Tangents);
			const uint32 First = static_cast<uint32>(Result.Positions.size());
			for (int32 Index = 0; Index < Vertices.Num(); Index++)
			{
				Result.Positions.push_back(FromVector(Vertices[Index]));
				if (Index < Normals.Num())
				{
					Result.Normals.push_back(FromVector(Normals[Index]));
				}
				if (Index < UVs.Num())
				{
					Result.Uvs.push_back({static_cast<float>(UVs[Index].X), static_cast<float>(UVs[Index].Y)});
				}
			}
			for (const int32 Index : Triangles)
			{
				Result.Indices.push_back(First + static_cast<uint32>(Index));
			}
			Result.Materials.insert(Result.Materials.end(), static_cast<size_t>(Triangles.Num() / 3), static_cast<uint32>(Section));
		}
	}
}

bool ATT3DDynamicMesh::Read(UPrimitiveComponent* Component, ATT3DCore::Surface& Result, FString& OutMessage)
{
	Result = ATT3DCore::Surface();
	if (UDynamicMeshComponent* Dynamic = Cast<UDynamicMeshComponent>(Component))
	{
		Dynamic->GetDynamicMesh()->ProcessMesh([&Result](const FDynamicMesh3& Mesh) { ReadDynamic(Mesh, Result); });
		return true;
	}
	UStaticMesh* Mesh = nullptr;
	if (const UStaticMeshComponent* Static = Cast<UStaticMeshComponent>(Component))
	{
		Mesh = Static->GetStaticMesh();
	}
	if (!Mesh)
	{
		OutMessage = TEXT("there is no mesh to stylize; give a dynamic mesh component, or a static mesh component that has a mesh");
		return false;
	}
#if !WITH_EDITOR
	if (!Mesh->bAllowCPUAccess)
	{
		OutMessage = FString::Printf(TEXT("the mesh %s cannot be read in a packaged game; set Allow CPU Access in its asset"), *Mesh->GetName());
		return false;
	}
#endif
	ReadStatic(Mesh, Result);
	return true;
}
