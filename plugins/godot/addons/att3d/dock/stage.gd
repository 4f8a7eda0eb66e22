@tool
extends SubViewport
## A separate 3D world with light, ground and a camera that orbits around one object.
##
## It is drawn only when something changes, so that an idle dock costs nothing.

const FIELD_OF_VIEW := 30.0
const FIRST_YAW := 0.6
const FIRST_PITCH := 0.32
const HIGHEST_PITCH := 1.5
## Factor of the camera's distance, which leaves room around the object. An object that grows by a smaller
## factor keeps the scale of the view.
const MARGIN := 1.04
const NEAREST := 0.35
const FARTHEST := 4.0

## Node below which the object is put.
var holder := Node3D.new()

var _camera := Camera3D.new()
var _environment := Environment.new()
var _ground := MeshInstance3D.new()
var _yaw := FIRST_YAW
var _pitch := FIRST_PITCH
var _zoom := 1.0
var _center := Vector3.ZERO
## Radius of the upright cylinder around the framed object, and half of its height.
var _half := Vector2.ONE
var _is_framed := false


func _init() -> void:
	own_world_3d = true
	transparent_bg = false
	msaa_3d = Viewport.MSAA_4X
	render_target_update_mode = SubViewport.UPDATE_DISABLED
	add_child(holder)
	_add_lights()
	_add_ground()
	_camera.fov = FIELD_OF_VIEW
	add_child(_camera)


func _ready() -> void:
	_aim()


## Sets the color behind the object.
func set_background(color: Color) -> void:
	_environment.background_color = color
	redraw()


## Draws the world in the next frame.
func redraw() -> void:
	render_target_update_mode = SubViewport.UPDATE_ONCE


## Moves the camera around the object. moved: pixels of the pointer. As many pixels as the
## view is high turn the camera by 180 degrees.
func orbit(moved: Vector2) -> void:
	var turn := PI / maxf(size.y, 1.0)
	_yaw -= moved.x * turn
	_pitch = clampf(_pitch + moved.y * turn, -HIGHEST_PITCH, HIGHEST_PITCH)
	_aim()


## Moves the camera nearer (factor below 1) or farther.
func zoom(factor: float) -> void:
	_zoom = clampf(_zoom * factor, NEAREST, FARTHEST)
	_aim()


## Puts the camera back to where it was at first.
func reset_view() -> void:
	_yaw = FIRST_YAW
	_pitch = FIRST_PITCH
	_zoom = 1.0
	_aim()


## Frames the object. box: bounds of the object in meters. The view keeps its scale for small changes, so that
## the object does not jump while the user types.
func frame(box: AABB) -> void:
	if not box.has_surface():
		redraw()
		return
	var half := Vector2(Vector2(box.size.x, box.size.z).length() / 2.0, box.size.y / 2.0)
	var is_near := half.length() > _half.length() * 0.8 and half.x < _half.x * MARGIN and half.y < _half.y * MARGIN
	if not (_is_framed and is_near):
		_half = half
		_is_framed = true
	_center = box.get_center()
	_ground.position = Vector3(_center.x, box.position.y, _center.z)
	_ground.scale = Vector3.ONE * _half.length()
	_aim()


func _aim() -> void:
	if not is_inside_tree():
		return
	# The upright cylinder around the object must fit, so that it fits from every side. The lower edge of its
	# near side limits the height, and its sides limit the width.
	var slope := tan(deg_to_rad(FIELD_OF_VIEW) / 2.0)
	var high := (_half.y * cos(FIRST_PITCH) + _half.x * sin(FIRST_PITCH)) / slope
	high += _half.x * cos(FIRST_PITCH) - _half.y * sin(FIRST_PITCH)
	var wide := _half.x / sin(atan(slope * maxf(size.x, 1.0) / maxf(size.y, 1.0)))
	var distance := maxf(high, wide) * MARGIN * _zoom
	var direction := Basis.from_euler(Vector3(-_pitch, _yaw, 0.0)) * Vector3.BACK
	_camera.near = maxf(distance / 100.0, 0.001)
	_camera.far = distance + _half.length() * 20.0
	_camera.look_at_from_position(_center + direction * distance, _center)
	redraw()


func _add_lights() -> void:
	var key := DirectionalLight3D.new()
	key.rotation_degrees = Vector3(-48.0, 58.0, 0.0)
	key.light_energy = 0.8
	key.light_color = Color(1.0, 0.97, 0.92)
	key.shadow_enabled = true
	key.directional_shadow_mode = DirectionalLight3D.SHADOW_ORTHOGONAL
	key.directional_shadow_max_distance = 20.0
	add_child(key)
	var fill := DirectionalLight3D.new()
	fill.rotation_degrees = Vector3(-15.0, -65.0, 0.0)
	fill.light_energy = 0.15
	fill.light_color = Color(0.85, 0.92, 1.0)
	add_child(fill)
	_environment.background_mode = Environment.BG_COLOR
	_environment.ambient_light_source = Environment.AMBIENT_SOURCE_COLOR
	_environment.ambient_light_color = Color(0.9, 0.94, 1.0)
	_environment.ambient_light_energy = 0.4
	# Metals show what they reflect, so the object needs a sky, even though the background is a color.
	var sky := Sky.new()
	sky.sky_material = _sky()
	sky.radiance_size = Sky.RADIANCE_SIZE_64
	_environment.sky = sky
	_environment.reflected_light_source = Environment.REFLECTION_SOURCE_SKY
	_environment.tonemap_mode = Environment.TONE_MAPPER_LINEAR
	var world := WorldEnvironment.new()
	world.environment = _environment
	add_child(world)


func _sky() -> ProceduralSkyMaterial:
	var sky := ProceduralSkyMaterial.new()
	sky.sky_top_color = Color(0.9, 0.93, 1.0)
	sky.sky_horizon_color = Color(0.62, 0.64, 0.68)
	sky.ground_horizon_color = Color(0.5, 0.48, 0.46)
	sky.ground_bottom_color = Color(0.25, 0.24, 0.24)
	return sky


## Adds a soft disc on which the object stands and which catches its shadow.
func _add_ground() -> void:
	var gradient := Gradient.new()
	gradient.set_color(0, Color(0.5, 0.5, 0.5, 0.22))
	gradient.set_color(1, Color(0.5, 0.5, 0.5, 0.0))
	var texture := GradientTexture2D.new()
	texture.gradient = gradient
	texture.fill = GradientTexture2D.FILL_RADIAL
	texture.fill_from = Vector2(0.5, 0.5)
	texture.fill_to = Vector2(1.0, 0.5)
	texture.width = 128
	texture.height = 128
	var material := StandardMaterial3D.new()
	material.albedo_texture = texture
	material.transparency = BaseMaterial3D.TRANSPARENCY_ALPHA
	material.roughness = 1.0
	material.metallic_specular = 0.0
	var plane := PlaneMesh.new()
	plane.size = Vector2(4.0, 4.0)
	plane.material = material
	_ground.mesh = plane
	_ground.cast_shadow = GeometryInstance3D.SHADOW_CASTING_SETTING_OFF
	add_child(_ground)
