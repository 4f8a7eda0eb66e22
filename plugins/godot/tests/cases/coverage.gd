extends "res://case.gd"
## Every method, property and signal of every class is used in a test.

const CLASSES: Array[StringName] = [&"Att3DModel", &"Att3DOptions", &"Att3DGenerator", &"Att3DResult", &"Att3DLive"]


func test_every_member_is_used_in_a_test() -> void:
	var text := ""
	for file in DirAccess.get_files_at("res://cases"):
		if file.get_extension() == "gd":
			text += FileAccess.get_file_as_string("res://cases/" + file)
	for of in CLASSES:
		check(ClassDB.class_exists(of), "there is no class %s" % of)
		var accessors := {}
		var members := PackedStringArray()
		for property in ClassDB.class_get_property_list(of, true):
			if property.usage & (PROPERTY_USAGE_GROUP | PROPERTY_USAGE_SUBGROUP | PROPERTY_USAGE_CATEGORY) == 0:
				members.append(property.name)
				accessors[str(ClassDB.class_get_property_getter(of, property.name))] = true
				accessors[str(ClassDB.class_get_property_setter(of, property.name))] = true
		for method in ClassDB.class_get_method_list(of, true):
			if not str(method.name).begins_with("_") and not accessors.has(method.name):
				members.append(method.name)
		for one in ClassDB.class_get_signal_list(of, true):
			members.append(one.name)
		check(members.size() > 0, "%s has no members" % of)
		for member in members:
			var use := RegEx.create_from_string("[.\"]%s\\b" % member)
			check(use.search(text) != null, "no test uses %s.%s" % [of, member])


func test_every_member_has_a_description() -> void:
	# The class reference is part of the extension, so its files are compared with the classes.
	for of in CLASSES:
		var reference := FileAccess.get_file_as_string("res://doc_classes/%s.xml" % of)
		check(not reference.is_empty(), "there is no reference of %s" % of)
		for method in ClassDB.class_get_method_list(of, true):
			var is_accessor := str(method.name).begins_with("get_") or str(method.name).begins_with("set_")
			if not str(method.name).begins_with("_") and not is_accessor:
				contains(reference, "<method name=\"%s\"" % method.name, "the reference of %s" % of)
		for property in ClassDB.class_get_property_list(of, true):
			if property.usage & (PROPERTY_USAGE_GROUP | PROPERTY_USAGE_SUBGROUP | PROPERTY_USAGE_CATEGORY) == 0:
				contains(reference, "<member name=\"%s\"" % property.name, "the reference of %s" % of)
		for one in ClassDB.class_get_signal_list(of, true):
			contains(reference, "<signal name=\"%s\"" % one.name, "the reference of %s" % of)
