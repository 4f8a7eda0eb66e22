"""What is understood of a prompt."""

from dataclasses import dataclass

from ._library import Handle, lines, pairs, text


@dataclass(frozen=True)
class Reading:
    """What is understood of a prompt."""

    #: The phrase that the model encodes: "a green truck".
    phrase: str
    #: The thing, as the model's package names it: "truck"; empty where a change alone was read.
    thing: str
    #: What is said about it, as the package names it: "green", "with roof".
    attributes: list[str]
    #: Words that were left out, as they were typed.
    left_out: list[str]
    #: Words that were read as known ones: as typed, and the known one.
    replaced: dict[str, str]
    #: One line for people where the phrase differs from the prompt; empty where it does not.
    understood: str

    @classmethod
    def _of(cls, handle: Handle) -> "Reading":
        return cls(
            phrase=text("att3d_reading_get_phrase", handle.value),
            thing=text("att3d_reading_get_thing", handle.value),
            attributes=lines("att3d_reading_get_attributes", handle.value),
            left_out=lines("att3d_reading_get_left_out", handle.value),
            replaced=dict(pairs(lines("att3d_reading_get_replaced", handle.value))),
            understood=text("att3d_reading_get_understood", handle.value),
        )
