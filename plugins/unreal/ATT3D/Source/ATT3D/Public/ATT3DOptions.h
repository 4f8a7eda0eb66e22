// Options of meshes. Part of the ATT3D plugin for Unreal. Licensed MIT OR Apache-2.0.
#pragma once

#include "CoreMinimal.h"
#include "Engine/DataAsset.h"

#include "ATT3DCoreSession.h"

#include "ATT3DOptions.generated.h"

/** Point of a generated mesh that becomes its origin. */
UENUM(BlueprintType)
enum class EATT3DPivot : uint8
{
	/** Center of the bounding box's bottom face. */
	Ground,
	/** Center of the bounding box. */
	Center,
	/** Origin of object space, in which the model makes the mesh. */
	Origin,
};

/** Options of generation, interpolation and stylization. It is a data asset, so that presets can be saved. */
UCLASS(BlueprintType)
class ATT3D_API UATT3DOptions : public UDataAsset
{
	GENERATED_BODY()

public:
	/** Cells along each axis of the extraction grid, 2 to 1024; 0 for 128. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "ATT3D", meta = (ClampMin = 0, ClampMax = 1024))
	int32 Resolution = 128;

	/** Width and height of the textures in texels, 64 to 4096; 0 for vertex colors. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "ATT3D", meta = (ClampMin = 0, ClampMax = 4096))
	int32 TextureSize = 1024;

	/** Largest number of triangles, at least 4; 0 for no limit. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "ATT3D", meta = (ClampMin = 0))
	int32 TriangleBudget = 0;

	/** Number of further levels of detail, 0 to 7. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "ATT3D", meta = (ClampMin = 0, ClampMax = 7))
	int32 LevelCount = 0;

	/** Largest number of convex hulls for collision, at most 64; 0 for none. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "ATT3D", meta = (ClampMin = 0, ClampMax = 64))
	int32 HullCount = 1;

	/** Variant of the prompt; 0 for the plain result. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "ATT3D")
	int64 Seed = 0;

	/** Length of the longest side in centimeters; 0 for the model's scale. Stylized meshes keep their size. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "ATT3D", meta = (ClampMin = 0, Units = "cm"))
	float Size = 0;

	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "ATT3D")
	EATT3DPivot Pivot = EATT3DPivot::Ground;

	/** Makes new texture coordinates for a stylized mesh even if it has some. Set it if they overlap. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "ATT3D")
	bool bNewUVs = false;

	/** Writes the options into a request. Options: may be null for the defaults. */
	static void Apply(const UATT3DOptions* Options, ATT3DCore::Request& Request);
};
