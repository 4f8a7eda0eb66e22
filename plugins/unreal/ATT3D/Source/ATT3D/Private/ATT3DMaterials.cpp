// Textures at run time. Part of the ATT3D plugin for Unreal. Licensed MIT OR Apache-2.0.
#include "ATT3DMaterials.h"

#include "Engine/Texture2D.h"

UTexture2D* ATT3DMaterials::MakeTexture(const ATT3DCore::Image& Image, EKind Kind)
{
	if (Image.IsEmpty())
	{
		return nullptr;
	}
	UTexture2D* Texture = UTexture2D::CreateTransient(static_cast<int32>(Image.Width), static_cast<int32>(Image.Height), PF_B8G8R8A8);
	if (!Texture)
	{
		return nullptr;
	}
	Texture->SRGB = Kind == EKind::Color;
	Texture->CompressionSettings = Kind == EKind::Color ? TC_Default : Kind == EKind::Normal ? TC_Normalmap : TC_Masks;
	FTexture2DMipMap& Mip = Texture->GetPlatformData()->Mips[0];
	void* Texels = Mip.BulkData.Lock(LOCK_READ_WRITE);
	FMemory::Memcpy(Texels, Image.Bgra.data(), Image.Bgra.size());
	Mip.BulkData.Unlock();
	Texture->UpdateResource();
	return Texture;
}
