// Stub: delegates. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/delegates-and-lamba-functions-in-unreal-engine
// .../dynamic-delegates-in-unreal-engine .../multicast-delegates-in-unreal-engine.
#pragma once

#include "Pointers.h"

template <class Result, class... A>
class TStubDelegate
{
public:
	template <class Object, class Base>
	static TStubDelegate CreateUObject(Object* Target, Result (Base::*Method)(A...));
	template <class Object, class Base>
	static TStubDelegate CreateSP(Object* Target, Result (Base::*Method)(A...));
	template <class Object, class Base>
	static TStubDelegate CreateRaw(Object* Target, Result (Base::*Method)(A...));
	bool IsBound() const;
	bool ExecuteIfBound(A... Arguments) const;
};
template <class... A>
class TStubMulticast
{
public:
	void Broadcast(A... Arguments) const;
};

#define DECLARE_DELEGATE_OneParam(Name, A) using Name = TStubDelegate<void, A>
#define DECLARE_DYNAMIC_MULTICAST_DELEGATE_ThreeParams(Name, A, AName, B, BName, C, CName) \
    class Name : public TStubMulticast<A, B, C>                                            \
    {                                                                                      \
    }
