// The editor module: the tab, and static meshes with their textures and materials as assets.
// Part of the ATT3D plugin for Unreal. Licensed MIT OR Apache-2.0.
using UnrealBuildTool;

public class ATT3DEditor : ModuleRules
{
	public ATT3DEditor(ReadOnlyTargetRules Target) : base(Target)
	{
		PCHUsage = PCHUsageMode.UseExplicitOrSharedPCHs;
		PublicDependencyModuleNames.AddRange(new string[] { "Core", "CoreUObject", "Engine", "ATT3D", "ATT3DCore" });
		PrivateDependencyModuleNames.AddRange(new string[]
		{
			"AssetRegistry", "InputCore", "MaterialEditor", "MeshDescription", "PropertyEditor", "Slate", "SlateCore",
			"StaticMeshDescription", "UnrealEd", "WorkspaceMenuStructure"
		});
	}
}
