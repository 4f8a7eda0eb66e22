// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/GeometryCore/FDynamicMesh3
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/GeometryCore/FIndex3i
#pragma once

#include "CoreMinimal.h"

namespace UE::Geometry
{
	struct FIndex3i
	{
		FIndex3i(int A, int B, int C);
		int operator[](int Index) const;
	};

	class FDynamicMeshAttributeSet;

	class FDynamicMesh3
	{
	public:
		FDynamicMesh3();
		FDynamicMesh3(FDynamicMesh3&& Moved);
		int AppendVertex(const FVector& Position);
		int AppendTriangle(int Vertex0, int Vertex1, int Vertex2, int TriGroupID = 0);
		void SetVertex(int VertexID, const FVector& NewPosition);
		FVector GetVertex(int VertexID) const;
		FIndex3i GetTriangle(int TriangleID) const;
		int VertexCount() const;
		TArray<int> TriangleIndicesItr() const;
		void EnableAttributes();
		bool HasAttributes() const;
		FDynamicMeshAttributeSet* Attributes();
		const FDynamicMeshAttributeSet* Attributes() const;
	};
}
