// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Engine/FDeferredCleanupSlateBrush/CreateBrush
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Engine/FDeferredCleanupSlateBrush
#pragma once

#include "CoreMinimal.h"

class UTexture;
struct FSlateBrush;

class FDeferredCleanupSlateBrush
{
public:
	static TSharedRef<FDeferredCleanupSlateBrush> CreateBrush(UTexture* InTexture, const FLinearColor& InTint = FLinearColor(1, 1, 1, 1));
	static const FSlateBrush* TrySlateBrush(const TSharedPtr<FDeferredCleanupSlateBrush>& DeferredSlateBrush);
};
