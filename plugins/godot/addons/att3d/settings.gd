@tool
extends RefCounted
## Project settings of the add-on.

const MODEL_PATH := "att3d/model_path"
const THREADS := "att3d/threads"
const ENGINE := "att3d/engine"
const DEVICE := "att3d/device"
const FOLDER := "att3d/folder"

const DEFAULT_FOLDER := "res://att3d"


## Adds the settings to the Project Settings and keeps the values that the project has.
static func register() -> void:
	_add(MODEL_PATH, "", TYPE_STRING, PROPERTY_HINT_FILE, "*.att3d")
	_add(THREADS, 0, TYPE_INT, PROPERTY_HINT_RANGE, "0,64,1,or_greater")
	_add(ENGINE, "auto", TYPE_STRING, PROPERTY_HINT_ENUM, "auto,embedded,torch")
	_add(DEVICE, "auto", TYPE_STRING, PROPERTY_HINT_ENUM, "auto,cpu,cuda")
	_add(FOLDER, DEFAULT_FOLDER, TYPE_STRING, PROPERTY_HINT_DIR, "")


## Returns the folder for files that are dragged into a scene or made by a batch.
static func folder() -> String:
	var found := str(ProjectSettings.get_setting(FOLDER, DEFAULT_FOLDER))
	return found if found.begins_with("res://") else DEFAULT_FOLDER


## Returns the path of the model package; empty for the model that comes with the library.
static func model_path() -> String:
	return str(ProjectSettings.get_setting(MODEL_PATH, ""))


static func _add(name: String, default: Variant, type: Variant.Type, hint: PropertyHint, hint_string: String) -> void:
	if not ProjectSettings.has_setting(name):
		ProjectSettings.set_setting(name, default)
	ProjectSettings.set_initial_value(name, default)
	ProjectSettings.set_as_basic(name, true)
	ProjectSettings.add_property_info({"name": name, "type": type, "hint": hint, "hint_string": hint_string})
