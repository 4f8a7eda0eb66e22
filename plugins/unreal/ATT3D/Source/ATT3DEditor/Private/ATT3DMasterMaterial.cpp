// The master material, which the editor makes once. Part of the ATT3D plugin for Unreal.
// Licensed MIT OR Apache-2.0.
#include "ATT3DAssets.h"
#include "ATT3DMaterialParameters.h"
#include "ATT3DSettings.h"
#include "AssetRegistry/AssetRegistryModule.h"
#include "Engine/Texture2D.h"
#include "FileHelpers.h"
#include "MaterialEditingLibrary.h"
#include "Materials/Material.h"
#include "Materials/MaterialExpressionConstant.h"
#include "Materials/MaterialExpressionConstant3Vector.h"
#include "Materials/MaterialExpressionLinearInterpolate.h"
#include "Materials/MaterialExpressionPower.h"
#include "Materials/MaterialExpressionScalarParameter.h"
#include "Materials/MaterialExpressionTextureSampleParameter2D.h"
#include "Materials/MaterialExpressionVertexColor.h"
#include "Misc/PackageName.h"
#include "UObject/Package.h"

namespace
{
	/** Makes nodes of one material. */
	class FGraph
	{
	public:
		explicit FGraph(UMaterial* InMaterial)
			: Material(InMaterial)
		{
		}

		template <class T>
		T* Add()
		{
			Row += 140;
			return CastChecked<T>(UMaterialEditingLibrary::CreateMaterialExpression(Material, T::StaticClass(), -900, Row));
		}

		UMaterialExpressionScalarParameter* AddScalar(const TCHAR* Name, float Value)
		{
			UMaterialExpressionScalarParameter* Node = Add<UMaterialExpressionScalarParameter>();
			Node->ParameterName = Name;
			Node->DefaultValue = Value;
			return Node;
		}

		UMaterialExpressionTextureSampleParameter2D* AddTexture(const TCHAR* Name, EMaterialSamplerType Sampler, UTexture* Default)
		{
			UMaterialExpressionTextureSampleParameter2D* Node = Add<UMaterialExpressionTextureSampleParameter2D>();
			Node->ParameterName = Name;
			Node->Texture = Default;
			Node->SamplerType = Sampler;
			return Node;
		}

		/** Chooses between two nodes by a switch that is 0 or 1. */
		UMaterialExpression* AddChoice(UMaterialExpression* Zero, UMaterialExpression* One, const TCHAR* Output, UMaterialExpression* Switch)
		{
			UMaterialExpressionLinearInterpolate* Node = Add<UMaterialExpressionLinearInterpolate>();
			Connect(Zero, TEXT(""), Node, TEXT("A"));
			Connect(One, Output, Node, TEXT("B"));
			Connect(Switch, TEXT(""), Node, TEXT("Alpha"));
			return Node;
		}

		void Connect(UMaterialExpression* From, const TCHAR* Output, UMaterialExpression* To, const TCHAR* Input)
		{
			bComplete &= UMaterialEditingLibrary::ConnectMaterialExpressions(From, Output, To, Input);
		}

		void Connect(UMaterialExpression* From, EMaterialProperty Property)
		{
			bComplete &= UMaterialEditingLibrary::ConnectMaterialProperty(From, TEXT(""), Property);
		}

		bool bComplete = true;

	private:
		UMaterial* Material;
		int32 Row = -400;
	};

	/**
	 * Makes the default texture of the parameter for masks. A texture of the engine is not used, because it
	 * would need the compression of the results' textures: Unreal refuses a sampler of another type.
	 */
	UTexture2D* MakeDefaultMasks(const FString& Path)
	{
		UPackage* Package = CreatePackage(*Path);
		UTexture2D* Texture = NewObject<UTexture2D>(Package, *FPackageName::GetShortName(Package), RF_Public | RF_Standalone);
		constexpr int32 Side = 4;
		uint8 Texels[4 * Side * Side];
		for (int32 Index = 0; Index < Side * Side; Index++)
		{
			Texels[4 * Index] = 0;		 // metallic
			Texels[4 * Index + 1] = 178; // roughness
			Texels[4 * Index + 2] = 255; // occlusion
			Texels[4 * Index + 3] = 255;
		}
		Texture->PreEditChange(nullptr);
		Texture->Source.Init(Side, Side, 1, 1, TSF_BGRA8, Texels);
		Texture->SRGB = false;
		Texture->CompressionSettings = TC_Masks;
		Texture->PostEditChange();
		Texture->MarkPackageDirty();
		FAssetRegistryModule::AssetCreated(Texture);
		return Texture;
	}

	UTexture2D* LoadTexture(const TCHAR* Path)
	{
		return LoadObject<UTexture2D>(nullptr, Path);
	}

	/** Makes the nodes of the master material. Returns false if they could not be connected. */
	bool Fill(UMaterial* Material, UTexture2D* DefaultMasks)
	{
		FGraph Graph(Material);
		// The vertex buffer has sRGB colors; a material works with linear ones.
		UMaterialExpressionPower* Linear = Graph.Add<UMaterialExpressionPower>();
		Linear->ConstExponent = 2.2f;
		Graph.Connect(Graph.Add<UMaterialExpressionVertexColor>(), TEXT(""), Linear, TEXT("Base"));
		UMaterialExpression* ColorTexture = Graph.AddTexture(ATT3DParameters::BaseColor, SAMPLERTYPE_Color, LoadTexture(TEXT("/Engine/EngineResources/DefaultTexture.DefaultTexture")));
		Graph.Connect(Graph.AddChoice(Linear, ColorTexture, TEXT("RGB"), Graph.AddScalar(ATT3DParameters::UseBaseColor, 0.0f)), MP_BaseColor);

		UMaterialExpressionConstant3Vector* Flat = Graph.Add<UMaterialExpressionConstant3Vector>();
		Flat->Constant = FLinearColor(0.0f, 0.0f, 1.0f);
		UMaterialExpression* NormalTexture = Graph.AddTexture(ATT3DParameters::Normal, SAMPLERTYPE_Normal, LoadTexture(TEXT("/Engine/EngineMaterials/DefaultNormal.DefaultNormal")));
		Graph.Connect(Graph.AddChoice(Flat, NormalTexture, TEXT("RGB"), Graph.AddScalar(ATT3DParameters::UseNormal, 0.0f)), MP_Normal);

		UMaterialExpression* Masks = Graph.AddTexture(ATT3DParameters::OcclusionRoughnessMetallic, SAMPLERTYPE_Masks, DefaultMasks);
		UMaterialExpression* UseMasks = Graph.AddScalar(ATT3DParameters::UseMasks, 0.0f);
		UMaterialExpressionConstant* Open = Graph.Add<UMaterialExpressionConstant>();
		Open->R = 1.0f;
		Graph.Connect(Graph.AddChoice(Open, Masks, TEXT("R"), UseMasks), MP_AmbientOcclusion);
		Graph.Connect(Graph.AddChoice(Graph.AddScalar(ATT3DParameters::Roughness, 0.7f), Masks, TEXT("G"), UseMasks), MP_Roughness);
		Graph.Connect(Graph.AddChoice(Graph.AddScalar(ATT3DParameters::Metallic, 0.0f), Masks, TEXT("B"), UseMasks), MP_Metallic);
		return Graph.bComplete;
	}
}

UMaterialInterface* ATT3DAssets::FindOrMakeMasterMaterial(FString& OutMessage)
{
	const UATT3DSettings* Settings = GetDefault<UATT3DSettings>();
	if (UMaterialInterface* Found = Settings->MasterMaterial.LoadSynchronous())
	{
		return Found;
	}
	const FString Path = Settings->MasterMaterial.ToSoftObjectPath().GetLongPackageName();
	FText Reason;
	if (!FPackageName::IsValidLongPackageName(Path, false, &Reason))
	{
		OutMessage = FString::Printf(TEXT("the master material %s cannot be made: %s Name another in Project Settings > Plugins > ATT3D."), *Path, *Reason.ToString());
		return nullptr;
	}
	UPackage* Package = CreatePackage(*Path);
	UMaterial* Material = NewObject<UMaterial>(Package, *FPackageName::GetShortName(Package), RF_Public | RF_Standalone);
	UTexture2D* Masks = MakeDefaultMasks(Path + TEXT("_Masks"));
	if (!Fill(Material, Masks))
	{
		// Neither asset is saved, and the garbage collection removes both.
		Material->ClearFlags(RF_Public | RF_Standalone);
		Masks->ClearFlags(RF_Public | RF_Standalone);
		OutMessage = TEXT("the nodes of the master material could not be connected in this version of Unreal; name a material of yours in Project Settings > Plugins > ATT3D, with the parameters that the plugin's README lists");
		return nullptr;
	}
	UMaterialEditingLibrary::RecompileMaterial(Material);
	Material->MarkPackageDirty();
	FAssetRegistryModule::AssetCreated(Material);
	TArray<UPackage*> Packages;
	Packages.Add(Package);
	Packages.Add(Masks->GetPackage());
	if (!UEditorLoadingAndSavingUtils::SavePackages(Packages, false))
	{
		OutMessage = FString::Printf(TEXT("the master material %s could not be saved"), *Path);
		return nullptr;
	}
	return Material;
}
