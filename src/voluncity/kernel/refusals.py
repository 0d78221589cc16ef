"""The domain's way of saying no: one sentence that the person can use, and a stable code."""

from __future__ import annotations

from typing import ClassVar


class Refusal(Exception):
    """Say no with a sentence for the person and a stable code for a program.

    `field` names the form field that the sentence belongs to, where there is one.
    """

    status: ClassVar[int] = 409
    default_code: ClassVar[str] = "refused"

    def __init__(self, sentence: str, *, code: str = "", field: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code or self.default_code
        self.field = field


class BadInput(Refusal):
    """What was sent cannot be understood or breaks a rule of the form."""

    status = 422
    default_code = "bad_input"


class NotAllowed(Refusal):
    """The person may not do this."""

    status = 403
    default_code = "not_allowed"


class NotFound(Refusal):
    """There is no such thing, or it is somebody else's."""

    status = 404
    default_code = "not_found"


class WrongState(Refusal):
    """The step is not possible in the present state."""

    default_code = "wrong_state"


class TooMany(Refusal):
    """Too many tries in a short time."""

    status = 429
    default_code = "too_many"
