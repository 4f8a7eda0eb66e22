@tool
extends EditorImportPlugin
## Imports a model package, a file `.att3d`, as an Att3DModel.
##
## The resource refers to the package, which stays where it is. export_package.gd adds it to exported games.


func _get_importer_name() -> String:
	return "att3d.package"


func _get_visible_name() -> String:
	return "ATT3D Model Package"


func _get_recognized_extensions() -> PackedStringArray:
	return PackedStringArray(["att3d"])


func _get_save_extension() -> String:
	return "res"


func _get_resource_type() -> String:
	return "Att3DModel"


func _get_priority() -> float:
	return 1.0


func _get_import_order() -> int:
	return 0


func _get_preset_count() -> int:
	return 1


func _get_preset_name(_preset_index: int) -> String:
	return "Default"


func _get_import_options(_path: String, _preset_index: int) -> Array[Dictionary]:
	return []


func _get_option_visibility(_path: String, _option_name: StringName, _options: Dictionary) -> bool:
	return true


func _import(
	source_file: String,
	save_path: String,
	_options: Dictionary,
	_platform_variants: Array[String],
	_gen_files: Array[String],
) -> Error:
	var model := Att3DModel.new()
	model.path = source_file
	# A package that cannot be read fails here, with a message, and not in the game.
	var error: Error = model.load_model()
	if error != OK:
		return error
	return ResourceSaver.save(model, "%s.%s" % [save_path, _get_save_extension()])
