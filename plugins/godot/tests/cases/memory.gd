extends "res://case.gd"
## Memory of many generations.

const WARM := 40
const ROUNDS := 200
const SHARE := 0.03


## Returns the resident memory of the process in KiB.
func resident() -> int:
	var file := FileAccess.open("/proc/self/status", FileAccess.READ)
	while not file.eof_reached():
		var line := file.get_line()
		if line.begins_with("VmRSS:"):
			return int(line.trim_prefix("VmRSS:"))
	return 0


func test_two_hundred_generations() -> void:
	var options := small(32)
	options.hull_count = 1
	options.level_count = 1
	var generator: Att3DGenerator = added(Att3DGenerator.new())
	var words: PackedStringArray = Att3DModel.new().get_words()["furniture"]
	var objects := 0
	var start := 0
	for round in WARM + ROUNDS:
		if round == WARM:
			start = resident()
			objects = int(Performance.get_monitor(Performance.OBJECT_COUNT))
		generator.generate("a red %s" % words[round % words.size()], options)
		var result: Variant = await outcome(generator)
		if not (result is Att3DResult):
			failures.append("a generation failed: %s" % [result])
			break
		var node: Node = added(result.create_node())
		node.free()
	var end := resident()
	check(start > 0 and end <= start * (1.0 + SHARE), "the memory grew from %d KiB to %d KiB" % [start, end])
	equal(int(Performance.get_monitor(Performance.OBJECT_COUNT)), objects, "the number of objects")
	print("bench: 200 generations at 32^3: %.1f MiB before, %.1f MiB after (%+.2f %%)" % [start / 1024.0, end / 1024.0, 100.0 * (end - start) / start])
	generator.free()
