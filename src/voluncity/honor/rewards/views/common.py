"""What the pages share: who asks, how far they reach, the history in words."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from voluncity.city.access.permissions import Permission
from voluncity.honor.rewards import rules
from voluncity.honor.rewards.models import Move
from voluncity.kernel.refusals import WrongState

UNPROCESSABLE = 422
P = Permission
ANYBODY_HERE = (P.MERCHANT_REVIEW, P.OFFER_EDIT, P.REDEMPTION_TAKE)


def moves_in_words(moves: Any) -> list[dict[str, Any]]:
    """Return a history in words."""
    rows: list[Move] = list(moves.select_related("by"))
    return [
        {"label": rules.LABELS[move.verb], "at": move.at, "words": move.words, "by": move.by}
        for move in rows
    ]


def newest_of(moves: Any) -> str:
    """Return the mark of the newest thing that happened: a page shows it, and sends it along."""
    return str(moves.order_by("-pk").values_list("pk", flat=True).first() or "")


def refuse_unseen(request: HttpRequest, moves: Any) -> None:
    """Let nobody decide about what was changed after they opened the page.

    :raises WrongState: when it was.
    """
    newest = newest_of(moves)
    if request.POST.get("seen", newest) != newest:
        raise WrongState("内容刚刚有了变化，请看过最新的再办理。", code="rewards.not_seen")


def file_answer(content: bytes, *, kind: str, name: str) -> HttpResponse:
    """Return a paper that is one person's own."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
