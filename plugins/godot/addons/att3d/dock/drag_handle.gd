@tool
extends Button
## A handle that the user drags into the 3D view.
##
## Godot's 3D view accepts files. So the object is saved in the project when the drag begins. If the drag ends
## elsewhere, the file is removed.

## Emitted after the object was dropped. path: the file that the scene uses.
signal dropped(path: String)
signal failed(message: String)

const Saver := preload("saver.gd")
const Settings := preload("../settings.gd")

## Saves the object: func(path_without_extension: String) -> String, the path of the file; empty on failure.
var save_model := Callable()

var _path := ""


func _init() -> void:
	text = "Drag into the Scene"
	mouse_default_cursor_shape = Control.CURSOR_DRAG
	tooltip_text = (
		"Press here and drag into the 3D view: the object is put where you drop it.\n"
		+ "The object becomes a file of your project, in the folder att3d."
	)


func _notification(what: int) -> void:
	if what == NOTIFICATION_DRAG_END and _path:
		_end_drag(is_drag_successful())
	elif what == NOTIFICATION_THEME_CHANGED and has_theme_icon("ToolMove", "EditorIcons"):
		icon = get_theme_icon("ToolMove", "EditorIcons")


func _get_drag_data(_at_position: Vector2) -> Variant:
	_path = save_model.call(Settings.folder()) if save_model.is_valid() else ""
	if _path.is_empty():
		return null
	var label := Label.new()
	label.text = _path.get_file()
	set_drag_preview(label)
	return {"type": "files", "files": PackedStringArray([_path]), "from": self}


func _end_drag(is_successful: bool) -> void:
	var path := _path
	_path = ""
	if is_successful:
		Saver.rescan()
		dropped.emit(path)
	else:
		DirAccess.remove_absolute(path)
