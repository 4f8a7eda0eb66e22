extends "res://case.gd"
## Fifty prompts with words of the model.


func test_fifty_prompts() -> void:
	var words := Att3DModel.new().get_words()
	var things := PackedStringArray()
	for group: String in words:
		for word: String in words[group]:
			if Att3DModel.new().read_prompt(word).thing == word:
				things.append(word)
	check(things.size() >= 25, "the model knows %d things" % things.size())
	var generator: Att3DGenerator = added(Att3DGenerator.new())
	var times: Array[int] = []
	for number in 50:
		var prompt := "a %s %s" % [["red", "green", "blue", "white", "wooden"][number % 5], things[number * 7 % things.size()]]
		var begun := Time.get_ticks_usec()
		equal(generator.generate(prompt, small(64)), OK, "the answer for `%s`" % prompt)
		var result: Variant = await outcome(generator)
		times.append(Time.get_ticks_usec() - begun)
		check(result is Att3DResult, "`%s` failed: %s" % [prompt, result])
		if result is Att3DResult:
			var mesh: ArrayMesh = result.get_mesh()
			check(signed_volume(mesh) > 0.0, "`%s` is inside out" % prompt)
			check(mesh.get_aabb().get_longest_axis_size() < 2.1, "`%s` has the size %s" % [prompt, mesh.get_aabb()])
			equal(result.get_report().boundary_edge_count, 0, "the open edges of `%s`" % prompt)
	times.sort()
	print("bench: 50 prompts at 64^3: %.1f ms median from call to signal" % (times[25] / 1000.0))
	generator.free()
