"""Readings: what was understood of a prompt."""

from dataclasses import dataclass

from ._library import Handle, lines, made, pairs, text


@dataclass(frozen=True)
class Reading:
    """What was understood of a prompt."""

    #: Phrase that the model encodes, such as "a green truck".
    phrase: str
    #: Thing that the prompt names, as in the model's package, such as "truck". Empty if only a change was
    #: read.
    thing: str
    #: Attributes of the thing, as in the package, such as "green" and "with roof".
    attributes: list[str]
    #: Words that were left out, as they were typed.
    left_out: list[str]
    #: Words that were replaced by known words: the known word by the typed word.
    replaced: dict[str, str]
    #: One line for people, if the phrase differs from the prompt; otherwise empty.
    understood: str

    @classmethod
    def _of(cls, name: str, *arguments: object) -> "Reading":
        """Returns the reading that a function of the library makes."""
        handle = Handle("reading", made(name, *arguments))
        return cls(
            phrase=text("att3d_reading_get_phrase", handle.value),
            thing=text("att3d_reading_get_thing", handle.value),
            attributes=lines("att3d_reading_get_attributes", handle.value),
            left_out=lines("att3d_reading_get_left_out", handle.value),
            replaced=dict(pairs(lines("att3d_reading_get_replaced", handle.value))),
            understood=text("att3d_reading_get_understood", handle.value),
        )
