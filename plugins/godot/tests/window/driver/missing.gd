@tool
extends RefCounted
## A library is missing: the dock shows one message that names it, and no controls.

const Hand := preload("hand.gd")
const Report := preload("report.gd")


func run(hand: Hand, report: Report, _undo: EditorUndoRedoManager) -> void:
	await hand.until(func() -> bool: return not EditorInterface.get_resource_filesystem().is_scanning())
	var dock := EditorInterface.get_base_control().find_child("Text to 3D", true, false)
	report.check("there is a dock", dock != null)
	if dock == null:
		return
	hand.show_tab(dock)
	await hand.frames(4)
	var texts := PackedStringArray()
	for label: Label in dock.find_children("*", "Label", true, false):
		texts.append(label.text)
	report.note("\n".join(texts).replace("\n", " "))
	report.check("the dock shows one message", texts.size() == 1, texts)
	report.check("the message names the library", "libatt3d" in "\n".join(texts), texts)
	report.check("the dock has no buttons", dock.find_children("*", "Button", true, false).is_empty())
