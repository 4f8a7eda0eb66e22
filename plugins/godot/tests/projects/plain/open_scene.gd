extends SceneTree
## Opens the scene that scenarios/save_scene.gd saved, in a project without the addon.


func _initialize() -> void:
	var wrong := PackedStringArray()
	if ClassDB.class_exists("Att3DGenerator"):
		wrong.append("the addon is in this project")
	var scene: PackedScene = load("res://chair.tscn")
	var node: MeshInstance3D = scene.instantiate()
	var mesh: ArrayMesh = node.mesh
	if mesh.get_aabb().size.length() < 0.5 or mesh.surface_get_arrays(0)[Mesh.ARRAY_INDEX].size() < 300:
		wrong.append("the mesh is %s" % mesh.get_aabb())
	if RenderingServer.mesh_get_surface(mesh.get_rid(), 0).lods.size() != 2:
		wrong.append("the levels of detail are missing")
	if mesh.surface_get_material(0).albedo_texture.get_size() != Vector2(128, 128):
		wrong.append("the texture is missing")
	if node.get_child(0).get_child_count() < 1:
		wrong.append("the collision shapes are missing")
	node.free()
	if wrong.is_empty():
		print("ok: a saved scene opens in a project without the addon")
	else:
		print("FAILED: a saved scene in a project without the addon: %s" % "; ".join(wrong))
	quit()
