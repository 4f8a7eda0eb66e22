@tool
extends Node
## Simulated user input: sends key and pointer events to the window, and waits for conditions.

## Seconds after which a wait gives up.
const PATIENCE := 60.0


## Waits until a condition holds. Returns false if the condition is still false after the time limit.
func until(condition: Callable, patience := PATIENCE) -> bool:
	var end := Time.get_ticks_msec() + int(patience * 1000.0)
	while not condition.call():
		if Time.get_ticks_msec() > end:
			return false
		await get_tree().process_frame
	return true


## Waits for some frames, so that layouts and deferred calls are done.
func frames(count: int) -> void:
	for _frame in count:
		await get_tree().process_frame


func key(code: Key, unicode := 0, with_control := false) -> void:
	for is_pressed: bool in [true, false]:
		var event := InputEventKey.new()
		event.keycode = code
		event.physical_keycode = code
		event.unicode = unicode if is_pressed else 0
		event.ctrl_pressed = with_control
		event.pressed = is_pressed
		Input.parse_input_event(event)


func type(text: String) -> void:
	for index in text.length():
		letter(text[index])
		await get_tree().process_frame


func letter(character: String) -> void:
	key(OS.find_keycode_from_string(character.to_upper()), character.unicode_at(0))


## Sends a shortcut of the editor, with no text field in focus.
func shortcut(code: Key) -> void:
	get_tree().root.gui_release_focus()
	key(code, 0, true)
	await frames(4)


func click(control: Control) -> void:
	var place := control.get_global_rect().get_center()
	await move(place)
	button(place, true)
	await frames(1)
	button(place, false)
	await frames(2)


func button(place: Vector2, is_pressed: bool) -> void:
	var event := InputEventMouseButton.new()
	event.button_index = MOUSE_BUTTON_LEFT
	event.button_mask = MOUSE_BUTTON_MASK_LEFT if is_pressed else 0
	event.position = place
	event.global_position = place
	event.pressed = is_pressed
	Input.parse_input_event(event)


func wheel(place: Vector2, code: MouseButton) -> void:
	for is_pressed: bool in [true, false]:
		var event := InputEventMouseButton.new()
		event.button_index = code
		event.position = place
		event.global_position = place
		event.pressed = is_pressed
		Input.parse_input_event(event)


func move(place: Vector2, relative := Vector2.ZERO, is_pressed := false) -> void:
	var event := InputEventMouseMotion.new()
	event.position = place
	event.global_position = place
	event.relative = relative
	event.button_mask = MOUSE_BUTTON_MASK_LEFT if is_pressed else 0
	Input.parse_input_event(event)
	await get_tree().process_frame


## Drags from one place to another.
func drag(from: Vector2, to: Vector2) -> void:
	await move(from)
	button(from, true)
	await frames(1)
	const STEPS := 12
	for step in range(1, STEPS + 1):
		await move(from.lerp(to, step / float(STEPS)), (to - from) / STEPS, true)
	await frames(4)
	button(to, false)
	await frames(6)


## Brings the dock's tab to the front.
func show_tab(dock: Node) -> void:
	var tab := dock
	while not tab.get_parent() is TabContainer:
		tab = tab.get_parent()
	(tab.get_parent() as TabContainer).current_tab = tab.get_index()


## Saves a picture of the window.
func screenshot(path: String) -> void:
	# The editor draws a frame only if something changed since the last one. Without a change the signal would
	# never come.
	EditorInterface.get_base_control().queue_redraw()
	await RenderingServer.frame_post_draw
	get_tree().root.get_texture().get_image().save_png(path)
