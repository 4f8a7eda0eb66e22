@tool
extends VBoxContainer
## Applies a prompt to the selected MeshInstance3D nodes.

signal requested(targets: Array[MeshInstance3D], prompt: String, keep: float, keep_geometry: bool)

var _selected := Label.new()
var _prompt := LineEdit.new()
var _keep_geometry := CheckBox.new()
var _keep := HSlider.new()
var _keep_row := HBoxContainer.new()
var _button := Button.new()


func _init() -> void:
	_selected.autowrap_mode = TextServer.AUTOWRAP_WORD_SMART
	add_child(_selected)
	_prompt.placeholder_text = "made of gold"
	_prompt.tooltip_text = "How the selected meshes should look."
	_prompt.text_changed.connect(func(_text: String) -> void: _enable())
	_prompt.text_submitted.connect(func(_text: String) -> void: _on_pressed())
	add_child(_prompt)
	_keep_geometry.text = "Keep the geometry"
	_keep_geometry.button_pressed = true
	_keep_geometry.tooltip_text = (
		"On: every vertex stays where it is, and the mesh gets a new material.\n"
		+ "Off: a new mesh of about the same shape replaces it."
	)
	_keep_geometry.toggled.connect(func(is_on: bool) -> void: _keep_row.visible = not is_on)
	add_child(_keep_geometry)
	_add_keep_row()
	_button.text = "Stylize"
	_button.tooltip_text = "Applies the prompt to each selected mesh. Undo brings the old mesh back."
	_button.pressed.connect(_on_pressed)
	add_child(_button)


func _ready() -> void:
	EditorInterface.get_selection().selection_changed.connect(_on_selection_changed)
	_on_selection_changed()


func _exit_tree() -> void:
	if EditorInterface.get_selection().selection_changed.is_connected(_on_selection_changed):
		EditorInterface.get_selection().selection_changed.disconnect(_on_selection_changed)


func _add_keep_row() -> void:
	var label := Label.new()
	label.text = "Keep the shape"
	label.mouse_filter = Control.MOUSE_FILTER_PASS
	_keep.max_value = 1.0
	_keep.step = 0.01
	_keep.value = 0.7
	_keep.size_flags_horizontal = Control.SIZE_EXPAND_FILL
	_keep.size_flags_vertical = Control.SIZE_SHRINK_CENTER
	for control: Control in [label, _keep]:
		control.tooltip_text = "Left: the prompt decides the shape. Right: the selected mesh decides it."
		_keep_row.add_child(control)
	_keep_row.visible = false
	add_child(_keep_row)


func _targets() -> Array[MeshInstance3D]:
	var found: Array[MeshInstance3D] = []
	for node in EditorInterface.get_selection().get_selected_nodes():
		var instance := node as MeshInstance3D
		if instance and instance.mesh:
			found.append(instance)
	return found


func _on_selection_changed() -> void:
	var found := _targets()
	if found.is_empty():
		_selected.text = "Select a MeshInstance3D in the scene."
	elif found.size() == 1:
		_selected.text = "Selected: %s" % found[0].name
	else:
		_selected.text = "Selected: %d meshes" % found.size()
	_enable()


func _on_pressed() -> void:
	var found := _targets()
	if not found.is_empty() and _prompt.text.strip_edges():
		requested.emit(found, _prompt.text, _keep.value, _keep_geometry.button_pressed)


func _enable() -> void:
	_button.disabled = _targets().is_empty() or _prompt.text.strip_edges().is_empty()
