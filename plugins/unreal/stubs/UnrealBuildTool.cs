// Stub of the parts of Unreal's build tool that the plugin's Build.cs files use, after Epic's documentation:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/module-properties-in-unreal-engine
// https://dev.epicgames.com/documentation/en-us/unreal-engine/integrating-third-party-libraries-into-unreal-engine
// None of it comes from engine source.
using System.Collections.Generic;

namespace UnrealBuildTool
{
	public class UnrealTargetPlatform
	{
		public static readonly UnrealTargetPlatform Win64 = new UnrealTargetPlatform("Win64");
		public static readonly UnrealTargetPlatform Linux = new UnrealTargetPlatform("Linux");
		public static readonly UnrealTargetPlatform Mac = new UnrealTargetPlatform("Mac");

		private readonly string Name;

		private UnrealTargetPlatform(string Name)
		{
			this.Name = Name;
		}

		public override string ToString()
		{
			return Name;
		}
	}

	public class ReadOnlyTargetRules
	{
		public UnrealTargetPlatform Platform { get; set; }
	}

	public class RuntimeDependencyList
	{
		// Files that were added, for a test: the path in the target and the path of the source.
		public readonly List<KeyValuePair<string, string>> Added = new List<KeyValuePair<string, string>>();

		public void Add(string InPath, string InSourcePath)
		{
			Added.Add(new KeyValuePair<string, string>(InPath, InSourcePath));
		}
	}

	public class ModuleRules
	{
		public enum ModuleType
		{
			CPlusPlus,
			External
		}

		public enum PCHUsageMode
		{
			NoPCHs,
			UseExplicitOrSharedPCHs
		}

		// The folder of the Build.cs file. The build tool sets it; here a test does.
		public static string StubDirectory = "";

		public ModuleType Type;
		public PCHUsageMode PCHUsage;
		public bool bUseUnity = true;
		public readonly string ModuleDirectory = StubDirectory;
		public readonly List<string> PublicSystemIncludePaths = new List<string>();
		public readonly List<string> PublicDependencyModuleNames = new List<string>();
		public readonly List<string> PrivateDependencyModuleNames = new List<string>();
		public readonly List<string> PublicDelayLoadDLLs = new List<string>();
		public readonly RuntimeDependencyList RuntimeDependencies = new RuntimeDependencyList();

		public ModuleRules(ReadOnlyTargetRules Target)
		{
		}
	}
}
