@tool
extends RefCounted
## One piece of work for the generator.

## Emitted once. result: an Att3DResult, or null. message: reason why there is no
## result; empty after success and if the work was canceled.
signal finished(result: Att3DResult, message: String)

const Recipe := preload("recipe.gd")

## Text for the progress bar.
var title := ""
## Whether the work may be canceled without a message, because the user did not request it.
var is_background := false
var is_finished := false
var result: Att3DResult
var message := ""

## Starts the work: func(generator: Att3DGenerator) -> Error.
var _start: Callable


## Returns the request that generates the object of a recipe.
static func of_recipe(recipe: Recipe, options: Att3DOptions) -> RefCounted:
	var made := new()
	made.title = recipe.title()
	var kept: Recipe = recipe.copy()
	var own: Att3DOptions = options.duplicate()
	own.seed = recipe.variant
	made._start = func(generator: Att3DGenerator) -> Error:
		if not kept.is_mix():
			return generator.generate(kept.prompt, own)
		if kept.is_morph:
			return generator.morph(kept.prompts(), own)
		return generator.interpolate(kept.prompts(), kept.weights(), own)
	return made


## Returns the work that stylizes a mesh. keep: share of the shape that is kept, from 0 to 1.
static func of_mesh(mesh: Mesh, prompt: String, keep: float, keep_geometry: bool, options: Att3DOptions) -> RefCounted:
	var made := new()
	made.title = prompt
	var own: Att3DOptions = options.duplicate()
	made._start = func(generator: Att3DGenerator) -> Error:
		return generator.stylize(mesh, prompt, keep, keep_geometry, own)
	return made


func start(generator: Att3DGenerator) -> Error:
	return _start.call(generator)


## Ends the work. A second call does nothing.
func finish(found: Att3DResult, why: String) -> void:
	if is_finished:
		return
	is_finished = true
	result = found
	message = why
	finished.emit(found, why)


## Waits for the end. Returns the result or null.
func wait() -> Att3DResult:
	if not is_finished:
		await finished
	return result
