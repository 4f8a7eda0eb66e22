// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/GeometryFramework/UDynamicMeshComponent
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/GeometryFramework/UBaseDynamicMeshComponent
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/GeometryFramework/EDynamicMeshComponentTangentsMod-
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/GeometryFramework/EDynamicMeshVertexColorTransform-
#pragma once

#include "Components/MeshComponent.h"
#include "DynamicMesh/DynamicMesh3.h"

class UDynamicMesh;
struct FKAggregateGeom;

enum class EDynamicMeshComponentTangentsMode : uint8
{
	NoTangents,
	AutoCalculated,
	ExternallyProvided,
	Default = 255,
};
enum class EDynamicMeshVertexColorTransformMode : uint8
{
	NoTransform = 0,
	LinearToSRGB,
	SRGBToLinear,
};

class UBaseDynamicMeshComponent : public UMeshComponent
{
public:
	virtual void SetVertexColorSpaceTransformMode(EDynamicMeshVertexColorTransformMode NewMode);
};

class UDynamicMeshComponent : public UBaseDynamicMeshComponent
{
public:
	virtual UDynamicMesh* GetDynamicMesh();
	virtual void SetMesh(UE::Geometry::FDynamicMesh3&& MoveMesh);
	virtual void SetTangentsType(EDynamicMeshComponentTangentsMode NewTangentsType);
	virtual void SetSimpleCollisionShapes(const FKAggregateGeom& AggGeom, bool bUpdateCollision);
	void SetComplexAsSimpleCollisionEnabled(bool bEnabled, bool bImmediateUpdate = true);
};
