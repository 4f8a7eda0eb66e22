// Options of meshes. Part of the ATT3D plugin for Unreal. Licensed MIT OR Apache-2.0.
#include "ATT3DOptions.h"

namespace
{
	uint32 Positive(int32 Value)
	{
		return Value > 0 ? static_cast<uint32>(Value) : 0u;
	}
}

void UATT3DOptions::Apply(const UATT3DOptions* Options, ATT3DCore::Request& Request)
{
	if (!Options)
	{
		Options = GetDefault<UATT3DOptions>();
	}
	ATT3DCore::MeshOptions& Target = Request.Options;
	Target.Resolution = Positive(Options->Resolution);
	Target.TextureSize = Positive(Options->TextureSize);
	Target.TriangleBudget = Positive(Options->TriangleBudget);
	Target.LevelCount = Positive(Options->LevelCount);
	Target.HullCount = Positive(Options->HullCount);
	Target.Seed = static_cast<uint64>(Options->Seed);
	Target.SizeCentimeters = Options->Size;
	switch (Options->Pivot)
	{
	case EATT3DPivot::Ground: Target.Origin = ATT3DCore::Pivot::Ground; break;
	case EATT3DPivot::Center: Target.Origin = ATT3DCore::Pivot::Center; break;
	case EATT3DPivot::Origin: Target.Origin = ATT3DCore::Pivot::Origin; break;
	}
	Request.MakeUvs = Options->bNewUVs;
}
