extends SceneTree
## Measures the time from a letter to the updated mesh of a live node where frames take almost no time.

const Prompts := preload("prompts.gd")
## Largest number of frames per second. Without a limit, waiting for an answer would use the processor.
const FASTEST := 1000
const PATIENCE_USEC := 20_000_000

var _to_mesh := PackedFloat32Array()
var _on_main_thread := PackedFloat32Array()


func _initialize() -> void:
	Engine.max_fps = FASTEST
	_run()


func _run() -> void:
	var live := Att3DLive.new()
	live.options = Att3DOptions.new()
	live.options.resolution = 64
	live.typing = true
	root.add_child(live)
	for prompt: String in Prompts.PROMPTS:
		for index in range(prompt.rfind(" ") + 1, prompt.length()):
			if not await _time_letter(live, prompt.left(index + 1)):
				print("FAILED: there was no answer to “%s”" % prompt.left(index + 1))
				quit(1)
				return
	print("time: without a window, medians of %d letters that changed the mesh:" % _to_mesh.size())
	print("time:   from the letter to the mesh %.1f ms" % Prompts.median(_to_mesh))
	print("time:   of that, the update on the main thread %.2f ms" % Prompts.median(_on_main_thread))
	quit()


func _time_letter(live: Att3DLive, text: String) -> bool:
	var before := live.mesh
	var begun := Time.get_ticks_usec()
	live.prompt = text
	while live.is_pending():
		await process_frame
		if Time.get_ticks_usec() - begun > PATIENCE_USEC:
			return false
	if live.mesh != before:
		_to_mesh.append((Time.get_ticks_usec() - begun) / 1000.0)
		_on_main_thread.append(live.last_update_usec / 1000.0)
	return true
