// A finished mesh for Blueprint and C++. Part of the ATT3D plugin for Unreal. Licensed MIT OR Apache-2.0.
#pragma once

#include "CoreMinimal.h"
#include "UObject/Object.h"

#include "ATT3DCoreSession.h"

#include <memory>

#include "ATT3DMesh.generated.h"

class AActor;
class UDynamicMeshComponent;
class UMaterialInstanceDynamic;
class UTexture2D;

/** A mesh that was generated or stylized. It never changes. All functions are for the game thread. */
UCLASS(BlueprintType)
class ATT3D_API UATT3DMesh : public UObject
{
	GENERATED_BODY()

public:
	/** Makes an object for a mesh of the core; null for no mesh. */
	static UATT3DMesh* Create(UObject* Outer, const std::shared_ptr<const ATT3DCore::Mesh>& Mesh, const FString& Understood, const TArray<FString>& Notes);

	/** The mesh in Unreal's frame; null for an object that was not made by Create. */
	const std::shared_ptr<const ATT3DCore::Mesh>& Get() const { return Mesh; }

	/** What was understood of the prompt, if it differs from the prompt. */
	UPROPERTY(BlueprintReadOnly, Category = "ATT3D")
	FString Understood;

	/** Messages about work that was not done exactly as requested. */
	UPROPERTY(BlueprintReadOnly, Category = "ATT3D")
	TArray<FString> Notes;

	UFUNCTION(BlueprintPure, Category = "ATT3D")
	FString GetPrompt() const;

	UFUNCTION(BlueprintPure, Category = "ATT3D")
	int32 GetTriangleCount() const;

	/** Returns the number of further keyframes of a morph. */
	UFUNCTION(BlueprintPure, Category = "ATT3D")
	int32 GetTargetCount() const;

	/**
	 * Adds a dynamic mesh component with this mesh, its material and its collision to an actor.
	 * Returns null if Actor is not valid.
	 */
	UFUNCTION(BlueprintCallable, Category = "ATT3D")
	UDynamicMeshComponent* AddComponent(AActor* Actor, const FTransform& RelativeTransform);

	/**
	 * Replaces the mesh, the material and the collision of a component. Returns false if Component is not
	 * valid.
	 */
	UFUNCTION(BlueprintCallable, Category = "ATT3D")
	bool ApplyTo(UDynamicMeshComponent* Component);

	/**
	 * Moves the vertices of a component that has this mesh between the keyframes of a morph. Position: 0 for the
	 * first keyframe, 1 for the second and so on. Returns false if the component has another mesh.
	 */
	UFUNCTION(BlueprintCallable, Category = "ATT3D")
	bool SetMorph(UDynamicMeshComponent* Component, float Position) const;

	/**
	 * Returns an instance of the project's master material with this mesh's textures. The first call makes it.
	 * Returns null if the master material cannot be loaded (Project Settings > Plugins > ATT3D).
	 */
	UFUNCTION(BlueprintCallable, Category = "ATT3D")
	UMaterialInstanceDynamic* GetMaterial();

private:
	std::shared_ptr<const ATT3DCore::Mesh> Mesh;

	UPROPERTY(Transient)
	TObjectPtr<UMaterialInstanceDynamic> Material;

	UPROPERTY(Transient)
	TArray<TObjectPtr<UTexture2D>> Textures;
};
