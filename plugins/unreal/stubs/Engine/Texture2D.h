// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Engine/UTexture2D/CreateTransient
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Engine/UTexture
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Engine/FTextureSource/Init
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Engine/FTexturePlatformData
#pragma once

#include "CoreMinimal.h"

enum EPixelFormat : uint8
{
	PF_B8G8R8A8 = 2,
};
enum ETextureSourceFormat : int
{
	TSF_BGRA8,
};
enum TextureCompressionSettings : int
{
	TC_Default,
	TC_Normalmap,
	TC_Masks,
};
enum TextureGroup : int
{
	TEXTUREGROUP_World,
	TEXTUREGROUP_WorldNormalMap,
};
enum
{
	LOCK_READ_WRITE = 2,
};

struct FStubBulkData
{
	void* Lock(uint32 LockFlags);
	void Unlock();
};
struct FTexture2DMipMap
{
	FStubBulkData BulkData;
};
struct FTexturePlatformData
{
	TArray<FTexture2DMipMap> Mips;
};
struct FTextureSource
{
	void Init(int32 NewSizeX, int32 NewSizeY, int32 NewNumSlices, int32 NewNumMips, ETextureSourceFormat NewFormat, const uint8* NewData = nullptr);
};

class UTexture : public UObject
{
public:
	FTextureSource Source;
	uint8 SRGB : 1;
	TextureCompressionSettings CompressionSettings;
	TextureGroup LODGroup;
	virtual void UpdateResource();
};

class UTexture2D : public UTexture
{
public:
	static UTexture2D* CreateTransient(int32 InSizeX, int32 InSizeY, EPixelFormat InFormat = PF_B8G8R8A8);
	FTexturePlatformData* GetPlatformData();
};
