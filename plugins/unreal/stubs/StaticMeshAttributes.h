// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/StaticMeshDescription/FStaticMeshAttributes
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/MeshDescription/TMeshAttributesRef
#pragma once

#include "MeshDescription.h"

template <class Id, class Value>
class TStubAttributes
{
public:
	Value& operator[](const Id ElementID) const;
	void Set(const Id ElementID, int32 Channel, const Value& NewValue) const;
	void SetNumChannels(int32 NumChannels) const;
};

class FStaticMeshAttributes
{
public:
	explicit FStaticMeshAttributes(FMeshDescription& InMeshDescription);
	void Register(bool bKeepExistingAttribute = false);
	TStubAttributes<FVertexID, FVector3f> GetVertexPositions();
	TStubAttributes<FVertexInstanceID, FVector3f> GetVertexInstanceNormals();
	TStubAttributes<FVertexInstanceID, FVector3f> GetVertexInstanceTangents();
	TStubAttributes<FVertexInstanceID, float> GetVertexInstanceBinormalSigns();
	TStubAttributes<FVertexInstanceID, FVector4f> GetVertexInstanceColors();
	TStubAttributes<FVertexInstanceID, FVector2f> GetVertexInstanceUVs();
	TStubAttributes<FPolygonGroupID, FName> GetPolygonGroupMaterialSlotNames();
};
