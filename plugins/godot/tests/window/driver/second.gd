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
