# SPDX-License-Identifier: GPL-3.0-or-later
"""No operator of the extension loses a data-block of the artist, or changes one that it should not change.

Each operator runs on rigged, keyed, multi-material and linked meshes and on a mesh with a slot of the object.
The census of the file before is compared with the one after.
"""

import bpy
import census
import works
from support import Blender, empty, module

#: Fields that an operator may change: of any data-block of a kind, or of the selected object or its mesh.
Allowed = set[tuple[str, str]]
#: New objects in the scene.
NEW: Allowed = {("scenes", "objects"), ("collections", "objects"), ("scenes", "children"), ("collections", "children")}
#: The selected object gets another mesh. Its slots and groups are those of the mesh.
REPLACED: Allowed = NEW | {("target", "data"), ("target", "slots"), ("target", "groups"), ("materials", "fake"), ("actions", "fake")}
#: The mesh of the object is removed, after a warning.
DROPPED: Allowed = REPLACED | {("target mesh", "lost"), ("target keys", "lost")}
#: Materials are assigned to the slots, and the mesh keeps the rest.
PAINTED: Allowed = {("target", "slots"), ("target mesh", "materials"), ("materials", "fake")}
#: New layers of UVs.
UNWRAPPED: Allowed = {("target mesh", "uvs"), ("target mesh", "active_uvs"), ("target mesh", "attributes")}
#: An asset has a fake user.
MARKED: Allowed = {("target", "fake")}

_DRAFT = {"detail": 32, "texture_size": 0}


def _key() -> str:
    """Returns the key of the newest entry of the history, which is made first if there is none."""
    history = module("history")
    if not history.entries():
        bpy.ops.att3d.generate(prompt="a pig", **_DRAFT)
        empty()
    return str(history.entries()[0]["key"])


def _live(keep_old: bool, weights: bool) -> None:
    """Lets a live session replace the selected mesh."""
    settings = bpy.context.scene.att3d
    settings.replace, settings.keep_old, settings.transfer_weights = True, keep_old, weights
    settings.live_detail = 16
    settings.live = True
    settings.prompt = "a red apple"
    module("live").wait()
    settings.live = False


#: Operators with their arguments and what they may change. A callable computes the arguments.
CASES: tuple[tuple[str, object, Allowed], ...] = (
    ("generate", {"prompt": "a pig", **_DRAFT}, NEW),
    ("generate", {"prompt": "a pig", "replace": True, **_DRAFT}, REPLACED),
    ("generate", {"prompt": "a pig", "replace": True, "transfer_weights": True, "detail": 32, "texture_size": 64}, REPLACED),
    ("generate", {"prompt": "a pig", "replace": True, "keep_old": False, **_DRAFT}, DROPPED),
    ("generate", {"prompt": "qwxyz", "replace": True, **_DRAFT}, set()),
    ("adjust", {"prompt": "a pig", "replace": True, **_DRAFT}, REPLACED),
    ("add", {"prompt": "a pig"}, NEW),
    ("stylize", {"prompt": "made of gold", "style": "KEEP", "texture_size": 64}, PAINTED),
    ("stylize", {"prompt": "made of gold", "style": "KEEP", "slots": "ACTIVE", "texture_size": 64}, PAINTED),
    ("stylize", {"prompt": "made of gold", "style": "KEEP", "mask": "Left", "texture_size": 64}, PAINTED | {("target mesh", "attributes")}),
    ("stylize", {"prompt": "made of gold", "style": "KEEP", "own_image_size": True, "texture_size": 64}, PAINTED),
    ("stylize", {"prompt": "a red monkey", "style": "REPLACE", **_DRAFT}, REPLACED),
    ("stylize", {"prompt": "a red monkey", "style": "REPLACE", "keep_old": False, **_DRAFT}, DROPPED),
    ("stylize", {"prompt": "a red monkey", "style": "BESIDE", **_DRAFT}, NEW),
    ("new_uvs", {}, UNWRAPPED),
    ("make_quads", {"quads": 60}, REPLACED),
    ("scatter", {"prompt": "a tiny mushroom", "count": 3, "variants": 2}, NEW),
    ("place", {}, set()),
    ("batch", {"prompts": "a pig\na red apple"}, NEW),
    ("remove_newest", {}, NEW),
    ("blend_shape_keys", {"prompts": "a red apple\na tall green apple"}, NEW),
    ("blend_frames", {"prompts": "a red apple\na green pear", "frames": 2}, NEW),
    ("blend_add", {}, set()),
    ("blend_remove", {}, set()),
    ("variants", {"prompt": "a pig", "count": 2}, set()),
    ("variant_pick", {"seed": 1}, NEW),
    ("history_load", {}, set()),
    ("history_import", lambda: {"key": _key()}, NEW),
    ("history_again", lambda: {"key": _key()}, NEW),
    ("regenerate", {}, REPLACED),
    ("mark_asset", {}, MARKED),
    ("words_load", {}, set()),
    ("insert_word", {"word": "red"}, set()),
    ("diagnostics", {}, set()),
    ("unload", {}, set()),
    ("package_card", {"path": ""}, set()),
    ("history_clear", {}, set()),
    ("cancel", {}, set()),
    ("tell", {}, set()),
)
#: Operators that refuse all of these meshes, since none was generated or no job runs.
REFUSING = {"place", "regenerate", "mark_asset", "cancel", "tell", "package_card"}
#: Objects that are selected, one after the other. The last has a mesh of another file.
TARGETS = ("Crate", "Door", "Hero", "Pebble")


class Keeps(Blender):
    def prepared(self, name: str) -> bpy.types.Object:
        """Opens a file with the works of the artist, and selects one."""
        empty()
        thing = works.all_of_them(works.tempdir())[name]
        settings = bpy.context.scene.att3d
        settings.detail, settings.texture_size = 32, "0"
        module("making").choose(bpy.context, thing)
        return thing

    def forbidden(self, thing: bpy.types.Object, before: dict, allowed: Allowed) -> set[tuple[str, str, str]]:
        """Returns the changes since a census that are not allowed for an object."""
        names = {("objects", thing.name): "target", **self.names}
        return {
            change
            for change in census.changes(before, census.taken())
            if (change[0], change[2]) not in allowed and (names.get(change[:2]), change[2]) not in allowed
        }

    def begin(self, name: str) -> tuple[bpy.types.Object, dict]:
        thing = self.prepared(name)
        self.names = {("meshes", thing.data.name_full): "target mesh"}
        if thing.data.shape_keys is not None:
            self.names["shape_keys", thing.data.shape_keys.name_full] = "target keys"
        return thing, census.taken()

    def test_every_operator_has_a_case(self) -> None:
        self.assertEqual(set(dir(bpy.ops.att3d)), {name for name, _how, _allowed in CASES})

    def test_no_operator_loses_a_data_block_of_the_artist(self) -> None:
        done = set()
        for name, how, allowed in CASES:
            given = how() if callable(how) else how
            # An operator that changes no selected object is tested with only one target.
            concerns_selection = any(kind.startswith("target") for kind, _field in allowed)
            for target in TARGETS if concerns_selection else TARGETS[:1]:
                with self.subTest(operator=name, arguments=given, selected=target):
                    thing, before = self.begin(target)
                    try:
                        if getattr(bpy.ops.att3d, name)(**given) == {"FINISHED"}:
                            done.add(name)
                    except RuntimeError as error:
                        self.assertNotIn("Traceback", str(error))
                    self.assertEqual(self.forbidden(thing, before, allowed), set())
        self.assertEqual({name for name, _how, _allowed in CASES} - done, REFUSING)

    def test_a_hidden_copy_has_all_that_the_old_object_had(self) -> None:
        for target in ("Crate", "Door", "Hero"):
            for style in ("generate", "stylize"):
                with self.subTest(selected=target, operator=style):
                    thing, before = self.begin(target)
                    uid = thing.session_uid
                    if style == "generate":
                        bpy.ops.att3d.generate(prompt="a pig", replace=True, **_DRAFT)
                    else:
                        bpy.ops.att3d.stylize(prompt="a red cube", style="REPLACE", **_DRAFT)
                    copy = bpy.data.objects[f"{target} before"]
                    old, now = before["objects", uid], census.facts_of("objects", copy)
                    for field in old.keys() - {"name", "hidden", "is_kept"}:
                        self.assertEqual(now[field], old[field], field)

    def test_a_live_session_keeps_what_it_should(self) -> None:
        for keep_old, weights, allowed in ((True, False, REPLACED), (False, False, DROPPED), (True, True, REPLACED), (False, True, DROPPED)):
            for target in ("Crate", "Door", "Hero"):
                with self.subTest(keep_old=keep_old, weights=weights, selected=target):
                    thing, before = self.begin(target)
                    _live(keep_old, weights)
                    self.assertEqual(self.forbidden(thing, before, allowed), set())
                    self.assertEqual(thing["att3d_prompt"], "a red apple")

    def test_the_actions_of_dropped_shape_keys_stay(self) -> None:
        thing, _before = self.begin("Hero")
        action = thing.data.shape_keys.animation_data.action
        bpy.ops.att3d.generate(prompt="a pig", replace=True, keep_old=False, **_DRAFT)
        self.assertTrue(action.users)
        self.assertIn(action, list(bpy.data.actions))

    def test_what_the_artist_put_beside_a_batch_stays(self) -> None:
        self.prepared("Crate")
        bpy.ops.att3d.batch(prompts="a pig\na red apple")
        pig = next(thing for thing in bpy.data.objects if thing.get("att3d_prompt") == "a pig")
        own, mesh = bpy.data.collections["Props"], bpy.data.meshes.new("Mine")
        for collection in pig.users_collection:
            collection.objects.unlink(pig)
        own.objects.link(pig)
        pig.data = mesh
        works.mark(mesh)
        before = census.taken()
        bpy.ops.att3d.remove_newest()
        changed = {change for change in census.changes(before, census.taken()) if change[2] == "lost" and change[1] in ("Props", "Mine")}
        self.assertEqual(changed, set())
        self.assertTrue(mesh.use_fake_user)
