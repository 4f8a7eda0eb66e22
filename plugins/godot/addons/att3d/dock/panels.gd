@tool
extends ScrollContainer
## The controls of the dock, from top to bottom.

## Emitted when the user has chosen a name for the file.
signal save_chosen(path: String)

const PromptLine := preload("prompt_line.gd")
const Preview := preload("preview.gd")
const DragHandle := preload("drag_handle.gd")
const Section := preload("section.gd")
const Mix := preload("mix.gd")
const Variants := preload("variants.gd")
const Words := preload("words.gd")
const Stylize := preload("stylize.gd")
const Batch := preload("batch.gd")
const History := preload("history.gd")
const Detail := preload("detail.gd")

## Kinds of files with their labels.
const FILES := {"tscn": "Scene (.tscn)", "res": "Mesh (.res)", "glb": "GLB, for other programs (.glb)"}

var prompt: PromptLine = PromptLine.new()
var preview: Preview = Preview.new()
var drag: DragHandle = DragHandle.new()
var generate := Button.new()
var add := Button.new()
var progress := ProgressBar.new()
var cancel := Button.new()
var mix: Mix = Mix.new()
var variants: Variants = Variants.new()
var variants_section: Section
var words: Words = Words.new()
var stylize: Stylize = Stylize.new()
var batch: Batch = Batch.new()
var history: History = History.new()
var detail: Detail = Detail.new()

var _save := MenuButton.new()
var _automatic := CheckBox.new()
var _work_panel := PanelContainer.new()
var _work := Label.new()
var _note := Label.new()
var _column := VBoxContainer.new()
var _dialog: EditorFileDialog


func _init() -> void:
	horizontal_scroll_mode = ScrollContainer.SCROLL_MODE_DISABLED
	_column.size_flags_horizontal = Control.SIZE_EXPAND_FILL
	_column.size_flags_vertical = Control.SIZE_EXPAND_FILL
	add_child(_column)
	_column.add_child(prompt)
	preview.size_flags_vertical = Control.SIZE_EXPAND_FILL
	_column.add_child(preview)
	_add_work()
	_add_actions()
	_note.autowrap_mode = TextServer.AUTOWRAP_WORD_SMART
	_note.visible = false
	_column.add_child(_note)
	_add_section("Mix", "A slider between two prompts.", mix)
	variants_section = _add_section("Variants", "Other answers to the same prompt.", variants)
	_add_section("Stylize", "Changes the meshes that are selected in the scene.", stylize)
	_add_section("Words", "What the model knows.", words)
	_add_section("Batch", "Many prompts at once.", batch)
	_add_section("History", "Earlier objects of this project.", history)
	var settings := _add_section("Settings", "Detail, size, texture and collision of finished objects.", detail)
	_automatic.text = "Full detail when typing pauses"
	_automatic.tooltip_text = "Off: full detail is made only when you press Generate, add or save."
	_automatic.button_pressed = true
	settings.content.add_child(_automatic)


func _ready() -> void:
	var scale_of_editor := EditorInterface.get_editor_scale()
	custom_minimum_size = Vector2(230, 300) * scale_of_editor
	_work.add_theme_font_size_override("font_size", int(12 * scale_of_editor))
	progress.custom_minimum_size.y = 6 * scale_of_editor
	for pair: Array in [[add, "Add"], [generate, "Play"], [cancel, "Stop"], [_save, "Save"]]:
		if has_theme_icon(pair[1], "EditorIcons"):
			(pair[0] as Button).icon = get_theme_icon(pair[1], "EditorIcons")


## Returns whether the object in full detail is made automatically.
func is_automatic() -> bool:
	return _automatic.button_pressed


## Returns the color behind small pictures.
func picture_background() -> Color:
	return get_theme_color("base_color", "Editor")


## Shows what is being done. title: empty for nothing.
func show_work(title: String, waiting: int, is_busy: bool) -> void:
	_work.text = "%s (%d more)" % [title, waiting] if waiting > 1 else title
	_work_panel.visible = is_busy
	if not is_busy:
		progress.value = 0.0


## Shows how an action ended; empty for nothing.
func show_note(text: String, is_error: bool) -> void:
	_note.text = text
	_note.visible = not text.is_empty()
	if is_error and has_theme_color("error_color", "Editor"):
		_note.add_theme_color_override("font_color", get_theme_color("error_color", "Editor"))
	else:
		_note.remove_theme_color_override("font_color")


## Enables or disables the buttons that need a prompt.
func set_usable(is_usable: bool) -> void:
	for button: Button in [generate, add, drag, _save]:
		button.disabled = not is_usable


## Adds the progress to the lower edge of the preview, where it needs no room while nothing is done.
func _add_work() -> void:
	var row := HBoxContainer.new()
	_work_panel.add_child(row)
	_work_panel.mouse_filter = Control.MOUSE_FILTER_STOP
	var left := VBoxContainer.new()
	left.size_flags_horizontal = Control.SIZE_EXPAND_FILL
	left.size_flags_vertical = Control.SIZE_SHRINK_CENTER
	_work.clip_text = true
	_work.text_overrun_behavior = TextServer.OVERRUN_TRIM_ELLIPSIS
	left.add_child(_work)
	progress.max_value = 1.0
	progress.step = 0.001
	progress.show_percentage = false
	left.add_child(progress)
	row.add_child(left)
	cancel.text = "Cancel"
	cancel.tooltip_text = "Stops the work and drops what waits."
	row.add_child(cancel)
	_work_panel.hide()
	preview.add_overlay(_work_panel)


func _add_actions() -> void:
	var row := HBoxContainer.new()
	add.text = "Add to Scene"
	add.tooltip_text = "Adds the object to the scene that is open, on the ground and beside the objects that are there."
	add.size_flags_horizontal = Control.SIZE_EXPAND_FILL
	drag.size_flags_horizontal = Control.SIZE_EXPAND_FILL
	row.add_child(add)
	row.add_child(drag)
	_column.add_child(row)
	row = HBoxContainer.new()
	generate.text = "Generate"
	generate.tooltip_text = "Makes the object in full detail, with textures. Enter in the prompt does the same."
	generate.size_flags_horizontal = Control.SIZE_EXPAND_FILL
	row.add_child(generate)
	_save.text = "Save As…"
	_save.flat = false
	_save.tooltip_text = "Saves the object as a scene, as a mesh or as a GLB file."
	_save.size_flags_horizontal = Control.SIZE_EXPAND_FILL
	for extension: String in FILES:
		_save.get_popup().add_item(FILES[extension])
	_save.get_popup().index_pressed.connect(_on_save_chosen)
	row.add_child(_save)
	_column.add_child(row)


func _add_section(title: String, tooltip: String, content: Control) -> Section:
	var section: Section = Section.new(title, tooltip)
	section.content.add_child(content)
	_column.add_child(section)
	return section


func _on_save_chosen(index: int) -> void:
	var extension: String = FILES.keys()[index]
	if _dialog == null:
		_dialog = EditorFileDialog.new()
		_dialog.file_mode = EditorFileDialog.FILE_MODE_SAVE_FILE
		_dialog.file_selected.connect(func(path: String) -> void: save_chosen.emit(path))
		add_child(_dialog)
	_dialog.clear_filters()
	_dialog.add_filter("*.%s" % extension, FILES[extension])
	_dialog.current_file = "%s.%s" % [file_name(), extension]
	_dialog.popup_file_dialog()


## Returns a name for the file of the current prompt.
func file_name() -> String:
	var recipe := preload("recipe.gd").new()
	recipe.prompt = prompt.text()
	return recipe.file_name()
