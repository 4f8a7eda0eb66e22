@tool
extends RefCounted
## The second session: the project was closed and is opened again.

const Hand := preload("hand.gd")
const Report := preload("report.gd")


func run(hand: Hand, report: Report, _undo: EditorUndoRedoManager) -> void:
	await hand.until(func() -> bool: return not EditorInterface.get_resource_filesystem().is_scanning())
	EditorInterface.open_scene_from_path("res://scene.tscn")
	EditorInterface.set_main_screen_editor("3D")
	await hand.until(func() -> bool: return EditorInterface.get_edited_scene_root() != null)
	var root := EditorInterface.get_edited_scene_root()
	var models := root.find_children("*", "MeshInstance3D", true, false)
	report.check("the saved scene opens with its models", models.size() >= 2 and root.has_node("Sphere"), models)
	for model in models:
		report.check("%s has its mesh" % model.name, (model as MeshInstance3D).mesh.get_surface_count() > 0)
	var dock := EditorInterface.get_base_control().find_child("Text to 3D", true, false)
	report.check("the dock is there again", dock != null and dock.get("panels") != null)
	report.check("the history was kept", dock.panels.history.count() > 0)
	await _picture(hand, dock, root)


## Makes the picture of the README.
func _picture(hand: Hand, dock: Node, root: Node) -> void:
	var path := OS.get_environment("ATT3D_WINDOW_PICTURE")
	if path.is_empty():
		return
	hand.show_tab(dock)
	for child in root.find_children("*", "MeshInstance3D", true, false):
		child.free()
	await hand.frames(3)
	for prompt: String in ["a wooden chair", "a cactus with pot", "a penguin wearing a tophat", "a castle with flags"]:
		dock.panels.prompt.set_text(prompt)
		dock.panels.add.pressed.emit()
		var count := root.get_child_count()
		await hand.until(func() -> bool: return root.get_child_count() > count)
	dock.panels.prompt.set_text("a dragon wearing a party hat")
	await hand.until(func() -> bool: return dock._result != null)
	for child in dock.panels._column.get_children():
		if child.has_method(&"open"):
			child.call(&"open", child.get("_title").text == "Variants")
	await hand.until(func() -> bool: return not dock.queue.is_busy())
	EditorInterface.get_selection().clear()
	await hand.frames(20)
	await hand.screenshot(path)
