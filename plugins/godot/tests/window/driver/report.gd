@tool
extends RefCounted
## Counts facts that hold and facts that do not.

var passed := 0
var failed := 0


## Reports whether a fact holds. found: what was found, for the message of a failure.
func check(fact: String, holds: bool, found: Variant = "") -> void:
	if holds:
		passed += 1
		print("ok: %s" % fact)
	else:
		failed += 1
		print("FAILED: %s; found: %s" % [fact, found])


func note(text: String) -> void:
	print("note: %s" % text)


## Writes the counts to the file that the script reads. Without the file the session counts as failed.
func end() -> void:
	var file := FileAccess.open(OS.get_environment("ATT3D_WINDOW_RESULT"), FileAccess.WRITE)
	file.store_line("%d %d" % [passed, failed])
	file.close()
