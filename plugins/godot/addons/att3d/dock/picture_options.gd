@tool
extends RefCounted
## Settings of the small pictures: quick and coarse.

const RESOLUTION := 48


static func make() -> Att3DOptions:
	var made := Att3DOptions.new()
	made.resolution = RESOLUTION
	return made
