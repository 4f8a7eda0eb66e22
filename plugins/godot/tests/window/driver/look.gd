@tool
extends RefCounted
## Opens every section, so that the picture shows the dock in another theme and at another scale.

const Hand := preload("hand.gd")
const Report := preload("report.gd")


func run(hand: Hand, report: Report, _undo: EditorUndoRedoManager) -> void:
	await hand.until(func() -> bool: return not EditorInterface.get_resource_filesystem().is_scanning())
	var dock := EditorInterface.get_base_control().find_child("Text to 3D", true, false)
	hand.show_tab(dock)
	report.note("scale of the editor: %s" % EditorInterface.get_editor_scale())
	dock.panels.prompt.set_text("a red monster truck")
	await hand.until(func() -> bool: return dock._result != null)
	for child in dock.panels._column.get_children():
		if child.has_method(&"open"):
			child.call(&"open", child.get("_title").text in ["Mix", "Stylize", "Batch", "Settings"])
	await hand.frames(6)
	var column: Control = dock.panels._column
	report.check("no control is wider than the dock", column.get_combined_minimum_size().x <= dock.size.x, column.get_combined_minimum_size())
	await hand.screenshot(OS.get_environment("ATT3D_WINDOW_LOOK") + "-top.png")
	dock.panels.scroll_vertical = 100000
	await hand.frames(4)
	await hand.screenshot(OS.get_environment("ATT3D_WINDOW_LOOK") + "-bottom.png")
