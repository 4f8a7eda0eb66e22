// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/GeometryFramework/UDynamicMesh/EditMesh
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/GeometryFramework/EDynamicMeshChangeType
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/GeometryFramework/EDynamicMeshAttributeChangeFlags
#pragma once

#include "DynamicMesh/DynamicMesh3.h"

enum class EDynamicMeshChangeType : uint8
{
	GeneralEdit = 0,
	DeformationEdit = 4,
};
enum class EDynamicMeshAttributeChangeFlags : uint8
{
	Unknown = 0,
	VertexPositions = 1 << 1,
	NormalsTangents = 1 << 2,
};
EDynamicMeshAttributeChangeFlags operator|(EDynamicMeshAttributeChangeFlags A, EDynamicMeshAttributeChangeFlags B);

class UDynamicMesh : public UObject
{
public:
	void ProcessMesh(TFunctionRef<void(const UE::Geometry::FDynamicMesh3&)> ProcessFunc) const;
	void EditMesh(TFunctionRef<void(UE::Geometry::FDynamicMesh3&)> EditFunc, EDynamicMeshChangeType ChangeType = EDynamicMeshChangeType::GeneralEdit,
		EDynamicMeshAttributeChangeFlags ChangeFlags = EDynamicMeshAttributeChangeFlags::Unknown, bool bDeferChangeEvents = false);
};
