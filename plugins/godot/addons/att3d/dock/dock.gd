@tool
extends VBoxContainer
## The dock Text to 3D: connects the prompt, the preview, the work and the scene.

const Recipe := preload("recipe.gd")
const Request := preload("request.gd")
const Saver := preload("saver.gd")
const Settings := preload("../settings.gd")
const Message := preload("message.gd")
const Panels := preload("panels.gd")
const JobQueue := preload("job_queue.gd")
const SceneEditor := preload("scene_editor.gd")
const Thumbnails := preload("thumbnails.gd")
const PictureOptions := preload("picture_options.gd")

## Seconds without a change after which the object is made in full detail.
const PAUSE := 0.7

var queue: JobQueue = JobQueue.new()
var panels: Panels

var _thumbnails: Thumbnails = Thumbnails.new()
var _scene: SceneEditor
var _model := Att3DModel.new()
var _recipe: Recipe = Recipe.new()
## The newest finished object, and what it was made from.
var _result: Att3DResult
var _result_recipe: Recipe
var _pause := Timer.new()


func _init() -> void:
	name = "Text to 3D"


## Must be called before the dock is added to the editor.
func set_up(undo: EditorUndoRedoManager) -> void:
	_scene = SceneEditor.new(undo)


func _ready() -> void:
	_model.path = Settings.model_path()
	if _model.load_model() != OK:
		var message := Message.new()
		message.show_message(Message.no_model(_model.get_error_message()))
		add_child(message)
		return
	queue.set_model(_model)
	add_child(queue)
	add_child(_thumbnails)
	_pause.one_shot = true
	_pause.wait_time = PAUSE
	_pause.timeout.connect(_on_paused)
	add_child(_pause)
	panels = Panels.new()
	panels.size_flags_vertical = Control.SIZE_EXPAND_FILL
	add_child(panels)
	panels.preview.live.model = _model
	panels.words.set_words(_model.get_words())
	_connect_panels()
	ProjectSettings.settings_changed.connect(_on_settings_changed)
	_show_state()


func _connect_panels() -> void:
	panels.prompt.edited.connect(func(_text: String) -> void: _on_changed(true))
	panels.prompt.submitted.connect(_on_generate)
	panels.generate.pressed.connect(_on_generate)
	panels.add.pressed.connect(_on_add)
	panels.save_chosen.connect(_on_save)
	panels.drag.save_model = _save_for_drag
	panels.drag.dropped.connect(
		func(_path: String) -> void: _remember(_recipe.copy(), panels.preview.shown_mesh())
	)
	panels.cancel.pressed.connect(queue.cancel)
	panels.preview.live_updated.connect(_on_live_updated)
	panels.preview.live_failed.connect(panels.prompt.show_error)
	panels.mix.changed.connect(func() -> void: _on_changed(false))
	panels.variants_section.opened.connect(_fill_variants)
	panels.variants.wanted.connect(_draw_variants)
	panels.variants.picked.connect(_on_variant_picked)
	panels.words.picked.connect(panels.prompt.append_word)
	panels.stylize.requested.connect(_on_stylize)
	panels.batch.requested.connect(_on_batch)
	panels.history.picked.connect(use)
	panels.detail.changed.connect(func() -> void: _on_changed(false))
	queue.changed.connect(_show_state)
	queue.progressed.connect(func(fraction: float) -> void: panels.progress.value = fraction)


## Shows the object of a recipe, such as an entry of the history.
func use(recipe: Recipe) -> void:
	_recipe.variant = recipe.variant
	panels.mix.set_values(recipe.second, recipe.share, recipe.is_morph)
	_recipe.prompt = recipe.prompt
	panels.prompt.set_text(recipe.prompt)


## Returns the finished object of the current prompt, and makes it if needed. Returns null after a failure, which
## is shown, and if the work was canceled.
func finished_model() -> Att3DResult:
	if _is_finished():
		return _result
	if _recipe.is_empty():
		panels.prompt.show_hint("Type what you want to see.")
		return null
	_pause.stop()
	var recipe: Recipe = _recipe.copy()
	var request: Request = Request.of_recipe(recipe, panels.detail.options)
	queue.submit(request)
	var result: Att3DResult = await request.wait()
	_take(recipe, result, request.message)
	return result


func _is_finished() -> bool:
	return _result != null and _recipe.equals(_result_recipe)


## Loads another package if the project names one. The other settings take effect with the next work.
func _on_settings_changed() -> void:
	if _model.path == Settings.model_path():
		return
	_model.path = Settings.model_path()
	if _model.load_model() == OK:
		panels.words.set_words(_model.get_words())
		_show_outcome("")
	else:
		_show_outcome(_model.get_error_message())
	_on_changed(false)


## Follows a change of the prompt, the mix or the settings.
func _on_changed(is_typing: bool) -> void:
	var before := _recipe.prompt
	_recipe.prompt = panels.prompt.text()
	_recipe.second = panels.mix.second()
	_recipe.share = panels.mix.share()
	_recipe.is_morph = panels.mix.is_morph()
	if is_typing and _recipe.prompt != before:
		_recipe.variant = 0
		panels.variants.clear()
	_result = null
	queue.drop_background()
	var live := panels.preview.live
	live.typing = is_typing
	live.options.seed = _recipe.variant
	if _recipe.is_mix():
		live.prompts = _recipe.prompts()
		live.weights = _recipe.weights()
	else:
		live.prompts = PackedStringArray()
		live.prompt = _recipe.prompt
	panels.preview.show_live("Draft")
	if _recipe.is_empty():
		panels.prompt.show_hint("Type what you want to see.")
		_pause.stop()
	elif panels.is_automatic():
		_pause.start()
	_show_state()


func _on_live_updated(understood: String) -> void:
	var live := panels.preview.live
	panels.prompt.show_understood(understood, live.get_left_out(), live.get_completed_word())


## Makes the object in full detail while the user pauses.
func _on_paused() -> void:
	if _recipe.is_empty() or _is_finished():
		return
	var live := panels.preview.live
	if queue.is_busy() or live.is_pending():
		# The object is made after the work in progress.
		_pause.start()
		return
	if not live.get_error_message().is_empty():
		# The prompt cannot be used, and the dock already says so. Work with it would only fail and print an error.
		return
	var recipe: Recipe = _recipe.copy()
	var request: Request = Request.of_recipe(recipe, panels.detail.options)
	request.is_background = true
	queue.submit(request)
	var result: Att3DResult = await request.wait()
	_take(recipe, result, request.message)


func _take(recipe: Recipe, result: Att3DResult, message: String) -> void:
	if not _recipe.equals(recipe):
		return
	if result:
		_result = result
		_result_recipe = recipe
		panels.preview.show_mesh(result.get_mesh(), "Full detail")
		panels.preview.set_blend(recipe.share)
	elif message:
		panels.prompt.show_error(message)
	_show_state()


func _on_generate() -> void:
	var recipe: Recipe = _recipe.copy()
	var result := await finished_model()
	if result:
		_remember(recipe, result.get_mesh())


func _on_add() -> void:
	var recipe: Recipe = _recipe.copy()
	var result := await finished_model()
	if result == null:
		return
	var nodes: Array[MeshInstance3D] = [Saver.node_of(result, recipe)]
	_show_outcome(_scene.add(nodes, "Add %s" % recipe.title()))
	_remember(recipe, result.get_mesh())


func _on_save(path: String) -> void:
	var recipe: Recipe = _recipe.copy()
	var result := await finished_model()
	if result == null:
		return
	var message := Saver.save(result, recipe, path)
	_show_outcome(message, "Saved as %s." % path)
	Saver.rescan()
	_remember(recipe, result.get_mesh())


## Saves what the preview shows, since a drag cannot wait for work.
func _save_for_drag(folder: String) -> String:
	var path := ""
	var message := ""
	if _is_finished():
		var extension := "res" if _result.get_collision_shapes().is_empty() else "tscn"
		path = Saver.free_path(folder, _recipe.file_name(), extension)
		message = Saver.save(_result, _recipe, path)
	elif panels.preview.shown_mesh():
		path = Saver.free_path(folder, _recipe.file_name(), "res")
		message = Saver.save_mesh(panels.preview.shown_mesh(), path)
	else:
		message = "There is no object yet. Type a description of one."
	_show_outcome(message)
	return "" if message else path


## Puts an object into the history. mesh: for its picture; may be null.
func _remember(recipe: Recipe, mesh: Mesh) -> void:
	var picture := await _thumbnails.draw(mesh, panels.picture_background())
	panels.history.add(recipe, picture)


func _fill_variants() -> void:
	if not panels.variants.is_filled() and not _recipe.is_empty() and not _recipe.is_mix():
		panels.variants.fill()
		panels.variants.mark(_recipe.variant)


func _draw_variants(variants: PackedInt32Array) -> void:
	var recipe: Recipe = _recipe.copy()
	for variant in variants:
		var wanted: Recipe = recipe.copy()
		wanted.variant = variant
		var request: Request = Request.of_recipe(wanted, PictureOptions.make())
		queue.submit(request)
		var result: Att3DResult = await request.wait()
		if recipe.prompt != _recipe.prompt or (result == null and request.message.is_empty()):
			return
		var picture: Texture2D
		if result:
			picture = await _thumbnails.draw(result.get_mesh(), panels.picture_background())
		panels.variants.show_picture(variant, picture)


func _on_variant_picked(variant: int) -> void:
	_recipe.variant = variant
	_result = null
	_on_generate()


func _on_stylize(targets: Array[MeshInstance3D], prompt: String, keep: float, keep_geometry: bool) -> void:
	for target in targets:
		var request: Request = Request.of_mesh(target.mesh, prompt, keep, keep_geometry, panels.detail.options)
		queue.submit(request)
		var result: Att3DResult = await request.wait()
		if result == null:
			_show_outcome(request.message)
			return
		# The scene may have been closed, or the node deleted, during the work.
		if is_instance_valid(target) and target.is_inside_tree():
			_scene.replace_mesh(target, result.get_mesh(), "Stylize %s" % target.name)
			_show_outcome("", "%s is now “%s”." % [target.name, prompt])


func _on_batch(prompts: PackedStringArray, to_files: bool) -> void:
	panels.batch.show_report("")
	var batch := preload("batch_run.gd").new(queue, panels.detail.options)
	await batch.run(prompts, Settings.folder() if to_files else "")
	var message := ""
	if not batch.nodes.is_empty():
		message = _scene.add(batch.nodes, "Add %d objects" % batch.nodes.size())
	if to_files:
		Saver.rescan()
	panels.batch.show_report(message if message else batch.report())


## Shows a message of a failure, or a text for success.
func _show_outcome(message: String, success := "") -> void:
	panels.show_note(message if message else success, not message.is_empty())


func _show_state() -> void:
	var request: Request = queue.current()
	panels.show_work(request.title if request else "", queue.count_waiting(), request != null)
	panels.set_usable(not _recipe.is_empty())
