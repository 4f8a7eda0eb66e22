// Results as assets of the project. Part of the ATT3D plugin for Unreal. Licensed MIT OR Apache-2.0.
#include "ATT3DAssets.h"

#include "ATT3DDynamicMesh.h"
#include "ATT3DMaterials.h"
#include "ATT3DMeshDescription.h"
#include "AssetRegistry/AssetRegistryModule.h"
#include "Engine/StaticMesh.h"
#include "Engine/Texture2D.h"
#include "FileHelpers.h"
#include "Materials/MaterialInstanceConstant.h"
#include "MeshDescription.h"
#include "Misc/PackageName.h"
#include "PhysicsEngine/AggregateGeom.h"
#include "PhysicsEngine/BodySetup.h"
#include "UObject/Package.h"

namespace
{
	const FName SlotName(TEXT("ATT3D"));

	/** Returns a name with letters, digits and underscores only; "Mesh" if nothing is left. */
	FString CleanName(const FString& Name)
	{
		FString Result;
		for (const TCHAR Letter : Name)
		{
			const bool bAllowed = FChar::IsAlnum(Letter) || Letter == TEXT('_');
			if (bAllowed || (Result.Len() > 0 && !Result.EndsWith(TEXT("_"))))
			{
				Result.AppendChar(bAllowed ? Letter : TEXT('_'));
			}
		}
		return Result.IsEmpty() ? FString(TEXT("Mesh")) : Result.Left(64);
	}

	bool IsTaken(const FString& Path)
	{
		return FPackageName::DoesPackageExist(Path) || FindPackage(nullptr, *Path) != nullptr;
	}

	/** The packages of one result. Their names are free when this object is made. */
	class FResultPackages
	{
	public:
		FResultPackages(const FString& InFolder, const FString& Name)
			: Folder(InFolder)
			, Base(CleanName(Name))
		{
			const FString First = Base;
			for (int32 Number = 1; AnyIsTaken(); Number++)
			{
				Base = FString::Printf(TEXT("%s_%d"), *First, Number);
			}
		}

		FString Path(const TCHAR* Prefix, const TCHAR* Suffix) const
		{
			return Folder / (FString(Prefix) + Base + Suffix);
		}

		/** Makes an asset in a package of its own. */
		template <class T>
		T* Make(const TCHAR* Prefix, const TCHAR* Suffix)
		{
			UPackage* Package = CreatePackage(*Path(Prefix, Suffix));
			Packages.Add(Package);
			return NewObject<T>(Package, *FPackageName::GetShortName(Package), RF_Public | RF_Standalone);
		}

		/** Tells the editor of a finished asset. */
		void Add(UObject* Asset) const
		{
			Asset->MarkPackageDirty();
			FAssetRegistryModule::AssetCreated(Asset);
		}

		bool Save() const
		{
			return UEditorLoadingAndSavingUtils::SavePackages(Packages, false);
		}

	private:
		bool AnyIsTaken() const
		{
			return IsTaken(Path(TEXT("SM_"), TEXT(""))) || IsTaken(Path(TEXT("MI_"), TEXT(""))) || IsTaken(Path(TEXT("T_"), TEXT("_Color")))
				|| IsTaken(Path(TEXT("T_"), TEXT("_Normal"))) || IsTaken(Path(TEXT("T_"), TEXT("_ORM")));
		}

		FString Folder;
		FString Base;
		TArray<UPackage*> Packages;
	};

	UTexture2D* MakeTexture(FResultPackages& Packages, const ATT3DCore::Image& Image, ATT3DMaterials::EKind Kind, const TCHAR* Suffix)
	{
		if (Image.IsEmpty())
		{
			return nullptr;
		}
		UTexture2D* Texture = Packages.Make<UTexture2D>(TEXT("T_"), Suffix);
		Texture->PreEditChange(nullptr);
		Texture->Source.Init(static_cast<int32>(Image.Width), static_cast<int32>(Image.Height), 1, 1, TSF_BGRA8, Image.Bgra.data());
		Texture->SRGB = Kind == ATT3DMaterials::EKind::Color;
		Texture->CompressionSettings = Kind == ATT3DMaterials::EKind::Color ? TC_Default
			: Kind == ATT3DMaterials::EKind::Normal							? TC_Normalmap
																			: TC_Masks;
		Texture->LODGroup = Kind == ATT3DMaterials::EKind::Normal ? TEXTUREGROUP_WorldNormalMap : TEXTUREGROUP_World;
		Texture->PostEditChange();
		Packages.Add(Texture);
		return Texture;
	}

	UMaterialInstanceConstant* MakeMaterial(FResultPackages& Packages, const ATT3DCore::MeshData& Data, UMaterialInterface* Master)
	{
		UMaterialInstanceConstant* Material = Packages.Make<UMaterialInstanceConstant>(TEXT("MI_"), TEXT(""));
		Material->SetParentEditorOnly(Master);
		const auto Use = [&Packages, Material](const ATT3DCore::Image& Image, ATT3DMaterials::EKind Kind, const TCHAR* Suffix, const TCHAR* Name, const TCHAR* Switch)
		{
			UTexture2D* Texture = MakeTexture(Packages, Image, Kind, Suffix);
			if (Texture)
			{
				Material->SetTextureParameterValueEditorOnly(FMaterialParameterInfo(Name), Texture);
			}
			Material->SetScalarParameterValueEditorOnly(FMaterialParameterInfo(Switch), Texture ? 1.0f : 0.0f);
		};
		Use(Data.BaseColor, ATT3DMaterials::EKind::Color, TEXT("_Color"), ATT3DParameters::BaseColor, ATT3DParameters::UseBaseColor);
		Use(Data.Normal, ATT3DMaterials::EKind::Normal, TEXT("_Normal"), ATT3DParameters::Normal, ATT3DParameters::UseNormal);
		Use(Data.OcclusionRoughnessMetallic, ATT3DMaterials::EKind::Masks, TEXT("_ORM"), ATT3DParameters::OcclusionRoughnessMetallic, ATT3DParameters::UseMasks);
		Material->SetScalarParameterValueEditorOnly(FMaterialParameterInfo(ATT3DParameters::Metallic), Data.Metallic);
		Material->SetScalarParameterValueEditorOnly(FMaterialParameterInfo(ATT3DParameters::Roughness), Data.Roughness);
		Material->PostEditChange();
		Packages.Add(Material);
		return Material;
	}

	/** Fills one level of detail of a static mesh. */
	void FillLevel(UStaticMesh* Mesh, int32 Level, const ATT3DCore::MeshData& Data, const std::vector<uint32>& Indices)
	{
		FStaticMeshSourceModel& Source = Mesh->GetSourceModel(Level);
		// Normals, tangents and levels are those of the library.
		Source.BuildSettings.bRecomputeNormals = false;
		Source.BuildSettings.bRecomputeTangents = Data.Tangents.empty();
		Source.BuildSettings.bGenerateLightmapUVs = false;
		Source.BuildSettings.bUseFullPrecisionUVs = false;
		FMeshDescription* Description = Mesh->CreateMeshDescription(Level);
		ATT3DMeshDescription::Fill(Data, Indices, SlotName, *Description);
		Mesh->CommitMeshDescription(Level);
	}

	UStaticMesh* MakeMesh(FResultPackages& Packages, const ATT3DCore::MeshData& Data, UMaterialInterface* Material)
	{
		UStaticMesh* Mesh = Packages.Make<UStaticMesh>(TEXT("SM_"), TEXT(""));
		Mesh->GetStaticMaterials().Add(FStaticMaterial(Material, SlotName, SlotName));
		// Unreal has at most 8 levels of detail, with the mesh itself.
		const int32 LevelCount = FMath::Min(static_cast<int32>(Data.Levels.size()) + 1, MAX_STATIC_MESH_LODS);
		Mesh->SetNumSourceModels(LevelCount);
		for (int32 Level = 0; Level < LevelCount; Level++)
		{
			FillLevel(Mesh, Level, Data, Level == 0 ? Data.Indices : Data.Levels[static_cast<size_t>(Level) - 1]);
		}
		Mesh->CreateBodySetup();
		Mesh->GetBodySetup()->AggGeom = ATT3DDynamicMesh::Collision(Data);
		Mesh->GetBodySetup()->CreatePhysicsMeshes();
		Mesh->PostEditChange(); // This builds the mesh.
		Packages.Add(Mesh);
		return Mesh;
	}
}

UStaticMesh* ATT3DAssets::Save(const ATT3DCore::MeshData& Data, const FString& Folder, const FString& Name, FString& OutMessage)
{
	FText Reason;
	FString Trimmed = Folder;
	Trimmed.RemoveFromEnd(TEXT("/"));
	if (!FPackageName::IsValidLongPackageName(Trimmed / TEXT("Mesh"), false, &Reason))
	{
		OutMessage = FString::Printf(TEXT("%s is not a content folder, such as /Game/ATT3D: %s"), *Folder, *Reason.ToString());
		return nullptr;
	}
	if (Data.Indices.empty())
	{
		OutMessage = TEXT("the mesh has no triangles, so there is nothing to save");
		return nullptr;
	}
	UMaterialInterface* Master = FindOrMakeMasterMaterial(OutMessage);
	if (!Master)
	{
		return nullptr;
	}
	FResultPackages Packages(Trimmed, Name);
	UStaticMesh* Mesh = MakeMesh(Packages, Data, MakeMaterial(Packages, Data, Master));
	if (!Packages.Save())
	{
		OutMessage = FString::Printf(TEXT("not all assets of %s could be saved; they stay unsaved in the editor, so that you can save them again"), *Mesh->GetPathName());
		return nullptr;
	}
	return Mesh;
}
