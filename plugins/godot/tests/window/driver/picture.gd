@tool
extends RefCounted
## Makes the picture of the README: the dock beside a scene.

const Hand := preload("hand.gd")
const Report := preload("report.gd")


## Steps of the wheel that bring the camera near to the objects.
const ZOOM_STEPS := 2


func run(hand: Hand, report: Report, _undo: EditorUndoRedoManager) -> void:
	EditorInterface.open_scene_from_path("res://picture.tscn")
	EditorInterface.set_main_screen_editor("3D")
	await hand.until(func() -> bool: return EditorInterface.get_edited_scene_root() != null)
	var root := EditorInterface.get_edited_scene_root()
	_add_floor(root)
	var dock := EditorInterface.get_base_control().find_child("Text to 3D", true, false)
	hand.show_tab(dock)
	for prompt: String in ["a wooden chair", "a cactus with pot", "a tiger wearing a party hat"]:
		dock.panels.prompt.set_text(prompt)
		var count := _objects(root).size()
		dock.panels.add.pressed.emit()
		await hand.until(func() -> bool: return _objects(root).size() > count)
	report.check("the scene has three objects", _objects(root).size() == 3, root.get_children())
	dock.panels.prompt.set_text("a dragon wearing a tophat")
	dock.panels.generate.pressed.emit()
	await hand.until(func() -> bool: return dock._result != null)
	report.check("the dock has an object in full detail", dock._result != null)
	await _fill_variants(hand, report, dock)
	await _frame(hand, root)
	await hand.screenshot(OS.get_environment("ATT3D_WINDOW_PICTURE"))


func _objects(root: Node) -> Array[Node]:
	return root.get_children().filter(func(child: Node) -> bool: return child.has_meta(&"att3d_prompt"))


## Adds a floor, which shows the shadows of the objects.
func _add_floor(root: Node) -> void:
	var material := StandardMaterial3D.new()
	material.albedo_color = Color(0.16, 0.17, 0.19)
	var mesh := PlaneMesh.new()
	mesh.size = Vector2(12.0, 12.0)
	mesh.material = material
	var plane := MeshInstance3D.new()
	plane.name = "Floor"
	plane.mesh = mesh
	root.add_child(plane)
	plane.owner = root


func _fill_variants(hand: Hand, report: Report, dock: Node) -> void:
	dock.panels.variants_section.open(true)
	var buttons: Array[Node] = dock.panels.variants._grid.get_children()
	var are_drawn := func() -> bool: return buttons.all(func(button: Button) -> bool: return button.icon != null)
	await hand.until(are_drawn)
	report.check("all variants have pictures", are_drawn.call())


## Moves the editor's camera as a user does: selects the objects, presses F and turns the wheel.
func _frame(hand: Hand, root: Node) -> void:
	var selection := EditorInterface.get_selection()
	selection.clear()
	for object in _objects(root):
		selection.add_node(object)
	var view := EditorInterface.get_editor_viewport_3d(0).get_parent() as Control
	var center := view.get_global_rect().get_center()
	hand.get_tree().root.gui_release_focus()
	await hand.move(center)
	await hand.frames(2)
	hand.key(KEY_F)
	await hand.frames(2)
	for _step in ZOOM_STEPS:
		hand.wheel(center, MOUSE_BUTTON_WHEEL_UP)
		await hand.frames(1)
	selection.clear()
	# The camera of the editor moves over several frames. Wait until it has arrived.
	await hand.frames(20)
