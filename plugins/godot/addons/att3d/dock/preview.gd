@tool
extends SubViewportContainer
## The live preview: an object that can be turned with the pointer and zoomed with the wheel.

signal live_updated(understood: String)
signal live_failed(message: String)

const Stage := preload("stage.gd")
const LIVE_RESOLUTION := 64
const WHEEL_STEP := 1.12

## The object that follows the prompt.
var live: Att3DLive

var _stage: Stage = Stage.new()
var _still := MeshInstance3D.new()
var _badge := Label.new()
var _overlay := VBoxContainer.new()


func _init() -> void:
	stretch = true
	focus_mode = Control.FOCUS_CLICK
	mouse_default_cursor_shape = Control.CURSOR_MOVE
	size_flags_horizontal = Control.SIZE_EXPAND_FILL
	tooltip_text = "Drag to turn the object. Use the wheel to zoom. Double-click to reset the view."
	add_child(_stage)
	live = Att3DLive.new()
	var options := Att3DOptions.new()
	options.resolution = LIVE_RESOLUTION
	live.options = options
	_stage.holder.add_child(live)
	_stage.holder.add_child(_still)
	_still.hide()
	live.updated.connect(_on_updated)
	live.failed.connect(func(message: String) -> void: live_failed.emit(message))
	_badge.mouse_filter = Control.MOUSE_FILTER_IGNORE
	_badge.set_anchors_and_offsets_preset(Control.PRESET_TOP_LEFT)
	add_child(_badge)
	_overlay.mouse_filter = Control.MOUSE_FILTER_IGNORE
	_overlay.alignment = BoxContainer.ALIGNMENT_END
	_overlay.set_anchors_and_offsets_preset(Control.PRESET_FULL_RECT)
	add_child(_overlay)


func _ready() -> void:
	var scale_of_editor := EditorInterface.get_editor_scale()
	custom_minimum_size = Vector2(120, 220) * scale_of_editor
	_badge.position = Vector2(8, 4) * scale_of_editor
	_badge.add_theme_font_size_override("font_size", int(12 * scale_of_editor))
	resized.connect(func() -> void: _stage.orbit(Vector2.ZERO))
	_restyle()


func _notification(what: int) -> void:
	if what == NOTIFICATION_THEME_CHANGED and is_node_ready():
		_restyle()
	elif what == NOTIFICATION_VISIBILITY_CHANGED and is_visible_in_tree():
		_stage.redraw()


## Adds a control at the lower edge.
func add_overlay(control: Control) -> void:
	_overlay.add_child(control)


## Shows the live object.
func show_live(badge: String) -> void:
	_badge.text = badge
	# While the user types, the live object is shown already. Drawing it again would delay the next mesh.
	if live.visible and not _still.visible:
		return
	_still.hide()
	live.show()
	_frame(live.mesh)


## Shows a finished mesh instead of the live object.
func show_mesh(mesh: Mesh, badge: String) -> void:
	_still.mesh = mesh
	_still.show()
	live.hide()
	_badge.text = badge
	_frame(mesh)


## Sets the share of each blend shape of the finished mesh.
func set_blend(share: float) -> void:
	for index in _still.get_blend_shape_count():
		_still.set_blend_shape_value(index, share)
	_stage.redraw()


## Returns the mesh that is shown, or null.
func shown_mesh() -> Mesh:
	return _still.mesh if _still.visible else live.mesh


func _gui_input(event: InputEvent) -> void:
	var button := event as InputEventMouseButton
	var motion := event as InputEventMouseMotion
	if button and button.pressed:
		match button.button_index:
			MOUSE_BUTTON_WHEEL_UP:
				_stage.zoom(1.0 / WHEEL_STEP)
				accept_event()
			MOUSE_BUTTON_WHEEL_DOWN:
				_stage.zoom(WHEEL_STEP)
				accept_event()
			MOUSE_BUTTON_LEFT:
				if button.double_click:
					_stage.reset_view()
				accept_event()
	elif motion and motion.button_mask & (MOUSE_BUTTON_MASK_LEFT | MOUSE_BUTTON_MASK_MIDDLE):
		_stage.orbit(motion.relative)
		accept_event()


func _on_updated(understood: String) -> void:
	if live.visible:
		_frame(live.mesh)
	live_updated.emit(understood)


func _frame(mesh: Mesh) -> void:
	_stage.frame(mesh.get_aabb() if mesh else AABB())


func _restyle() -> void:
	var base := get_theme_color("base_color", "Editor")
	var is_dark := base.get_luminance() < 0.5
	_stage.set_background(base.darkened(0.25) if is_dark else base.lightened(0.35))
	var text := get_theme_color("font_color", "Editor")
	_badge.add_theme_color_override("font_color", Color(text, 0.65))
