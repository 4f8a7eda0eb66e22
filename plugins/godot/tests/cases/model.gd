extends "res://case.gd"
## Att3DModel.

const PACKAGE := "res://packages/toybox.att3d"


func test_bundled_model_loads() -> void:
	var model := Att3DModel.new()
	equal(model.path, "", "the path")
	equal(model.is_loaded(), false, "loaded before the first use")
	equal(model.load_model(), OK, "the answer of load_model")
	equal(model.is_loaded(), true, "loaded after load_model")
	equal(model.get_error_message(), "", "the message")


func test_info_describes_the_model() -> void:
	var info := Att3DModel.new().get_info()
	for name: String in ["name", "license", "digest", "library_version", "engine", "device"]:
		check(info.get(name, "") is String and not info.get(name, "").is_empty(), "info has no text `%s`" % name)
	check(info.capabilities.has("shape") and info.capabilities.has("words"), "capabilities are %s" % [info.capabilities])
	check(info.word_count > 100, "there are %d words" % info.word_count)
	near(info.meters_per_unit, 1.0, 0.0, "meters per unit")
	check(info.parameter_count > 1000000, "there are %d parameters" % info.parameter_count)
	check(info.threads >= 1, "there are %d threads" % info.threads)
	equal(info.engine, "embedded", "the engine")
	equal(info.is_worker, false, "in a worker")
	contains(info.library_path, "addons/att3d/bin", "the library's path")


func test_words_come_in_groups() -> void:
	var words := Att3DModel.new().get_words()
	check(words.size() > 3, "there are %d groups" % words.size())
	var all := PackedStringArray()
	for group: String in words:
		check(words[group] is PackedStringArray and not words[group].is_empty(), "the group `%s` is empty" % group)
		all.append_array(words[group])
	check(all.has("truck"), "`truck` is not among the words")


func test_prompt_is_read() -> void:
	var read := Att3DModel.new().read_prompt("a monster green lorry")
	equal(read.error, "", "the error")
	contains(read.understood, "green lorry", "what was understood")
	equal(read.thing, "truck", "the thing")
	check(read.attributes.has("green"), "the attributes are %s" % [read.attributes])
	check(read.left_out.has("monster"), "left out were %s" % [read.left_out])


func test_words_are_left_out() -> void:
	var read := Att3DModel.new().read_prompt("a qwrtzp green truck")
	check(read.left_out.has("qwrtzp"), "left out were %s" % [read.left_out])


func test_unknown_and_empty_prompts_are_errors() -> void:
	var model := Att3DModel.new()
	for prompt: String in ["", "   ", "qwrtzp"]:
		var read := model.read_prompt(prompt)
		check(not read.error.is_empty(), "`%s` gave no error" % prompt)
		equal(model.get_error_message(), read.error, "the message")
		equal(read.understood, "", "what was understood of `%s`" % prompt)


func test_package_loads_from_its_path() -> void:
	var model := Att3DModel.new()
	model.path = PACKAGE
	equal(model.load_model(), OK, "the answer of load_model")
	equal(model.get_info().digest, Att3DModel.new().get_info().digest, "the digest")


func test_package_loads_from_bytes() -> void:
	var model := Att3DModel.new()
	model.data = FileAccess.get_file_as_bytes(PACKAGE)
	check(model.data.size() > 1000000, "the package has %d bytes" % model.data.size())
	equal(model.load_model(), OK, "the answer of load_model")


func test_missing_package_is_an_error() -> void:
	var model := Att3DModel.new()
	model.path = "res://packages/absent.att3d"
	expect_error("there is no model package at `res://packages/absent.att3d`")
	equal(model.load_model(), ERR_FILE_CANT_OPEN, "the answer of load_model")
	contains(model.get_error_message(), "absent.att3d", "the message")
	equal(model.is_loaded(), false, "loaded")
	# The next call searches for the package again.
	model.path = PACKAGE
	equal(model.get_error_message(), "", "the message after a new path")
	equal(model.load_model(), OK, "the answer of load_model with a new path")


func test_broken_packages_are_errors() -> void:
	var whole := FileAccess.get_file_as_bytes(PACKAGE)
	var changed := whole.duplicate()
	for at in range(1000, changed.size(), 9973):
		changed[at] = 255 - changed[at]
	var broken := {"half": whole.slice(0, whole.size() / 2), "no package": "not a package".to_utf8_buffer(), "changed": changed}
	for name: String in broken:
		var path := "user://%s.att3d" % name
		var file := FileAccess.open(path, FileAccess.WRITE)
		file.store_buffer(broken[name])
		file.close()
		var model := Att3DModel.new()
		model.path = path
		expect_error("%s.att3d" % name)
		equal(model.load_model(), ERR_FILE_CORRUPT, "the answer for the package `%s`" % name)
		contains(model.get_error_message(), name, "the message")
		model.path = ""
		equal(model.load_model(), OK, "the answer for the bundled model afterward")
		DirAccess.remove_absolute(path)


func test_change_is_signaled() -> void:
	var model := Att3DModel.new()
	var count := [0]
	model.changed.connect(func() -> void: count[0] += 1)
	model.path = PACKAGE
	model.path = PACKAGE
	equal(count[0], 1, "the number of changes")


func test_resource_is_saved_and_loaded() -> void:
	var model := Att3DModel.new()
	model.path = PACKAGE
	equal(ResourceSaver.save(model, "user://model.tres"), OK, "the answer of the saver")
	var loaded: Att3DModel = ResourceLoader.load("user://model.tres", "", ResourceLoader.CACHE_MODE_IGNORE)
	equal(loaded.path, PACKAGE, "the path")
	equal(loaded.resource_path.get_file(), "model.tres", "the path of the resource itself")
