// Blueprint nodes. Part of the ATT3D plugin for Unreal. Licensed MIT OR Apache-2.0.
#include "ATT3DAsyncActions.h"

#include "ATT3DDynamicMesh.h"
#include "ATT3DSubsystem.h"
#include "ATT3DText.h"
#include "Components/PrimitiveComponent.h"
#include "Engine/Engine.h"
#include "UObject/Package.h"

namespace
{
	UATT3DSubsystem* FindSubsystem()
	{
		// The engine is gone while the process quits.
		return GEngine ? GEngine->GetEngineSubsystem<UATT3DSubsystem>() : nullptr;
	}
}

void UATT3DAsyncAction::Prepare(UObject* WorldContextObject, ATT3DCore::Kind Kind, const UATT3DOptions* Options)
{
	Owner = WorldContextObject;
	Request.Work = Kind;
	UATT3DOptions::Apply(Options, Request);
	RegisterWithGameInstance(WorldContextObject);
}

void UATT3DAsyncAction::AddPrompt(const FString& Prompt)
{
	Request.Prompts.push_back(ATT3DText::ToUtf8(Prompt));
}

void UATT3DAsyncAction::Activate()
{
	UATT3DSubsystem* Subsystem = FindSubsystem();
	if (!Problem.IsEmpty() || !Subsystem)
	{
		FATT3DOutcome Outcome;
		Outcome.Message = Subsystem ? Problem : FString(TEXT("the engine is shutting down"));
		HandleDone(Outcome);
		return;
	}
	// Both delegates are bound weakly, so the subsystem cancels the work when this object is destroyed.
	Job = Subsystem->Start(MoveTemp(Request), FATT3DProgress::CreateUObject(this, &UATT3DAsyncAction::HandleProgress),
		FATT3DDone::CreateUObject(this, &UATT3DAsyncAction::HandleDone));
}

void UATT3DAsyncAction::Cancel()
{
	Abandon();
	Super::Cancel();
}

void UATT3DAsyncAction::BeginDestroy()
{
	Abandon();
	Super::BeginDestroy();
}

void UATT3DAsyncAction::Abandon()
{
	UATT3DSubsystem* Subsystem = Job != 0 ? FindSubsystem() : nullptr;
	if (Subsystem)
	{
		Subsystem->Abandon(Job);
	}
	Job = 0;
}

void UATT3DAsyncAction::HandleProgress(float Fraction)
{
	if (!Owner.IsValid())
	{
		// The level or the actor that started the node is gone.
		Cancel();
		return;
	}
	if (ShouldBroadcastDelegates())
	{
		Progress.Broadcast(Fraction, nullptr, FString());
	}
}

void UATT3DAsyncAction::HandleDone(const FATT3DOutcome& Outcome)
{
	Job = 0;
	if (Owner.IsValid() && ShouldBroadcastDelegates())
	{
		if (Outcome.bSucceeded && Outcome.Mesh)
		{
			Completed.Broadcast(1.0f, UATT3DMesh::Create(GetTransientPackage(), Outcome.Mesh, Outcome.Understood, Outcome.Notes), FString());
		}
		else
		{
			Failed.Broadcast(0.0f, nullptr, Outcome.Message);
		}
	}
	SetReadyToDestroy();
}

UATT3DGenerateAsync* UATT3DGenerateAsync::Generate(UObject* WorldContextObject, const FString& Prompt, const UATT3DOptions* Options)
{
	UATT3DGenerateAsync* Action = NewObject<UATT3DGenerateAsync>();
	Action->Prepare(WorldContextObject, ATT3DCore::Kind::Generate, Options);
	Action->AddPrompt(Prompt);
	return Action;
}

UATT3DInterpolateAsync* UATT3DInterpolateAsync::Interpolate(UObject* WorldContextObject, const TArray<FString>& Prompts, const TArray<float>& Weights, bool bMorph, const UATT3DOptions* Options)
{
	UATT3DInterpolateAsync* Action = NewObject<UATT3DInterpolateAsync>();
	Action->Prepare(WorldContextObject, bMorph ? ATT3DCore::Kind::Morph : ATT3DCore::Kind::Interpolate, Options);
	for (const FString& Prompt : Prompts)
	{
		Action->AddPrompt(Prompt);
	}
	for (const float Weight : Weights)
	{
		Action->Request.Weights.push_back(Weight);
	}
	return Action;
}

UATT3DStylizeAsync* UATT3DStylizeAsync::Stylize(UObject* WorldContextObject, UPrimitiveComponent* Component, const FString& Prompt, float Keep, const UATT3DOptions* Options)
{
	UATT3DStylizeAsync* Action = NewObject<UATT3DStylizeAsync>();
	Action->Prepare(WorldContextObject, ATT3DCore::Kind::Stylize, Options);
	Action->AddPrompt(Prompt);
	Action->Request.Keep = Keep;
	// The mesh is read now, on the game thread. The library works on a copy.
	ATT3DDynamicMesh::Read(Component, Action->Request.Given, Action->Problem);
	return Action;
}
