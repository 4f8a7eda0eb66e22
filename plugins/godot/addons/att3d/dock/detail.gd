@tool
extends VBoxContainer
## The settings of finished objects.

signal changed

## Cells of the extraction grid by the name of the choice.
const RESOLUTIONS := {"Coarse": 64, "Normal": 128, "Fine": 192}
const TEXTURES := {"Colors on vertices": 0, "512 × 512": 512, "1024 × 1024": 1024, "2048 × 2048": 2048}

var options := Att3DOptions.new()

var _grid := GridContainer.new()


func _init() -> void:
	_grid.columns = 2
	add_child(_grid)
	_add_choice("Detail", RESOLUTIONS, 128, &"resolution", "How fine the surface is. Fine takes longer.")
	_add_choice("Texture", TEXTURES, 1024, &"texture_size", "Size of the images for color, roughness, metal and bumps.")
	_add_number("Triangles", 0, 200000, 100, 8000, &"triangle_budget", "Largest number of triangles; 0 for no limit.")
	_add_number("Lower details", 0, 8, 1, 2, &"level_count", "Simpler meshes that Godot shows when the object is far away.")
	_add_size()
	_add_collision()


func _add_choice(label: String, choices: Dictionary, first: int, property: StringName, tooltip: String) -> void:
	var button := OptionButton.new()
	button.clip_text = true
	for name: String in choices:
		button.add_item(name, choices[name])
	button.select(button.get_item_index(first))
	options.set(property, first)
	button.item_selected.connect(
		func(index: int) -> void:
			options.set(property, button.get_item_id(index))
			changed.emit()
	)
	_add_row(label, button, tooltip)


func _add_number(
	label: String, least: int, most: int, step: int, first: int, property: StringName, tooltip: String
) -> void:
	var box := SpinBox.new()
	box.min_value = least
	box.max_value = most
	box.step = step
	box.value = first
	options.set(property, first)
	box.value_changed.connect(
		func(value: float) -> void:
			options.set(property, int(value))
			changed.emit()
	)
	_add_row(label, box, tooltip)


func _add_size() -> void:
	var box := SpinBox.new()
	box.min_value = 0.01
	box.max_value = 1000.0
	box.step = 0.01
	box.value = 1.0
	box.suffix = "m"
	options.set(&"size", 1.0)
	box.value_changed.connect(
		func(value: float) -> void:
			options.set(&"size", value)
			changed.emit()
	)
	_add_row("Size", box, "Length of the longest side in meters.")


func _add_collision() -> void:
	var button := OptionButton.new()
	button.clip_text = true
	button.add_item("None", 0)
	button.add_item("One convex shape", 1)
	button.add_item("Several convex shapes", 8)
	button.item_selected.connect(
		func(index: int) -> void:
			options.set(&"hull_count", button.get_item_id(index))
			changed.emit()
	)
	_add_row("Collision", button, "Adds a StaticBody3D with convex shapes, so that things collide with the object.")


func _add_row(label_text: String, control: Control, tooltip: String) -> void:
	var label := Label.new()
	label.text = label_text
	label.tooltip_text = tooltip
	label.mouse_filter = Control.MOUSE_FILTER_PASS
	control.tooltip_text = tooltip
	control.size_flags_horizontal = Control.SIZE_EXPAND_FILL
	_grid.add_child(label)
	_grid.add_child(control)
