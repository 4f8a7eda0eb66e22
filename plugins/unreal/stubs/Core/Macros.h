// Stub: macros. Pages: https://dev.epicgames.com/documentation/en-us/unreal-engine/unreal-engine-uproperties,
// .../ufunctions-in-unreal-engine, .../metadata-specifiers-in-unreal-engine, .../logging-in-unreal-engine,
// .../asserts-in-unreal-engine.
#pragma once

#define UCLASS(...)
#define UENUM(...)
#define USTRUCT(...)
#define UPROPERTY(...)
#define UFUNCTION(...)
// The real macro adds constructors, StaticClass and the name Super. Super is added by the check's sources.
#define GENERATED_BODY()

#define TEXT(Literal) u##Literal
#define LOCTEXT(Key, Literal) FText()
// The check also compiles with other values of these three.
#ifndef WITH_EDITOR
#define WITH_EDITOR 1
#endif
#ifndef PLATFORM_WINDOWS
#define PLATFORM_WINDOWS 0
#endif
#ifndef PLATFORM_MAC
#define PLATFORM_MAC 0
#endif
#define MAX_int32 2147483647
#define INDEX_NONE (-1)
#define check(Expression) (void)(Expression)

#define TCHAR_TO_UTF8(Text) StubToUtf8(Text)
#define UTF8_TO_TCHAR(Text) StubToTchar(Text)

#define DECLARE_LOG_CATEGORY_EXTERN(Name, Default, CompileTime) \
    extern struct Name##Type { int Unused; } Name
#define DEFINE_LOG_CATEGORY(Name) Name##Type Name
#define UE_LOG(Category, Verbosity, Format, ...) StubLog(Category.Unused, Format __VA_OPT__(, ) __VA_ARGS__)

// Names of the module's export macros, which Unreal's build defines.
#define ATT3D_API
#define ATT3DCORE_API
#define ATT3DEDITOR_API
