// The editor module: it registers the tab. Part of the ATT3D plugin for Unreal. Licensed MIT OR Apache-2.0.
#include "ATT3DAssets.h"
#include "ATT3DModule.h"
#include "Framework/Application/SlateApplication.h"
#include "Framework/Docking/TabManager.h"
#include "Modules/ModuleManager.h"
#include "SATT3DPanel.h"
#include "Widgets/Docking/SDockTab.h"
#include "WorkspaceMenuStructure.h"
#include "WorkspaceMenuStructureModule.h"

#define LOCTEXT_NAMESPACE "ATT3D"

class FATT3DEditorModule : public IModuleInterface
{
public:
	virtual void StartupModule() override
	{
		// A commandlet, such as the cook, has no windows.
		if (!FSlateApplication::IsInitialized())
		{
			return;
		}
		FGlobalTabmanager::Get()
			->RegisterNomadTabSpawner(TabName, FOnSpawnTab::CreateRaw(this, &FATT3DEditorModule::SpawnTab))
			.SetDisplayName(LOCTEXT("Tab", "ATT3D"))
			.SetTooltipText(LOCTEXT("TabTip", "Generates meshes from text."))
			.SetGroup(WorkspaceMenu::GetMenuStructure().GetToolsCategory());
		bRegistered = true;
	}

	virtual void ShutdownModule() override
	{
		if (bRegistered && FSlateApplication::IsInitialized())
		{
			FGlobalTabmanager::Get()->UnregisterNomadTabSpawner(TabName);
		}
	}

private:
	TSharedRef<SDockTab> SpawnTab(const FSpawnTabArgs& /*Arguments*/)
	{
		FString Message;
		if (!ATT3DAssets::FindOrMakeMasterMaterial(Message))
		{
			UE_LOG(LogATT3D, Warning, TEXT("%s"), *Message);
		}
		return SNew(SDockTab)
			.TabRole(ETabRole::NomadTab)
			[
				SNew(SATT3DPanel)
			];
	}

	const FName TabName = TEXT("ATT3D");
	bool bRegistered = false;
};

#undef LOCTEXT_NAMESPACE

IMPLEMENT_MODULE(FATT3DEditorModule, ATT3DEditor)
