extends Node3D
## Generates meshes in an exported game: with the bundled model, and with a package of the game.


func _ready() -> void:
	var wrong := PackedStringArray()
	if not OS.has_feature("template") or OS.has_feature("editor"):
		wrong.append("this is no exported game")
	if ResourceLoader.exists("res://project.godot"):
		wrong.append("the project's files are beside the game")
	$Generator.generate("a green truck")
	var first: Att3DResult = await $Generator.completed
	if first.get_mesh().get_aabb().size.length() < 0.5:
		wrong.append("the mesh is %s" % first.get_mesh().get_aabb())
	add_child(first.create_node())
	$Generator.model = Att3DModel.new()
	$Generator.model.path = "res://toybox.att3d"
	$Generator.generate("a green truck")
	var second: Att3DResult = await $Generator.completed
	if second.get_report().triangle_count != first.get_report().triangle_count:
		wrong.append("the package makes another mesh")
	while $Live.mesh == null:
		await get_tree().process_frame
	if wrong.is_empty():
		print("ok: an exported game generates meshes")
	else:
		print("FAILED: an exported game: %s" % "; ".join(wrong))
	get_tree().quit()
