@tool
extends RefCounted
## The first session: uses every part of the dock.

const Hand := preload("hand.gd")
const Report := preload("report.gd")
const SCENE := "res://scene.tscn"

var hand: Hand
var report: Report
var dock: Node
var root: Node3D


func run(given_hand: Hand, given_report: Report, _undo: EditorUndoRedoManager) -> void:
	hand = given_hand
	report = given_report
	await hand.until(func() -> bool: return not EditorInterface.get_resource_filesystem().is_scanning())
	EditorInterface.open_scene_from_path(SCENE)
	EditorInterface.set_main_screen_editor("3D")
	await hand.until(func() -> bool: return EditorInterface.get_edited_scene_root() != null)
	root = EditorInterface.get_edited_scene_root()
	dock = EditorInterface.get_base_control().find_child("Text to 3D", true, false)
	report.check("the dock is in the editor", dock != null and dock.get("panels") != null, dock)
	if dock == null or dock.get("panels") == null:
		return
	hand.show_tab(dock)
	await hand.frames(5)
	_settings()
	_importing()
	await _pausing()
	await _typing()
	await _adding()
	await _dragging()
	await _stylizing()
	await _saving()
	await _mixing()
	await _variants()
	await _batch()
	await _cancelling()
	await _leave_scene()


func _settings() -> void:
	for name: String in ["att3d/model_path", "att3d/threads", "att3d/engine", "att3d/device"]:
		report.check("Project Settings has %s" % name, ProjectSettings.has_setting(name))


func _importing() -> void:
	var model := load("res://package.att3d") as Resource
	report.check("a package is imported as a model", model != null and model.is_class("Att3DModel"), model)
	report.check("the imported model can be used", model != null and model.call(&"load_model") == OK)


## Types a prompt that cannot be used, and waits until the pause is over.
func _pausing() -> void:
	await hand.click(dock.panels.prompt._line)
	await hand.type("qqqq")
	var live: Node = dock.panels.preview.live
	await hand.until(func() -> bool: return not live.is_pending() and dock._pause.is_stopped())
	report.check("the dock says that a prompt cannot be used", "qqqq" in dock.panels.prompt._understood.text, dock.panels.prompt._understood.text)
	report.check("no work begins for a prompt that cannot be used", not dock.queue.is_busy())
	dock.panels.prompt.set_text("")


func _typing() -> void:
	await hand.click(dock.panels.prompt._line)
	await hand.type("a red dragon wearing a party hat")
	var live: Node = dock.panels.preview.live
	await hand.until(func() -> bool: return live.mesh != null and not live.is_pending())
	report.check("typing makes a mesh", live.mesh != null and live.mesh.get_surface_count() > 0)
	await hand.until(func() -> bool: return "dragon" in dock.panels.prompt._understood.text)
	report.check("the dock shows what was understood", "dragon" in dock.panels.prompt._understood.text, dock.panels.prompt._understood.text)
	await hand.until(func() -> bool: return dock._result != null)
	report.check("full detail follows when typing pauses", dock._result != null)
	var before: float = dock.panels.preview._stage._yaw
	var center: Vector2 = dock.panels.preview.get_global_rect().get_center()
	await hand.drag(center, center + Vector2(60, 0))
	report.check("dragging turns the preview", not is_equal_approx(before, dock.panels.preview._stage._yaw))
	var zoom: float = dock.panels.preview._stage._zoom
	hand.wheel(center, MOUSE_BUTTON_WHEEL_UP)
	await hand.frames(3)
	report.check("the wheel zooms the preview", dock.panels.preview._stage._zoom < zoom)
	dock.panels.preview._stage.reset_view()
	report.check("the preview shows the whole object from every side", _points_outside().is_empty(), _points_outside())


## Returns the corners of the object's bounds that are outside the preview, in pixels, while it is turned around.
func _points_outside() -> PackedVector2Array:
	const TURNS := 8
	var stage: SubViewport = dock.panels.preview._stage
	var box: AABB = dock.panels.preview.shown_mesh().get_aabb()
	var found := PackedVector2Array()
	for _turn in TURNS:
		for corner in 8:
			var point: Vector2 = stage._camera.unproject_position(box.get_endpoint(corner))
			if not Rect2(Vector2.ZERO, stage.size).has_point(point):
				found.append(point)
		# A drag as long as the view is high turns the object by a half turn.
		stage.orbit(Vector2(stage.size.y * 2.0 / TURNS, 0.0))
	return found


func _models() -> Array[Node]:
	return root.find_children("*", "MeshInstance3D", true, false)


func _adding() -> void:
	await hand.click(dock.panels.add)
	await hand.until(func() -> bool: return _models().size() == 1)
	report.check("Add to Scene adds a node", _models().size() == 1, _models())
	report.check("the node belongs to the scene", _models()[0].owner == root)
	report.check("the node is selected", EditorInterface.get_selection().get_selected_nodes() == _models())
	await hand.shortcut(KEY_Z)
	report.check("undo takes the node away", _models().is_empty(), _models())
	await hand.shortcut(KEY_Y)
	if _models().is_empty():
		# On some platforms, the shortcut of redo is Ctrl+Shift+Z instead of Ctrl+Y.
		await _redo()
	report.check("redo brings the node back", _models().size() == 1 and _models()[0].owner == root, _models())


func _redo() -> void:
	hand.get_tree().root.gui_release_focus()
	var event := InputEventKey.new()
	event.keycode = KEY_Z
	event.ctrl_pressed = true
	event.shift_pressed = true
	event.pressed = true
	Input.parse_input_event(event)
	await hand.frames(4)


func _dragging() -> void:
	var view := EditorInterface.get_editor_viewport_3d(0).get_parent() as Control
	var handle: Control = dock.panels.drag
	await hand.drag(handle.get_global_rect().get_center(), view.get_global_rect().get_center() + Vector2(-180, 120))
	await hand.until(func() -> bool: return _models().size() == 2, 10.0)
	report.check("dragging into the 3D view adds a node", _models().size() == 2, _models())
	var files := DirAccess.get_files_at("res://att3d")
	report.check("the dragged object is a file of the project", files.size() == 1, files)
	await hand.drag(handle.get_global_rect().get_center(), handle.get_global_rect().get_center() + Vector2(0, -140))
	await hand.frames(4)
	report.check("a drag that ends elsewhere leaves no file", DirAccess.get_files_at("res://att3d") == files, DirAccess.get_files_at("res://att3d"))
	await hand.shortcut(KEY_Z)
	report.check("undo takes the dragged node away", _models().size() == 1, _models())


func _stylizing() -> void:
	var chosen := root.get_node("Sphere") if root.has_node("Sphere") else null
	if chosen == null:
		chosen = MeshInstance3D.new()
		chosen.name = "Sphere"
		chosen.mesh = SphereMesh.new()
		root.add_child(chosen)
		chosen.owner = root
	var old: Mesh = chosen.mesh
	EditorInterface.get_selection().clear()
	EditorInterface.get_selection().add_node(chosen)
	await hand.frames(3)
	_open_only("Stylize")
	await _reveal(dock.panels.stylize)
	await hand.click(dock.panels.stylize._prompt)
	await hand.type("made of gold")
	await hand.click(dock.panels.stylize._button)
	await hand.until(func() -> bool: return chosen.mesh != old)
	report.check("Stylize gives the selected node another mesh", chosen.mesh != old)
	if chosen.mesh == old:
		return
	var points: PackedVector3Array = chosen.mesh.surface_get_arrays(0)[Mesh.ARRAY_VERTEX]
	report.check(
		"keeping the geometry keeps its bounds",
		chosen.mesh.get_aabb().size.is_equal_approx(old.get_aabb().size) and points.size() > 0,
		chosen.mesh.get_aabb()
	)
	await hand.shortcut(KEY_Z)
	report.check("undo brings the old mesh back", chosen.mesh == old)
	await _redo()
	report.check("redo brings the stylized mesh back", chosen.mesh != old)


func _saving() -> void:
	for extension: String in ["tscn", "res", "glb"]:
		var path := "res://saved." + extension
		dock.panels.save_chosen.emit(path)
		await hand.until(func() -> bool: return FileAccess.file_exists(path))
		report.check("saved as .%s" % extension, FileAccess.file_exists(path))
	await hand.until(func() -> bool: return not EditorInterface.get_resource_filesystem().is_scanning())
	var scene := (load("res://saved.tscn") as PackedScene).instantiate() as MeshInstance3D
	report.check("the saved scene has a mesh", scene != null and scene.mesh.get_surface_count() > 0)
	scene.free()
	report.check("the saved mesh is a mesh", load("res://saved.res") is ArrayMesh)
	var half := Array(DirAccess.get_files_at("res://")).filter(func(name: String) -> bool: return "half" in name)
	report.check("no half file is left", half.is_empty(), half)


func _mixing() -> void:
	_open_only("Mix")
	await _reveal(dock.panels.mix)
	await hand.click(dock.panels.mix._second)
	await hand.type("a tiger")
	var live: Node = dock.panels.preview.live
	await hand.until(func() -> bool: return not live.is_pending())
	var half: AABB = live.mesh.get_aabb()
	var slider: Rect2 = dock.panels.mix._slider.get_global_rect()
	await hand.drag(slider.get_center(), Vector2(slider.end.x - 2.0, slider.get_center().y))
	report.check("the slider follows the pointer", dock.panels.mix.share() > 0.9, dock.panels.mix.share())
	await hand.until(func() -> bool: return not live.is_pending())
	report.check("the slider between two prompts changes the mesh", not live.mesh.get_aabb().is_equal_approx(half))
	dock.panels.mix._second.text = ""
	dock.panels.mix._second.text_changed.emit("")
	await hand.until(func() -> bool: return not dock.queue.is_busy() and dock._result != null)


func _variants() -> void:
	_open_only("Variants")
	var grid: Node = dock.panels.variants._grid
	await hand.until(func() -> bool: return grid.get_child_count() == 6 and grid.get_children().all(_has_picture))
	report.check("six variants have pictures", grid.get_child_count() == 6 and grid.get_children().all(_has_picture))
	await _reveal(dock.panels.variants)
	await hand.click(grid.get_child(3))
	await hand.until(func() -> bool: return dock._result != null and dock._recipe.variant == 3)
	report.check("a variant can be picked", dock._recipe.variant == 3 and dock._result != null)
	var picked := grid.get_child(3) as Button
	report.check("the picture of a picked variant keeps its colors", picked.button_pressed and picked.get_theme_color(&"icon_pressed_color") == Color.WHITE)


func _has_picture(child: Node) -> bool:
	return (child as Button).icon != null


func _batch() -> void:
	_open_only("Batch")
	var before := _models().size()
	await _start_batch("a chair\n# a comment\nqqqq\na lamp")
	await hand.until(func() -> bool: return dock.panels.batch._report.visible)
	report.check("a batch adds what can be made", _models().size() == before + 2, dock.panels.batch._report.text)
	report.check("a batch reports what failed", "qqqq" in dock.panels.batch._report.text, dock.panels.batch._report.text)
	await hand.shortcut(KEY_Z)
	report.check("a batch is one undo step", _models().size() == before, _models())
	report.check("the history has entries", dock.panels.history.count() > 0)


func _cancelling() -> void:
	await _start_batch("a castle\na tower\na house\na barn")
	await hand.until(func() -> bool: return dock.queue.is_busy())
	await hand.frames(3)
	await _reveal(dock.panels.preview)
	await hand.click(dock.panels.cancel)
	await hand.until(func() -> bool: return not dock.queue.is_busy())
	await hand.until(func() -> bool: return dock.panels.batch._report.visible)
	report.check("Cancel ends a batch", "Canceled" in dock.panels.batch._report.text, dock.panels.batch._report.text)


## Pastes a list and presses the button.
func _start_batch(list: String) -> void:
	await _reveal(dock.panels.batch)
	dock.panels.batch._list.select_all()
	dock.panels.batch._list.insert_text_at_caret(list)
	await hand.frames(2)
	await hand.click(dock.panels.batch._button)


## Scrolls the dock until a control is in view.
func _reveal(control: Control) -> void:
	await hand.frames(4)
	dock.panels.ensure_control_visible(control)
	await hand.frames(2)


## Opens one section and closes the others.
func _open_only(title: String) -> void:
	for child in dock.panels._column.get_children():
		if child.has_method(&"open"):
			child.call(&"open", child.get("_title").text == title)


## Saves the scene, for the second session.
func _leave_scene() -> void:
	_open_only("")
	await hand.shortcut(KEY_S)
	await hand.until(func() -> bool: return "Sphere" in FileAccess.get_file_as_string(SCENE))
	report.check("the scene is saved", "Sphere" in FileAccess.get_file_as_string(SCENE))
