extends SceneTree
## Runs the tests: every file of `cases`, or those whose names follow `--`. Exits with 1 if a test fails.


func _initialize() -> void:
	# Nodes enter the tree only after this method.
	_run.call_deferred()


func _run() -> void:
	var passed := 0
	var failed := 0
	var wanted := OS.get_cmdline_user_args()
	for file in DirAccess.get_files_at("res://cases"):
		if file.get_extension() != "gd" or (not wanted.is_empty() and not wanted.has(file.get_basename())):
			continue
		var script: GDScript = load("res://cases/" + file)
		for method: Dictionary in script.get_script_method_list():
			if not str(method.name).begins_with("test_"):
				continue
			var test: RefCounted = script.new()
			test.tree = self
			var begun := Time.get_ticks_msec()
			await test.call(method.name)
			var name := "%s: %s" % [file.get_basename(), method.name.trim_prefix("test_")]
			if test.failures.is_empty():
				passed += 1
				print("ok: %s (%d ms)" % [name, Time.get_ticks_msec() - begun])
			else:
				failed += 1
				print("FAILED: %s: %s" % [name, "; ".join(test.failures)])
	print("summary: %d passed, %d failed" % [passed, failed])
	quit(0 if failed == 0 and passed > 0 else 1)
