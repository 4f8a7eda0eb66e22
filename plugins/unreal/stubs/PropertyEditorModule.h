// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Editor/PropertyEditor/FPropertyEditorModule
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Editor/PropertyEditor/FDetailsViewArgs
#pragma once

#include "IDetailsView.h"
#include "Modules/ModuleManager.h"

struct FDetailsViewArgs
{
	bool bAllowSearch;
	bool bHideSelectionTip;
};

class FPropertyEditorModule : public IModuleInterface
{
public:
	TSharedRef<IDetailsView> CreateDetailView(const FDetailsViewArgs& DetailsViewArgs);
};
