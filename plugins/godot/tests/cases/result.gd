extends "res://case.gd"
## Att3DResult: the arrays, materials, nodes and files of a result.


## Returns the only mesh of a GLB, as Godot imports it.
func imported(bytes: PackedByteArray) -> Mesh:
	var document := GLTFDocument.new()
	var state := GLTFState.new()
	equal(document.append_from_buffer(bytes, "", state), OK, "the answer of Godot's glTF reader")
	var scene := document.generate_scene(state)
	var nodes := scene.find_children("*", "MeshInstance3D", true, false)
	if scene is MeshInstance3D:
		nodes.push_front(scene)
	# Hulls follow in their own nodes.
	var mesh: Mesh = nodes[0].mesh
	scene.free()
	return mesh


func test_mesh_equals_the_glb_of_the_command() -> void:
	# check_godot.sh made the files with `att3d generate`.
	for name: String in ["plain", "sized"]:
		var path := "res://command/%s.glb" % name
		check(FileAccess.file_exists(path), "%s is missing" % path)
		var glb := imported(FileAccess.get_file_as_bytes(path))
		var options := small(64)
		options.size = 3.5 if name == "sized" else 0.0
		var result := await generated("a green truck", options)
		var mesh := result.get_mesh()
		near_vector(mesh.get_aabb().position, glb.get_aabb().position, 1e-4, "the corner of `%s`" % name)
		near_vector(mesh.get_aabb().size, glb.get_aabb().size, 1e-4, "the size of `%s`" % name)
		var volume := signed_volume(glb)
		check(volume > 0.0, "Godot's import of the GLB has the volume %s" % volume)
		near(signed_volume(mesh), volume, 1e-4 * volume, "the volume of `%s`" % name)
		var ours := mesh.surface_get_arrays(0)
		var theirs := glb.surface_get_arrays(0)
		equal(ours[Mesh.ARRAY_VERTEX].size(), theirs[Mesh.ARRAY_VERTEX].size(), "the number of vertices")
		equal(ours[Mesh.ARRAY_INDEX], theirs[Mesh.ARRAY_INDEX], "the indices")
		var worst := 0.0
		for vertex in range(0, ours[Mesh.ARRAY_COLOR].size(), 7):
			# A GLB has linear vertex colors, and the material of the result converts sRGB ones.
			var linear: Color = ours[Mesh.ARRAY_COLOR][vertex].srgb_to_linear()
			var other: Color = theirs[Mesh.ARRAY_COLOR][vertex]
			worst = maxf(worst, maxf(absf(linear.r - other.r), maxf(absf(linear.g - other.g), absf(linear.b - other.b))))
		check(worst < 0.02, "the colors differ by %s" % worst)
		var material: BaseMaterial3D = glb.surface_get_material(0)
		near(result.get_material().roughness, material.roughness, 1e-4, "the roughness")
		near(result.get_material().metallic, material.metallic, 1e-4, "the metallic")


func test_front_faces_are_clockwise_as_those_of_a_box() -> void:
	check(signed_volume(arrays_of(BoxMesh.new())) > 0.9, "the measure of the test is wrong")
	var result := await generated("a chair")
	check(signed_volume(result.get_mesh()) > 0.0, "the mesh is inside out")
	var arrays := result.get_mesh().surface_get_arrays(0)
	# Normals agree with the front faces.
	var agreeing := 0
	var indices: PackedInt32Array = arrays[Mesh.ARRAY_INDEX]
	for corner in range(0, indices.size(), 3):
		var a: Vector3 = arrays[Mesh.ARRAY_VERTEX][indices[corner]]
		var b: Vector3 = arrays[Mesh.ARRAY_VERTEX][indices[corner + 1]]
		var c: Vector3 = arrays[Mesh.ARRAY_VERTEX][indices[corner + 2]]
		agreeing += int((c - a).cross(b - a).dot(arrays[Mesh.ARRAY_NORMAL][indices[corner]]) > 0.0)
	check(agreeing > indices.size() / 3 * 0.98, "%d of %d normals agree" % [agreeing, indices.size() / 3])


func arrays_of(mesh: PrimitiveMesh) -> ArrayMesh:
	var made := ArrayMesh.new()
	made.add_surface_from_arrays(Mesh.PRIMITIVE_TRIANGLES, mesh.get_mesh_arrays())
	return made


func test_units_pivot_and_axes() -> void:
	var options := small()
	var plain := await generated("a car", options)
	var box := plain.get_mesh().get_aabb()
	near(box.position.y, 0.0, 1e-5, "the ground")
	near(box.get_center().x, 0.0, 1e-5, "the middle of x")
	near(box.get_center().z, 0.0, 1e-5, "the middle of z")
	# A car looks along +Z, so it is longest along z.
	check(box.size.z > box.size.x and box.size.z > box.size.y, "the size of the car is %s" % box.size)
	options.size = 4.0
	options.pivot = 1
	var centered := (await generated("a car", options)).get_mesh().get_aabb()
	near(centered.size.z, 4.0, 1e-4, "the length")
	near_vector(centered.get_center(), Vector3.ZERO, 1e-4, "the center")
	options.size = 0.0
	options.pivot = 2
	var origin := (await generated("a car", options)).get_mesh().get_aabb()
	near_vector(origin.size, box.size, 1e-5, "the size with the pivot at the origin")
	check(origin.position.y < -0.01, "the pivot is not the origin of object space: %s" % origin)


func test_colored_material() -> void:
	var result := await generated("a red chair")
	var material: StandardMaterial3D = result.get_material()
	equal(material.vertex_color_use_as_albedo, true, "vertex_color_use_as_albedo")
	equal(material.vertex_color_is_srgb, true, "vertex_color_is_srgb")
	equal(result.get_mesh().surface_get_material(0), material, "the material of the mesh")
	var sum := Color(0, 0, 0)
	var colors: PackedColorArray = result.get_mesh().surface_get_arrays(0)[Mesh.ARRAY_COLOR]
	for color in colors:
		sum += color
	check(sum.r > 2.0 * sum.g and sum.r > 2.0 * sum.b, "a red chair has the color %s" % (sum / colors.size()))
	check(result.get_mesh().surface_get_arrays(0)[Mesh.ARRAY_TEX_UV] == null, "there are texture coordinates")


func test_textures_and_tangents() -> void:
	var options := small()
	options.texture_size = 256
	options.triangle_budget = 2000
	var result := await generated("a golden goblet", options)
	var material: ORMMaterial3D = result.get_material()
	for texture: Texture2D in [material.albedo_texture, material.orm_texture, material.normal_texture]:
		equal(texture.get_size(), Vector2(256, 256), "the size of a texture")
		equal(texture.get_image().has_mipmaps(), true, "mipmaps")
	equal(material.normal_enabled, true, "normal_enabled")
	var normal := material.normal_texture.get_image().get_pixel(128, 128)
	check(normal.b > 0.5, "a normal points inward: %s" % normal)
	var arrays := result.get_mesh().surface_get_arrays(0)
	var count: int = arrays[Mesh.ARRAY_VERTEX].size()
	equal(arrays[Mesh.ARRAY_TEX_UV].size(), count, "the number of texture coordinates")
	equal(arrays[Mesh.ARRAY_TANGENT].size(), 4 * count, "the number of tangents")
	check(arrays[Mesh.ARRAY_COLOR] == null, "there are vertex colors")
	for vertex in range(0, count, 5):
		var tangents: PackedFloat32Array = arrays[Mesh.ARRAY_TANGENT]
		var tangent := Vector3(tangents[4 * vertex], tangents[4 * vertex + 1], tangents[4 * vertex + 2])
		near(tangent.length(), 1.0, 0.01, "the length of a tangent")
		near(tangent.dot(arrays[Mesh.ARRAY_NORMAL][vertex]), 0.0, 0.05, "a tangent along its normal")
		near(absf(tangents[4 * vertex + 3]), 1.0, 1e-6, "the sign of a tangent")
	equal(result.get_report().texture_size, 256, "the reported size")
	check(result.get_report().triangle_count <= 2000, "there are %d triangles" % result.get_report().triangle_count)


func test_tangents_equal_those_of_the_glb() -> void:
	var options := small()
	options.texture_size = 128
	var result := await generated("a goblet", options)
	var ours := result.get_mesh().surface_get_arrays(0)
	var theirs := imported(result.get_glb()).surface_get_arrays(0)
	equal(ours[Mesh.ARRAY_VERTEX].size(), theirs[Mesh.ARRAY_VERTEX].size(), "the number of vertices")
	for kind: int in [Mesh.ARRAY_TANGENT, Mesh.ARRAY_TEX_UV]:
		var worst := 0.0
		for at in ours[kind].size():
			worst = maxf(worst, (ours[kind][at] - theirs[kind][at]).length() if kind == Mesh.ARRAY_TEX_UV else absf(ours[kind][at] - theirs[kind][at]))
		check(worst < 0.01, "the array %d differs by %s" % [kind, worst])


func test_levels_of_detail() -> void:
	var options := small(96)
	options.level_count = 4
	var result := await generated("a car", options)
	equal(result.get_report().level_count, 4, "the number of levels")
	var surface := RenderingServer.mesh_get_surface(result.get_mesh().get_rid(), 0)
	equal(surface.lods.size(), 4, "the number of Godot's levels")
	var last := 0.0
	var size: int = surface.index_data.size()
	for level: Dictionary in surface.lods:
		check(level.edge_length > last, "the deviation %s is not above %s" % [level.edge_length, last])
		check(level.index_data.size() < size * 0.7, "a level has %d bytes after %d" % [level.index_data.size(), size])
		check(level.edge_length < 0.2, "the deviation is %s m" % level.edge_length)
		last = level.edge_length
		size = level.index_data.size()


func test_hulls_enclose_the_mesh() -> void:
	var options := small()
	options.hull_count = 1
	options.hull_vertex_count = 64
	options.size = 3.0
	var result := await generated("a car", options)
	var shapes := result.get_collision_shapes()
	equal(shapes.size(), 1, "the number of shapes")
	var points := shapes[0].points
	check(points.size() >= 4 and points.size() <= 64, "the hull has %d points" % points.size())
	var box := AABB(points[0], Vector3.ZERO)
	for point in points:
		box = box.expand(point)
	var of_mesh := result.get_mesh().get_aabb()
	check(box.grow(0.05).encloses(of_mesh), "the hull %s does not enclose %s" % [box, of_mesh])
	check(of_mesh.grow(0.3).encloses(box), "the hull %s is larger than %s" % [box, of_mesh])
	check((await generated("a car")).get_collision_shapes().is_empty(), "there are hulls without hull_count")


func test_morph_has_blend_shapes() -> void:
	var generator: Att3DGenerator = added(Att3DGenerator.new())
	var prompts := PackedStringArray(["a red apple", "a green pear", "a pumpkin"])
	equal(generator.morph(prompts, small()), OK, "the answer")
	var result: Variant = await outcome(generator)
	generator.free()
	check(result is Att3DResult, "the outcome is %s" % [result])
	var mesh: ArrayMesh = result.get_mesh()
	equal(mesh.get_blend_shape_count(), 2, "the number of blend shapes")
	equal(mesh.get_blend_shape_name(0), &"a green pear", "the first name")
	equal(mesh.blend_shape_mode, Mesh.BLEND_SHAPE_MODE_NORMALIZED, "the mode")
	var shapes := mesh.surface_get_blend_shape_arrays(0)
	equal(shapes.size(), 2, "the number of arrays")
	var base: PackedVector3Array = mesh.surface_get_arrays(0)[Mesh.ARRAY_VERTEX]
	var moved: PackedVector3Array = shapes[0][Mesh.ARRAY_VERTEX]
	equal(moved.size(), base.size(), "the number of vertices")
	check(moved != base, "the blend shape does not move")
	var alone := await generated("a green pear")
	var height := 0.0
	for position in moved:
		height = maxf(height, position.y)
	var low := 0.0
	for position in moved:
		low = minf(low, position.y)
	near(height - low, alone.get_mesh().get_aabb().size.y, 0.1, "the height of the second keyframe")
	var node := MeshInstance3D.new()
	node.mesh = mesh
	equal(node.find_blend_shape_by_name("a pumpkin"), 1, "the index by its name")
	node.set_blend_shape_value(1, 0.5)
	near(node.get("blend_shapes/a pumpkin"), 0.5, 1e-6, "the property of the weight")
	node.free()


func test_textured_morph_has_tangents_in_its_blend_shapes() -> void:
	var options := small()
	options.texture_size = 128
	var generator: Att3DGenerator = added(Att3DGenerator.new())
	generator.morph(PackedStringArray(["a pig", "a golden pig"]), options)
	var result: Variant = await outcome(generator)
	generator.free()
	check(result is Att3DResult, "the outcome is %s" % [result])
	var shape: Array = result.get_mesh().surface_get_blend_shape_arrays(0)[0]
	equal(shape[Mesh.ARRAY_TANGENT].size(), 4 * shape[Mesh.ARRAY_VERTEX].size(), "the number of tangents")


func test_node_has_the_mesh_and_a_body() -> void:
	var options := small()
	options.hull_count = 16
	var result := await generated("a chair", options)
	var node := result.create_node()
	equal(node.name, &"AChair", "the name")
	equal(node.mesh, result.get_mesh(), "the mesh")
	var body: StaticBody3D = node.get_child(0)
	equal(body.get_child_count(), result.get_collision_shapes().size(), "the number of collision shapes")
	check(body.get_child(0).shape is ConvexPolygonShape3D, "the shape is %s" % body.get_child(0).shape)
	# The body belongs to the node's scene, so it is saved with it.
	var packed := PackedScene.new()
	equal(packed.pack(node), OK, "the answer of pack")
	equal(packed.get_state().get_node_count(), 2 + body.get_child_count(), "the number of saved nodes")
	node.free()
	var plain := (await generated("a chair")).create_node()
	equal(plain.get_child_count(), 0, "the number of children without hulls")
	plain.free()


func test_texts_and_warnings() -> void:
	var result := await generated("a qwrtzp green truck")
	equal(result.get_prompt(), "a qwrtzp green truck", "the prompt")
	contains(result.get_understood(), "green truck", "what was understood")
	var about := Array(result.get_warnings()).filter(func(warning: String) -> bool: return "qwrtzp" in warning)
	equal(about.size(), 1, "the number of warnings about the word")
	equal((await generated("a green truck")).get_understood(), "a green truck", "what was understood of a plain prompt")


func test_report_measures_the_mesh() -> void:
	var result := await generated("a chair")
	var report := result.get_report()
	equal(report.vertex_count, result.get_mesh().surface_get_arrays(0)[Mesh.ARRAY_VERTEX].size(), "the vertices")
	equal(report.triangle_count, result.get_mesh().surface_get_arrays(0)[Mesh.ARRAY_INDEX].size() / 3, "the triangles")
	equal(report.boundary_edge_count, 0, "the open edges")
	near(report.volume, signed_volume(result.get_mesh()), 1e-3, "the volume at one meter per unit")
	check(report.generator_milliseconds > 0.0, "the generator took no time")


func test_glb_is_written_whole_or_not_at_all() -> void:
	var result := await generated("a chair")
	equal(result.save_glb("user://chair.glb"), OK, "the answer")
	equal(FileAccess.get_file_as_bytes("user://chair.glb"), result.get_glb(), "the file")
	near_vector(imported(result.get_glb()).get_aabb().size, result.get_mesh().get_aabb().size, 1e-4, "the size")
	expect_error("chair.glb")
	equal(result.save_glb("user://absent/chair.glb"), ERR_FILE_CANT_WRITE, "the answer for an absent folder")
	equal(result.save_glb("res://written.glb"), OK, "the answer for a path of the project")
	DirAccess.remove_absolute("res://written.glb")
	DirAccess.remove_absolute("user://chair.glb")
	check(DirAccess.get_files_at("user://").has("chair.glb") == false, "a file was left behind")


func test_saved_scene_keeps_everything() -> void:
	var options := small(64)
	options.texture_size = 128
	options.level_count = 2
	options.hull_count = 4
	var result := await generated("a chair", options)
	var node := result.create_node()
	var packed := PackedScene.new()
	packed.pack(node)
	node.free()
	for extension: String in ["tscn", "scn"]:
		var path := "user://chair.%s" % extension
		equal(ResourceSaver.save(packed, path), OK, "the answer of the saver")
		var scene: PackedScene = ResourceLoader.load(path, "", ResourceLoader.CACHE_MODE_IGNORE)
		var again: MeshInstance3D = scene.instantiate()
		equal(again.mesh.surface_get_arrays(0)[Mesh.ARRAY_INDEX], result.get_mesh().surface_get_arrays(0)[Mesh.ARRAY_INDEX], "the indices")
		equal(RenderingServer.mesh_get_surface(again.mesh.get_rid(), 0).lods.size(), 2, "the levels")
		equal(again.mesh.surface_get_material(0).albedo_texture.get_size(), Vector2(128, 128), "the texture")
		check(again.get_child(0).get_child_count() >= 1, "there is no collision shape")
		again.free()
