extends "res://case.gd"
## Att3DGenerator.


func test_generate_completes_with_progress() -> void:
	var generator: Att3DGenerator = added(Att3DGenerator.new())
	var fractions: Array[float] = []
	generator.progress.connect(func(fraction: float) -> void: fractions.append(fraction))
	generator.options = small(96)
	equal(generator.generate("a green truck"), OK, "the answer")
	equal(generator.is_busy(), true, "busy")
	var result: Variant = await outcome(generator)
	check(result is Att3DResult, "the outcome is %s" % [result])
	equal(generator.is_busy(), false, "busy after the signal")
	check(fractions.size() >= 2, "the progress was signaled %d times" % fractions.size())
	var sorted := fractions.duplicate()
	sorted.sort()
	equal(fractions, sorted, "the order of the fractions")
	near(generator.get_fraction(), 1.0, 0.0, "the fraction at the end")
	near(fractions[-1], 1.0, 0.0, "the last fraction")
	equal(result.get_report().resolution, 96, "the resolution")
	generator.free()


func test_one_job_at_a_time() -> void:
	var generator: Att3DGenerator = added(Att3DGenerator.new())
	equal(generator.generate("a truck", small()), OK, "the first answer")
	for call: Callable in [
		generator.generate.bind("a chair"),
		generator.interpolate.bind(PackedStringArray(["a chair", "a table"]), PackedFloat32Array([0.5, 0.5])),
		generator.morph.bind(PackedStringArray(["a chair", "a table"])),
		generator.stylize.bind(BoxMesh.new(), "made of gold"),
	]:
		expect_error("the generator is busy")
		equal(call.call(), ERR_BUSY, "the second answer")
	var result: Variant = await outcome(generator)
	check(result is Att3DResult and result.get_prompt() == "a truck", "the outcome is %s" % [result])
	generator.free()


func test_unknown_prompt_fails_with_a_message() -> void:
	var generator: Att3DGenerator = added(Att3DGenerator.new())
	expect_error("qwrtzp")
	equal(generator.generate("qwrtzp"), OK, "the answer")
	var message: Variant = await outcome(generator)
	check(message is String and not message.is_empty(), "the outcome is %s" % [message])
	equal(generator.get_error_message(), message, "the message")
	equal(generator.generate("a truck", small()), OK, "the next answer")
	equal(generator.get_error_message(), "", "the message of the next work")
	check(await outcome(generator) is Att3DResult, "the next work failed")
	generator.free()


func test_empty_prompt_is_an_error() -> void:
	var generator: Att3DGenerator = added(Att3DGenerator.new())
	for prompt: String in ["", "  \n"]:
		expect_error("the prompt is empty")
		equal(generator.generate(prompt), ERR_INVALID_PARAMETER, "the answer")
	equal(generator.is_busy(), false, "busy")
	generator.free()


func test_generator_outside_the_tree_is_an_error() -> void:
	var generator := Att3DGenerator.new()
	expect_error("the generator is not in the scene tree")
	equal(generator.generate("a truck"), ERR_UNCONFIGURED, "the answer")
	generator.free()


func test_model_of_the_node_is_used() -> void:
	var generator: Att3DGenerator = added(Att3DGenerator.new())
	generator.model = Att3DModel.new()
	generator.model.path = "res://packages/absent.att3d"
	expect_error("there is no model package at")
	equal(generator.generate("a truck"), OK, "the answer")
	contains(str(await outcome(generator)), "absent.att3d", "the message")
	generator.model = null
	equal(generator.generate("a truck", small()), OK, "the answer without a model")
	check(await outcome(generator) is Att3DResult, "the default model failed")
	generator.free()


func test_model_of_the_project_settings_is_used() -> void:
	ProjectSettings.set_setting("att3d/model_path", "res://packages/absent.att3d")
	var generator: Att3DGenerator = added(Att3DGenerator.new())
	expect_error("there is no model package at")
	generator.generate("a truck")
	contains(str(await outcome(generator)), "absent.att3d", "the message")
	ProjectSettings.set_setting("att3d/model_path", null)
	generator.free()


func test_threads_of_the_project_settings_are_used() -> void:
	for threads: int in [1, 2]:
		ProjectSettings.set_setting("att3d/threads", threads)
		equal(Att3DModel.new().get_info().threads, threads, "the number of threads")
	ProjectSettings.set_setting("att3d/threads", null)


func test_engine_in_a_worker_needs_its_module() -> void:
	# libtorch always runs in the worker. Its module is not in the tests' folder, so the worker says so.
	ProjectSettings.set_setting("att3d/engine", "torch")
	var model := Att3DModel.new()
	expect_error("att3d: ")
	equal(model.load_model(), ERR_UNAVAILABLE, "the answer")
	check(not model.get_error_message().is_empty(), "there is no message")
	ProjectSettings.set_setting("att3d/engine", null)


func test_seed_selects_a_variant() -> void:
	var options := small()
	var plain := await generated("a truck", options)
	options.seed = 3
	var variant := await generated("a truck", options)
	var again := await generated("a truck", options)
	var of := func(result: Att3DResult) -> PackedVector3Array: return result.get_mesh().surface_get_arrays(0)[Mesh.ARRAY_VERTEX]
	check(of.call(plain) != of.call(variant), "the variant equals the plain mesh")
	check(of.call(variant) == of.call(again), "the same seed gave another mesh")


func test_interpolation_is_between_its_ends() -> void:
	var generator: Att3DGenerator = added(Att3DGenerator.new())
	var prompts := PackedStringArray(["a small goblet", "a tall tower"])
	var heights: Array[float] = []
	for weights: Array in [[1.0, 0.0], [0.5, 0.5], [0.0, 3.0]]:
		equal(generator.interpolate(prompts, PackedFloat32Array(weights), small()), OK, "the answer")
		var result: Variant = await outcome(generator)
		check(result is Att3DResult, "the outcome is %s" % [result])
		equal(result.get_prompt(), "a small goblet / a tall tower", "the prompt")
		heights.append(signed_volume(result.get_mesh()))
	check(heights[0] != heights[1] and heights[1] != heights[2], "the volumes are %s" % [heights])
	# Weights are shares: 0 and 3 are the second prompt alone.
	var second := await generated("a tall tower")
	near(heights[2], signed_volume(second.get_mesh()), 1e-4, "the volume of the second end")
	generator.free()


func test_wrong_interpolations_are_errors() -> void:
	var generator: Att3DGenerator = added(Att3DGenerator.new())
	for wrong: Array in [[[], []], [["a goblet"], [0.5, 0.5]], [["a goblet", "a table"], [1.0, -1.0]], [["a goblet"], [NAN]]]:
		expect_error("expected")
		var answer := generator.interpolate(PackedStringArray(wrong[0]), PackedFloat32Array(wrong[1]))
		equal(answer, ERR_INVALID_PARAMETER, "the answer for %s" % [wrong])
	expect_error("expected 2 to 64")
	equal(generator.morph(PackedStringArray(["a goblet"])), ERR_INVALID_PARAMETER, "the answer of morph")
	generator.free()


func test_cancel_stops_and_signals() -> void:
	var generator: Att3DGenerator = added(Att3DGenerator.new())
	equal(generator.generate("a truck", small(512)), OK, "the answer")
	await tree.process_frame
	generator.cancel()
	equal(generator.is_busy(), false, "busy after cancel")
	contains(str(await outcome_of_cancel(generator)), "canceled", "the message")
	generator.cancel()
	equal(generator.generate("a truck", small()), OK, "the next answer")
	check(await outcome(generator) is Att3DResult, "the next work failed")
	generator.free()


func outcome_of_cancel(generator: Att3DGenerator) -> Variant:
	# The signal was put into the queue by cancel(), so it comes within this frame.
	return await generator.failed


func test_freed_nodes_cancel_their_work() -> void:
	for round in 20:
		var generator: Att3DGenerator = added(Att3DGenerator.new())
		generator.generate("a truck", small(256))
		if round % 2:
			await tree.process_frame
		generator.free()
	for round in 5:
		var generator: Att3DGenerator = added(Att3DGenerator.new())
		generator.generate("a truck", small(256))
		tree.root.remove_child(generator)
		equal(generator.is_busy(), false, "busy outside the tree")
		generator.free()
	check(await generated("a truck") != null, "the next work failed")


func test_node_may_be_freed_by_its_signals() -> void:
	for of: String in ["progress", "completed", "failed"]:
		var generator: Att3DGenerator = added(Att3DGenerator.new())
		var freed := [false]
		generator.connect(of, func(_value: Variant) -> void:
			if not freed[0]:
				freed[0] = true
				generator.queue_free())
		if of == "failed":
			expect_error("qwrtzp")
		generator.generate("qwrtzp" if of == "failed" else "a truck", small())
		while not freed[0]:
			await tree.process_frame


func test_signal_may_start_the_next_work() -> void:
	var generator: Att3DGenerator = added(Att3DGenerator.new())
	var results := []
	generator.completed.connect(func(result: Att3DResult) -> void:
		results.append(result.get_prompt())
		if results.size() < 3:
			equal(generator.generate("a chair", small()), OK, "the answer in the signal"))
	generator.generate("a truck", small())
	while results.size() < 3:
		await tree.process_frame
	equal(results, ["a truck", "a chair", "a chair"], "the prompts")
	generator.free()


func test_two_generators_share_a_model() -> void:
	var model := Att3DModel.new()
	var generators: Array[Att3DGenerator] = []
	var results := []
	for prompt: String in ["a truck", "a chair", "a pig"]:
		var generator: Att3DGenerator = added(Att3DGenerator.new())
		generator.model = model
		generator.completed.connect(func(result: Att3DResult) -> void: results.append(result.get_prompt()))
		generator.generate(prompt, small())
		generators.append(generator)
	while results.size() < 3:
		await tree.process_frame
	results.sort()
	equal(results, ["a chair", "a pig", "a truck"], "the prompts")
	for generator in generators:
		generator.free()
