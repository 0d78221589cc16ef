"""What the pages of wishes share: who asks, the history in words, photos."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest

from voluncity.care.wishes import queries, rules
from voluncity.care.wishes.models import Wish
from voluncity.care.wishes.states import SHOWN
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import may
from voluncity.city.files import queries as files
from voluncity.kernel.refusals import NotFound
from voluncity.web.answers import hand_over

UNPROCESSABLE = 422
# What concerns the office alone.
_OFFICE_ONLY = {"nudge", "ask_revoke", "keep", "amend", "hide_thanks"}


def moves_of(wish: Wish, *, is_office: bool = False) -> list[dict[str, Any]]:
    """Return the history in words; outside the office without the names of staff."""
    found = wish.moves.select_related("by")
    return [
        {
            "label": rules.LABELS[move.verb],
            "at": move.at,
            "by": str(move.by) if is_office and move.by is not None else "",
            "words": move.words,
        }
        for move in found
        if is_office or move.verb not in _OFFICE_ONLY
    ]


def photo_of(request: HttpRequest, pk: int, which: str) -> FileResponse:
    """Answer with a photo, to who may see it.

    The photo of a wish is public when the office has said so; that of what was done never is.

    :raises NotFound: when there is none, or it is not for this person.
    """
    wish = queries.detailed().filter(pk=pk).first()
    if wish is None:
        raise NotFound("没有找到这张照片。")
    claim = queries.current_claim(wish)
    stored = {"wish": wish.photo, "done": claim.done_photo if claim else None}.get(which)
    is_public = which == "wish" and wish.is_photo_public and wish.state in SHOWN
    if stored is None or not (is_public or _is_concerned(request, wish)):
        raise NotFound("没有找到这张照片，或者它不公开。")
    return hand_over(
        files.opened(stored), content_type=stored.content_type, filename=f"{which}.webp",
        is_public=is_public,
    )  # fmt: skip


def _is_concerned(request: HttpRequest, wish: Wish) -> bool:
    """Return whether somebody wished it, has claimed it, or reviews it."""
    me = request.user
    if not me.is_authenticated:
        return False
    if me.pk in {wish.user_id, wish.claimed_by_id}:
        return True
    return may(me, Permission.WISH_REVIEW, Wish.objects.all(), pk=wish.pk)
