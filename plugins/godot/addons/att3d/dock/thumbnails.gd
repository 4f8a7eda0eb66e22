@tool
extends Node
## Draws small pictures of meshes, one after the other.

const Stage := preload("stage.gd")

var _stage: Stage
var _shown := MeshInstance3D.new()
var _is_drawing := false


func _ready() -> void:
	_stage = Stage.new()
	var side := int(72 * EditorInterface.get_editor_scale())
	_stage.size = Vector2i(side, side)
	_stage.holder.add_child(_shown)
	add_child(_stage)


## Returns a picture of a mesh, or null if the dock was closed meanwhile or nothing is drawn (headless).
func draw(mesh: Mesh, background: Color) -> ImageTexture:
	while _is_drawing:
		await get_tree().process_frame
	if mesh == null or DisplayServer.get_name() == "headless":
		return null
	_is_drawing = true
	_shown.mesh = mesh
	_stage.set_background(background)
	_stage.frame(mesh.get_aabb())
	await RenderingServer.frame_post_draw
	_is_drawing = false
	_shown.mesh = null
	var image := _stage.get_texture().get_image()
	return ImageTexture.create_from_image(image) if image else null
