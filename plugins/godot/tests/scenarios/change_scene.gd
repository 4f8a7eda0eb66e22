extends SceneTree
## Changes and reloads the scene while its nodes work.


func _initialize() -> void:
	_run.call_deferred()


func _run() -> void:
	for round in 6:
		change_scene_to_file("res://scenarios/busy.tscn")
		for frame in 1 + round:
			await process_frame
		if current_scene and round % 2:
			reload_current_scene()
	while not (current_scene and current_scene.get_node("Live").mesh):
		await process_frame
	print("ok: the scene changes while its nodes work")
	quit()
