extends SceneTree
## Uses every class with a library that cannot be opened. The texts that follow `--` are the name of the test and
## a part of the message.


func _initialize() -> void:
	_run.call_deferred()


func _run() -> void:
	var name := OS.get_cmdline_user_args()[0]
	var part := OS.get_cmdline_user_args()[1]
	var wrong := PackedStringArray()
	var model := Att3DModel.new()
	var generator := Att3DGenerator.new()
	root.add_child(generator)
	for call: Callable in [
		model.load_model,
		generator.generate.bind("a chair"),
		generator.interpolate.bind(PackedStringArray(["a chair"]), PackedFloat32Array([1.0])),
		generator.morph.bind(PackedStringArray(["a chair", "a table"])),
		generator.stylize.bind(BoxMesh.new(), "made of gold"),
	]:
		print("expected error: ", part)
		var answer: Error = call.call()
		if answer != ERR_UNAVAILABLE:
			wrong.append("%s gives %s" % [call.get_method(), answer])
	for node: Object in [model, generator]:
		if not part in node.get_error_message():
			wrong.append("the message is %s" % node.get_error_message())
	for call: Callable in [model.get_info, model.get_words]:
		print("expected error: ", part)
		if not call.call().is_empty():
			wrong.append("%s is not empty" % call.get_method())
	if not part in model.read_prompt("a chair").error:
		wrong.append("read_prompt gives no error")
	var live := Att3DLive.new()
	var message := [""]
	live.failed.connect(func(text: String) -> void: message[0] = text)
	live.prompt = "a chair"
	print("expected error: ", part)
	root.add_child(live)
	while message[0].is_empty():
		await process_frame
	if not part in message[0]:
		wrong.append("the live node says: %s" % message[0])
	if wrong.is_empty():
		print("ok: %s" % name)
	else:
		print("FAILED: %s: %s" % [name, "; ".join(wrong)])
	generator.free()
	live.free()
	quit()
