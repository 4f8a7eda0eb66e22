extends "res://case.gd"
## Att3DOptions.

const DEFAULTS := {
	"resolution": 128,
	"triangle_budget": 0,
	"min_component": 0.001,
	"seed": 0,
	"size": 0.0,
	"pivot": 0,
	"texture_size": 0,
	"unwrap": false,
	"level_count": 0,
	"hull_count": 0,
	"hull_vertex_count": 32,
	"morph_step_count": 16,
	"morph_bound": 0.02,
	"memory_limit": 0,
}


func test_defaults() -> void:
	var options := Att3DOptions.new()
	for name: String in DEFAULTS:
		check(is_equal_approx(float(options.get(name)), float(DEFAULTS[name])), "%s is %s" % [name, options.get(name)])


func test_properties_have_hints_and_are_stored() -> void:
	var found := {}
	for property in Att3DOptions.new().get_property_list():
		found[property.name] = property
	for name: String in DEFAULTS:
		check(found.has(name), "there is no property `%s`" % name)
		check(found[name].usage & PROPERTY_USAGE_EDITOR != 0, "`%s` is not in the inspector" % name)
		check(found[name].usage & PROPERTY_USAGE_STORAGE != 0, "`%s` is not stored" % name)
	for name: String in ["resolution", "texture_size", "level_count", "hull_count", "size"]:
		equal(found[name].hint, PROPERTY_HINT_RANGE, "the hint of `%s`" % name)
	equal(found.pivot.hint, PROPERTY_HINT_ENUM, "the hint of `pivot`")
	# Each property belongs to the class, and no other property does.
	var own := ClassDB.class_get_property_list("Att3DOptions", true).filter(func(p: Dictionary) -> bool: return p.type != TYPE_NIL)
	equal(own.size(), DEFAULTS.size(), "the number of properties")


func test_options_are_duplicated_and_saved() -> void:
	var options := Att3DOptions.new()
	options.resolution = 96
	options.size = 2.5
	options.seed = 7
	var copy: Att3DOptions = options.duplicate()
	equal([copy.resolution, copy.seed, copy.size], [96, 7, 2.5], "the copy")
	ResourceSaver.save(options, "user://options.tres")
	var loaded: Att3DOptions = ResourceLoader.load("user://options.tres", "", ResourceLoader.CACHE_MODE_IGNORE)
	equal([loaded.resolution, loaded.seed, loaded.size], [96, 7, 2.5], "the loaded options")


func test_wrong_options_are_errors() -> void:
	var generator: Att3DGenerator = added(Att3DGenerator.new())
	var wrong := {
		"resolution": [1, -5, 2000],
		"texture_size": [-1, 5000],
		"triangle_budget": [-1],
		"level_count": [-1, 9],
		"hull_count": [-1, 65],
		"hull_vertex_count": [7, 256],
		"size": [-1.0, INF, NAN],
		"pivot": [3],
		"memory_limit": [-1],
		"morph_step_count": [0, 1001],
	}
	for name: String in wrong:
		for value: Variant in wrong[name]:
			var options := small()
			options.set(name, value)
			expect_error("att3d: %s is" % name)
			equal(generator.generate("a truck", options), ERR_INVALID_PARAMETER, "the answer for %s = %s" % [name, value])
			contains(generator.get_error_message(), name, "the message")
			equal(generator.is_busy(), false, "busy")
	generator.free()


func test_library_refuses_what_only_it_can_check() -> void:
	var generator: Att3DGenerator = added(Att3DGenerator.new())
	var options := small()
	options.texture_size = 63
	expect_error("the texture size is 63 texels per side")
	equal(generator.generate("a truck", options), OK, "the answer")
	var message: Variant = await outcome(generator)
	check(message is String and "4096" in message, "the message is %s" % [message])
	generator.free()
