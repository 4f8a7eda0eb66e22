// Stub. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/SlateCore/SCompoundWidget
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/SlateCore/SWidget
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/SlateCore/FReply
// https://dev.epicgames.com/documentation/en-us/unreal-engine/slate-overview-for-unreal-engine
#pragma once

#include "CoreMinimal.h"

struct FGeometry
{
};
struct FKey
{
	bool operator!=(const FKey& Other) const;
};
struct EKeys
{
	static const FKey LeftMouseButton;
};
struct FPointerEvent
{
	FKey GetEffectingButton() const;
	const FVector2D& GetCursorDelta() const;
};

class SWidget;

class FReply
{
public:
	static FReply Handled();
	static FReply Unhandled();
	FReply& CaptureMouse(TSharedRef<SWidget> InMouseCaptor);
	FReply& ReleaseMouseCapture();
};

class SWidget
{
public:
	virtual ~SWidget();
	virtual FReply OnMouseButtonDown(const FGeometry& MyGeometry, const FPointerEvent& MouseEvent);
	virtual FReply OnMouseButtonUp(const FGeometry& MyGeometry, const FPointerEvent& MouseEvent);
	virtual FReply OnMouseMove(const FGeometry& MyGeometry, const FPointerEvent& MouseEvent);
	bool HasMouseCapture() const;

protected:
	template <class T>
	TSharedRef<T> SharedThis(T* This);
};

// A slot takes its content in brackets.
struct FStubSlot
{
	FStubSlot& operator[](const TSharedRef<SWidget>& Content);
};

class SCompoundWidget : public SWidget
{
protected:
	FStubSlot ChildSlot;
};

#define SLATE_BEGIN_ARGS(Class) \
public:                         \
	struct FArguments           \
	{                           \
		FArguments()
#define SLATE_END_ARGS() \
	}                    \
	;
// SNew(Class).Setter(…)[ content ] becomes a reference to the widget, as in Slate.
#define SNew(Class) StubMakeArguments<Class>()
#define SAssignNew(Target, Class) StubAssignArguments<Class>(Target)
// Setters of all widgets that the plugin uses. Each takes a value or an object and a method of it, as an
// attribute or an event of Slate does.
using FStubImage = const struct FSlateBrush*;
template <class Class>
struct FStubArguments
{
#define SLATE_STUB_ATTRIBUTE(Type, Name)                                      \
	FStubArguments& Name(const Type& Value);                                  \
	template <class Object>                                                   \
	FStubArguments& Name(Object* Target, Type (Object::*Method)() const)
	SLATE_STUB_ATTRIBUTE(FText, Text);
	SLATE_STUB_ATTRIBUTE(FText, HintText);
	SLATE_STUB_ATTRIBUTE(FText, ToolTipText);
	SLATE_STUB_ATTRIBUTE(bool, IsEnabled);
	SLATE_STUB_ATTRIBUTE(bool, AutoWrapText);
	SLATE_STUB_ATTRIBUTE(TOptional<float>, Percent);
	SLATE_STUB_ATTRIBUTE(float, WidthOverride);
	SLATE_STUB_ATTRIBUTE(float, HeightOverride);
	SLATE_STUB_ATTRIBUTE(FStubImage, Image);
#undef SLATE_STUB_ATTRIBUTE
	template <class Object>
	FStubArguments& OnClicked(Object* Target, FReply (Object::*Method)());
	template <class Object>
	FStubArguments& OnTextChanged(Object* Target, void (Object::*Method)(const FText&));
	template <class Role>
	FStubArguments& TabRole(Role Value);
	FStubArguments& operator[](const TSharedRef<SWidget>& Content);
	template <class Slot>
	FStubArguments& operator+(const Slot& Child);
	template <class Target, class = std::enable_if_t<std::is_convertible_v<Class*, Target*>>>
	operator TSharedRef<Target>() const;
};
template <class Class>
FStubArguments<Class>& StubMakeArguments();
template <class Class>
FStubArguments<Class>& StubAssignArguments(TSharedPtr<Class>& Target);
