"""Take one step of the table: the update decides, the history and the journal say so."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F

from voluncity.care.wishes import rules
from voluncity.care.wishes.models import Claim, Move, Wish
from voluncity.care.wishes.states import LIVE, WISH_FLOW, ClaimState
from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.kernel.refusals import BadInput, WrongState
from voluncity.kernel.text import clean

TOO_SLOW = "这个心愿刚刚有了变化，请刷新页面查看最新情况。"


def step(
    wish: Wish,
    verb: str,
    *,
    by: User | None,
    at: datetime,
    words: str = "",
    too_slow: str = TOO_SLOW,
    **changes: Any,
) -> Wish:
    """Take one step, if nobody has taken another one since the wish was read.

    Every action writes the wish before anything else, so that two of them cannot wait for each
    other; what was read of its claims since then belongs to the same version.

    :raises WrongState: when the table has no such step, or somebody was faster.
    """
    changes["state"] = WISH_FLOW.after(verb, wish.state)
    if changes["state"] not in LIVE:
        changes |= {"slot": None, "ended_at": wish.ended_at or at}
    same = Wish.objects.filter(pk=wish.pk, state=wish.state, version=wish.version)
    if not same.update(version=F("version") + 1, **changes):
        raise WrongState(too_slow, code="wishes.was_faster")
    note(wish, verb, by=by, at=at, words=words)
    wish.refresh_from_db(fields=["version", *changes])
    return wish


def note(wish: Wish, verb: str, *, by: User | None, at: datetime, words: str = "") -> None:
    """Write down what happened: with its words for the page, with ids for the journal."""
    Move.objects.create(wish=wish, verb=verb, at=at, by=by, words=words)
    behalf = _wisher_record(wish) if by is not None and by.pk != wish.user_id else None
    is_for_wisher = verb in {"post", "withdraw", "complete"}
    record(
        f"wishes.{verb}", wish, by=by, at=at, on_behalf_of=behalf if is_for_wisher else None,
        region=wish.region_id,
    )  # fmt: skip


def _wisher_record(wish: Wish) -> Any:
    return wish.user.volunteer_or_none if wish.user is not None else None


def live_claim(wish: Wish) -> Claim:
    """Return who is at it.

    :raises WrongState: when nobody is.
    """
    claim = wish.claims.filter(state=ClaimState.LIVE).select_related("volunteer", "user").first()
    if claim is None:
        raise WrongState(TOO_SLOW, code="wishes.nobody_claims")
    return claim


def end_claim(wish: Wish, state: ClaimState, *, at: datetime) -> None:
    """End the claim on a wish, if there is one; the wish must have been written before."""
    wish.claims.filter(state=ClaimState.LIVE).update(state=state, slot=None, ended_at=at)


def said(words: str, label: str, *, field: str = "words", most: int = rules.WORDS_MOST) -> str:
    """Return words that must be there.

    :raises BadInput: when they are missing or too long.
    """
    cleaned = clean(words, max_length=most, field=field, label=label)
    if not cleaned:
        raise BadInput(f"请填写{label}。", field=field)
    return cleaned
