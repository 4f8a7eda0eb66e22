@tool
extends VBoxContainer
## A part of the dock with a title that opens and closes it.

signal opened

var content := VBoxContainer.new()

var _title := Button.new()


func _init(title: String, tooltip: String, is_open := false) -> void:
	_title.text = title
	_title.tooltip_text = tooltip
	_title.toggle_mode = true
	_title.button_pressed = is_open
	_title.alignment = HORIZONTAL_ALIGNMENT_LEFT
	_title.toggled.connect(_on_toggled)
	add_child(_title)
	content.visible = is_open
	add_child(content)


func _notification(what: int) -> void:
	if what == NOTIFICATION_THEME_CHANGED or what == NOTIFICATION_READY:
		_show_arrow()


func is_open() -> bool:
	return content.visible


func open(is_open_now := true) -> void:
	_title.button_pressed = is_open_now


func _on_toggled(is_open_now: bool) -> void:
	content.visible = is_open_now
	_show_arrow()
	if is_open_now:
		opened.emit()


func _show_arrow() -> void:
	var arrow := "GuiTreeArrowDown" if content.visible else "GuiTreeArrowRight"
	if has_theme_icon(arrow, "EditorIcons"):
		_title.icon = get_theme_icon(arrow, "EditorIcons")
