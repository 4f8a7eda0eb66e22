@tool
extends VBoxContainer
## A list of prompts, one per line.

## Emitted when the user starts the list. to_files: whether the objects become files instead of nodes.
signal requested(prompts: PackedStringArray, to_files: bool)

enum Target { SCENE, FILES }

var _list := TextEdit.new()
var _target := OptionButton.new()
var _button := Button.new()
var _report := Label.new()


func _init() -> void:
	_list.placeholder_text = "a wooden chair\na round table\na lamp with fringe"
	_list.tooltip_text = "One prompt per line. Lines that begin with # are skipped."
	_list.wrap_mode = TextEdit.LINE_WRAPPING_BOUNDARY
	_list.text_changed.connect(_enable)
	add_child(_list)
	var row := HBoxContainer.new()
	_target.add_item("into the scene, in a row", Target.SCENE)
	_target.add_item("into files", Target.FILES)
	_target.tooltip_text = (
		"Into the scene: all objects are one undo step.\n"
		+ "Into files: one .tscn file per prompt, in the folder that Project Settings → Att 3d → Folder names."
	)
	_target.size_flags_horizontal = Control.SIZE_EXPAND_FILL
	_target.clip_text = true
	row.add_child(_target)
	_button.text = "Make All"
	_button.tooltip_text = "Makes an object from each line. Prompts that fail are listed, and the others are made."
	_button.pressed.connect(func() -> void: requested.emit(prompts(), _target.get_selected_id() == Target.FILES))
	row.add_child(_button)
	add_child(row)
	_report.autowrap_mode = TextServer.AUTOWRAP_WORD_SMART
	_report.visible = false
	add_child(_report)
	_enable()


func _ready() -> void:
	_list.custom_minimum_size.y = 96 * EditorInterface.get_editor_scale()


func prompts() -> PackedStringArray:
	var found := PackedStringArray()
	for line in _list.text.split("\n"):
		var prompt := line.strip_edges()
		if prompt and not prompt.begins_with("#"):
			found.append(prompt)
	return found


## Shows the report of a finished list; empty for none.
func show_report(text: String) -> void:
	_report.text = text
	_report.visible = not text.is_empty()


func _enable() -> void:
	_button.disabled = prompts().is_empty()
