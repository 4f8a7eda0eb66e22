// The editor's tab: its widgets. Part of the ATT3D plugin for Unreal. Licensed MIT OR Apache-2.0.
#include "SATT3DPanel.h"

#include "ATT3DOptions.h"
#include "Engine/Engine.h"
#include "IDetailsView.h"
#include "Modules/ModuleManager.h"
#include "PropertyEditorModule.h"
#include "Widgets/Images/SImage.h"
#include "Widgets/Input/SButton.h"
#include "Widgets/Input/SEditableTextBox.h"
#include "Widgets/Layout/SBox.h"
#include "Widgets/Notifications/SProgressBar.h"
#include "Widgets/SBoxPanel.h"
#include "Widgets/Text/STextBlock.h"

#define LOCTEXT_NAMESPACE "ATT3D"

void SATT3DPanel::Construct(const FArguments& /*InArgs*/)
{
	Options = TStrongObjectPtr<UATT3DOptions>(NewObject<UATT3DOptions>());
	if (const UATT3DSubsystem* Subsystem = GEngine ? GEngine->GetEngineSubsystem<UATT3DSubsystem>() : nullptr)
	{
		Say(Subsystem->GetProblem());
	}
	ChildSlot
	[
		SNew(SVerticalBox)
		+ SVerticalBox::Slot().AutoHeight().Padding(4.0f)
		[
			MakePrompt()
		]
		+ SVerticalBox::Slot().AutoHeight().Padding(4.0f)
		[
			MakeButtons()
		]
		+ SVerticalBox::Slot().AutoHeight().Padding(4.0f)
		[
			MakePreview()
		]
		+ SVerticalBox::Slot().AutoHeight().Padding(4.0f)
		[
			MakeSave()
		]
		+ SVerticalBox::Slot().FillHeight(1.0f).Padding(4.0f)
		[
			MakeOptions()
		]
	];
}

TSharedRef<SWidget> SATT3DPanel::MakePrompt()
{
	return SNew(SVerticalBox)
		+ SVerticalBox::Slot().AutoHeight()
		[
			SAssignNew(PromptBox, SEditableTextBox)
			.HintText(LOCTEXT("PromptHint", "a pig wearing a party hat"))
			.OnTextChanged(this, &SATT3DPanel::Read)
		]
		+ SVerticalBox::Slot().AutoHeight()
		[
			SNew(STextBlock)
			.Text(this, &SATT3DPanel::GetUnderstood)
			.AutoWrapText(true)
		];
}

TSharedRef<SWidget> SATT3DPanel::MakeButtons()
{
	return SNew(SHorizontalBox)
		+ SHorizontalBox::Slot().AutoWidth()
		[
			SNew(SButton)
			.Text(LOCTEXT("Generate", "Generate"))
			.IsEnabled(this, &SATT3DPanel::IsIdle)
			.OnClicked(this, &SATT3DPanel::Generate)
		]
		+ SHorizontalBox::Slot().AutoWidth()
		[
			SNew(SButton)
			.Text(LOCTEXT("Stylize", "Stylize Selected"))
			.ToolTipText(LOCTEXT("StylizeTip", "Applies the prompt to the mesh of the selected actor. The actor does not change."))
			.IsEnabled(this, &SATT3DPanel::IsIdle)
			.OnClicked(this, &SATT3DPanel::Stylize)
		]
		+ SHorizontalBox::Slot().AutoWidth()
		[
			SNew(SButton)
			.Text(LOCTEXT("Cancel", "Cancel"))
			.IsEnabled(this, &SATT3DPanel::IsWorking)
			.OnClicked(this, &SATT3DPanel::Cancel)
		]
		+ SHorizontalBox::Slot().FillWidth(1.0f)
		[
			SNew(SProgressBar)
			.Percent(this, &SATT3DPanel::GetFraction)
		];
}

TSharedRef<SWidget> SATT3DPanel::MakePreview()
{
	return SNew(SBox)
		.WidthOverride(384.0f)
		.HeightOverride(384.0f)
		[
			SNew(SImage)
			.Image(this, &SATT3DPanel::GetPicture)
		];
}

TSharedRef<SWidget> SATT3DPanel::MakeSave()
{
	return SNew(SVerticalBox)
		+ SVerticalBox::Slot().AutoHeight()
		[
			SNew(SHorizontalBox)
			+ SHorizontalBox::Slot().FillWidth(1.0f)
			[
				SAssignNew(FolderBox, SEditableTextBox)
				.Text(FText::FromString(TEXT("/Game/ATT3D")))
			]
			+ SHorizontalBox::Slot().AutoWidth()
			[
				SNew(SButton)
				.Text(LOCTEXT("Save", "Save"))
				.IsEnabled(this, &SATT3DPanel::CanSave)
				.OnClicked(this, &SATT3DPanel::Save)
			]
		]
		+ SVerticalBox::Slot().AutoHeight()
		[
			SNew(STextBlock)
			.Text(this, &SATT3DPanel::GetStatus)
			.AutoWrapText(true)
		];
}

TSharedRef<SWidget> SATT3DPanel::MakeOptions()
{
	FPropertyEditorModule& Module = FModuleManager::LoadModuleChecked<FPropertyEditorModule>(TEXT("PropertyEditor"));
	FDetailsViewArgs Arguments;
	Arguments.bAllowSearch = false;
	Arguments.bHideSelectionTip = true;
	const TSharedRef<IDetailsView> View = Module.CreateDetailView(Arguments);
	View->SetObject(Options.Get());
	return View;
}

#undef LOCTEXT_NAMESPACE
