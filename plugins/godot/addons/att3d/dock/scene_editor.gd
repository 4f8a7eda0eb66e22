@tool
extends RefCounted
## Changes the edited scene, so that the editor's undo and redo work.

const PROMPT_META := &"att3d_prompt"
## Gap between a new object and the object to its left, as a share of the new object's width.
const GAP := 0.25

var _undo: EditorUndoRedoManager


func _init(undo: EditorUndoRedoManager) -> void:
	_undo = undo


## Adds nodes to the edited scene as one undo step and selects them. The nodes stand on the ground, to the right
## of the objects that are there. Returns a message; empty for success. The function takes ownership of the
## nodes, and frees them on failure.
func add(nodes: Array[MeshInstance3D], title: String) -> String:
	var root := EditorInterface.get_edited_scene_root()
	if root == null:
		root = _new_root()
	if root == null:
		for node in nodes:
			node.free()
		return "No scene is open. Create or open a 3D scene, then add the object again."
	_undo.create_action(title, UndoRedo.MERGE_DISABLE, root)
	var taken := _bounds_of_models(root)
	for node in nodes:
		_place(node, taken)
		_undo.add_do_method(root, &"add_child", node, true)
		_undo.add_do_property(node, &"owner", root)
		for child in node.find_children("*", "", true, false):
			_undo.add_do_property(child, &"owner", root)
		_undo.add_do_reference(node)
		_undo.add_undo_method(root, &"remove_child", node)
	_undo.commit_action()
	var selection := EditorInterface.get_selection()
	selection.clear()
	for node in nodes:
		selection.add_node(node)
	return ""


## Gives a node another mesh as one undo step. Materials that would hide those of the mesh are removed.
func replace_mesh(target: MeshInstance3D, mesh: Mesh, title: String) -> void:
	_undo.create_action(title, UndoRedo.MERGE_DISABLE, target)
	var overrides: Array[Material] = []
	for surface in target.get_surface_override_material_count():
		overrides.append(target.get_surface_override_material(surface))
	_undo.add_do_property(target, &"mesh", mesh)
	_undo.add_undo_property(target, &"mesh", target.mesh)
	_undo.add_do_property(target, &"material_override", null)
	_undo.add_undo_property(target, &"material_override", target.material_override)
	for surface in overrides.size():
		if overrides[surface] == null:
			continue
		if surface < mesh.get_surface_count():
			_undo.add_do_method(target, &"set_surface_override_material", surface, null)
		_undo.add_undo_method(target, &"set_surface_override_material", surface, overrides[surface])
	_undo.commit_action()


## Returns the root of a new scene, or null if the editor has no function for it (before Godot 4.6).
func _new_root() -> Node:
	if not EditorInterface.has_method(&"add_root_node"):
		return null
	var root := Node3D.new()
	root.name = "Scene"
	EditorInterface.call(&"add_root_node", root)
	return EditorInterface.get_edited_scene_root()


## Puts a node on the ground, to the right of the bounds in `taken`, and adds the node's bounds to `taken`.
func _place(node: MeshInstance3D, taken: Array[AABB]) -> void:
	var box := node.mesh.get_aabb()
	node.position = Vector3(0.0, -box.position.y, 0.0)
	var is_free := false
	# Each step moves the node past one box, so the loop ends.
	while not is_free:
		is_free = true
		for other in taken:
			if other.intersects(AABB(box.position + node.position, box.size)):
				node.position.x = other.end.x + box.size.x * GAP - box.position.x
				is_free = false
	taken.append(AABB(box.position + node.position, box.size))


func _bounds_of_models(root: Node) -> Array[AABB]:
	var found: Array[AABB] = []
	for child in root.find_children("*", "MeshInstance3D", true, false):
		var instance := child as MeshInstance3D
		if instance.has_meta(PROMPT_META) and instance.mesh and instance.is_inside_tree():
			found.append(instance.global_transform * instance.get_aabb())
	return found
