@tool
extends EditorPlugin
## Adds the dock, the importer and the project settings.
##
## This file and those that it preloads name no class of the extension. So the editor can load them, and show
## a message, when the extension's library is missing.

const Settings := preload("settings.gd")
const Message := preload("dock/message.gd")

## Newest class of the extension. An older library lacks it.
const NEEDED_CLASS := &"Att3DLive"
const DOCK_NAME := "Text to 3D"

var _dock: Control
var _importer: EditorImportPlugin
var _exporter: EditorExportPlugin


func _enter_tree() -> void:
	Settings.register()
	if ClassDB.class_exists(NEEDED_CLASS):
		# The scripts are loaded here, since they do not compile without the extension.
		_importer = load(_beside("import_package.gd")).new()
		add_import_plugin(_importer)
		_exporter = load(_beside("export_package.gd")).new()
		add_export_plugin(_exporter)
		_dock = load(_beside("dock/dock.gd")).new()
		_dock.call(&"set_up", get_undo_redo())
	else:
		_dock = Message.new()
		_dock.call(&"show_message", Message.no_extension(_beside("bin")))
	_dock.name = DOCK_NAME
	add_control_to_dock(DOCK_SLOT_RIGHT_UL, _dock)


func _exit_tree() -> void:
	if _importer:
		remove_import_plugin(_importer)
		_importer = null
	if _exporter:
		remove_export_plugin(_exporter)
		_exporter = null
	if _dock:
		remove_control_from_docks(_dock)
		_dock.queue_free()
		_dock = null


## Returns the path of a file of the add-on.
func _beside(file: String) -> String:
	return (get_script() as Script).resource_path.get_base_dir().path_join(file)
