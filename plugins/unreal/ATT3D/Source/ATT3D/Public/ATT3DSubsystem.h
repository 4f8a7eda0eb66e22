// Work for C++ and Blueprint, polled on the game thread. Part of the ATT3D plugin for Unreal.
// Licensed MIT OR Apache-2.0.
#pragma once

#include "CoreMinimal.h"
#include "Containers/Ticker.h"
#include "Subsystems/EngineSubsystem.h"

#include "ATT3DCoreSession.h"

#include <memory>

#include "ATT3DSubsystem.generated.h"

/** Result of work that has ended. */
struct FATT3DOutcome
{
	bool bSucceeded = false;
	bool bCancelled = false;
	/** What was wrong, what was expected, what to do; empty if the work succeeded. */
	FString Message;
	/** What was understood of the prompt, if it differs from the prompt. */
	FString Understood;
	/** Messages about work that was not done exactly as requested. */
	TArray<FString> Notes;
	/** The mesh, for work that makes one. */
	std::shared_ptr<const ATT3DCore::Mesh> Mesh;
	/** The picture, for a drawing. */
	ATT3DCore::Image Picture;
};

/** Called on the game thread once per frame, with the fraction of the work that is done, 0 to 1. */
DECLARE_DELEGATE_OneParam(FATT3DProgress, float);
/**
 * Called once on the game thread when the work has ended. Bind it weakly (CreateUObject, CreateSP or
 * CreateWeakLambda): when the bound object is destroyed, the work is canceled and nothing is called.
 */
DECLARE_DELEGATE_OneParam(FATT3DDone, const FATT3DOutcome&);

/**
 * The plugin's work. It is a subsystem of the engine, not of a game instance: the editor's tab uses it
 * without a running game, and the model stays loaded when a level or a play session ends. Work of a game is
 * canceled when the object that bound Done is destroyed. All functions are for the game thread.
 */
UCLASS()
class ATT3D_API UATT3DSubsystem : public UEngineSubsystem
{
	GENERATED_BODY()

public:
	virtual void Initialize(FSubsystemCollectionBase& Collection) override;
	virtual void Deinitialize() override;

	/**
	 * Starts work and returns its number, which is never 0. A failure, also a missing library, is reported by
	 * Done in a later frame.
	 */
	int32 Start(ATT3DCore::Request&& Request, const FATT3DProgress& Progress, const FATT3DDone& Done);

	/** Requests that work stops. Done is called when it has ended. Unknown numbers are ignored. */
	void Cancel(int32 Job);

	/** Cancels work and forgets it: nothing more is called. Unknown numbers are ignored. */
	void Abandon(int32 Job);

	/** Requests that all work stops. */
	UFUNCTION(BlueprintCallable, Category = "ATT3D")
	void CancelAll();

	/** Returns why the library cannot be used, or an empty text if it can. It opens the library. */
	UFUNCTION(BlueprintCallable, Category = "ATT3D")
	FString GetProblem() const;

	/** Cancels all work, waits for its end, and makes the next work load the model with the current settings. */
	UFUNCTION(BlueprintCallable, Category = "ATT3D")
	void Restart();

private:
	struct FJob
	{
		int32 Number = 0;
		ATT3DCore::Ticket Ticket;
		FString Problem; // why there is no ticket
		FATT3DProgress Progress;
		FATT3DDone Done;
	};

	bool Tick(float DeltaTime);
	FJob* Find(int32 Number);
	void Finish(int32 Number);

	TArray<TUniquePtr<FJob>> Jobs;
	FTSTicker::FDelegateHandle Ticker;
	int32 NextNumber = 1;
};
