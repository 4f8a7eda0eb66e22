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


func run(hand: Hand, report: Report, dock: Node) -> void:
	var live: Node = dock.panels.preview.live
	var to_mesh := PackedFloat32Array()
	var to_picture := PackedFloat32Array()
	if not hand.get_tree().root.has_focus():
		# Without a window manager the window has no focus, and the editor draws unfocused windows rarely.
		OS.low_processor_usage_mode_sleep_usec = EditorInterface.get_editor_settings().get_setting("interface/editor/low_processor_mode_sleep_usec")
	for prompt: String in PROMPTS:
		dock.panels.prompt.set_text("")
		await hand.click(dock.panels.prompt._line)
		await hand.type(prompt.left(-1))
		await hand.until(func() -> bool: return not live.is_pending())
		var before: Mesh = live.mesh
		var begun := Time.get_ticks_usec()
		hand.letter(prompt[-1])
		if not await hand.until(func() -> bool: return dock.panels.prompt.text() == prompt and not live.is_pending(), 10.0):
			continue
		# A last letter that only completes a known word may leave the mesh as it was; it is no update.
		if live.mesh == before:
			continue
		to_mesh.append((Time.get_ticks_usec() - begun) / 1000.0)
		await RenderingServer.frame_post_draw
		to_picture.append((Time.get_ticks_usec() - begun) / 1000.0)
	report.check("typing was timed", to_mesh.size() >= 5, to_mesh.size())
	print("time: last keystroke to updated mesh, median of %d: %.1f ms" % [to_mesh.size(), _median(to_mesh)])
	print("time: last keystroke to drawn frame, median of %d: %.1f ms" % [to_picture.size(), _median(to_picture)])


func _median(values: PackedFloat32Array) -> float:
	var sorted := values.duplicate()
	sorted.sort()
	return sorted[sorted.size() / 2] if not sorted.is_empty() else NAN
