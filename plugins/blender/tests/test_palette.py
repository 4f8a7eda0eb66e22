# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the word palette and of the panels."""

import bpy
from support import Blender, module


class Palette(Blender):
    def setUp(self) -> None:
        super().setUp()
        bpy.ops.att3d.words_load()

    def insert(self, prompt: str, *words: str) -> str:
        """Returns a prompt after words were inserted by clicks."""
        settings = bpy.context.scene.att3d
        settings.prompt = prompt
        for word in words:
            self.assertEqual(bpy.ops.att3d.insert_word(word=word), {"FINISHED"})
        return settings.prompt

    def test_the_palette_has_the_words_of_the_model(self) -> None:
        palette = module("palette")
        self.assertEqual(palette.kinds()[:3], ["Things", "Colors", "Materials"])
        self.assertIn(("creatures", "pig"), palette.words("Things"))
        self.assertIn(("hats", "a party hat"), palette.words("Hats"))
        self.assertNotIn(("colours", "red"), palette.words("Materials"))
        self.assertEqual(len(palette.words("Details", thing="chair")), 3)

    def test_a_search_finds_words_that_begin_so_first(self) -> None:
        palette = module("palette")
        found = [word for _group, word in palette.words(text="ca")]
        self.assertIn("car", found)
        self.assertTrue(all("ca" in word for word in found))
        self.assertLess(found.index("castle"), found.index("medieval armor") if "medieval armor" in found else len(found))
        shown = dict(palette.completions(None, bpy.context, "sombr"))
        self.assertEqual(shown, {"a sombrero": "Hats"})

    def test_words_are_inserted_where_english_has_them(self) -> None:
        for prompt, words, expected in (
            ("", ("pig",), "a pig"),
            ("", ("red", "apple"), "a red apple"),
            ("a red apple", ("pear",), "a red pear"),
            ("a red apple", ("green",), "a green apple"),
            ("a red apple", ("orange",), "an orange apple"),
            ("an apple", ("pear",), "a pear"),
            ("a red apple", ("wooden",), "a red wooden apple"),
            ("a pig", ("a party hat",), "a pig wearing a party hat"),
            ("a pig wearing a party hat", ("a sombrero",), "a pig wearing a sombrero"),
            ("a pig on a pedestal", ("a cape",), "a pig wearing a cape on a pedestal"),
            ("a pig", ("riding a bicycle", "pedestal"), "a pig riding a bicycle on a pedestal"),
            ("a chair", ("chair with cushion",), "a chair with cushion"),
            ("a chair with cushion", ("chair with armrests",), "a chair with armrests and cushion"),
            ("a hound", ("red",), "a red hound"),
            ("a red apple", ("red",), "a red apple"),
            ("an apple", ("three",), "three apples"),
            ("three apples", ("two", "pear"), "two pears"),
        ):
            self.assertEqual(self.insert(prompt, *words), expected)

    def test_every_word_is_understood_where_it_is_inserted(self) -> None:
        palette, engine = module("palette"), module("engine")
        lost = []
        for group, phrases in engine.words().items():
            for word in phrases:
                owner = word.partition(" with ")[0] if group == "details" else "apple" if group == "numbers" else "pig"
                prompt = palette.inserted("" if palette.kind_of(group) == "Things" else f"a {owner}", group, word)
                if engine.read(prompt).left_out:
                    lost.append(prompt)
        self.assertEqual(lost, [])

    def test_a_word_that_is_searched_for_is_inserted(self) -> None:
        settings = bpy.context.scene.att3d
        settings.prompt = "a pig"
        settings.palette_search = "gold"
        self.assertEqual((settings.prompt, settings.palette_search), ("a pig", "gold"))
        settings.palette_search = "golden"
        self.assertEqual((settings.prompt, settings.palette_search), ("a golden pig", ""))

    def test_a_word_that_the_model_lacks_is_refused(self) -> None:
        self.refused("does not know `qwxyz`", bpy.ops.att3d.insert_word, word="qwxyz")
        bpy.ops.att3d.unload()
        self.refused("Show Words", bpy.ops.att3d.insert_word, word="red")

    def test_the_reading_is_that_of_the_present_prompt(self) -> None:
        palette = module("palette")
        self.assertEqual(palette.understood("a pig"), ("a pig", False))
        self.assertEqual(palette.understood("a hound and a qwxyz")[0].partition(" (")[0], "a dog")
        text, is_refusal = palette.understood("qwxyz")
        self.assertTrue(is_refusal)
        self.assertIn("qwxyz", text)
        bpy.ops.att3d.unload()
        self.assertIsNone(palette.understood("a pig"))

    def test_texts_are_wrapped_to_the_width(self) -> None:
        wrapped = module("panels").wrapped
        for text in ("understood: a red dragon (left out: monster)", "猪戴着派对帽子和红色的斗篷", "a " + "x" * 50 + " b", ""):
            lines = wrapped(text, lambda line: len(line) <= 12)
            self.assertTrue(all(0 < len(line) <= 12 for line in lines), lines)
            self.assertEqual("".join("".join(lines).split()), "".join(text.split()))


class Layout:
    """A layout that keeps what is drawn into it, since Blender as a module draws no panels."""

    def __init__(self, texts: list[str], operators: list[str]) -> None:
        self.texts, self.operators = texts, operators

    def __getattr__(self, name: str) -> object:
        def call(*given: object, **how: object) -> object:
            if name == "operator":
                self.operators.append(str(given[0]))
                # Raises KeyError for an operator that does not exist.
                getattr(bpy.ops.att3d, given[0].removeprefix("att3d.")).get_rna_type()
            if name == "prop":
                given[0].bl_rna.properties[given[1]]
            if "text" in how:
                self.texts.append(str(how["text"]))
            return Layout(self.texts, self.operators)

        return call


class Panels(Blender):
    def drawn(self, name: str) -> Layout:
        """Draws a class of a panel or a menu entry and returns the layout."""
        kind = getattr(module("panels"), name)
        panel = type("Drawn", (), {key: value for key, value in vars(kind).items() if callable(value)})()
        panel.layout = Layout([], [])
        panel.draw(bpy.context)
        return panel.layout

    def test_all_panels_are_drawn(self) -> None:
        names = [name for name in vars(module("panels")) if name.startswith("ATT3D_PT_")]
        self.assertGreater(len(names), 7)
        for prepare in (lambda: None, lambda: bpy.ops.att3d.generate(prompt="a pig", detail=32, texture_size=0)):
            prepare()
            for name in names:
                self.drawn(name)

    def test_the_words_are_buttons(self) -> None:
        bpy.ops.att3d.unload()
        self.assertEqual(self.drawn("ATT3D_PT_words").operators, ["att3d.words_load"])
        bpy.ops.att3d.words_load()
        layout = self.drawn("ATT3D_PT_words")
        self.assertIn("squirrel", layout.texts)
        bpy.context.scene.att3d.prompt = "a hound and a qwxyz"
        self.assertIn("a dog", " ".join(self.drawn("ATT3D_PT_generate").texts))

    def test_the_add_menu_makes_a_mesh_whose_settings_can_be_changed(self) -> None:
        layout = Layout([], [])
        module("menu")._draw(type("Menu", (), {"layout": layout})(), bpy.context)
        self.assertEqual(layout.operators, ["att3d.add"])
        settings = bpy.context.scene.att3d
        settings.detail, settings.texture_size = 32, "0"
        self.assertEqual(bpy.ops.att3d.add(prompt="a blue chair"), {"FINISHED"})
        self.assertEqual(bpy.context.view_layer.objects.active["att3d_prompt"], "a blue chair")
        self.assertEqual(settings.prompt, "a blue chair")
        properties = bpy.ops.att3d.generate.get_rna_type().properties
        self.assertTrue(all(item.is_skip_save for item in properties if item.identifier != "rna_type"))
        self.assertIn("REGISTER", bpy.types.ATT3D_OT_adjust.bl_options)
        count = len(bpy.data.objects)
        settings = {"texture_size": 0, "detail": 32, "size": 0.5}
        self.assertEqual(bpy.ops.att3d.adjust(prompt="a blue chair", is_made=True, **settings), {"FINISHED"})
        self.assertEqual(len(bpy.data.objects), count)
        self.assertEqual(bpy.ops.att3d.adjust(prompt="a red chair", **settings), {"FINISHED"})
        self.assertEqual(bpy.context.view_layer.objects.active["att3d_prompt"], "a red chair")
        self.refused("names no thing", bpy.ops.att3d.add, prompt="qwxyz")


#: Words that Blender's labels write in lower case.
SMALL = ("a", "as", "and", "from", "in", "of", "on", "the", "to")


def labels() -> list[str]:
    """Returns the labels of all operators, panels and settings of the extension."""
    found = []
    groups = [bpy.types.Scene.bl_rna.properties["att3d"].fixed_type, bpy.context.preferences.addons["bl_ext.user_default.att3d"].preferences.bl_rna]
    for name in dir(bpy.types):
        if name.startswith(("ATT3D_OT_", "ATT3D_PT_")):
            found.append(getattr(bpy.types, name).bl_label)
    groups.extend(getattr(bpy.ops.att3d, name).get_rna_type() for name in dir(bpy.ops.att3d))
    for group in groups:
        for item in group.properties:
            if item.identifier in ("rna_type", "name", "bl_idname", "is_made", "key", "path", "word", "blend_prompts", "blend_index", "locks_interface", "history_index"):
                continue
            found.append(item.name)
            if item.type == "ENUM":
                found.extend(choice.name for choice in item.enum_items)
    return sorted({label for label in found if label and not label[0].isdigit()})


class Texts(Blender):
    def test_labels_are_in_title_case(self) -> None:
        wrong = [label for label in labels() if any(word[0].islower() and word not in SMALL for word in label.split() if word != "libtorch")]
        self.assertEqual(wrong, [])
        self.assertGreater(len(labels()), 50)

    def test_labels_are_translated(self) -> None:
        table = module("translations").table()
        self.assertEqual(set(table), {"ja_JP", "zh_HANS", "de_DE"})
        known = {label for _context, label in table["de_DE"]}
        # These labels need no translation: a name that is the same in all languages, and the report of a task.
        missing = set(labels()) - known - {"libtorch", "Report"}
        self.assertEqual(missing, set())
        view = bpy.context.preferences.view
        language = view.language
        try:
            for code, expected in (("ja_JP", "テキストから生成"), ("zh_HANS", "从文本生成"), ("de_DE", "Aus Text erzeugen")):
                view.language = code
                view.use_translate_interface = True
                self.assertEqual(bpy.app.translations.pgettext_iface("Generate from Text"), expected)
        except TypeError:
            self.skipTest("this Blender has no languages")
        finally:
            view.language = language

    def test_messages_of_the_library_are_in_the_words_of_the_panels(self) -> None:
        in_blender = module("library").in_blender
        for message, expected in (
            ("this model knows no word of the prompt (x); use a word that the model knows", "panel Words"),
            ("there is no libatt3d_torch.so in /a: put it beside libatt3d, or set ATT3D_MODULES to its folder", "Engine Module in the preferences"),
            ("ATT3D_MODULES is x, which is not an absolute path; give one", "^Engine Module in the preferences is x"),
            ("the picture needs 2147483648 bytes, and 1048576 are left of the context's memory limit of 1073741824: ask for less, free models or fields of this context, or raise the limit", "needs 2048 MiB, and 1 MiB are left of the memory limit of 1024 MiB: lower Detail"),
            ("the field has no surface at the isovalue 0: its values lie between 1 and 2; choose an isovalue between them, a higher resolution for very small parts, or another prompt", "^this prompt gave no surface; raise Detail"),
            ("a variant of the prompt was requested, but this model makes only one mesh per prompt; set the seed to 0, or load a model that has variants", "set Seed to 0, or choose a model that has variants$"),
            ("the file is damaged; copy or download it again", "copy or download it again$"),
            ("a budget of 5 triangles is too small for this shape: the smallest number that was reached is 70; give at least 70", "^Triangles is 5"),
        ):
            found = in_blender(message)
            self.assertRegex(found, expected)
            for word in ("att3d words", "ATT3D_", "isovalue", "resolution"):
                self.assertNotIn(word, found)
        self.refused("Triangles is", bpy.ops.att3d.generate, prompt="a castle", triangles=3, detail=32)
