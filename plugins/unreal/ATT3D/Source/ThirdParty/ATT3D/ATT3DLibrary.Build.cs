// The att3d library and its header. scripts/package_unreal.sh puts them here; git ignores them.
//
//     include/att3d.h
//     lib/Linux/libatt3d.so   lib/Win64/att3d.dll   lib/Mac/libatt3d.dylib
//     lib/PLATFORM/att3d-worker (.exe): the program of workers; without it, there are no separate processes
//
// Part of the ATT3D plugin for Unreal. Licensed MIT OR Apache-2.0.
using System;
using System.IO;
using UnrealBuildTool;

public class ATT3DLibrary : ModuleRules
{
	public ATT3DLibrary(ReadOnlyTargetRules Target) : base(Target)
	{
		Type = ModuleType.External;
		PublicSystemIncludePaths.Add(Path.Combine(ModuleDirectory, "include"));

		string Library = "libatt3d.so";
		string Worker = "att3d-worker";
		if (Target.Platform == UnrealTargetPlatform.Win64)
		{
			Library = "att3d.dll";
			Worker = "att3d-worker.exe";
			// The plugin binds all functions by name, so nothing is imported from this library. The delay load
			// serves other modules of a project that link the import library themselves.
			PublicDelayLoadDLLs.Add(Library);
		}
		else if (Target.Platform == UnrealTargetPlatform.Mac)
		{
			Library = "libatt3d.dylib";
		}

		if (!Stage(Target.Platform.ToString(), Library))
		{
			Console.WriteLine("ATT3D: there is no library for " + Target.Platform + ". The plugin is built without "
				+ "it and reports at run time that it is missing. scripts/package_unreal.sh makes a package with it.");
		}
		Stage(Target.Platform.ToString(), Worker);
	}

	// Makes the build copy a file to the plugin's binaries, and a package of the game contain it. Returns false
	// if the file does not exist.
	private bool Stage(string Platform, string Name)
	{
		string Source = Path.Combine(ModuleDirectory, "lib", Platform, Name);
		if (!File.Exists(Source))
		{
			return false;
		}
		RuntimeDependencies.Add(Path.Combine("$(PluginDir)", "Binaries", "ThirdParty", "ATT3D", Platform, Name), Source);
		return true;
	}
}
