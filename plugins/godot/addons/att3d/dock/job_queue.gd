@tool
extends Node
## Does requests one after the other with one generator.

## Emitted when a request begins or ends.
signal changed
signal progressed(fraction: float)

const Request := preload("request.gd")

var _generator := Att3DGenerator.new()
var _waiting: Array[Request] = []
var _current: Request
## Whether a job was dropped and its signal has not come yet. The signal must not end the next job.
var _is_discarding := false


func _init() -> void:
	add_child(_generator)
	_generator.progress.connect(func(fraction: float) -> void: progressed.emit(fraction))
	_generator.completed.connect(func(result: Att3DResult) -> void: _end(result, ""))
	_generator.failed.connect(func(message: String) -> void: _end(null, message))


func _process(_delta: float) -> void:
	if _current == null and not _is_discarding and not _waiting.is_empty() and not _generator.is_busy():
		_begin(_waiting.pop_front())


func _exit_tree() -> void:
	cancel()
	# Outside the tree the generator drops its job without a signal.
	_is_discarding = false


## Sets the model that does the work.
func set_model(model: Att3DModel) -> void:
	_generator.model = model


## Adds a request at the end.
func submit(request: Request) -> void:
	drop_background()
	_waiting.append(request)
	changed.emit()


func is_busy() -> bool:
	return _current != null or not _waiting.is_empty()


## Returns the request that is being done, or the next one, or null.
func current() -> Request:
	if _current:
		return _current
	return _waiting[0] if not _waiting.is_empty() else null


## Returns the number of requests that wait.
func count_waiting() -> int:
	return _waiting.size()


## Drops all requests.
func cancel() -> void:
	var dropped: Array[Request] = _waiting.duplicate()
	_waiting.clear()
	if _current:
		dropped.push_front(_current)
		_discard()
	for request in dropped:
		request.finish(null, "")
	if not dropped.is_empty():
		changed.emit()


## Drops the request that is being done if the user did not ask for it.
func drop_background() -> void:
	if _current and _current.is_background:
		var dropped := _current
		_discard()
		dropped.finish(null, "")
		changed.emit()


func _discard() -> void:
	_current = null
	_is_discarding = true
	_generator.cancel()


func _begin(request: Request) -> void:
	_current = request
	changed.emit()
	progressed.emit(0.0)
	var error := request.start(_generator)
	# The generator sends no signal for work that it refuses.
	if error != OK:
		var why: String = _generator.get_error_message()
		_end(null, why if why else "the work could not be started: %s" % error_string(error))


func _end(result: Att3DResult, message: String) -> void:
	if _is_discarding:
		_is_discarding = false
		return
	var ended := _current
	_current = null
	ended.finish(result, message)
	changed.emit()
