extends RefCounted
## Base of the tests. Each method whose name begins with `test_` is one test.

## The scene tree.
var tree: SceneTree
## Why the running test has failed; empty if it has not.
var failures: PackedStringArray = []


## Fails unless a condition holds.
func check(condition: bool, message: String) -> void:
	if not condition:
		failures.append(message)


## Fails unless two values are equal.
func equal(found: Variant, expected: Variant, what: String) -> void:
	check(typeof(found) == typeof(expected) and found == expected, "%s is %s; expected %s" % [what, found, expected])


## Fails unless two numbers differ by at most a tolerance.
func near(found: float, expected: float, tolerance: float, what: String) -> void:
	check(absf(found - expected) <= tolerance, "%s is %s; expected %s within %s" % [what, found, expected, tolerance])


## Fails unless two vectors differ by at most a tolerance.
func near_vector(found: Vector3, expected: Vector3, tolerance: float, what: String) -> void:
	check(found.distance_to(expected) <= tolerance, "%s is %s; expected %s within %s" % [what, found, expected, tolerance])


## Fails unless a text contains another.
func contains(text: String, part: String, what: String) -> void:
	check(part in text, "%s is `%s`; expected a text with `%s`" % [what, text, part])


## States that the test makes Godot print an error with this text. Without it, an error fails the run.
func expect_error(text: String) -> void:
	print("expected error: ", text)


## Waits for one of two signals of a generator. Returns the result, or the message of the failure.
func outcome(generator: Att3DGenerator) -> Variant:
	var answers := []
	var done := func(value: Variant) -> void: answers.append(value)
	generator.completed.connect(done, CONNECT_ONE_SHOT)
	generator.failed.connect(done, CONNECT_ONE_SHOT)
	# Both signals come within a frame after the work.
	var frames := 0
	while answers.is_empty() and frames < 3:
		frames = 0 if generator.is_busy() else frames + 1
		await tree.process_frame
	if answers.is_empty():
		failures.append("the work ended without a signal")
		answers.append(null)
	for of: Signal in [generator.completed, generator.failed]:
		if of.is_connected(done):
			of.disconnect(done)
	return answers[0]


## Adds a node to the tree until the test frees it.
func added(node: Node) -> Node:
	tree.root.add_child(node)
	return node


## Generates a mesh. Returns null if that fails, which fails the test.
func generated(prompt: String, options: Att3DOptions = small()) -> Att3DResult:
	var generator: Att3DGenerator = added(Att3DGenerator.new())
	equal(generator.generate(prompt, options), OK, "the answer of generate")
	var answer: Variant = await outcome(generator)
	generator.free()
	check(answer is Att3DResult, "`%s` made no mesh: %s" % [prompt, answer])
	return answer as Att3DResult


## Returns options of a quick mesh.
static func small(resolution := 48) -> Att3DOptions:
	var options := Att3DOptions.new()
	options.resolution = resolution
	return options


## Returns the signed volume of a mesh: positive if its front faces, whose vertices are clockwise, point
## outward.
static func signed_volume(mesh: Mesh) -> float:
	var sum := 0.0
	for surface in mesh.get_surface_count():
		var arrays := mesh.surface_get_arrays(surface)
		var at: PackedVector3Array = arrays[Mesh.ARRAY_VERTEX]
		var indices: PackedInt32Array = arrays[Mesh.ARRAY_INDEX]
		for corner in range(0, indices.size(), 3):
			sum -= at[indices[corner]].dot(at[indices[corner + 1]].cross(at[indices[corner + 2]]))
	return sum / 6.0
