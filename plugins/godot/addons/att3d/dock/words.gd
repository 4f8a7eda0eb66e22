@tool
extends VBoxContainer
## The words that the model knows.

## Emitted when the user picks a word.
signal picked(word: String)

var _search := LineEdit.new()
var _tree := Tree.new()
## Lists of words by their group.
var _groups: Dictionary = {}


func _init() -> void:
	_search.placeholder_text = "Search for a word"
	_search.clear_button_enabled = true
	_search.text_changed.connect(func(_text: String) -> void: _fill())
	add_child(_search)
	_tree.hide_root = true
	_tree.tooltip_text = "A double-click adds the word to the prompt."
	_tree.item_activated.connect(_on_activated)
	add_child(_tree)


func _ready() -> void:
	_tree.custom_minimum_size.y = 180 * EditorInterface.get_editor_scale()
	if has_theme_icon("Search", "EditorIcons"):
		_search.right_icon = get_theme_icon("Search", "EditorIcons")


## Sets the words. groups: a PackedStringArray per name of a group.
func set_words(groups: Dictionary) -> void:
	_groups = groups
	_fill()


func _fill() -> void:
	_tree.clear()
	var wanted := _search.text.strip_edges().to_lower()
	var root := _tree.create_item()
	for group: Variant in _groups:
		var branch: TreeItem
		for word: String in _groups[group]:
			if wanted and not word.to_lower().contains(wanted):
				continue
			if branch == null:
				branch = _tree.create_item(root)
				branch.set_text(0, str(group).capitalize())
				branch.set_selectable(0, false)
				branch.collapsed = wanted.is_empty()
			_tree.create_item(branch).set_text(0, word)


func _on_activated() -> void:
	var item := _tree.get_selected()
	if item and item.get_child_count() == 0:
		picked.emit(item.get_text(0))
