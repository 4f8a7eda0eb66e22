# SPDX-License-Identifier: GPL-3.0-or-later
"""The word palette: the words of the model by group, and the reading of the prompt under it."""

import re
from collections.abc import Iterator

import bpy
from bpy.props import StringProperty

from . import engine
from .library import Failure
from .preferences import choice
from .tasks import Task, TaskOperator, redraw

#: Names of the groups that hold attributes, as the library knows them, with the labels of their kinds. All
#: other groups hold things.
_LABELS = {
    "colours": "Colors",
    "colors": "Colors",
    "materials": "Materials",
    "sizes": "Sizes",
    "proportions": "Proportions",
    "numbers": "Numbers",
    "details": "Details",
    "hats": "Hats",
    "clothes": "Clothes",
    "activities": "Activities",
    "stands": "Stands",
}
_ADJECTIVES = ("sizes", "proportions", "colours", "colors", "materials")
#: Label of the groups of things together.
THINGS = "Things"
#: Icons of the kinds.
_ICONS = {"Things": "MESH_MONKEY", "Colors": "COLOR", "Materials": "MATERIAL", "Hats": "CONE", "Clothes": "MATCLOTH"}
#: Largest number of words that the panel shows at a time.
SHOWN = 60

#: Items of the dynamic list of kinds. Blender keeps no reference to their strings, so this list does.
_items: list[tuple[str, str, str, str, int]] = []
#: The prompt that was read last, with the digest of the model, and what was understood of it.
_read: tuple[str, str, str, bool] = ("", "", "", False)


def kind_of(group: str) -> str:
    """Returns the label of the kind of a word group."""
    return _LABELS.get(group, THINGS)


def kinds() -> list[str]:
    """Returns the labels of the kinds of the loaded model, things first; empty if no model is loaded."""
    groups = engine.words()
    found = dict.fromkeys(kind_of(group) for group in groups)
    order = list(dict.fromkeys([THINGS, *_LABELS.values()]))
    return [label for label in order if label in found]


def items(_self: object, _context: bpy.types.Context | None) -> list[tuple[str, str, str, str, int]]:
    """Returns the items of the property that chooses a kind."""
    order = list(dict.fromkeys([THINGS, *_LABELS.values()]))
    shown = kinds() or [THINGS]
    _items[:] = [(label, label, "", _ICONS.get(label, "DOT"), order.index(label)) for label in shown]
    return _items


def words(kind: str = "", text: str = "", thing: str = "") -> list[tuple[str, str]]:
    """Returns pairs of a group and a word of the loaded model.

    kind: the label of a kind, "" for all. text: part of the words, "" for all; words that begin with it come
    first. thing: of the group `details`, only the phrases of this thing are returned; "" for all.
    """
    wanted = text.strip().casefold()
    found = []
    for group, phrases in engine.words().items():
        if kind and kind_of(group) != kind:
            continue
        for phrase in phrases:
            if wanted not in phrase.casefold():
                continue
            if group == "details" and thing and phrase.partition(" with ")[0] != thing:
                continue
            found.append((group, phrase))
    if wanted:
        found.sort(key=lambda pair: not any(word.startswith(wanted) for word in pair[1].casefold().split()))
    return found


def completions(_self: object, _context: bpy.types.Context, text: str) -> Iterator[tuple[str, str]]:
    """Returns the words that contain a text, for Blender's search field."""
    for group, word in words(text=text)[:SHOWN]:
        yield word, kind_of(group)


def group_of(word: str) -> str:
    """Returns the group of a word of the loaded model, or "" if the model does not know it."""
    return next((group for group, phrases in engine.words().items() if word in phrases), "")


# ---- insertion into a prompt -------------------------------------------------------------------------------


def _several(word: str) -> str:
    """Returns the regular English plural of a noun."""
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return f"{word}es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}s"


def _place(prompt: str, word: str) -> re.Match[str] | None:
    """Returns where a prompt has a word, or its plural."""
    forms = f"{re.escape(_several(word))}|{re.escape(word)}" if word else ""
    return re.search(rf"(?<!\w)(?:{forms})(?!\w)", prompt, re.IGNORECASE) if word else None


def _with_articles(prompt: str) -> str:
    """Returns a prompt with `a` or `an` as the next word requires."""

    def fixed(match: re.Match[str]) -> str:
        is_vowel = match[2][0].lower() in "aeiou" and not match[2].lower().startswith(("uni", "one"))
        return f"{match[1][0]}{'n' if is_vowel else ''} {match[2]}"

    return re.sub(r"\b([Aa])n? (\w+)", fixed, prompt)


def _without(prompt: str, others: list[str]) -> str:
    """Returns a prompt without phrases that a word replaces."""
    for other in others:
        found = _place(prompt, other)
        if found is not None:
            prompt = prompt[: found.start()] + prompt[found.end() :]
    return " ".join(prompt.split())


def inserted(prompt: str, group: str, word: str) -> str:
    """Returns a prompt with a word of the loaded model at the place where English has it.

    If a prompt can have only one word of the group, such as a color, the new word replaces the old word.
    group: the word's group.
    """
    prompt = " ".join(prompt.split())
    try:
        reading = engine.read(prompt) if prompt else None
    except Failure:
        # The prompt names no thing yet.
        reading = None
    typed = {known: was for was, known in reading.replaced.items()} if reading is not None else {}
    thing = reading.thing if reading is not None else ""
    at = _place(prompt, thing) or _place(prompt, typed.get(thing, ""))
    peers = sorted((other for other in engine.words().get(group, ()) if other != word), key=len, reverse=True)
    if kind_of(group) == THINGS:
        if at is not None:
            is_several = at[0].casefold() == _several(thing)
            prompt = prompt[: at.start()] + (_several(word) if is_several else word) + prompt[at.end() :]
        else:
            prompt = f"{prompt} {word}" if prompt else f"a {word}"
    elif group in _ADJECTIVES or group == "numbers":
        head, tail = (prompt[: at.start()], prompt[at.start() :]) if at is not None else (f"{prompt} ", "")
        if _place(head, word) is not None:
            return prompt
        head = _without(head, peers)
        if group == "numbers":
            head = re.sub(r"^(a|an)\b", word, head) if re.match(r"(a|an)\b", head) else f"{word} {head}"
            if at is not None and at[0].casefold() == thing:
                tail = _several(at[0]) + prompt[at.end() :]
        else:
            head = f"{head} {word}" if head else f"a {word}"
        prompt = f"{head.strip()} {tail}"
    elif group == "details":
        owner, _, detail = word.partition(" with ")
        if at is None:
            prompt = f"{prompt} {owner} with {detail}" if prompt else f"a {owner} with {detail}"
        elif _place(prompt, detail) is None:
            name = at[0] if thing == owner else owner
            prompt = f"{prompt[: at.start()]}{name} with {detail}{_after(prompt[at.end() :])}"
    else:
        prompt = _added(prompt, group, word, peers)
    return _with_articles(" ".join(prompt.split()))


def _after(rest: str) -> str:
    """Returns what follows a new detail, joined to it if it begins with another detail."""
    return f" and {rest.strip()[5:]}" if rest.strip().startswith("with ") else rest


def _added(prompt: str, group: str, word: str, peers: list[str]) -> str:
    """Adds clothes, a hat, an activity or a stand to the end of a prompt. A stand stays at the end, after the rest."""
    if _place(prompt, word) is not None:
        return prompt
    joint = {"activities": "", "stands": "on a "}.get(group, "wearing ")
    phrase = f"{joint}{word}"
    for other in peers if group != "clothes" else []:
        for old in (f"{joint}{other}", f"and {other}", f"{joint.replace('on a', 'on an')}{other}"):
            found = _place(prompt, old)
            if found is not None:
                new = phrase if not old.startswith("and ") else f"and {word}"
                return prompt[: found.start()] + new + prompt[found.end() :]
    ends = [found for stand in engine.words().get("stands", ()) if (found := re.search(rf" on an? {stand}\b", prompt))]
    cut = ends[0].start() if ends and group != "stands" else len(prompt)
    return f"{prompt[:cut]} {phrase}{prompt[cut:]}"


# ---- what was understood -----------------------------------------------------------------------------------


def understood(prompt: str) -> tuple[str, bool] | None:
    """Returns what the model understands of a prompt or why it refuses the prompt, and whether it refuses.

    Returns None if no model is loaded, if it has no word groups, if it is in use, or if the prompt is empty. Never
    waits, since panels call it.
    """
    global _read
    facts = engine.facts()
    if facts is None or not engine.words() or not prompt.strip():
        return None
    if _read[:2] != (prompt, facts.digest):
        try:
            reading = engine.read(prompt)
        except Failure as failure:
            _read = (prompt, facts.digest, str(failure), True)
        else:
            if reading is None:
                # Other work uses the engine now. The next redraw asks again.
                return None
            _read = (prompt, facts.digest, reading.understood or reading.phrase, False)
    return _read[2], _read[3]


def thing_of(prompt: str) -> str:
    """Returns the thing that a prompt names, as the model knows it, or "". Never waits."""
    try:
        reading = engine.read(prompt) if prompt.strip() else None
    except Failure:
        return ""
    return reading.thing if reading is not None else ""


class ATT3D_OT_words_load(TaskOperator, bpy.types.Operator):
    """Load the model, so that its words can be shown"""

    bl_idname = "att3d.words_load"
    bl_label = "Show Words"

    def task(self, context: bpy.types.Context) -> Task:
        wanted = choice(context)

        def work(_task: Task) -> Iterator[object]:
            yield engine.model(wanted)

        return Task("Loading the model", work, lambda _model: redraw(bpy.context), step="")


class ATT3D_OT_insert_word(bpy.types.Operator):
    """Insert this word into the prompt"""

    bl_idname = "att3d.insert_word"
    bl_label = "Insert Word"
    bl_options = {"UNDO", "INTERNAL"}

    word: StringProperty(options={"SKIP_SAVE"})

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        if not engine.words():
            cls.poll_message_set("No model with word groups is loaded: use Show Words first")
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        group = group_of(self.word)
        if not group:
            self.report({"ERROR"}, f"the model does not know `{self.word}`: choose one of its words")
            return {"CANCELLED"}
        settings = context.scene.att3d
        settings.prompt = inserted(settings.prompt, group, self.word)
        return {"FINISHED"}


_CLASSES = (ATT3D_OT_words_load, ATT3D_OT_insert_word)


register, unregister = bpy.utils.register_classes_factory(_CLASSES)
