@tool
extends VBoxContainer
## The prompt, and below it what was understood.

signal edited(text: String)
signal submitted

var _line := LineEdit.new()
var _understood := Label.new()


func _init() -> void:
	_line.placeholder_text = "a red dragon wearing a party hat"
	_line.clear_button_enabled = true
	_line.tooltip_text = (
		"Describe an object in a few English words. The preview changes while you type.\n"
		+ "Press Enter to make it in full detail. The section Words shows what the model knows."
	)
	_line.text_changed.connect(func(text: String) -> void: edited.emit(text))
	_line.text_submitted.connect(func(_text: String) -> void: submitted.emit())
	add_child(_line)
	_understood.autowrap_mode = TextServer.AUTOWRAP_WORD_SMART
	_understood.mouse_filter = Control.MOUSE_FILTER_PASS
	_understood.tooltip_text = "What was understood of your prompt. Words that were left out have no effect."
	add_child(_understood)
	show_hint("Type what you want to see.")


func _ready() -> void:
	# Two lines, so that the preview does not jump when a longer text is shown.
	var line_height := get_theme_font("font", "Label").get_height(get_theme_font_size("font_size", "Label"))
	_understood.custom_minimum_size.y = line_height * 2.0


func text() -> String:
	return _line.text


## Sets the prompt and emits `edited`, as typing does.
func set_text(value: String) -> void:
	_line.text = value
	_line.caret_column = value.length()
	edited.emit(value)


func focus() -> void:
	_line.grab_focus()


## Adds a word at the end of the prompt.
func append_word(word: String) -> void:
	var before := _line.text.strip_edges()
	set_text(("%s %s" % [before, word]).strip_edges())


## Shows what was understood. left_out: words of the prompt that were left out. completed: the known word to
## which the unfinished last word was completed; empty if it was not completed.
func show_understood(understood: String, left_out: PackedStringArray, completed: String) -> void:
	var shown := understood
	# The library's reading repeats the words that were left out; here they have their own line.
	if " (left out:" in shown:
		shown = shown.get_slice(" (left out:", 0)
	var lines := PackedStringArray()
	lines.append("Understood: %s" % (shown if shown else _line.text.strip_edges()))
	if not left_out.is_empty():
		lines.append("Left out: %s" % ", ".join(left_out))
	elif completed:
		lines.append("Last word read as: %s" % completed)
	_show("\n".join(lines), &"warning_color" if not left_out.is_empty() else &"")


func show_hint(text_to_show: String) -> void:
	_show(text_to_show, &"")


func show_error(message: String) -> void:
	_show(message, &"error_color")


func _show(text_to_show: String, color: StringName) -> void:
	_understood.text = text_to_show
	if color and has_theme_color(color, "Editor"):
		_understood.add_theme_color_override("font_color", get_theme_color(color, "Editor"))
	else:
		_understood.remove_theme_color_override("font_color")
