// Blueprint nodes. Part of the ATT3D plugin for Unreal. Licensed MIT OR Apache-2.0.
#pragma once

#include "CoreMinimal.h"
#include "Engine/CancellableAsyncAction.h"

#include "ATT3DCoreSession.h"
#include "ATT3DMesh.h"
#include "ATT3DOptions.h"

#include "ATT3DAsyncActions.generated.h"

class UPrimitiveComponent;
struct FATT3DOutcome;

/**
 * Fraction: the progress, 0 to 1. Mesh: the result, for the pin Completed. Message: what was wrong and what
 * to do, for the pin Failed.
 */
DECLARE_DYNAMIC_MULTICAST_DELEGATE_ThreeParams(FATT3DActionPin, float, Fraction, UATT3DMesh*, Mesh, const FString&, Message);

/**
 * Base of the nodes. When the work has ended, exactly one of Completed and Failed is called. After Cancel,
 * neither is called. If the object that started the node is destroyed, also by a change of the level, the
 * work is canceled and neither is called.
 */
UCLASS(Abstract)
class ATT3D_API UATT3DAsyncAction : public UCancellableAsyncAction
{
	GENERATED_BODY()

public:
	/** Called once per frame while the work runs. */
	UPROPERTY(BlueprintAssignable)
	FATT3DActionPin Progress;

	UPROPERTY(BlueprintAssignable)
	FATT3DActionPin Completed;

	UPROPERTY(BlueprintAssignable)
	FATT3DActionPin Failed;

	virtual void Activate() override;
	virtual void Cancel() override;
	virtual void BeginDestroy() override;

protected:
	void Prepare(UObject* WorldContextObject, ATT3DCore::Kind Kind, const UATT3DOptions* Options);
	void AddPrompt(const FString& Prompt);

	ATT3DCore::Request Request;
	/** Why the work cannot start; empty if it can. */
	FString Problem;

private:
	void HandleProgress(float Fraction);
	void HandleDone(const FATT3DOutcome& Outcome);
	void Abandon();

	TWeakObjectPtr<UObject> Owner;
	int32 Job = 0;
};

/** Generates a mesh from a prompt. */
UCLASS()
class ATT3D_API UATT3DGenerateAsync : public UATT3DAsyncAction
{
	GENERATED_BODY()

public:
	/**
	 * Generates a mesh from a prompt.
	 * @param Prompt What to make, in English: "a pig wearing a party hat".
	 * @param Options Options; none for the defaults.
	 */
	UFUNCTION(BlueprintCallable, Category = "ATT3D", meta = (BlueprintInternalUseOnly = "true", WorldContext = "WorldContextObject", DisplayName = "ATT3D Generate"))
	static UATT3DGenerateAsync* Generate(UObject* WorldContextObject, const FString& Prompt, const UATT3DOptions* Options);
};

/** Generates a mesh between prompts. */
UCLASS()
class ATT3D_API UATT3DInterpolateAsync : public UATT3DAsyncAction
{
	GENERATED_BODY()

public:
	/**
	 * Generates a mesh between prompts.
	 * @param Prompts Two or more prompts.
	 * @param Weights One per prompt; they are divided by their sum. None for equal weights.
	 * @param bMorph Makes a mesh that moves from the first prompt to the others (SetMorph); the weights are not
	 * used.
	 */
	UFUNCTION(BlueprintCallable, Category = "ATT3D", meta = (BlueprintInternalUseOnly = "true", WorldContext = "WorldContextObject", DisplayName = "ATT3D Interpolate"))
	static UATT3DInterpolateAsync* Interpolate(UObject* WorldContextObject, const TArray<FString>& Prompts, const TArray<float>& Weights, bool bMorph, const UATT3DOptions* Options);
};

/** Applies a prompt to a mesh. */
UCLASS()
class ATT3D_API UATT3DStylizeAsync : public UATT3DAsyncAction
{
	GENERATED_BODY()

public:
	/**
	 * Applies a prompt to a mesh. The given component does not change; the result is in the component's space.
	 * @param Component A dynamic or static mesh component.
	 * @param Prompt What to apply: "made of gold".
	 * @param Keep 1 keeps the geometry and makes new textures; a lower number makes a new mesh that keeps this
	 * share of the shape.
	 */
	UFUNCTION(BlueprintCallable, Category = "ATT3D", meta = (BlueprintInternalUseOnly = "true", WorldContext = "WorldContextObject", DisplayName = "ATT3D Stylize"))
	static UATT3DStylizeAsync* Stylize(UObject* WorldContextObject, UPrimitiveComponent* Component, const FString& Prompt, float Keep, const UATT3DOptions* Options);
};
