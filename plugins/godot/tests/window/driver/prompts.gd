@tool
extends RefCounted
## Prompts whose last words are typed for the measurements.

const PROMPTS: Array[String] = [
	"a pig", "a blue chair", "a wooden table", "a tiger playing the guitar", "a castle with flags", "a golden crown",
	"a penguin wearing a tophat", "a red apple", "a tall lamp", "a robot riding a bicycle", "a green cactus",
	"a small house", "a mushroom with spots", "a silver sword", "a purple dragon",
]


## Returns the median, or NAN if there are no values.
static func median(values: PackedFloat32Array) -> float:
	var sorted := values.duplicate()
	sorted.sort()
	return sorted[sorted.size() / 2] if not sorted.is_empty() else NAN
