// The runtime module: subsystem, Blueprint nodes, settings and dynamic meshes.
// Part of the ATT3D plugin for Unreal. Licensed MIT OR Apache-2.0.
using UnrealBuildTool;

public class ATT3D : ModuleRules
{
	public ATT3D(ReadOnlyTargetRules Target) : base(Target)
	{
		PCHUsage = PCHUsageMode.UseExplicitOrSharedPCHs;
		PublicDependencyModuleNames.AddRange(new string[]
		{
			"Core", "CoreUObject", "Engine", "DeveloperSettings", "GeometryCore", "GeometryFramework", "ATT3DCore"
		});
		PrivateDependencyModuleNames.AddRange(new string[] { "Projects", "ProceduralMeshComponent" });
	}
}
