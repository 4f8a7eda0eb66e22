extends SceneTree
## Quits while a generator and a live node work.


func _initialize() -> void:
	_run.call_deferred()


func _run() -> void:
	for number in 3:
		var generator := Att3DGenerator.new()
		root.add_child(generator)
		var options := Att3DOptions.new()
		options.resolution = 512
		print("started: ", generator.generate("a green truck", options))
		var live := Att3DLive.new()
		live.prompt = "a chair"
		live.options = options
		root.add_child(live)
	for frame in int(OS.get_cmdline_user_args()[0]):
		await process_frame
	print("ok: %s" % OS.get_cmdline_user_args()[1])
	quit()
