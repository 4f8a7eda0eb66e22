@tool
extends VBoxContainer
## The slider between two prompts.

signal changed
## Emitted while the slider moves and the mix has a blend shape.
signal blended(share: float)

var _second := LineEdit.new()
var _slider := HSlider.new()
var _morph := CheckBox.new()


func _init() -> void:
	var tooltip := "A second prompt. The slider moves from the prompt at the top of the dock to this one."
	_second.placeholder_text = "a tiger"
	_second.tooltip_text = tooltip
	_second.clear_button_enabled = true
	_second.text_changed.connect(_on_second_changed)
	var row := HBoxContainer.new()
	var label := Label.new()
	label.text = "To"
	label.mouse_filter = Control.MOUSE_FILTER_PASS
	label.tooltip_text = tooltip
	row.add_child(label)
	_second.size_flags_horizontal = Control.SIZE_EXPAND_FILL
	row.add_child(_second)
	add_child(row)
	_slider.max_value = 1.0
	_slider.step = 0.01
	_slider.editable = false
	_slider.tooltip_text = "Left: the first prompt. Right: the second prompt."
	_slider.value_changed.connect(_on_slid)
	add_child(_slider)
	_morph.text = "One mesh with a blend shape"
	_morph.tooltip_text = (
		"Makes one mesh that a slider or an animation can move from the first shape to the second.\n"
		+ "It works for shapes that are similar enough. Colors are those of the first prompt."
	)
	_morph.disabled = true
	_morph.toggled.connect(func(_is_on: bool) -> void: changed.emit())
	add_child(_morph)


func second() -> String:
	return _second.text


func share() -> float:
	return _slider.value


func is_morph() -> bool:
	return _morph.button_pressed


## Sets all values without a signal.
func set_values(new_second: String, new_share: float, new_morph: bool) -> void:
	_second.text = new_second
	_slider.set_value_no_signal(new_share)
	_morph.set_pressed_no_signal(new_morph)
	_enable()


func _on_second_changed(text: String) -> void:
	# With the slider at 0 the second prompt would have no effect, and the user would see nothing happen.
	if _slider.value == 0.0 and text.strip_edges():
		_slider.set_value_no_signal(0.5)
	_enable()
	changed.emit()


func _on_slid(value: float) -> void:
	changed.emit()
	if is_morph():
		blended.emit(value)


func _enable() -> void:
	var is_mix := not _second.text.strip_edges().is_empty()
	_slider.editable = is_mix
	_morph.disabled = not is_mix
