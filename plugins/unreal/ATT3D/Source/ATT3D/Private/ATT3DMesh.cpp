// A finished mesh. Part of the ATT3D plugin for Unreal. Licensed MIT OR Apache-2.0.
#include "ATT3DMesh.h"

#include "ATT3DDynamicMesh.h"
#include "ATT3DMaterials.h"
#include "ATT3DModule.h"
#include "ATT3DSettings.h"
#include "ATT3DText.h"
#include "Components/DynamicMeshComponent.h"
#include "Engine/Texture2D.h"
#include "GameFramework/Actor.h"
#include "Materials/MaterialInstanceDynamic.h"
#include "PhysicsEngine/AggregateGeom.h"
#include "UDynamicMesh.h"

UATT3DMesh* UATT3DMesh::Create(UObject* Outer, const std::shared_ptr<const ATT3DCore::Mesh>& Mesh, const FString& Understood, const TArray<FString>& Notes)
{
	check(IsInGameThread());
	if (!Mesh)
	{
		return nullptr;
	}
	UATT3DMesh* Result = NewObject<UATT3DMesh>(Outer);
	Result->Mesh = Mesh;
	Result->Understood = Understood;
	Result->Notes = Notes;
	return Result;
}

FString UATT3DMesh::GetPrompt() const
{
	return Mesh ? ATT3DText::FromUtf8(Mesh->Data().Prompt) : FString();
}

int32 UATT3DMesh::GetTriangleCount() const
{
	return Mesh ? static_cast<int32>(Mesh->Data().Indices.size() / 3) : 0;
}

int32 UATT3DMesh::GetTargetCount() const
{
	return Mesh ? static_cast<int32>(Mesh->Data().Targets.size()) : 0;
}

UDynamicMeshComponent* UATT3DMesh::AddComponent(AActor* Actor, const FTransform& RelativeTransform)
{
	if (!IsValid(Actor) || !Mesh)
	{
		return nullptr;
	}
	UDynamicMeshComponent* Component = NewObject<UDynamicMeshComponent>(Actor);
	if (USceneComponent* Root = Actor->GetRootComponent())
	{
		Component->SetupAttachment(Root);
	}
	else
	{
		Actor->SetRootComponent(Component);
	}
	Component->SetRelativeTransform(RelativeTransform);
	Actor->AddInstanceComponent(Component);
	Component->RegisterComponent();
	ApplyTo(Component);
	return Component;
}

bool UATT3DMesh::ApplyTo(UDynamicMeshComponent* Component)
{
	if (!IsValid(Component) || !Mesh)
	{
		return false;
	}
	const ATT3DCore::MeshData& Data = Mesh->Data();
	UE::Geometry::FDynamicMesh3 Filled;
	ATT3DDynamicMesh::Fill(Data, Mesh->Points(), Filled);
	// The material expects sRGB vertex colors, as a static mesh has them.
	Component->SetVertexColorSpaceTransformMode(EDynamicMeshVertexColorTransformMode::LinearToSRGB);
	Component->SetTangentsType(Data.Tangents.empty() ? EDynamicMeshComponentTangentsMode::AutoCalculated
													 : EDynamicMeshComponentTangentsMode::ExternallyProvided);
	Component->SetMesh(MoveTemp(Filled));
	if (UMaterialInstanceDynamic* Instance = GetMaterial())
	{
		Component->SetMaterial(0, Instance);
	}
	Component->SetComplexAsSimpleCollisionEnabled(false, false);
	Component->SetSimpleCollisionShapes(ATT3DDynamicMesh::Collision(Data), true);
	return true;
}

bool UATT3DMesh::SetMorph(UDynamicMeshComponent* Component, float Position) const
{
	if (!IsValid(Component) || !Mesh)
	{
		return false;
	}
	std::vector<ATT3DCore::Vector3> Positions;
	std::vector<ATT3DCore::Vector3> Normals;
	ATT3DCore::Morph(Mesh->Data(), Position, Positions, Normals);
	bool bMoved = false;
	Component->GetDynamicMesh()->EditMesh(
		[this, &Positions, &Normals, &bMoved](UE::Geometry::FDynamicMesh3& Edited)
		{
			bMoved = ATT3DDynamicMesh::Move(Mesh->Points(), Positions, Normals, Edited);
		},
		EDynamicMeshChangeType::DeformationEdit,
		EDynamicMeshAttributeChangeFlags::VertexPositions | EDynamicMeshAttributeChangeFlags::NormalsTangents);
	return bMoved;
}

UMaterialInstanceDynamic* UATT3DMesh::GetMaterial()
{
	if (Material || !Mesh)
	{
		return Material;
	}
	const UATT3DSettings* Settings = GetDefault<UATT3DSettings>();
	UMaterialInterface* Master = Settings->MasterMaterial.LoadSynchronous();
	if (!Master)
	{
		UE_LOG(LogATT3D, Warning, TEXT("there is no master material at %s; open the tab ATT3D in the editor once, which makes it, or name another in Project Settings > Plugins > ATT3D"),
			*Settings->MasterMaterial.ToString());
		return nullptr;
	}
	const ATT3DCore::MeshData& Data = Mesh->Data();
	Material = UMaterialInstanceDynamic::Create(Master, this);
	const auto Use = [this](const ATT3DCore::Image& Image, ATT3DMaterials::EKind Kind, const TCHAR* Name, const TCHAR* Switch)
	{
		UTexture2D* Texture = ATT3DMaterials::MakeTexture(Image, Kind);
		if (Texture)
		{
			Textures.Add(Texture);
			Material->SetTextureParameterValue(Name, Texture);
		}
		Material->SetScalarParameterValue(Switch, Texture ? 1.0f : 0.0f);
	};
	Use(Data.BaseColor, ATT3DMaterials::EKind::Color, ATT3DParameters::BaseColor, ATT3DParameters::UseBaseColor);
	Use(Data.Normal, ATT3DMaterials::EKind::Normal, ATT3DParameters::Normal, ATT3DParameters::UseNormal);
	Use(Data.OcclusionRoughnessMetallic, ATT3DMaterials::EKind::Masks, ATT3DParameters::OcclusionRoughnessMetallic, ATT3DParameters::UseMasks);
	Material->SetScalarParameterValue(ATT3DParameters::Metallic, Data.Metallic);
	Material->SetScalarParameterValue(ATT3DParameters::Roughness, Data.Roughness);
	return Material;
}
