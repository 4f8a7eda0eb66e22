"""Readings: what was understood of a prompt."""

from dataclasses import dataclass

from ._library import Handle, lines, made, pairs, text


@dataclass(frozen=True)
class Reading:
    """What was understood of a prompt."""

    #: Phrase that the model encodes, such as "a green truck".
    phrase: str
    #: Name that the model's package gives to the thing, such as "truck". Empty if the prompt has only a
    #: change, and for a model without word groups.
    thing: str
    #: Attributes of the thing, as the package names them, such as "green" and "with roof".
    attributes: list[str]
    #: Words that were left out, as they were typed.
    left_out: list[str]
    #: Words that were replaced: each typed word with the known word that replaced it.
    replaced: dict[str, str]
    #: One line to show to users; empty if the phrase has the same words as the prompt.
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
