// Tests of the plugin's Build.cs files against the stub of the build tool. Licensed MIT OR Apache-2.0.
//
//     mono rules_tests.exe FOLDER      FOLDER: an empty folder, for files of a library that need no contents
using System;
using System.IO;
using System.Linq;
using UnrealBuildTool;

public static class RulesTests
{
	private static int Passed = 0, Failed = 0;

	private static void Holds(bool Condition, string What)
	{
		if (Condition) Passed++; else Failed++;
		Console.WriteLine((Condition ? "ok " : "FAILED ") + What);
	}

	private static ATT3DLibrary Library(UnrealTargetPlatform Platform)
	{
		return new ATT3DLibrary(new ReadOnlyTargetRules { Platform = Platform });
	}

	public static int Main(string[] Arguments)
	{
		ModuleRules.StubDirectory = Arguments[0];
		foreach (UnrealTargetPlatform Platform in new[] { UnrealTargetPlatform.Linux, UnrealTargetPlatform.Win64, UnrealTargetPlatform.Mac })
		{
			string Name = Platform == UnrealTargetPlatform.Win64 ? "att3d.dll" : Platform == UnrealTargetPlatform.Mac ? "libatt3d.dylib" : "libatt3d.so";
			Holds(Library(Platform).RuntimeDependencies.Added.Count == 0, Platform + ": without a library nothing is staged, and nothing fails");
			string Folder = Path.Combine(Arguments[0], "lib", Platform.ToString());
			Directory.CreateDirectory(Folder);
			File.WriteAllText(Path.Combine(Folder, Name), "");
			ATT3DLibrary Rules = Library(Platform);
			var Added = Rules.RuntimeDependencies.Added;
			Holds(Added.Count == 1 && Added[0].Key == "$(PluginDir)/Binaries/ThirdParty/ATT3D/" + Platform + "/" + Name,
				Platform + ": the library is staged where the module looks for it");
			Holds(Added.Count == 1 && File.Exists(Added[0].Value), Platform + ": the staged file exists");
			Holds(Rules.PublicDelayLoadDLLs.SequenceEqual(Platform == UnrealTargetPlatform.Win64 ? new[] { Name } : new string[0]), Platform + ": delay load on Windows only");
			Holds(Rules.Type == ModuleRules.ModuleType.External && Rules.PublicSystemIncludePaths.Single() == Path.Combine(Arguments[0], "include"), Platform + ": the header's folder is public");
		}
		ReadOnlyTargetRules Target = new ReadOnlyTargetRules { Platform = UnrealTargetPlatform.Linux };
		Holds(new ATT3DCore(Target).PublicDependencyModuleNames.Contains("ATT3DLibrary"), "the core sees the header");
		Holds(new ATT3D(Target).PublicDependencyModuleNames.Contains("ATT3DCore"), "the runtime module sees the core");
		ATT3DEditor Editor = new ATT3DEditor(Target);
		Holds(Editor.PublicDependencyModuleNames.Contains("ATT3D") && Editor.PrivateDependencyModuleNames.Contains("UnrealEd"), "the editor module sees the runtime module and the editor");
		Holds(!new ATT3D(Target).PublicDependencyModuleNames.Concat(new ATT3D(Target).PrivateDependencyModuleNames).Contains("UnrealEd"), "the runtime module does not need the editor");
		Console.WriteLine("rules: " + Passed + " passed; " + Failed + " failed");
		return Failed == 0 ? 0 : 1;
	}
}
