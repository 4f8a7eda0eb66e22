@tool
extends RefCounted
## Saves objects as files. A file is written completely or not at all.

const Recipe := preload("recipe.gd")

const SCENE := "tscn"
const MESH := "res"
const GLB := "glb"


## Returns a node with the mesh of a result.
static func node_of(result: Att3DResult, recipe: Recipe) -> MeshInstance3D:
	var node: MeshInstance3D = result.create_node()
	node.name = recipe.node_name()
	node.set_meta(&"att3d_prompt", recipe.title())
	for index in node.get_blend_shape_count():
		node.set_blend_shape_value(index, recipe.share)
	return node


## Saves a result. The ending of the path selects the kind of file. Returns a message; empty for success.
static func save(result: Att3DResult, recipe: Recipe, path: String) -> String:
	match path.get_extension().to_lower():
		GLB:
			var error: Error = result.save_glb(path)
			return "" if error == OK else "%s was not saved: %s" % [path, error_string(error)]
		MESH:
			return save_mesh(result.get_mesh(), path)
		SCENE, "scn":
			return _save_scene(node_of(result, recipe), path)
	return "%s was not saved; expected a name that ends with .tscn, .res or .glb" % path


## Saves a mesh with its materials and textures. Returns a message; empty for success.
static func save_mesh(mesh: Mesh, path: String) -> String:
	return _save_resource(mesh, path)


## Tells the editor that files have come or gone.
static func rescan() -> void:
	EditorInterface.get_resource_filesystem().scan()


## Returns a path in a folder at which there is no file yet. Makes the folder if it does not exist.
static func free_path(folder: String, name: String, extension: String) -> String:
	DirAccess.make_dir_recursive_absolute(folder)
	var number := 1
	var path := folder.path_join("%s.%s" % [name, extension])
	while FileAccess.file_exists(path):
		number += 1
		path = folder.path_join("%s_%d.%s" % [name, number, extension])
	return path


static func _save_scene(node: Node, path: String) -> String:
	for child in node.find_children("*", "", true, false):
		child.owner = node
	var scene := PackedScene.new()
	var error := scene.pack(node)
	node.free()
	if error != OK:
		return "%s was not saved: %s" % [path, error_string(error)]
	return _save_resource(scene, path)


static func _save_resource(resource: Resource, path: String) -> String:
	# The name of the temporary file begins with a dot, so that the editor does not import it.
	var half := path.get_base_dir().path_join(".%s.half.%s" % [path.get_file(), path.get_extension()])
	var error := ResourceSaver.save(resource, half, ResourceSaver.FLAG_COMPRESS)
	if error == OK:
		error = DirAccess.rename_absolute(half, path)
	if error != OK:
		DirAccess.remove_absolute(half)
		return "%s was not saved: %s. Is the folder writable, and is the disk full?" % [path, error_string(error)]
	return ""
