@tool
extends RefCounted
## Takes the time from the last keystroke of a prompt to the updated mesh in the dock.

const Hand := preload("hand.gd")
const Report := preload("report.gd")
const PROMPTS := [
	"a pig", "a blue chair", "a wooden table", "a tiger playing the guitar", "a castle with flags", "a golden crown",
	"a penguin wearing a tophat", "a red apple", "a tall lamp", "a robot riding a bicycle", "a green cactus",
	"a small house", "a mushroom with spots", "a silver sword", "a purple dragon",
]
const PATIENCE_USEC := 20_000_000

## Milliseconds for each letter that changed the mesh.
var _to_mesh := PackedFloat32Array()
var _to_picture := PackedFloat32Array()
## Milliseconds from frame to frame while a letter waited for its answer.
var _frames := PackedFloat32Array()


func run(hand: Hand, report: Report, _undo: EditorUndoRedoManager) -> void:
	await hand.until(func() -> bool: return not EditorInterface.get_resource_filesystem().is_scanning())
	EditorInterface.set_main_screen_editor("3D")
	var dock := EditorInterface.get_base_control().find_child("Text to 3D", true, false)
	hand.show_tab(dock)
	await hand.frames(5)
	var live: Node = dock.panels.preview.live
	if not hand.get_tree().root.has_focus():
		# Without a window manager the window has no focus, and the editor draws unfocused windows rarely.
		OS.low_processor_usage_mode_sleep_usec = EditorInterface.get_editor_settings().get_setting(
			"interface/editor/low_processor_mode_sleep_usec"
		)
	var missed := 0
	for prompt: String in PROMPTS:
		await hand.click(dock.panels.prompt._line)
		# The last word is typed, and what is before it is pasted, which saves time.
		var start := prompt.rfind(" ") + 1
		dock.panels.prompt.set_text(prompt.left(start))
		await hand.until(func() -> bool: return not live.is_pending())
		for index in range(start, prompt.length()):
			if not await _time_letter(hand, dock, prompt.left(index + 1)):
				missed += 1
	report.check("each letter was answered", missed == 0, missed)
	report.check("typing was timed", _to_mesh.size() >= PROMPTS.size(), _to_mesh.size())
	print("time: last keystroke to updated mesh, median of %d: %.1f ms" % [_to_mesh.size(), _median(_to_mesh)])
	print("time: last keystroke to drawn frame, median of %d: %.1f ms" % [_to_picture.size(), _median(_to_picture)])
	print("time: of that, from one frame of the editor to the next, median: %.1f ms" % _median(_frames))


## Types the last letter of a text, and keeps the time if it changes the mesh. A letter that only completes a word
## that was known already leaves the mesh as it was.
func _time_letter(hand: Hand, dock: Node, text: String) -> bool:
	var live: Node = dock.panels.preview.live
	var before: Mesh = live.mesh
	var begun := Time.get_ticks_usec()
	hand.letter(text[-1])
	var is_done := func() -> bool: return dock.panels.prompt.text() == text and not live.is_pending()
	var last := begun
	while not is_done.call():
		await hand.get_tree().process_frame
		var now := Time.get_ticks_usec()
		_frames.append((now - last) / 1000.0)
		last = now
		if now - begun > PATIENCE_USEC:
			return false
	if live.mesh != before:
		_to_mesh.append((Time.get_ticks_usec() - begun) / 1000.0)
		await RenderingServer.frame_post_draw
		_to_picture.append((Time.get_ticks_usec() - begun) / 1000.0)
	return true


func _median(values: PackedFloat32Array) -> float:
	var sorted := values.duplicate()
	sorted.sort()
	return sorted[sorted.size() / 2] if not sorted.is_empty() else NAN
