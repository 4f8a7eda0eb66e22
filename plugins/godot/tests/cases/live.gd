extends "res://case.gd"
## Att3DLive.


func live_node(prompt := "") -> Att3DLive:
	var live := Att3DLive.new()
	live.prompt = prompt
	return added(live)


## Waits for one of two signals. Returns its name and its argument.
func answer(live: Att3DLive) -> Array:
	var answers := []
	live.updated.connect(func(text: String) -> void: answers.append(["updated", text]), CONNECT_ONE_SHOT)
	live.failed.connect(func(text: String) -> void: answers.append(["failed", text]), CONNECT_ONE_SHOT)
	while answers.is_empty():
		await tree.process_frame
	for of: Signal in [live.updated, live.failed]:
		for connection in of.get_connections():
			of.disconnect(connection.callable)
	return answers[0]


func test_mesh_follows_the_prompt() -> void:
	var live := live_node("a green truck")
	equal(live.is_pending(), true, "pending")
	equal(await answer(live), ["updated", "a green truck"], "the answer")
	equal(live.is_pending(), false, "pending after the answer")
	var first := live.mesh
	check(first is ArrayMesh and signed_volume(first) > 0.0, "the mesh is %s" % first)
	equal(live.get_understood(), "a green truck", "what was understood")
	check(live.last_update_usec > 0, "the time of the update is %d" % live.last_update_usec)
	var material: StandardMaterial3D = first.surface_get_material(0)
	check(material.vertex_color_use_as_albedo and material.vertex_color_is_srgb, "the material does not show the colors")
	live.prompt = "a qwrtzp red chair"
	var text: String = (await answer(live))[1]
	contains(text, "a red chair", "what was understood")
	equal(live.get_left_out(), PackedStringArray(["qwrtzp"]), "the words that were left out")
	check(live.mesh != first, "the mesh was not replaced")
	equal(live.mesh.surface_get_material(0), material, "the shared material")
	live.free()


func test_mesh_equals_that_of_the_generator() -> void:
	var live := live_node("a chair")
	await answer(live)
	var result := await generated("a chair", small(64))
	for kind: int in [Mesh.ARRAY_VERTEX, Mesh.ARRAY_NORMAL, Mesh.ARRAY_COLOR, Mesh.ARRAY_INDEX]:
		equal(live.mesh.surface_get_arrays(0)[kind], result.get_mesh().surface_get_arrays(0)[kind], "the array %d" % kind)
	live.free()


func test_typing_completes_the_last_word() -> void:
	var live := live_node()
	live.typing = true
	live.prompt = "a pig wearing a part"
	var state := await answer(live)
	equal(state[0], "updated", "the signal")
	contains(live.get_completed_word(), "party", "the completed word")
	# Several words begin with these letters, so the last word is left out.
	live.prompt = "a red truck with c"
	await answer(live)
	equal(live.get_completed_word(), "", "the completed word among several")
	live.typing = false
	live.prompt = "a green truck"
	await answer(live)
	equal(live.get_completed_word(), "", "the completed word of a whole prompt")
	live.free()


func test_unknown_prompt_keeps_the_mesh() -> void:
	var live := live_node("a chair")
	await answer(live)
	var mesh := live.mesh
	live.prompt = "qwrtzp"
	var state := await answer(live)
	equal(state[0], "failed", "the signal")
	equal(live.get_error_message(), state[1], "the message")
	check(not state[1].is_empty(), "there is no message")
	equal(live.mesh, mesh, "the mesh")
	live.prompt = "a chair"
	equal((await answer(live))[0], "updated", "the signal afterward")
	equal(live.get_error_message(), "", "the message afterward")
	live.free()


func test_empty_prompt_shows_nothing() -> void:
	var live := live_node("a chair")
	await answer(live)
	live.prompt = ""
	equal(await answer(live), ["updated", ""], "the answer")
	check(live.mesh == null, "there is a mesh")
	equal(live.is_pending(), false, "pending")
	live.prompt = "a chair"
	await answer(live)
	check(live.mesh != null, "there is no mesh afterward")
	live.free()


func test_prompts_are_mixed_by_weights() -> void:
	var live := live_node("a pig")
	live.prompts = PackedStringArray(["a small goblet", "a tall tower"])
	var volumes: Array[float] = []
	for weights: Array in [[1.0, 0.0], [0.5, 0.5], [0.0, 1.0], []]:
		live.weights = PackedFloat32Array(weights)
		var state := await answer(live)
		equal(state[0], "updated", "the signal for %s" % [weights])
		contains(live.get_understood(), " / ", "what was understood")
		volumes.append(signed_volume(live.mesh))
	check(volumes[0] != volumes[1] and volumes[1] != volumes[2], "the volumes are %s" % [volumes])
	near(volumes[3], volumes[1], 1e-6, "the volume with equal weights")
	live.weights = PackedFloat32Array([1.0])
	equal((await answer(live))[0], "failed", "the signal for a wrong number of weights")
	live.prompts = PackedStringArray()
	equal(await answer(live), ["updated", "a pig"], "the answer for the prompt alone")
	live.free()


func test_options_are_followed() -> void:
	var live := live_node("a chair")
	live.options = small(32)
	await answer(live)
	var rough: int = live.mesh.surface_get_arrays(0)[Mesh.ARRAY_VERTEX].size()
	live.options.resolution = 64
	await answer(live)
	var fine: int = live.mesh.surface_get_arrays(0)[Mesh.ARRAY_VERTEX].size()
	check(fine > 2 * rough, "there are %d vertices after %d" % [fine, rough])
	live.options.size = 5.0
	await answer(live)
	near(live.mesh.get_aabb().get_longest_axis_size(), 5.0, 1e-3, "the size")
	live.options.seed = 4
	equal((await answer(live))[0], "updated", "the signal for a variant")
	live.options.resolution = 1
	equal((await answer(live))[0], "failed", "the signal for a wrong resolution")
	live.free()


func test_model_is_followed() -> void:
	var live := live_node("a chair")
	await answer(live)
	live.model = Att3DModel.new()
	live.model.path = "res://packages/absent.att3d"
	expect_error("there is no model package at")
	live.prompt = "a table"
	equal((await answer(live))[0], "failed", "the signal for an absent package")
	live.model.path = "res://packages/toybox.att3d"
	equal(await answer(live), ["updated", "a table"], "the answer for the package")
	live.free()


func test_newest_prompt_wins() -> void:
	var live := live_node("a chair")
	for prompt: String in ["a table", "a pig", "a car", "a goblet", "a green truck"]:
		live.prompt = prompt
		await tree.process_frame
	while live.is_pending():
		await tree.process_frame
	equal(live.get_understood(), "a green truck", "what was understood")
	var result := await generated("a green truck", small(64))
	near(signed_volume(live.mesh), signed_volume(result.get_mesh()), 1e-6, "the volume")
	live.free()


func test_freed_and_moved_nodes() -> void:
	for round in 20:
		var live := live_node("a chair")
		if round % 2:
			await tree.process_frame
		live.free()
	var live := live_node("a chair")
	await answer(live)
	tree.root.remove_child(live)
	live.prompt = "a pig"
	tree.root.add_child(live)
	equal(await answer(live), ["updated", "a pig"], "the answer after the node was moved")
	var copy: Att3DLive = live.duplicate()
	added(copy)
	equal(copy.prompt, "a pig", "the prompt of the copy")
	equal(await answer(copy), ["updated", "a pig"], "the answer of the copy")
	check(copy.mesh != live.mesh, "the copy shares the mesh")
	copy.free()
	live.free()


func test_node_may_be_freed_by_its_signal() -> void:
	var live := live_node("a chair")
	var freed := [false]
	live.updated.connect(func(_text: String) -> void:
		freed[0] = true
		live.queue_free())
	while not freed[0]:
		await tree.process_frame


func test_monitor_shows_the_last_update() -> void:
	var live := live_node("a chair")
	await answer(live)
	check(Performance.has_custom_monitor("att3d/live_update_usec"), "there is no monitor")
	equal(Performance.get_custom_monitor("att3d/live_update_usec"), live.last_update_usec, "the monitor")
	live.free()
	check(not Performance.has_custom_monitor("att3d/live_update_usec"), "the monitor is left behind")


func test_five_hundred_frames() -> void:
	# The weights change in every frame, as in a game with a slider.
	var live := live_node()
	live.prompts = PackedStringArray(["a green truck", "a red car"])
	live.weights = PackedFloat32Array([1.0, 0.0])
	await answer(live)
	var updates: Array[int] = []
	var frames: Array[int] = []
	var last := live.mesh
	var start := Time.get_ticks_usec()
	var frame := 0
	# A slow machine gets more frames, so that there are enough updates for the figures.
	while frame < 500 or updates.size() < 30:
		frame += 1
		var share := 0.5 + 0.5 * sin(frame * 0.05)
		live.weights = PackedFloat32Array([share, 1.0 - share])
		var begun := Time.get_ticks_usec()
		await tree.process_frame
		frames.append(Time.get_ticks_usec() - begun)
		if live.mesh != last:
			last = live.mesh
			updates.append(live.last_update_usec)
	var seconds := (Time.get_ticks_usec() - start) / 1e6
	equal(live.get_error_message(), "", "the message")
	print("bench: live at 64^3 for %d frames (%.1f s): %s; frame %s" % [frame, seconds, spread("%d updates, main thread" % updates.size(), updates), spread("", frames)])
	live.free()


## Returns the median and the 99th percentile of times in microseconds.
static func spread(name: String, times: Array[int]) -> String:
	times.sort()
	return "%s %.2f ms median, %.2f ms at the 99th percentile" % [name, times[times.size() / 2] / 1000.0, times[mini(times.size() - 1, times.size() * 99 / 100)] / 1000.0]
