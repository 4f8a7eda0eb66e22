@tool
extends RefCounted
## Makes the objects of a list of prompts, and keeps count of what failed.

const JobQueue := preload("job_queue.gd")
const Recipe := preload("recipe.gd")
const Request := preload("request.gd")
const Saver := preload("saver.gd")

## The nodes of the objects that were made, if no folder was given.
var nodes: Array[MeshInstance3D] = []

var _queue: JobQueue
var _options: Att3DOptions
var _made := 0
var _failures := PackedStringArray()
var _is_cancelled := false
var _folder := ""


func _init(queue: JobQueue, options: Att3DOptions) -> void:
	_queue = queue
	_options = options.duplicate()


## Makes all objects. folder: where they are saved; empty for nodes.
func run(prompts: PackedStringArray, folder: String) -> void:
	_folder = folder
	for index in prompts.size():
		var recipe: Recipe = Recipe.new()
		recipe.prompt = prompts[index]
		var request: Request = Request.of_recipe(recipe, _options)
		request.title = "%d of %d: %s" % [index + 1, prompts.size(), prompts[index]]
		_queue.submit(request)
		var result: Att3DResult = await request.wait()
		if result == null and request.message.is_empty():
			_is_cancelled = true
			return
		var message := _keep(recipe, result) if result else request.message
		if message:
			_failures.append("%s: %s" % [prompts[index], message])
		else:
			_made += 1


## Returns a text that states how the run ended.
func report() -> String:
	var lines := PackedStringArray()
	lines.append("%s%d made%s." % ["Canceled; " if _is_cancelled else "", _made, " in %s" % _folder if _folder else ""])
	if not _failures.is_empty():
		lines.append("%d failed:" % _failures.size())
		lines.append_array(_failures)
	return "\n".join(lines)


func _keep(recipe: Recipe, result: Att3DResult) -> String:
	if _folder.is_empty():
		nodes.append(Saver.node_of(result, recipe))
		return ""
	return Saver.save(result, recipe, Saver.free_path(_folder, recipe.file_name(), Saver.SCENE))
