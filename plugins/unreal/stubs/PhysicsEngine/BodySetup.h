// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Engine/UBodySetup
#pragma once

#include "PhysicsEngine/AggregateGeom.h"

class UBodySetup : public UObject
{
public:
	FKAggregateGeom AggGeom;
	virtual void CreatePhysicsMeshes();
};
