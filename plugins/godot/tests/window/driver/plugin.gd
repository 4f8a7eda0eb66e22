@tool
extends EditorPlugin
## Runs the facts of the session that ATT3D_WINDOW_SESSION names, writes the counts and ends the editor.

const Hand := preload("hand.gd")
const Report := preload("report.gd")


func _enter_tree() -> void:
	_run.call_deferred()


func _run() -> void:
	var session := OS.get_environment("ATT3D_WINDOW_SESSION")
	if session.is_empty():
		return
	var hand := Hand.new()
	add_child(hand)
	var report := Report.new()
	var facts: RefCounted = load((get_script() as Script).resource_path.get_base_dir().path_join(session + ".gd")).new()
	await facts.call(&"run", hand, report, get_undo_redo())
	report.end()
	get_tree().quit()
