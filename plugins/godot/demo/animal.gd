extends Node3D
## An animal that changes into another one with a slider.
##
## The object is one Att3DLive: its mesh follows `weights`, about as often as the display shows a frame.

const TURN_PER_SECOND := 0.25

var _is_moving_by_itself := true
var _time := 0.0

@onready var _animal: Att3DLive = %Animal
@onready var _slider: HSlider = %Slider
@onready var _first: LineEdit = %First
@onready var _second: LineEdit = %Second
@onready var _status: Label = %Status


func _ready() -> void:
	_slider.value_changed.connect(func(_value: float) -> void: show_mix())
	_slider.drag_started.connect(func() -> void: _is_moving_by_itself = false)
	_first.text_changed.connect(func(_text: String) -> void: show_mix())
	_second.text_changed.connect(func(_text: String) -> void: show_mix())
	_animal.updated.connect(_on_updated)
	_animal.failed.connect(func(message: String) -> void: _status.text = message)
	show_mix()


func _process(delta: float) -> void:
	_animal.rotation.y += TURN_PER_SECOND * delta
	if _is_moving_by_itself:
		_time += delta
		_slider.value = 0.5 - 0.5 * cos(_time * 0.8)


## Asks for the mesh between both prompts at the place of the slider.
func show_mix() -> void:
	_animal.prompts = PackedStringArray([_first.text, _second.text])
	_animal.weights = PackedFloat32Array([1.0 - _slider.value, _slider.value])


## Stops the slider at a place, for example to take a picture.
func hold(share: float) -> void:
	_is_moving_by_itself = false
	_slider.value = share


func _on_updated(_understood: String) -> void:
	var share := roundi(_slider.value * 100.0)
	_status.text = "%d %% %s, %d %% %s. Type other animals into the fields." % [100 - share, _first.text, share, _second.text]
