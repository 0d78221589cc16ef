"""End sessions: one's own, one by one or all others, and those of an account that is stopped."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from voluncity.city.access.models import Session
from voluncity.city.journal.actions import record
from voluncity.city.people import queries
from voluncity.city.people.models import User
from voluncity.kernel.refusals import Refusal, WrongState


@transaction.atomic
def end_session(*, user: User, mark: str, current_key: str, at: datetime) -> None:
    """Log one's own other browser out.

    :raises Refusal: for the browser that asks.
    :raises WrongState: when it has ended already.
    """
    keys = Session.objects.filter(user=user).values_list("session_key", flat=True)
    key = next((key for key in keys if queries.session_mark(key) == mark), None)
    if key is None:
        raise WrongState("这台设备已经退出，请刷新页面。", code="people.session_ended")
    if key == current_key:
        raise Refusal("这是您正在用的设备，请用“退出登录”。", code="people.current_session")
    Session.objects.filter(user=user, session_key=key).delete()
    record("people.end_sessions", user, by=user, at=at, count=1)


@transaction.atomic
def end_sessions(*, user: User, by: User | None, at: datetime, keep: str = "") -> int:
    """Log out everywhere, but for the session with the key `keep`; return how many ended."""
    gone, _ = Session.objects.filter(user=user).exclude(session_key=keep).delete()
    if gone:
        record("people.end_sessions", user, by=by, at=at, count=gone)
    return gone


@transaction.atomic
def keep_newest_sessions(*, user: User, most: int, at: datetime) -> int:
    """End the oldest sessions above the number that staff may have; return how many ended."""
    mine = Session.objects.filter(user=user, expire_date__gt=at)
    newest = mine.order_by(F("began_at").desc(nulls_last=True), "session_key")
    keys = list(newest.values_list("session_key", flat=True)[:most])
    gone, _ = mine.exclude(session_key__in=keys).delete()
    if gone:
        record("people.end_sessions", user, by=None, at=at, count=gone, most=most)
    return gone
