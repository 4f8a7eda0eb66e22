"""Live sessions, which generate a mesh for each new prompt or latent."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

from . import _structs as s
from ._library import Handle, Owner, call, encoded, pairs
from ._running import ends_with_the_interpreter, waited
from ._types import LastWord, Status, WordState, chosen
from .job import milliseconds
from .latent import Latent
from .mesh import Mesh


@dataclass(frozen=True)
class LiveInfo:
    """State of a session.

    status: reason why the newest answer has no mesh; OK otherwise. requested: number of the newest
    request, which identifies it. answered: number of the newest request that was answered. word_state: whether
    the prompt's last word was used as it is, completed or left out. word: the completed word for COMPLETED; the omitted word for
    LEFT_OUT; otherwise "". message: message for status.
    """

    status: Status
    requested: int
    answered: int
    word_state: WordState
    word: str
    #: Words that were left out, as they were typed.
    left_out: list[str]
    message: str
    #: Words that were replaced: each typed word with the known word that replaced it.
    replaced: dict[str, str]
    #: What was understood of the prompt, as a text for users, such as "a green truck (left out: monster)". It
    #: is "" if every word was understood as it was typed.
    understood: str


class Live(Owner):
    """A session that generates a mesh for each new prompt or latent, for example while a user types.

    While the session generates a mesh, it keeps only the newest of the requests that arrive. Requests
    and `take` return immediately; `wait` blocks until the newest request is answered.
    """

    def __init__(self, handle: int):
        self._handle = Handle("live", handle)
        ends_with_the_interpreter(self)

    def _end(self) -> None:
        """Stops the work of the session and closes it."""
        self.close()

    def set_prompt(self, prompt: str, last_word: LastWord | str = LastWord.WHOLE) -> int:
        """Requests a prompt's mesh. Returns the request's number.

        The request replaces a request that has not begun. last_word: whether the last word may be unfinished.
        """
        request = ctypes.c_uint64()
        is_typing = int(chosen(LastWord, last_word, "last_word"))
        arguments = (encoded(prompt, "the prompt"), is_typing, ctypes.byref(request))
        call("att3d_live_set_prompt", self._handle.value, *arguments)
        return request.value

    def set_latent(self, latent: Latent) -> int:
        """Requests a latent's mesh. Returns the request's number.

        The request replaces a request that has not begun.
        """
        request = ctypes.c_uint64()
        call("att3d_live_set_latent", self._handle.value, latent._handle.value, ctypes.byref(request))
        return request.value

    def wait(self, seconds: float | None = None) -> bool:
        """Waits until the newest request is answered. Returns False if the wait timed out.

        seconds: None for no limit. If this method is called in a function that the library calls, such as a
        progress function, the method may raise :class:`Error` with the status BUSY.
        """
        return waited("att3d_live_wait", self._handle.value, milliseconds(seconds))

    def take(self) -> Mesh | None:
        """Takes the newest mesh, without waiting. Returns None if there is no new mesh."""
        handle = ctypes.c_void_p()
        call("att3d_live_take_mesh", self._handle.value, ctypes.byref(handle), None)
        return Mesh(handle.value) if handle.value else None

    @property
    def info(self) -> LiveInfo:
        """Returns the state of the session."""
        info = s.att3d_live_info()
        call("att3d_live_get_info", self._handle.value, ctypes.byref(info))
        word, left_out, message, replaced, understood = (
            getattr(info, name).decode(errors="replace")
            for name in ("word", "left_out", "message", "replaced", "understood")
        )
        return LiveInfo(
            Status(info.status),
            info.requested,
            info.answered,
            WordState(info.word_state),
            word,
            left_out.splitlines(),
            message,
            dict(pairs(replaced.splitlines())),
            understood,
        )
