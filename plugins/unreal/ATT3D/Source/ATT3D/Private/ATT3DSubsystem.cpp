// Work for C++ and Blueprint. Part of the ATT3D plugin for Unreal. Licensed MIT OR Apache-2.0.
#include "ATT3DSubsystem.h"

#include "ATT3DModule.h"
#include "ATT3DText.h"

void UATT3DSubsystem::Initialize(FSubsystemCollectionBase& Collection)
{
	Super::Initialize(Collection);
	Ticker = FTSTicker::GetCoreTicker().AddTicker(FTickerDelegate::CreateUObject(this, &UATT3DSubsystem::Tick), 0.0f);
}

void UATT3DSubsystem::Deinitialize()
{
	FTSTicker::RemoveTicker(Ticker);
	Jobs.Empty(); // The destructors of the tickets cancel the work.
	if (FModuleManager::Get().IsModuleLoaded(TEXT("ATT3D")))
	{
		FATT3DModule::Get().StopSession();
	}
	Super::Deinitialize();
}

int32 UATT3DSubsystem::Start(ATT3DCore::Request&& Request, const FATT3DProgress& Progress, const FATT3DDone& Done)
{
	check(IsInGameThread());
	TUniquePtr<FJob> Job = MakeUnique<FJob>();
	Job->Number = NextNumber;
	NextNumber = NextNumber == MAX_int32 ? 1 : NextNumber + 1;
	Job->Progress = Progress;
	Job->Done = Done;
	if (ATT3DCore::Session* Session = FATT3DModule::Get().GetSession(Job->Problem))
	{
		Job->Ticket = Session->Start(MoveTemp(Request));
	}
	const int32 Number = Job->Number;
	Jobs.Add(MoveTemp(Job));
	return Number;
}

UATT3DSubsystem::FJob* UATT3DSubsystem::Find(int32 Number)
{
	for (const TUniquePtr<FJob>& Job : Jobs)
	{
		if (Job->Number == Number)
		{
			return Job.Get();
		}
	}
	return nullptr;
}

void UATT3DSubsystem::Cancel(int32 Number)
{
	if (FJob* Job = Find(Number))
	{
		Job->Ticket.Cancel();
	}
}

void UATT3DSubsystem::Abandon(int32 Number)
{
	Jobs.RemoveAll([Number](const TUniquePtr<FJob>& Job) { return Job->Number == Number; });
}

void UATT3DSubsystem::CancelAll()
{
	for (const TUniquePtr<FJob>& Job : Jobs)
	{
		Job->Ticket.Cancel();
	}
}

FString UATT3DSubsystem::GetProblem() const
{
	FString Message;
	FATT3DModule::Get().GetFunctions(Message);
	return Message;
}

void UATT3DSubsystem::Restart()
{
	// The session's end cancels its work. The tickets report that in the next frame.
	FATT3DModule::Get().StopSession();
}

bool UATT3DSubsystem::Tick(float /*DeltaTime*/)
{
	// A delegate may start, cancel or abandon work, so the list may change in every call.
	TArray<int32> Numbers;
	for (const TUniquePtr<FJob>& Job : Jobs)
	{
		Numbers.Add(Job->Number);
	}
	for (const int32 Number : Numbers)
	{
		FJob* Job = Find(Number);
		if (!Job)
		{
			continue;
		}
		if (!Job->Done.IsBound())
		{
			// The object that wanted the result is gone. The ticket's destructor cancels the work.
			Abandon(Number);
		}
		else if (!Job->Ticket.HasWork() || Job->Ticket.HasEnded())
		{
			Finish(Number);
		}
		else
		{
			const float Fraction = Job->Ticket.GetFraction();
			const FATT3DProgress Progress = Job->Progress; // A copy: the delegate may abandon the job.
			Progress.ExecuteIfBound(Fraction);
		}
	}
	return true;
}

void UATT3DSubsystem::Finish(int32 Number)
{
	FJob* Job = Find(Number);
	FATT3DOutcome Outcome;
	if (Job->Ticket.HasWork())
	{
		Outcome.bCancelled = Job->Ticket.GetPhase() == ATT3DCore::Phase::Cancelled;
		ATT3DCore::Outcome Result = Job->Ticket.Take();
		Outcome.bSucceeded = Result.Status == ATT3D_OK;
		Outcome.Message = ATT3DText::FromUtf8(Result.Message);
		Outcome.Understood = ATT3DText::FromUtf8(Result.Understood);
		for (const std::string& Note : Result.Notes)
		{
			Outcome.Notes.Add(ATT3DText::FromUtf8(Note));
			UE_LOG(LogATT3D, Warning, TEXT("%s"), *Outcome.Notes.Last());
		}
		Outcome.Mesh = MoveTemp(Result.Made);
		Outcome.Picture = MoveTemp(Result.Picture);
	}
	else
	{
		Outcome.Message = Job->Problem;
	}
	if (!Outcome.bSucceeded && !Outcome.bCancelled)
	{
		UE_LOG(LogATT3D, Error, TEXT("%s"), *Outcome.Message);
	}
	const FATT3DDone Done = Job->Done;
	Abandon(Number);
	Done.ExecuteIfBound(Outcome);
}
