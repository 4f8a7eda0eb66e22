// The editor's tab. Part of the ATT3D plugin for Unreal. Licensed MIT OR Apache-2.0.
#pragma once

#include "CoreMinimal.h"
#include "ATT3DSubsystem.h"
#include "UObject/StrongObjectPtr.h"
#include "Widgets/SCompoundWidget.h"

class FDeferredCleanupSlateBrush;
class SEditableTextBox;
class UATT3DOptions;
struct FSlateBrush;

/**
 * The tab. It has a prompt, a text with what was understood, a preview that can be turned, a progress bar,
 * and buttons to cancel the work and to save the mesh to a content folder.
 */
class SATT3DPanel : public SCompoundWidget
{
public:
	SLATE_BEGIN_ARGS(SATT3DPanel)
	{
	}
	SLATE_END_ARGS()

	void Construct(const FArguments& InArgs);
	virtual ~SATT3DPanel() override;

	virtual FReply OnMouseButtonDown(const FGeometry& MyGeometry, const FPointerEvent& MouseEvent) override;
	virtual FReply OnMouseButtonUp(const FGeometry& MyGeometry, const FPointerEvent& MouseEvent) override;
	virtual FReply OnMouseMove(const FGeometry& MyGeometry, const FPointerEvent& MouseEvent) override;

private:
	TSharedRef<SWidget> MakePrompt();
	TSharedRef<SWidget> MakeButtons();
	TSharedRef<SWidget> MakePreview();
	TSharedRef<SWidget> MakeSave();
	TSharedRef<SWidget> MakeOptions();

	FReply Generate();
	FReply Stylize();
	FReply Cancel();
	FReply Save();
	void Start(ATT3DCore::Request&& Request);
	void Read(const FText& Text);
	void Draw();

	void HandleProgress(float Value);
	void HandleMesh(const FATT3DOutcome& Outcome);
	void HandleReading(const FATT3DOutcome& Outcome);
	void HandlePicture(const FATT3DOutcome& Outcome);
	void Say(const FString& Message);

	bool IsWorking() const { return Job != 0; }
	bool IsIdle() const { return Job == 0; }
	bool CanSave() const { return Job == 0 && Mesh != nullptr; }
	TOptional<float> GetFraction() const { return Fraction; }
	FText GetUnderstood() const { return FText::FromString(Understood); }
	FText GetStatus() const { return FText::FromString(Status); }
	const FSlateBrush* GetPicture() const;

	TStrongObjectPtr<UATT3DOptions> Options;
	TSharedPtr<SEditableTextBox> PromptBox;
	TSharedPtr<SEditableTextBox> FolderBox;
	TSharedPtr<FDeferredCleanupSlateBrush> Picture;
	std::shared_ptr<const ATT3DCore::Mesh> Mesh;
	FString Understood;
	FString Status;
	TOptional<float> Fraction;
	float Turn = 0;
	float Rise = 0;
	int32 Job = 0;
	int32 ReadJob = 0;
	int32 DrawJob = 0;
	bool bDrawAgain = false;
};
