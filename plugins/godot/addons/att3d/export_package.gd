@tool
extends EditorExportPlugin
## Adds the files of imported model packages to exported games, since Godot exports only what it imported.


func _get_name() -> String:
	return "att3d.package"


func _export_file(path: String, _type: String, _features: PackedStringArray) -> void:
	if path.get_extension().to_lower() == "att3d":
		add_file(path, FileAccess.get_file_as_bytes(path), false)
