// The runtime module. Part of the ATT3D plugin for Unreal. Licensed MIT OR Apache-2.0.
#include "ATT3DModule.h"

#include "ATT3DSettings.h"
#include "ATT3DText.h"
#include "HAL/PlatformProcess.h"
#include "HAL/Runnable.h"
#include "HAL/RunnableThread.h"
#include "Interfaces/IPluginManager.h"
#include "Misc/Paths.h"

DEFINE_LOG_CATEGORY(LogATT3D);
IMPLEMENT_MODULE(FATT3DModule, ATT3D)

/** A session and the thread that runs it. The destructor stops the session and joins the thread. */
class FATT3DThread : public FRunnable
{
public:
	FATT3DThread(const ATT3DCore::Functions& Functions, ATT3DCore::SessionOptions Options)
		: Session(Functions, std::move(Options))
		, Thread(FRunnableThread::Create(this, TEXT("ATT3D")))
	{
	}

	virtual ~FATT3DThread() override
	{
		Session.Stop();
		if (Thread)
		{
			Thread->WaitForCompletion();
			delete Thread;
		}
	}

	virtual uint32 Run() override
	{
		Session.Run();
		return 0;
	}

	virtual void Stop() override
	{
		Session.Stop();
	}

	bool IsRunning() const
	{
		return Thread != nullptr;
	}

	ATT3DCore::Session Session;

private:
	// Declared after the session, because the thread uses the session at once.
	FRunnableThread* Thread;
};

FATT3DModule::FATT3DModule() = default;
FATT3DModule::~FATT3DModule() = default;

FATT3DModule& FATT3DModule::Get()
{
	return FModuleManager::LoadModuleChecked<FATT3DModule>(TEXT("ATT3D"));
}

void FATT3DModule::StartupModule()
{
	// The library is opened when it is first needed: an editor that does not use it does not load it.
}

void FATT3DModule::ShutdownModule()
{
	bIsShutDown = true;
	StopSession();
}

FString FATT3DModule::GetLibraryPath()
{
	const TSharedPtr<IPlugin> Plugin = IPluginManager::Get().FindPlugin(TEXT("ATT3D"));
	const FString Folder = Plugin.IsValid() ? Plugin->GetBaseDir() : FPaths::ProjectPluginsDir() / TEXT("ATT3D");
#if PLATFORM_WINDOWS
	const FString Name = TEXT("Win64/att3d.dll");
#elif PLATFORM_MAC
	const FString Name = TEXT("Mac/libatt3d.dylib");
#else
	const FString Name = TEXT("Linux/libatt3d.so");
#endif
	return FPaths::ConvertRelativePathToFull(Folder / TEXT("Binaries/ThirdParty/ATT3D") / Name);
}

const ATT3DCore::Functions* FATT3DModule::GetFunctions(FString& OutMessage)
{
	// Meshes and their functions may live longer than this module, and the library must not be unloaded on
	// macOS. So the handle is not freed, and the functions stay until the process ends.
	static const ATT3DCore::Library* const Library = []
	{
		const FString Path = GetLibraryPath();
		const bool bExists = FPaths::FileExists(Path);
		void* Handle = bExists ? FPlatformProcess::GetDllHandle(*Path) : nullptr;
		const auto Find = [](void* Opened, const char* Name) -> void*
		{
			return FPlatformProcess::GetDllExport(Opened, UTF8_TO_TCHAR(Name));
		};
		return new ATT3DCore::Library(ATT3DCore::BindLibrary(Handle, Find, ATT3DText::ToUtf8(Path), bExists));
	}();
	if (Library->IsReady())
	{
		return &Library->Calls;
	}
	OutMessage = ATT3DText::FromUtf8(Library->Message);
	return nullptr;
}

ATT3DCore::Session* FATT3DModule::GetSession(FString& OutMessage)
{
	check(IsInGameThread());
	if (Thread.IsValid())
	{
		return &Thread->Session;
	}
	if (bIsShutDown)
	{
		OutMessage = TEXT("the ATT3D module is shut down");
		return nullptr;
	}
	const ATT3DCore::Functions* Functions = GetFunctions(OutMessage);
	if (!Functions)
	{
		return nullptr;
	}
	const UATT3DSettings* Settings = GetDefault<UATT3DSettings>();
	static_assert(static_cast<uint32>(EATT3DEngine::Embedded) == ATT3D_ENGINE_EMBEDDED, "values of att3d.h");
	static_assert(static_cast<uint32>(EATT3DEngine::Torch) == ATT3D_ENGINE_TORCH, "values of att3d.h");
	static_assert(static_cast<uint32>(EATT3DDevice::Cuda) == ATT3D_DEVICE_CUDA, "values of att3d.h");
	ATT3DCore::SessionOptions Options;
	if (!Settings->ModelPackage.IsEmpty())
	{
		Options.ModelPath = ATT3DText::ToUtf8(FPaths::ConvertRelativePathToFull(FPaths::ProjectDir(), Settings->ModelPackage));
	}
	Options.Engine = static_cast<uint32>(Settings->Engine);
	Options.Device = static_cast<uint32>(Settings->Device);
	Options.ThreadCount = static_cast<uint32>(FMath::Max(Settings->ThreadCount, 0));
	Options.MemoryLimit = static_cast<uint64>(FMath::Max(Settings->MemoryLimit, 0)) << 20;
	// libtorch runs only in a separate process, so that the game never loads it.
	Options.InSeparateProcess = Settings->bSeparateProcess || Settings->Engine != EATT3DEngine::Embedded;
	Options.LowPriority = Settings->bLowPriority;
	Thread = MakeUnique<FATT3DThread>(*Functions, MoveTemp(Options));
	if (!Thread->IsRunning())
	{
		Thread.Reset();
		OutMessage = TEXT("the system could not start a thread for ATT3D; close other programs and try again");
		return nullptr;
	}
	return &Thread->Session;
}

void FATT3DModule::StopSession()
{
	Thread.Reset();
}
