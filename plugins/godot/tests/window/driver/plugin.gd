@tool
extends EditorPlugin
## Runs the session that ATT3D_WINDOW_SESSION names, writes the counts of its facts and ends the editor.

const Hand := preload("hand.gd")
const Report := preload("report.gd")


## Frames without a scan of the project before the session begins. When the editor starts, it may load all
## scripts again, which ends functions that wait in them.
const QUIET_FRAMES := 30

var _quiet := 0


func _process(_delta: float) -> void:
	_quiet = 0 if EditorInterface.get_resource_filesystem().is_scanning() else _quiet + 1
	if _quiet == QUIET_FRAMES:
		set_process(false)
		_run()


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
