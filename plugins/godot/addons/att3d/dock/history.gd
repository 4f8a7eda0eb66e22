@tool
extends VBoxContainer
## Earlier objects of this project. The list is kept in the project's folder .godot.

## Emitted when the user picks an entry.
signal picked(recipe: Recipe)

const Recipe := preload("recipe.gd")
const FILE := "att3d_history.cfg"
const MOST := 40

var _list := ItemList.new()
var _clear := Button.new()
## Recipes, the newest first.
var _recipes: Array[Recipe] = []


func _init() -> void:
	_list.tooltip_text = "A click brings the prompt back, with its second prompt and its variant."
	_list.auto_height = false
	_list.item_selected.connect(func(index: int) -> void: picked.emit(_recipes[index].copy()))
	add_child(_list)
	_clear.text = "Clear"
	_clear.tooltip_text = "Empties the list. Objects in scenes and files stay."
	_clear.size_flags_horizontal = Control.SIZE_SHRINK_END
	_clear.pressed.connect(_on_clear)
	add_child(_clear)


func _ready() -> void:
	var scale_of_editor := EditorInterface.get_editor_scale()
	_list.custom_minimum_size.y = 150 * scale_of_editor
	_list.fixed_icon_size = Vector2i(32, 32) * int(scale_of_editor)
	_load()


## Adds an object at the top, or moves it there. picture: may be null.
func add(recipe: Recipe, picture: Texture2D) -> void:
	for index in _recipes.size():
		if _recipes[index].equals(recipe):
			_remove(index)
			break
	_recipes.push_front(recipe.copy())
	_list.add_item(recipe.title(), picture)
	_list.move_item(_list.item_count - 1, 0)
	_list.set_item_tooltip(0, recipe.title())
	while _recipes.size() > MOST:
		_remove(_recipes.size() - 1)
	_save()


func count() -> int:
	return _recipes.size()


func _remove(index: int) -> void:
	_recipes.remove_at(index)
	_list.remove_item(index)


func _on_clear() -> void:
	_recipes.clear()
	_list.clear()
	_save()


func _path() -> String:
	return EditorInterface.get_editor_paths().get_project_settings_dir().path_join(FILE)


func _save() -> void:
	var file := ConfigFile.new()
	for index in _recipes.size():
		file.set_value("history", "%03d" % index, _recipes[index].to_dictionary())
	var error := file.save(_path())
	if error != OK:
		push_warning("the history of Text to 3D could not be saved to %s: %s" % [_path(), error_string(error)])


func _load() -> void:
	var file := ConfigFile.new()
	if not FileAccess.file_exists(_path()) or file.load(_path()) != OK or not file.has_section("history"):
		return
	for key in file.get_section_keys("history"):
		var values: Variant = file.get_value("history", key)
		if values is Dictionary:
			var recipe: Recipe = Recipe.from_dictionary(values)
			_recipes.append(recipe)
			_list.add_item(recipe.title())
			_list.set_item_tooltip(_list.item_count - 1, recipe.title())
