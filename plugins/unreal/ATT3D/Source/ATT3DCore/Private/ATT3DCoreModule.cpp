// The module of the core for Unreal. It is the only file of the core that includes the engine, and the core's
// tests leave it out. Part of the ATT3D plugin for Unreal. Licensed MIT OR Apache-2.0.
#include "Modules/ModuleManager.h"

IMPLEMENT_MODULE(FDefaultModuleImpl, ATT3DCore)
