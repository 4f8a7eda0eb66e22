// The editor's tab: its work. Part of the ATT3D plugin for Unreal. Licensed MIT OR Apache-2.0.
#include "SATT3DPanel.h"

#include "ATT3DAssets.h"
#include "ATT3DDynamicMesh.h"
#include "ATT3DMaterials.h"
#include "ATT3DOptions.h"
#include "ATT3DText.h"
#include "Components/MeshComponent.h"
#include "Editor.h"
#include "Engine/Engine.h"
#include "Engine/Selection.h"
#include "Engine/StaticMesh.h"
#include "Engine/Texture2D.h"
#include "GameFramework/Actor.h"
#include "Slate/DeferredCleanupSlateBrush.h"
#include "Widgets/Input/SEditableTextBox.h"

namespace
{
	UATT3DSubsystem* FindSubsystem()
	{
		return GEngine ? GEngine->GetEngineSubsystem<UATT3DSubsystem>() : nullptr;
	}
}

SATT3DPanel::~SATT3DPanel()
{
	if (UATT3DSubsystem* Subsystem = FindSubsystem())
	{
		Subsystem->Abandon(Job);
		Subsystem->Abandon(ReadJob);
		Subsystem->Abandon(DrawJob);
	}
}

FReply SATT3DPanel::Generate()
{
	ATT3DCore::Request Request;
	Request.Prompts.push_back(ATT3DText::ToUtf8(PromptBox->GetText().ToString()));
	Start(MoveTemp(Request));
	return FReply::Handled();
}

FReply SATT3DPanel::Stylize()
{
	AActor* Actor = GEditor->GetSelectedActors()->GetTop<AActor>();
	UMeshComponent* Component = Actor ? Actor->FindComponentByClass<UMeshComponent>() : nullptr;
	ATT3DCore::Request Request;
	Request.Work = ATT3DCore::Kind::Stylize;
	Request.Prompts.push_back(ATT3DText::ToUtf8(PromptBox->GetText().ToString()));
	FString Message;
	if (!ATT3DDynamicMesh::Read(Component, Request.Given, Message))
	{
		Say(Message);
		return FReply::Handled();
	}
	Start(MoveTemp(Request));
	return FReply::Handled();
}

void SATT3DPanel::Start(ATT3DCore::Request&& Request)
{
	UATT3DSubsystem* Subsystem = FindSubsystem();
	if (!Subsystem || IsWorking())
	{
		return;
	}
	UATT3DOptions::Apply(Options.Get(), Request);
	Status.Empty();
	Fraction = 0.0f;
	Job = Subsystem->Start(MoveTemp(Request), FATT3DProgress::CreateSP(this, &SATT3DPanel::HandleProgress),
		FATT3DDone::CreateSP(this, &SATT3DPanel::HandleMesh));
}

FReply SATT3DPanel::Cancel()
{
	if (UATT3DSubsystem* Subsystem = FindSubsystem())
	{
		Subsystem->Cancel(Job);
	}
	return FReply::Handled();
}

void SATT3DPanel::Read(const FText& Text)
{
	UATT3DSubsystem* Subsystem = FindSubsystem();
	if (!Subsystem || Text.IsEmpty())
	{
		Understood.Empty();
		return;
	}
	Subsystem->Abandon(ReadJob); // Only the newest text counts.
	ATT3DCore::Request Request;
	Request.Work = ATT3DCore::Kind::Read;
	Request.Prompts.push_back(ATT3DText::ToUtf8(Text.ToString()));
	ReadJob = Subsystem->Start(MoveTemp(Request), FATT3DProgress(), FATT3DDone::CreateSP(this, &SATT3DPanel::HandleReading));
}

void SATT3DPanel::HandleReading(const FATT3DOutcome& Outcome)
{
	ReadJob = 0;
	Understood = Outcome.bSucceeded ? Outcome.Understood : Outcome.Message;
}

void SATT3DPanel::HandleProgress(float Value)
{
	Fraction = Value;
}

void SATT3DPanel::HandleMesh(const FATT3DOutcome& Outcome)
{
	Job = 0;
	Fraction.Reset();
	if (!Outcome.bSucceeded)
	{
		Say(Outcome.bCancelled ? FString(TEXT("Canceled")) : Outcome.Message);
		return;
	}
	Mesh = Outcome.Mesh;
	Understood = Outcome.Understood;
	FString Text = FString::Printf(TEXT("%d triangles"), static_cast<int32>(Mesh->Data().Indices.size() / 3));
	for (const FString& Note : Outcome.Notes)
	{
		Text += TEXT("\n") + Note;
	}
	Say(Text);
	Draw();
}

void SATT3DPanel::Draw()
{
	UATT3DSubsystem* Subsystem = FindSubsystem();
	if (!Subsystem || !Mesh)
	{
		return;
	}
	if (DrawJob != 0)
	{
		bDrawAgain = true; // At most one picture is drawn at a time.
		return;
	}
	ATT3DCore::Request Request;
	Request.Work = ATT3DCore::Kind::Draw;
	Request.Drawn = Mesh;
	Request.TurnDegrees = Turn;
	Request.RiseDegrees = Rise;
	DrawJob = Subsystem->Start(MoveTemp(Request), FATT3DProgress(), FATT3DDone::CreateSP(this, &SATT3DPanel::HandlePicture));
}

void SATT3DPanel::HandlePicture(const FATT3DOutcome& Outcome)
{
	DrawJob = 0;
	UTexture2D* Texture = Outcome.bSucceeded ? ATT3DMaterials::MakeTexture(Outcome.Picture, ATT3DMaterials::EKind::Color) : nullptr;
	if (Texture)
	{
		// The brush keeps the texture alive.
		Picture = FDeferredCleanupSlateBrush::CreateBrush(Texture, FLinearColor::White);
	}
	if (bDrawAgain)
	{
		bDrawAgain = false;
		Draw();
	}
}

FReply SATT3DPanel::Save()
{
	if (!Mesh)
	{
		return FReply::Handled();
	}
	FString Message;
	const FString Name = ATT3DText::FromUtf8(Mesh->Data().Prompt);
	const UStaticMesh* Saved = ATT3DAssets::Save(Mesh->Data(), FolderBox->GetText().ToString(), Name, Message);
	Say(Saved ? FString::Printf(TEXT("Saved %s"), *Saved->GetPathName()) : Message);
	return FReply::Handled();
}

void SATT3DPanel::Say(const FString& Message)
{
	Status = Message;
}

const FSlateBrush* SATT3DPanel::GetPicture() const
{
	return FDeferredCleanupSlateBrush::TrySlateBrush(Picture);
}

FReply SATT3DPanel::OnMouseButtonDown(const FGeometry& /*MyGeometry*/, const FPointerEvent& MouseEvent)
{
	if (MouseEvent.GetEffectingButton() != EKeys::LeftMouseButton || !Mesh)
	{
		return FReply::Unhandled();
	}
	return FReply::Handled().CaptureMouse(SharedThis(this));
}

FReply SATT3DPanel::OnMouseButtonUp(const FGeometry& /*MyGeometry*/, const FPointerEvent& /*MouseEvent*/)
{
	return HasMouseCapture() ? FReply::Handled().ReleaseMouseCapture() : FReply::Unhandled();
}

FReply SATT3DPanel::OnMouseMove(const FGeometry& /*MyGeometry*/, const FPointerEvent& MouseEvent)
{
	if (!HasMouseCapture())
	{
		return FReply::Unhandled();
	}
	const FVector2D Moved(MouseEvent.GetCursorDelta());
	Turn -= 0.5f * static_cast<float>(Moved.X);
	Rise = FMath::Clamp(Rise + 0.5f * static_cast<float>(Moved.Y), -104.0f, 74.0f);
	Draw();
	return FReply::Handled();
}
