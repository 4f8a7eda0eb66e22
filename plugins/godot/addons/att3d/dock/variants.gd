@tool
extends VBoxContainer
## Pictures of variants of the prompt.

## Emitted when the user picks a result. variant: its number; 0 for the plain result.
signal picked(variant: int)
## Emitted when pictures are needed.
signal wanted(variants: PackedInt32Array)

const SHOWN := 6

var _grid := HFlowContainer.new()
var _more := Button.new()
var _group := ButtonGroup.new()
var _first := 0


func _init() -> void:
	add_child(_grid)
	_more.text = "Show Others"
	_more.tooltip_text = "Makes six further variants of the same prompt."
	_more.pressed.connect(_on_more)
	add_child(_more)


## Removes all pictures, since the prompt has changed.
func clear() -> void:
	_first = 0
	_remove_buttons()


## Requests pictures of six variants, beginning with `_first`.
func fill() -> void:
	_remove_buttons()
	var variants := PackedInt32Array()
	for number in range(_first, _first + SHOWN):
		variants.append(number)
		_grid.add_child(_button(number))
	wanted.emit(variants)


func is_filled() -> bool:
	return _grid.get_child_count() > 0


## Shows the picture of a variant. picture: null if it could not be made.
func show_picture(variant: int, picture: Texture2D) -> void:
	for child in _grid.get_children():
		var button := child as Button
		if button and button.get_meta(&"variant") == variant:
			if picture:
				button.icon = picture
				button.text = ""
			else:
				button.text = "–"


## Marks the variant that is in use.
func mark(variant: int) -> void:
	for child in _grid.get_children():
		(child as Button).set_pressed_no_signal(child.get_meta(&"variant") == variant)


func _button(variant: int) -> Button:
	var button := Button.new()
	button.toggle_mode = true
	button.button_group = _group
	button.custom_minimum_size = Vector2(76, 76) * EditorInterface.get_editor_scale()
	button.text = "…"
	button.tooltip_text = "Variant %d" % variant if variant else "The plain result"
	button.set_meta(&"variant", variant)
	button.pressed.connect(func() -> void: picked.emit(variant))
	_style(button)
	return button


## Marks a pressed button with a frame, since the theme's color for pressed icons would change the picture.
func _style(button: Button) -> void:
	for state: StringName in [&"icon_pressed_color", &"icon_hover_pressed_color", &"icon_hover_color", &"icon_focus_color"]:
		button.add_theme_color_override(state, Color.WHITE)
	var frame := StyleBoxFlat.new()
	frame.bg_color = get_theme_color(&"dark_color_2", &"Editor")
	frame.border_color = get_theme_color(&"accent_color", &"Editor")
	frame.set_border_width_all(int(2 * EditorInterface.get_editor_scale()))
	frame.set_corner_radius_all(int(3 * EditorInterface.get_editor_scale()))
	frame.set_content_margin_all(4 * EditorInterface.get_editor_scale())
	button.add_theme_stylebox_override(&"pressed", frame)
	button.add_theme_stylebox_override(&"hover_pressed", frame)


func _on_more() -> void:
	if is_filled():
		_first += SHOWN
	fill()


func _remove_buttons() -> void:
	for child in _grid.get_children():
		_grid.remove_child(child)
		child.queue_free()
