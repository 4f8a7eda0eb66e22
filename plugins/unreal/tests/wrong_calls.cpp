// Calls that do not fit the documented signatures. The check compiles this file once per macro and expects
// that each call is refused, so that the stubs are known to refuse something. Licensed MIT OR Apache-2.0.
#include "ATT3DAssets.h"
#include "ATT3DMesh.h"
#include "ATT3DSubsystem.h"
#include "Components/DynamicMeshComponent.h"
#include "Engine/Texture2D.h"

void Try(UATT3DSubsystem& Subsystem, UDynamicMeshComponent& Component, const FString& Text)
{
#ifdef WRONG_MESH
	UE::Geometry::FDynamicMesh3 Mesh;
	Component.SetMesh(Mesh); // It must be moved.
#elif defined WRONG_DELEGATE
	Subsystem.Start(ATT3DCore::Request(), FATT3DProgress(), FATT3DProgress());
#elif defined WRONG_PRINTF
	FString::Printf(TEXT("%s"), Text); // It must be *Text.
#elif defined WRONG_TEXTURE
	UTexture2D::CreateTransient(TEXT("64"), 64);
#elif defined WRONG_LITERAL
	FString Narrow("not TEXT");
#else
	(void)Subsystem, (void)Component, (void)Text;
#endif
}
