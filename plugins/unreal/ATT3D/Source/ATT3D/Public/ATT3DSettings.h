// Project settings of the plugin. Part of the ATT3D plugin for Unreal. Licensed MIT OR Apache-2.0.
#pragma once

#include "CoreMinimal.h"
#include "Engine/DeveloperSettings.h"
#include "UObject/SoftObjectPtr.h"

#include "ATT3DSettings.generated.h"

class UMaterialInterface;

/** Engine that runs the networks. The values are those of att3d.h. */
UENUM(BlueprintType)
enum class EATT3DEngine : uint8
{
	/** libtorch if there is a CUDA device, otherwise the embedded engine. */
	Auto,
	/** The engine inside the library, on the CPU. */
	Embedded,
	/** libtorch, whose module must be beside the library. It always runs in a separate process. */
	Torch,
};

/** Device of the engine. The values are those of att3d.h. */
UENUM(BlueprintType)
enum class EATT3DDevice : uint8
{
	Auto,
	Cpu,
	Cuda,
};

/** Project Settings > Plugins > ATT3D. A change stops all work, and the next work loads the model again. */
UCLASS(Config = Game, DefaultConfig, meta = (DisplayName = "ATT3D"))
class ATT3D_API UATT3DSettings : public UDeveloperSettings
{
	GENERATED_BODY()

public:
	UATT3DSettings();

	/**
	 * Path of a model package (.att3d), absolute or from the project's folder. Empty for the model inside the
	 * library.
	 */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Model")
	FString ModelPackage;

	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Engine")
	EATT3DEngine Engine = EATT3DEngine::Embedded;

	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Engine")
	EATT3DDevice Device = EATT3DDevice::Cpu;

	/** Number of threads of the engine, at most 1024; 0 for one per processor. */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Engine", meta = (ClampMin = 0, ClampMax = 1024))
	int32 ThreadCount = 0;

	/** Largest memory of the model and the work in MiB; 0 for no limit. Finished meshes are not counted. */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Engine", meta = (ClampMin = 0))
	int32 MemoryLimit = 2048;

	/**
	 * Runs the engine in a separate process (att3d-worker, beside the library), so that a crash ends only
	 * that process.
	 */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Engine")
	bool bSeparateProcess = false;

	/** Gives the engine's threads a lower priority than the game's, where the system allows it. */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Engine")
	bool bLowPriority = true;

	/**
	 * Material of which every result has an instance. The editor tab makes the material. A packaged game must
	 * contain the cooked material.
	 */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Materials")
	TSoftObjectPtr<UMaterialInterface> MasterMaterial;

	virtual FName GetCategoryName() const override;

#if WITH_EDITOR
	virtual void PostEditChangeProperty(FPropertyChangedEvent& PropertyChangedEvent) override;
#endif
};
