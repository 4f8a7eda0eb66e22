// The part of the plugin that needs no engine: plain C++17, tested outside of Unreal.
// Part of the ATT3D plugin for Unreal. Licensed MIT OR Apache-2.0.
using UnrealBuildTool;

public class ATT3DCore : ModuleRules
{
	public ATT3DCore(ReadOnlyTargetRules Target) : base(Target)
	{
		// The sources include nothing of the engine, so they take no shared precompiled header, and their
		// anonymous namespaces are not joined.
		PCHUsage = PCHUsageMode.NoPCHs;
		bUseUnity = false;
		PublicDependencyModuleNames.AddRange(new string[] { "Core", "ATT3DLibrary" });
	}
}
