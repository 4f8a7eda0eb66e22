extends SceneTree
## Saves a generated mesh as a scene into the folder that follows `--`.


func _initialize() -> void:
	_run.call_deferred()


func _run() -> void:
	var generator := Att3DGenerator.new()
	root.add_child(generator)
	var options := Att3DOptions.new()
	options.resolution = 64
	options.texture_size = 128
	options.level_count = 2
	options.hull_count = 8
	generator.generate("a chair", options)
	var result: Att3DResult = await generator.completed
	var node := result.create_node()
	var packed := PackedScene.new()
	packed.pack(node)
	node.free()
	generator.queue_free()
	await process_frame
	if ResourceSaver.save(packed, OS.get_cmdline_user_args()[0] + "/chair.tscn") == OK:
		print("ok: a scene with a generated mesh is saved")
	else:
		print("FAILED: the scene was not saved")
	quit()
