// The runtime module: it opens the library and owns the thread on which the library works.
// Part of the ATT3D plugin for Unreal. Licensed MIT OR Apache-2.0.
#pragma once

#include "CoreMinimal.h"
#include "Modules/ModuleManager.h"

#include "ATT3DCoreSession.h"

ATT3D_API DECLARE_LOG_CATEGORY_EXTERN(LogATT3D, Log, All);

class FATT3DThread;

class ATT3D_API FATT3DModule : public IModuleInterface
{
public:
	FATT3DModule();
	virtual ~FATT3DModule() override;

	/** Returns the module, and loads it if it is not loaded. */
	static FATT3DModule& Get();

	virtual void StartupModule() override;
	/** Cancels all work and waits for the thread's end. */
	virtual void ShutdownModule() override;

	/**
	 * Returns the library's functions, or null if the library cannot be used. It is opened by the first call.
	 * The functions are valid until the process ends.
	 * @param OutMessage What is wrong and what to do, if the result is null.
	 */
	const ATT3DCore::Functions* GetFunctions(FString& OutMessage);

	/**
	 * Returns the session, or null with a message. The first call starts the session with the project's
	 * settings. Only for the game thread.
	 */
	ATT3DCore::Session* GetSession(FString& OutMessage);

	/**
	 * Cancels all work and waits for the thread's end. The next GetSession starts a new session. Only for the
	 * game thread.
	 */
	void StopSession();

	/** Returns the path at which the library is expected on this platform. */
	static FString GetLibraryPath();

private:
	TUniquePtr<FATT3DThread> Thread;
	bool bIsShutDown = false;
};
