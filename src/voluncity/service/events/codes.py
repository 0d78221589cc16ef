"""The code on a badge: signed by us, so that nobody prints their own."""

from __future__ import annotations

import re

from django.conf import settings

from voluncity.kernel import tokens
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import half_width_digits

_PURPOSE = "event-badge"
_LINK = re.compile(r"/events/b/([^/?#\s]{1,120})/?$")
_NUMBER = re.compile(r"(\d{1,9})-(\d{1,6})")


def badge_token(badge_id: int) -> str:
    """Return the token in the QR code of a badge."""
    return tokens.sign(str(badge_id), key=_key(), purpose=_PURPOSE)


def badge_of(token: str) -> int:
    """Return the badge whose token this is.

    :raises BadInput: when it is none of ours.
    """
    return int(tokens.verify(token, key=_key(), purpose=_PURPOSE))


def read(text: str) -> tuple[int, tuple[int, int]]:
    """Return what was scanned or typed: the badge's id, or event and number (else zeros).

    :raises BadInput: when it is neither a badge's code nor a badge's number.
    """
    said = re.sub(r"\s", "", half_width_digits(text)).replace("－", "-").replace("—", "-")
    if link := _LINK.search(said):
        return badge_of(link[1]), (0, 0)
    if number := _NUMBER.fullmatch(said):
        return 0, (int(number[1]), int(number[2]))
    raise BadInput("这不是赛会证件的码。请对准证件上的码，或输入证号，例如 3-0012。", field="code")


def _key() -> bytes:
    return settings.SECRET_KEY.encode()
