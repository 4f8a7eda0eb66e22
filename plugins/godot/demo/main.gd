extends Node
## Switches between the two demos.

const SHELF := "res://shelf.tscn"
const ANIMAL := "res://animal.tscn"

var _shown: Node

@onready var _shelf: Button = $Front/Choices/Shelf
@onready var _animal: Button = $Front/Choices/Animal


func _ready() -> void:
	var group := ButtonGroup.new()
	_shelf.button_group = group
	_animal.button_group = group
	_shelf.pressed.connect(show_demo.bind(SHELF))
	_animal.pressed.connect(show_demo.bind(ANIMAL))
	show_demo(SHELF)


## Replaces the demo that is shown by the scene of a path.
func show_demo(path: String) -> void:
	_shelf.set_pressed_no_signal(path == SHELF)
	_animal.set_pressed_no_signal(path == ANIMAL)
	if _shown:
		_shown.queue_free()
	_shown = (load(path) as PackedScene).instantiate()
	add_child(_shown)
