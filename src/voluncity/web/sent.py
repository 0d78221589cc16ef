"""What a form of a page sends along: the edition that it was drawn from, its own mark."""

from __future__ import annotations

from uuid import uuid4

from django.http import HttpRequest

from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import number_in

_HANDLE_LEAST, _HANDLE_MOST = 8, 36


def seen_in(request: HttpRequest) -> int:
    """Return the edition that the page was drawn from; an odd one fits none."""
    seen = number_in(request.POST.get("seen"))
    return -1 if seen is None else seen


def new_handle() -> str:
    """Return a mark for a form: by it one that is sent twice is done once."""
    return str(uuid4())


def handle_in(request: HttpRequest) -> str:
    """Return the browser's own mark of a form.

    :raises BadInput: when the page is too old to have one.
    """
    sent = request.POST.get("handle", "")
    is_plain = sent.isascii() and sent.isprintable()
    if not is_plain or not _HANDLE_LEAST <= len(sent) <= _HANDLE_MOST:
        raise BadInput("页面已经过期，请刷新后再办理。")
    return sent
