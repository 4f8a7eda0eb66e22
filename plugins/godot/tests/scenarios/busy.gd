extends Node3D


func _ready() -> void:
	$Generator.generate("a green truck")
