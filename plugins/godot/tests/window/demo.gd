extends SceneTree
## Drives the demo in the running game: `godot --path DEMO --script demo.gd`.
##
## ATT3D_WINDOW_RESULT: file for the counts. ATT3D_WINDOW_SHELF, ATT3D_WINDOW_ANIMAL: files for pictures.

const TEXT := "a red apple, a potion, a robot, a cactus with pot, a dragon, a lantern, a golden crown, a castle with flags, a mushroom, a penguin"
const PATIENCE := 60.0

var _passed := 0
var _failed := 0


func _initialize() -> void:
	_run.call_deferred()


func _run() -> void:
	change_scene_to_file("res://main.tscn")
	await _until(func() -> bool: return current_scene != null and current_scene.get("_shown") != null)
	await _shelf()
	await _animal()
	var file := FileAccess.open(OS.get_environment("ATT3D_WINDOW_RESULT"), FileAccess.WRITE)
	file.store_line("%d %d" % [_passed, _failed])
	file.close()
	quit()


func _shelf() -> void:
	var shelf: Node = current_scene._shown
	# A drawn frame takes seconds with software rendering, so only the pictures and some frames are drawn.
	RenderingServer.render_loop_enabled = false
	# The demonstration types; it ends when the user types.
	await _until(func() -> bool: return shelf.count_filled() >= 1)
	_check("the shelf fills by itself", shelf.count_filled() >= 1)
	var line: LineEdit = shelf._line
	line.text = ""
	shelf._on_typed("")
	_check("an empty line empties the shelf", shelf.count_filled() == 0)
	# Several letters at once, since a frame takes long with software rendering.
	for count in range(TEXT.length() % 6, TEXT.length() + 1, 6):
		line.text = TEXT.left(count)
		line.caret_column = count
		line.text_changed.emit(line.text)
		await process_frame
	await _until(func() -> bool: return shelf.count_filled() == 10 and not shelf.is_pending())
	_check("the shelf has ten things", shelf.count_filled() == 10)
	await _picture("ATT3D_WINDOW_SHELF")


func _animal() -> void:
	RenderingServer.render_loop_enabled = false
	current_scene._animal.pressed.emit()
	await process_frame
	var demo: Node = current_scene._shown
	var animal: Node = demo._animal
	await _until(func() -> bool: return animal.mesh != null)
	demo.hold(0.0)
	await _until(func() -> bool: return not animal.is_pending())
	var first: AABB = animal.mesh.get_aabb()
	await _move_slider(demo, 120, "without drawing")
	_check("the slider changes the animal", not animal.mesh.get_aabb().is_equal_approx(first))
	RenderingServer.render_loop_enabled = true
	await _move_slider(demo, 10, "with software rendering")
	demo.hold(0.6)
	demo._animal.rotation.y = 0.55
	await _until(func() -> bool: return not animal.is_pending())
	demo._animal.rotation.y = 0.55
	await _picture("ATT3D_WINDOW_ANIMAL")


## Moves the slider from the first animal to the second, and prints how the mesh follows.
func _move_slider(demo: Node, steps: int, how: String) -> void:
	var animal: Node = demo._animal
	var times := PackedFloat32Array()
	var updates := [0]
	var count := func(_understood: String) -> void: updates[0] += 1
	animal.updated.connect(count)
	var begun := Time.get_ticks_usec()
	for step in steps:
		var before := Time.get_ticks_usec()
		demo.hold((step + 1.0) / steps)
		await process_frame
		times.append((Time.get_ticks_usec() - before) / 1000.0)
	var seconds := (Time.get_ticks_usec() - begun) / 1e6
	await _until(func() -> bool: return not animal.is_pending())
	animal.updated.disconnect(count)
	times.sort()
	print("time: a frame of the animal while the slider moves, %s, median of %d: %.1f ms" % [how, steps, times[steps / 2]])
	print("time: meshes per second while the slider moves, %s: %.1f" % [how, updates[0] / seconds])


func _check(fact: String, holds: bool) -> void:
	if holds:
		_passed += 1
		print("ok: %s" % fact)
	else:
		_failed += 1
		print("FAILED: %s" % fact)


func _until(condition: Callable) -> void:
	var end := Time.get_ticks_msec() + int(PATIENCE * 1000.0)
	while not condition.call() and Time.get_ticks_msec() < end:
		await process_frame


func _picture(variable: String) -> void:
	var path := OS.get_environment(variable)
	if path:
		RenderingServer.render_loop_enabled = true
		# The bounce of the last thing has ended, and textures of noise are made.
		await create_timer(0.6).timeout
		await RenderingServer.frame_post_draw
		root.get_texture().get_image().save_png(path)
