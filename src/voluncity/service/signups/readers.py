"""What follows from the journal: people are told, free places are given, sign-ups are dropped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.urls import reverse

from voluncity.city.inbox import actions as inbox
from voluncity.city.inbox import queries as texts
from voluncity.city.journal.models import Entry
from voluncity.city.people import queries as people
from voluncity.kernel.clock import span_text
from voluncity.service.projects.models import Activity
from voluncity.service.signups import actions
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import LIVE, SignupState


def tell_people(entries: list[Entry]) -> None:
    """Tell those whom it concerns, and do what follows for their sign-ups."""
    for entry in entries:
        if follow := _FOLLOWS.get(entry.verb):
            follow(entry)


def _moved_up(entry: Entry) -> None:
    signup = _signup(entry)
    _tell(
        signup, entry, at=entry.at, with_text=True, title="候补成功，您有名额了",
        body=f"有人取消了报名，您已补上{_what(signup)}。来不了的话，请尽早取消。",
    )  # fmt: skip


def _cancelled(entry: Entry) -> None:
    signup = _signup(entry)
    if entry.on_behalf_of_id is not None:
        _tell(
            signup, entry, at=entry.at, with_text=True, title="您的报名已取消",
            body=f"组织者取消了您报名的{_what(signup)}。原因：{signup.cancel_reason}。",
        )  # fmt: skip
    # Somebody whose time is free again may have been passed over elsewhere.
    waits = Signup.objects.filter(volunteer_id=signup.volunteer_id, state=SignupState.WAITING)
    for shift_id in waits.filter(shift__starts_at__gt=entry.at).values_list("shift_id", flat=True):
        actions.fill_shift(shift_id=shift_id, at=entry.at)


def _signed_up(entry: Entry) -> None:
    if entry.on_behalf_of_id is None:
        return
    signup = _signup(entry)
    waits = entry.verb == "signups.wait"
    _tell(
        signup, entry, at=entry.at, title="组织者为您候补" if waits else "组织者为您报了名",
        body=f"活动：{_what(signup)}。如果不是您的意思，请取消或打电话告诉组织者。",
    )  # fmt: skip


def _called_off(entry: Entry) -> None:
    activity = Activity.objects.get(pk=_subject(entry))
    for signup in actions.drop_signups(activity_id=activity.pk, at=entry.at):
        _tell(
            signup, entry, at=entry.at, with_text=True, title="活动已取消",
            body=f"{_what(signup)}不再举行，请不要前往。原因：{activity.state_reason}。",
        )  # fmt: skip


def _moved(entry: Entry) -> None:
    activity = Activity.objects.get(pk=_subject(entry))
    concerned = Signup.objects.filter(shift__activity=activity, state__in=LIVE)
    if not entry.data.get("place"):
        concerned = concerned.filter(shift_id__in=entry.data.get("shifts", []))
    for signup in concerned.select_related("shift", "volunteer__user").order_by("pk"):
        _tell(
            signup, entry, at=entry.at, with_text=signup.state == SignupState.PLACED,
            title="活动的时间或地点有变动",
            body=f"请看清新的时间地点：{_what(signup)}，{activity.address}。来不了的话，请尽早取消。",
        )  # fmt: skip


def _capacity_changed(entry: Entry) -> None:
    actions.fill_shift(shift_id=_subject(entry), at=entry.at)


_FOLLOWS: dict[str, Callable[[Entry], None]] = {
    "signups.place": _moved_up,
    "signups.cancel": _cancelled,
    "signups.sign_up": _signed_up,
    "signups.wait": _signed_up,
    "projects.cancel_activity": _called_off,
    "projects.move_activity": _moved,
    "projects.change_capacity": _capacity_changed,
}


def _subject(entry: Entry) -> int:
    assert entry.subject_id is not None, "these verbs are about a row"  # noqa: S101
    return entry.subject_id


def _signup(entry: Entry) -> Signup:
    found = Signup.objects.select_related("shift__activity", "volunteer__user")
    signup: Signup = found.get(pk=_subject(entry))
    return signup


def _what(signup: Signup) -> str:
    shift = signup.shift
    return f"“{shift.activity.name}”（{shift.name}，{span_text(shift.starts_at, shift.ends_at)}）"


def _tell(
    signup: Signup, entry: Entry, *, at: datetime, title: str, body: str, with_text: bool = False
) -> None:
    """Send a message, and a text message where it must not be missed (PEERS.md, demand 10)."""
    volunteer = signup.volunteer
    key = f"{entry.verb}:{entry.pk}:{signup.pk}"
    if volunteer.user_id is not None:
        inbox.send(
            user_id=volunteer.user_id, key=key, title=title, body=body[:500], at=at,
            url=reverse("signups:one", args=[signup.pk]),
        )  # fmt: skip
    phone = people.phone_of(volunteer) if with_text and texts.can_text() else ""
    if phone:
        inbox.send_text(phone=phone, text=f"{title}：{body}"[:200], key=key, at=at)
