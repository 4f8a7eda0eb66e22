// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Editor/UnrealEd/UEditorEngine
#pragma once

#include "Engine/Engine.h"

class USelection;

class UEditorEngine : public UEngine
{
public:
	USelection* GetSelectedActors() const;
};

extern UEditorEngine* GEditor;
