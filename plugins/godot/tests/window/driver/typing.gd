@tool
extends RefCounted
## Measures the time from the last keystroke of a prompt to the updated mesh in the dock.

const Hand := preload("hand.gd")
const Report := preload("report.gd")
const Prompts := preload("prompts.gd")
const PATIENCE_USEC := 20_000_000

## Values for each letter that changed the mesh. Milliseconds from the key to the mesh and to the drawn frame.
var _to_mesh := PackedFloat32Array()
var _to_picture := PackedFloat32Array()
## Frames of the editor from the one that handles the key to the one that has the mesh.
var _frames := PackedFloat32Array()
## Milliseconds from frame to frame while a letter waited for its answer.
var _of_frame := PackedFloat32Array()

## Times in microseconds and numbers of frames of the newest letter; 0 for what has not happened.
var _handled_frame := 0
## Text of the newest change that the dock has handled.
var _handled := ""
var _updated := 0
var _updated_frame := 0
var _drawn := 0


func run(hand: Hand, report: Report, _undo: EditorUndoRedoManager) -> void:
	await hand.until(func() -> bool: return not EditorInterface.get_resource_filesystem().is_scanning())
	var dock := EditorInterface.get_base_control().find_child("Text to 3D", true, false)
	hand.show_tab(dock)
	await hand.frames(5)
	dock.panels.prompt.edited.connect(_on_edited)
	dock.panels.preview.live.updated.connect(_on_updated)
	dock.panels.preview.live.failed.connect(_on_updated)
	RenderingServer.frame_post_draw.connect(_on_drawn)
	if not hand.get_tree().root.has_focus():
		# Without a window manager the window has no focus, and the editor draws unfocused windows rarely.
		OS.low_processor_usage_mode_sleep_usec = EditorInterface.get_editor_settings().get_setting(
			"interface/editor/low_processor_mode_sleep_usec"
		)
	# The editor draws its 3D view in each frame, which takes most of the time with software rendering.
	for screen: String in ["3D", "Script"]:
		EditorInterface.set_main_screen_editor(screen)
		await hand.frames(10)
		await _time_screen(hand, report, dock, screen)


func _time_screen(hand: Hand, report: Report, dock: Node, screen: String) -> void:
	_to_mesh.clear()
	_to_picture.clear()
	_frames.clear()
	_of_frame.clear()
	var live: Node = dock.panels.preview.live
	var missed := 0
	for prompt: String in Prompts.PROMPTS:
		await hand.click(dock.panels.prompt._line)
		# The last word is typed, and what is before it is pasted, which saves time.
		var start := prompt.rfind(" ") + 1
		dock.panels.prompt.set_text(prompt.left(start))
		await hand.until(func() -> bool: return not live.is_pending())
		for index in range(start, prompt.length()):
			if not await _time_letter(hand, dock, prompt.left(index + 1)):
				missed += 1
	report.check("each letter was answered beside the view %s" % screen, missed == 0, missed)
	report.check("typing was timed beside the view %s" % screen, _to_mesh.size() >= Prompts.PROMPTS.size(), _to_mesh.size())
	if _to_mesh.is_empty():
		return
	print("time: beside the view %s, medians of %d letters that changed the mesh:" % [screen, _to_mesh.size()])
	print("time:   from the key to the mesh %.1f ms, to the drawn frame %.1f ms" % [Prompts.median(_to_mesh), Prompts.median(_to_picture)])
	print("time:   frames from the one that handles the key to the one with the mesh: %d, at most %d" % [Prompts.median(_frames), Array(_frames).max()])
	print("time:   one frame of the editor %.1f ms" % Prompts.median(_of_frame))


## Types the last letter of a text, and keeps the time if it changes the mesh. A letter that only completes a word
## that was known already leaves the mesh as it was.
func _time_letter(hand: Hand, dock: Node, text: String) -> bool:
	var live: Node = dock.panels.preview.live
	var before: Mesh = live.mesh
	_handled = ""
	_updated = 0
	_drawn = 0
	var begun := Time.get_ticks_usec()
	hand.letter(text[-1])
	# The text field has the new text before it emits the signal that starts the work.
	var is_done := func() -> bool: return _handled == text and not live.is_pending()
	var last := begun
	while not (is_done.call() and (live.mesh == before or _drawn > 0)):
		await hand.get_tree().process_frame
		var now := Time.get_ticks_usec()
		_of_frame.append((now - last) / 1000.0)
		last = now
		if now - begun > PATIENCE_USEC:
			return false
	if live.mesh != before:
		_to_mesh.append((_updated - begun) / 1000.0)
		_to_picture.append((_drawn - begun) / 1000.0)
		_frames.append(_updated_frame - _handled_frame)
	return true


func _on_edited(text: String) -> void:
	_handled = text
	_handled_frame = Engine.get_process_frames()


func _on_updated(_text: String) -> void:
	_updated = Time.get_ticks_usec()
	_updated_frame = Engine.get_process_frames()
	_drawn = 0


func _on_drawn() -> void:
	if _updated > 0 and _drawn == 0:
		_drawn = Time.get_ticks_usec()
