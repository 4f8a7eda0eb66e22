// Stub: math. Pages:
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Core/FVector
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Core/FVector3f
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Core/FVector2D
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Core/FVector4f
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Core/FIntVector
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Core/FLinearColor
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Core/FMath
// https://dev.epicgames.com/documentation/en-us/unreal-engine/API/Runtime/Core/FTransform
#pragma once

#include "Types.h"

struct FVector3f
{
	float X, Y, Z;
	FVector3f(float InX, float InY, float InZ);
};
struct FVector
{
	double X, Y, Z;
	FVector(double InX, double InY, double InZ);
	explicit FVector(const FVector3f& Other);
};
struct FVector2f
{
	float X, Y;
	FVector2f(float InX, float InY);
};
struct FVector2D
{
	double X, Y;
	FVector2D(const FVector2D& Other);
};
struct FVector4f
{
	float X, Y, Z, W;
	FVector4f(float InX, float InY, float InZ, float InW);
};
struct FIntVector
{
	FIntVector(int32 InX, int32 InY, int32 InZ);
};
struct FLinearColor
{
	static const FLinearColor White;
	FLinearColor(float R, float G, float B, float A = 1.0f);
};
struct FTransform
{
};
struct FMargin
{
	FMargin(float All);
};
struct FMath
{
	template <class T>
	static T Max(T A, T B);
	template <class T>
	static T Min(T A, T B);
	template <class T>
	static T Clamp(T Value, T Lowest, T Highest);
};
