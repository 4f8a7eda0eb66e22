@tool
extends MarginContainer
## The dock's content when the add-on cannot work: one message that says what to do.

var _label: Label


func _init() -> void:
	name = "Message"


func _ready() -> void:
	var space := int(12 * EditorInterface.get_editor_scale())
	for side: String in ["left", "right", "top", "bottom"]:
		add_theme_constant_override("margin_" + side, space)


## Shows a text instead of the controls.
func show_message(text: String) -> void:
	if _label == null:
		_label = Label.new()
		_label.autowrap_mode = TextServer.AUTOWRAP_WORD_SMART
		_label.size_flags_vertical = Control.SIZE_SHRINK_BEGIN
		add_child(_label)
	_label.text = text


## Returns the message for an extension that Godot did not load. folder: the folder of its libraries.
static func no_extension(folder: String) -> String:
	var place := OS.get_name()
	if place != "Linux":
		return (
			"Text to 3D does not run on %s yet. It runs on Linux on x86-64.\n\nThe rest of your project is not affected."
			% place
		)
	return (
		"The library of Text to 3D was not found, or it is older than this add-on.\n\n"
		+ "Expected: the files libatt3d_godot.so and libatt3d.so in %s.\n\n" % folder
		+ "What to do: copy the whole folder addons/att3d of the download into your project again, "
		+ "and restart the editor."
	)


## Returns the message for a library or a model package that could not be loaded. reason: what was found.
static func no_model(reason: String) -> String:
	return (
		"Text to 3D cannot work yet.\n\n%s\n\n" % reason
		+ "What to do: if you chose a package in Project Settings → Att 3d → Model Path, check it or empty the field. "
		+ "Otherwise copy the whole folder addons/att3d of the download into your project again, and restart the editor."
	)
