extends Node3D
## A shelf that fills while the user types. Each thing between commas has a place of its own.
##
## Each place is an Att3DLive: its mesh follows its property `prompt`. Nothing here waits for work.

const COLUMNS := 5
const ROWS := 2
## Width and height of a place in meters, and the height of the lower board's upper side.
const PLACE := Vector2(1.12, 1.16)
const LOWEST := 0.62
const SIZE := 0.94
const FIRST_TEXT := (
	"a red apple, a potion, a robot, a cactus with pot, a dragon, "
	+ "a lantern, a golden crown, a castle with flags, a mushroom, a penguin"
)
const SECONDS_PER_LETTER := 0.06

var _places: Array[Att3DLive] = []
var _typed := 0
## Types the first text letter by letter.
var _letters := Timer.new()

@onready var _line: LineEdit = %Line
@onready var _status: Label = %Status


func _ready() -> void:
	for index in COLUMNS * ROWS:
		_add_place(index)
	_line.text_changed.connect(_on_typed)
	_line.grab_focus()
	_letters.wait_time = SECONDS_PER_LETTER
	_letters.timeout.connect(_demonstrate)
	add_child(_letters)
	_letters.start()


## Shows the things of a text.
func show_text(text: String) -> void:
	var things := text.split(",")
	for index in _places.size():
		var place := _places[index]
		var prompt := things[index].strip_edges() if index < things.size() else ""
		place.typing = index == things.size() - 1
		place.visible = not prompt.is_empty()
		if place.prompt != prompt:
			place.prompt = prompt


## Returns the number of places that have a mesh.
func count_filled() -> int:
	var count := 0
	for place in _places:
		if place.visible and place.mesh and place.mesh.get_surface_count() > 0:
			count += 1
	return count


## Returns whether a place still waits for its mesh.
func is_pending() -> bool:
	for place in _places:
		if place.is_pending():
			return true
	return false


func _add_place(index: int) -> void:
	var place := Att3DLive.new()
	place.options = Att3DOptions.new()
	place.options.resolution = 64
	place.options.size = SIZE
	var column := index % COLUMNS
	var row := index / COLUMNS
	place.position.x = (column - (COLUMNS - 1) / 2.0) * PLACE.x
	place.position.y = LOWEST + (ROWS - 1 - row) * PLACE.y
	place.position.z = 0.12
	place.rotation.y = deg_to_rad(20.0)
	place.updated.connect(_on_updated.bind(place))
	place.failed.connect(func(message: String) -> void: _status.text = message)
	add_child(place)
	_places.append(place)


func _on_typed(text: String) -> void:
	_letters.stop()
	show_text(text)


func _on_updated(understood: String, place: Att3DLive) -> void:
	var left_out := place.get_left_out()
	if not left_out.is_empty():
		_status.text = "Left out: %s" % ", ".join(left_out)
	else:
		_status.text = understood if understood else place.prompt
	# A short bounce shows where something has changed.
	var tween := place.create_tween()
	place.scale = Vector3.ONE * 0.92
	tween.tween_property(place, "scale", Vector3.ONE, 0.25).set_trans(Tween.TRANS_BACK).set_ease(Tween.EASE_OUT)


## Types the next letter of the first text, until the user types.
func _demonstrate() -> void:
	_typed += 1
	_line.text = FIRST_TEXT.left(_typed)
	_line.caret_column = _typed
	show_text(_line.text)
	if _typed == FIRST_TEXT.length():
		_letters.stop()
