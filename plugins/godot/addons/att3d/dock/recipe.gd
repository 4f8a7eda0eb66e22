@tool
extends RefCounted
## The settings from which an object is made: one prompt or a mix of two, and a variant.

## The prompt, or the first prompt of the mix.
var prompt := ""
## The second prompt of the mix; empty for none.
var second := ""
## Share of the second prompt, from 0 to 1.
var share := 0.0
## Whether the mix is one mesh with a blend shape, instead of a mesh between the two.
var is_morph := false
## Number of the variant; 0 for the plain result.
var variant := 0


## Returns a recipe with the values of a dictionary that to_dictionary made. Other values are ignored.
static func from_dictionary(values: Dictionary) -> RefCounted:
	var made: RefCounted = new()
	for key: String in made.call(&"to_dictionary"):
		if typeof(values.get(key)) == typeof(made.get(key)):
			made.set(key, values[key])
	return made


func to_dictionary() -> Dictionary:
	return {"prompt": prompt, "second": second, "share": share, "is_morph": is_morph, "variant": variant}


func copy() -> RefCounted:
	return from_dictionary(to_dictionary())


func equals(other: RefCounted) -> bool:
	return other != null and to_dictionary() == other.call(&"to_dictionary")


func is_empty() -> bool:
	return prompt.strip_edges().is_empty()


func is_mix() -> bool:
	return not second.strip_edges().is_empty()


## Returns both prompts of a mix.
func prompts() -> PackedStringArray:
	return PackedStringArray([prompt, second])


## Returns the weights of both prompts of a mix.
func weights() -> PackedFloat32Array:
	return PackedFloat32Array([1.0 - share, share])


## Returns a text to show to users.
func title() -> String:
	var text := prompt.strip_edges()
	if is_mix():
		text += " → %s" % second.strip_edges()
		if is_morph:
			text += " (morph)"
		else:
			text += " (%d %%)" % roundi(share * 100.0)
	if variant:
		text += " #%d" % variant
	return text


## Returns a name for nodes, such as RedDragon.
func node_name() -> String:
	var words := PackedStringArray()
	for word in prompt.strip_edges().split(" ", false):
		if word.to_lower() not in ["a", "an", "the"]:
			words.append(word)
	var found := "_".join(words).to_pascal_case().validate_node_name().replace(".", "").left(40)
	return found if found else "Model"


## Returns a name for files, such as red_dragon.
func file_name() -> String:
	var found := node_name().to_snake_case().validate_filename()
	return found if found else "model"
