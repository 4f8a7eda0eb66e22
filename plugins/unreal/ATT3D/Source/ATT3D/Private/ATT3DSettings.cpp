// Project settings of the plugin. Part of the ATT3D plugin for Unreal. Licensed MIT OR Apache-2.0.
#include "ATT3DSettings.h"

#include "ATT3DSubsystem.h"
#include "Engine/Engine.h"
#include "Materials/MaterialInterface.h"

UATT3DSettings::UATT3DSettings()
	: MasterMaterial(FSoftObjectPath(TEXT("/Game/ATT3D/M_ATT3D.M_ATT3D")))
{
}

FName UATT3DSettings::GetCategoryName() const
{
	return TEXT("Plugins");
}

#if WITH_EDITOR
void UATT3DSettings::PostEditChangeProperty(FPropertyChangedEvent& PropertyChangedEvent)
{
	Super::PostEditChangeProperty(PropertyChangedEvent);
	UATT3DSubsystem* Subsystem = GEngine ? GEngine->GetEngineSubsystem<UATT3DSubsystem>() : nullptr;
	if (Subsystem)
	{
		Subsystem->Restart();
	}
}
#endif
