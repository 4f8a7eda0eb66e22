@tool
extends RefCounted
## Makes the picture of the README: the dock beside a scene.

const Hand := preload("hand.gd")
const Report := preload("report.gd")


func run(hand: Hand, report: Report, _undo: EditorUndoRedoManager) -> void:
	EditorInterface.open_scene_from_path("res://picture.tscn")
	EditorInterface.set_main_screen_editor("3D")
	await hand.until(func() -> bool: return EditorInterface.get_edited_scene_root() != null)
	var root := EditorInterface.get_edited_scene_root()
	var dock := EditorInterface.get_base_control().find_child("Text to 3D", true, false)
	hand.show_tab(dock)
	for prompt: String in ["a wooden chair", "a cactus with pot", "a penguin wearing a tophat"]:
		dock.panels.prompt.set_text(prompt)
		var count := root.get_child_count()
		dock.panels.add.pressed.emit()
		await hand.until(func() -> bool: return root.get_child_count() > count)
	report.check("the scene has three objects", root.get_child_count() == 3, root.get_children())
	dock.panels.prompt.set_text("a dragon wearing a party hat")
	dock.panels.generate.pressed.emit()
	await hand.until(func() -> bool: return dock._result != null)
	EditorInterface.get_selection().clear()
	await hand.frames(2)
	await hand.screenshot(OS.get_environment("ATT3D_WINDOW_PICTURE"))
