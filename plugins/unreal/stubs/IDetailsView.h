// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Editor/PropertyEditor/IDetailsView
#pragma once

#include "Widgets/SCompoundWidget.h"

class IDetailsView : public SWidget
{
public:
	virtual void SetObject(UObject* InObject, bool bForceRefresh = false) = 0;
};
