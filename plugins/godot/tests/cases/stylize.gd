extends "res://case.gd"
## Att3DGenerator.stylize.


## Stylizes a mesh. Returns null if that fails, which fails the test.
func stylized(mesh: Mesh, prompt := "made of gold", keep := 1.0, keep_geometry := true, options := painting()) -> Att3DResult:
	var generator: Att3DGenerator = added(Att3DGenerator.new())
	equal(generator.stylize(mesh, prompt, keep, keep_geometry, options), OK, "the answer of stylize")
	var answer: Variant = await outcome(generator)
	generator.free()
	check(answer is Att3DResult, "`%s` was not applied: %s" % [prompt, answer])
	return answer as Att3DResult


static func painting(size := 128) -> Att3DOptions:
	var options := small()
	options.texture_size = size
	return options


## Returns a sphere as an ArrayMesh, moved and scaled.
static func sphere(with_uvs: bool, at := Vector3.ZERO, radius := 0.5, into: ArrayMesh = null) -> ArrayMesh:
	var source := SphereMesh.new()
	source.radius = radius
	source.height = 2.0 * radius
	source.radial_segments = 24
	source.rings = 12
	var arrays := source.get_mesh_arrays()
	for vertex in arrays[Mesh.ARRAY_VERTEX].size():
		arrays[Mesh.ARRAY_VERTEX][vertex] += at
	if not with_uvs:
		arrays[Mesh.ARRAY_TEX_UV] = null
		arrays[Mesh.ARRAY_TANGENT] = null
	var made := ArrayMesh.new() if into == null else into
	made.add_surface_from_arrays(Mesh.PRIMITIVE_TRIANGLES, arrays)
	return made


func mean_color(texture: Texture2D) -> Color:
	var image := texture.get_image()
	image.resize(1, 1, Image.INTERPOLATE_TRILINEAR)
	return image.get_pixel(0, 0)


func test_mesh_with_uvs_keeps_its_arrays() -> void:
	var given := sphere(true)
	var result := await stylized(given)
	var mesh := result.get_mesh()
	check(mesh != given, "the given mesh was changed")
	check(given.surface_get_material(0) == null, "the given mesh got a material")
	for kind: int in [Mesh.ARRAY_VERTEX, Mesh.ARRAY_TEX_UV, Mesh.ARRAY_INDEX]:
		equal(mesh.surface_get_arrays(0)[kind], given.surface_get_arrays(0)[kind], "the array %d" % kind)
	var material: BaseMaterial3D = mesh.surface_get_material(0)
	equal(material.albedo_texture.get_size(), Vector2(128, 128), "the size of the texture")
	var color := mean_color(material.albedo_texture)
	check(color.r > color.b + 0.1, "gold has the color %s" % color)
	contains(result.get_understood(), "gold", "what was understood")


func test_mesh_without_uvs_gets_some() -> void:
	var given := sphere(false, Vector3(5, -3, 2), 20.0)
	var mesh := (await stylized(given)).get_mesh()
	var arrays := mesh.surface_get_arrays(0)
	var count: int = arrays[Mesh.ARRAY_VERTEX].size()
	check(count >= given.surface_get_arrays(0)[Mesh.ARRAY_VERTEX].size(), "there are %d vertices" % count)
	equal(arrays[Mesh.ARRAY_TEX_UV].size(), count, "the number of texture coordinates")
	equal(arrays[Mesh.ARRAY_INDEX].size(), given.surface_get_arrays(0)[Mesh.ARRAY_INDEX].size(), "the triangles")
	equal(mesh.get_aabb(), given.get_aabb(), "the bounding box")
	near(signed_volume(mesh), signed_volume(given), 1e-3 * signed_volume(given), "the volume")
	for uv: Vector2 in arrays[Mesh.ARRAY_TEX_UV]:
		check(uv.x >= 0.0 and uv.x <= 1.0 and uv.y >= 0.0 and uv.y <= 1.0, "a texture coordinate is %s" % uv)


func test_unwrap_makes_new_uvs() -> void:
	var given := sphere(true)
	var options := painting()
	options.unwrap = true
	var mesh := (await stylized(given, "made of gold", 1.0, true, options)).get_mesh()
	check(mesh.surface_get_arrays(0)[Mesh.ARRAY_TEX_UV] != given.surface_get_arrays(0)[Mesh.ARRAY_TEX_UV], "the coordinates are the same")


func test_several_surfaces_keep_their_order() -> void:
	var given := sphere(true)
	sphere(false, Vector3(1, 0, 0), 0.3, given)
	sphere(true, Vector3(0, 1, 0), 0.2, given)
	given.surface_set_name(1, "second")
	var red := StandardMaterial3D.new()
	red.albedo_color = Color(1, 0, 0)
	red.cull_mode = BaseMaterial3D.CULL_DISABLED
	given.surface_set_material(0, red)
	var mesh := (await stylized(given, "made of wood")).get_mesh()
	equal(mesh.get_surface_count(), 3, "the number of surfaces")
	equal(mesh.surface_get_name(1), "second", "the name")
	var materials := {}
	for surface in 3:
		var material: BaseMaterial3D = mesh.surface_get_material(surface)
		check(material != null and material.albedo_texture != null, "surface %d has no texture" % surface)
		materials[material] = true
	equal(materials.size(), 3, "the number of materials")
	equal(mesh.surface_get_material(0).cull_mode, BaseMaterial3D.CULL_DISABLED, "the cull mode")
	equal(mesh.get_aabb(), given.get_aabb(), "the bounding box")
	check(red.albedo_texture == null, "the given material got a texture")


func test_vertices_at_seams_keep_their_data() -> void:
	var arrays := sphere(false).surface_get_arrays(0)
	var count: int = arrays[Mesh.ARRAY_VERTEX].size()
	var bones := PackedInt32Array()
	var weights := PackedFloat32Array()
	var colors := PackedColorArray()
	for vertex in count:
		bones.append_array([vertex % 7, 0, 0, 0])
		weights.append_array([1.0, 0.0, 0.0, 0.0])
		colors.append(Color8(vertex % 256, 1, 2))
	arrays[Mesh.ARRAY_BONES] = bones
	arrays[Mesh.ARRAY_WEIGHTS] = weights
	arrays[Mesh.ARRAY_COLOR] = colors
	var shape := []
	shape.resize(Mesh.ARRAY_MAX)
	shape[Mesh.ARRAY_VERTEX] = arrays[Mesh.ARRAY_VERTEX].duplicate()
	shape[Mesh.ARRAY_NORMAL] = arrays[Mesh.ARRAY_NORMAL]
	for vertex in count:
		shape[Mesh.ARRAY_VERTEX][vertex] *= 2.0
	var given := ArrayMesh.new()
	given.blend_shape_mode = Mesh.BLEND_SHAPE_MODE_NORMALIZED
	given.add_blend_shape("large")
	given.add_surface_from_arrays(Mesh.PRIMITIVE_TRIANGLES, arrays, [shape])
	var mesh := (await stylized(given)).get_mesh()
	equal(mesh.get_blend_shape_count(), 1, "the number of blend shapes")
	equal(mesh.get_blend_shape_name(0), &"large", "its name")
	var new := mesh.surface_get_arrays(0)
	var moved: Array = mesh.surface_get_blend_shape_arrays(0)[0]
	var at := {}
	for vertex in count:
		var key: Vector3 = arrays[Mesh.ARRAY_VERTEX][vertex].snappedf(1e-4)
		at[key] = at.get(key, []) + [vertex]
	check(new[Mesh.ARRAY_VERTEX].size() > count, "no vertex was repeated")
	for vertex in new[Mesh.ARRAY_VERTEX].size():
		var position: Vector3 = new[Mesh.ARRAY_VERTEX][vertex]
		var sources: Array = at.get(position.snappedf(1e-4), [])
		check(not sources.is_empty(), "a vertex is new: %s" % position)
		check(sources.any(func(source: int) -> bool: return new[Mesh.ARRAY_BONES][4 * vertex] == source % 7 and roundi(new[Mesh.ARRAY_COLOR][vertex].r * 255.0) == source % 256), "a vertex has the data of another")
		near_vector(moved[Mesh.ARRAY_VERTEX][vertex], position * 2.0, 1e-3, "a vertex of the blend shape")


func test_primitive_mesh_becomes_an_array_mesh() -> void:
	var mesh := (await stylized(BoxMesh.new(), "made of wood")).get_mesh()
	equal(mesh.get_surface_count(), 1, "the number of surfaces")
	near_vector(mesh.get_aabb().size, Vector3.ONE, 1e-6, "the size")
	check(mesh.surface_get_material(0).albedo_texture != null, "there is no texture")


func test_new_mesh_lies_where_the_given_mesh_was() -> void:
	var given := sphere(true, Vector3(10, 5, -7), 2.0)
	var result := await stylized(given, "a red apple", 0.9, false, small(64))
	var box := result.get_mesh().get_aabb()
	near_vector(box.get_center(), Vector3(10, 5, -7), 1.0, "the center")
	check(box.size.x > 2.0 and box.size.x < 6.0, "the size is %s" % box.size)
	check(signed_volume(result.get_mesh()) > 0.0, "the mesh is inside out")
	check(result.get_material().vertex_color_use_as_albedo, "there are no colors")
	var glb: PackedByteArray = result.get_glb()
	var document := GLTFDocument.new()
	var state := GLTFState.new()
	document.append_from_buffer(glb, "", state)
	var scene := document.generate_scene(state)
	var node: MeshInstance3D = scene if scene is MeshInstance3D else scene.find_children("*", "MeshInstance3D", true, false)[0]
	near_vector(node.mesh.get_aabb().get_center(), box.get_center(), 1e-3, "the center in the GLB")
	scene.free()


func test_painted_mesh_is_saved_as_glb() -> void:
	var result := await stylized(sphere(true))
	equal(result.save_glb("user://painted.glb"), OK, "the answer")
	var document := GLTFDocument.new()
	var state := GLTFState.new()
	equal(document.append_from_file("user://painted.glb", state), OK, "the answer of Godot's reader")
	equal(state.get_images().size() >= 1, true, "there are images")
	expect_error("cannot write")
	equal(result.save_glb("user://absent/painted.glb"), ERR_FILE_CANT_WRITE, "the answer for an absent folder")
	equal(result.get_report(), {}, "the report")


func test_meshes_that_cannot_be_stylized_are_errors() -> void:
	var generator: Att3DGenerator = added(Att3DGenerator.new())
	var lines := ArrayMesh.new()
	var arrays := []
	arrays.resize(Mesh.ARRAY_MAX)
	arrays[Mesh.ARRAY_VERTEX] = PackedVector3Array([Vector3.ZERO, Vector3.ONE])
	lines.add_surface_from_arrays(Mesh.PRIMITIVE_LINES, arrays)
	expect_error("the mesh has 0 surfaces")
	equal(generator.stylize(ArrayMesh.new(), "made of gold"), ERR_INVALID_PARAMETER, "the answer for no surface")
	expect_error("surface 0 has no separate triangles")
	equal(generator.stylize(lines, "made of gold"), ERR_INVALID_PARAMETER, "the answer for lines")
	expect_error("has only points")
	equal(generator.stylize(PointMesh.new(), "made of gold"), ERR_INVALID_PARAMETER, "the answer for points")
	expect_error("the mesh is null")
	equal(generator.stylize(null, "made of gold"), ERR_INVALID_PARAMETER, "the answer for null")
	expect_error("the prompt is empty")
	equal(generator.stylize(BoxMesh.new(), ""), ERR_INVALID_PARAMETER, "the answer for an empty prompt")
	for keep: float in [-0.1, 1.5, NAN]:
		expect_error("expected a share from 0 to 1")
		equal(generator.stylize(BoxMesh.new(), "made of gold", keep), ERR_INVALID_PARAMETER, "the answer for %s" % keep)
	generator.free()


func test_flat_mesh_without_extent_is_an_error() -> void:
	var generator: Att3DGenerator = added(Att3DGenerator.new())
	var point := ArrayMesh.new()
	var arrays := []
	arrays.resize(Mesh.ARRAY_MAX)
	arrays[Mesh.ARRAY_VERTEX] = PackedVector3Array([Vector3.ONE, Vector3.ONE, Vector3.ONE])
	point.add_surface_from_arrays(Mesh.PRIMITIVE_TRIANGLES, arrays)
	for keep_geometry: bool in [true, false]:
		expect_error("the longest side of the mesh is 0" if keep_geometry else "triangles with area")
		equal(generator.stylize(point, "made of gold", 1.0, keep_geometry), OK, "the answer")
		check(await outcome(generator) is String, "a mesh without extent was stylized")
	generator.free()


func test_other_surfaces_stay_with_a_warning() -> void:
	var given := sphere(true)
	var arrays := []
	arrays.resize(Mesh.ARRAY_MAX)
	arrays[Mesh.ARRAY_VERTEX] = PackedVector3Array([Vector3.ZERO, Vector3.ONE])
	given.add_surface_from_arrays(Mesh.PRIMITIVE_LINES, arrays)
	var result := await stylized(given)
	equal(result.get_mesh().get_surface_count(), 2, "the number of surfaces")
	check(Array(result.get_warnings()).any(func(text: String) -> bool: return "surface 1" in text), "the warnings are %s" % result.get_warnings())


func test_mesh_without_indices_is_painted() -> void:
	var tool := SurfaceTool.new()
	tool.create_from(sphere(true), 0)
	tool.deindex()
	var given := tool.commit()
	check(given.surface_get_arrays(0)[Mesh.ARRAY_INDEX] == null, "the mesh has indices")
	var mesh := (await stylized(given)).get_mesh()
	equal(mesh.surface_get_arrays(0)[Mesh.ARRAY_VERTEX].size(), given.surface_get_arrays(0)[Mesh.ARRAY_VERTEX].size(), "the vertices")
