"""What follows from the journal: people are told, free places are given, sign-ups are dropped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.urls import reverse

from voluncity.city.inbox import actions as inbox
from voluncity.city.inbox import queries as texts
from voluncity.city.journal.models import Entry
from voluncity.city.people import queries as people
from voluncity.city.people.models import Volunteer
from voluncity.kernel.clock import local_date, span_text
from voluncity.service.projects.models import Activity
from voluncity.service.signups import actions, rules
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import LIVE, SignupState


def tell_people(entries: list[Entry]) -> None:
    """Tell those whom it concerns, and do what follows for their sign-ups."""
    for entry in entries:
        if follow := _FOLLOWS.get(entry.verb):
            follow(entry)
    _tell_guardians([entry for entry in entries if entry.verb in _TOLD_TO_GUARDIANS])


def _moved_up(entry: Entry) -> None:
    signup = _signup(entry)
    _tell(
        signup, entry, at=entry.at, with_text=True, title="候补成功，您有名额了",
        body=f"有人取消了报名，您已补上{_what(signup)}。来不了的话，请尽早取消。",
    )  # fmt: skip


def _offered(entry: Entry) -> None:
    """Ask whether the place is wanted, with the page on which to answer."""
    signup = _signup(entry)
    if signup.offered_until is None:  # answered, or over, before this was read
        return
    until = rules.moment(signup.offered_until)
    _tell(
        signup, entry, at=entry.at, with_text=True, title="轮到您了，请答复",
        body=f"{_what(signup)}有一个名额为您留到 {until}，请在此之前接受或让给下一位。"
        "过时不答复，名额会给下一位。",
        page="signups:offer",
    )  # fmt: skip


def _answered(entry: Entry) -> None:
    """Tell those for whom somebody else answered."""
    signup = _signup(entry)
    done = {
        "signups.accept": ("名额已为您接受", "请按时到场；来不了的话，请尽早取消。"),
        "signups.decline": ("名额已让给下一位", "您已不在候补名单里。"),
        "signups.stay": ("名额已让给下一位", "您仍在候补名单里，排在最后。"),
    }
    title, rest = done[entry.verb]
    if entry.on_behalf_of_id is not None:
        _tell(
            signup, entry, at=entry.at, title=title,
            body=f"{_who(entry, signup)}为您答复了{_what(signup)}。{rest}",
        )  # fmt: skip
    if entry.verb != "signups.accept":
        _fill_where_waiting(signup, at=entry.at)


def _expired(entry: Entry) -> None:
    signup = _signup(entry)
    _tell(
        signup, entry, at=entry.at, title="没有等到您的答复，名额给了下一位",
        body=f"{_what(signup)}为您留的名额已经过时。还想参加的，可以重新报名或候补。",
    )  # fmt: skip
    _fill_where_waiting(signup, at=entry.at)


def _cancelled(entry: Entry) -> None:
    signup = _signup(entry)
    if entry.on_behalf_of_id is not None:
        _tell(
            signup, entry, at=entry.at, with_text=True, title="您的报名已取消",
            body=f"{_who(entry, signup)}取消了您报名的{_what(signup)}。"
            f"原因：{signup.cancel_reason}。",
        )  # fmt: skip
    _fill_where_waiting(signup, at=entry.at)


def _fill_where_waiting(signup: Signup, *, at: datetime) -> None:
    """Look again where somebody waits whose time is free again: they may have been passed over."""
    waits = Signup.objects.filter(volunteer_id=signup.volunteer_id, state=SignupState.WAITING)
    for shift_id in waits.filter(shift__starts_at__gt=at).values_list("shift_id", flat=True):
        actions.fill_shift(shift_id=shift_id, at=at)


def _signed_up(entry: Entry) -> None:
    if entry.on_behalf_of_id is None:
        return
    signup = _signup(entry)
    done = "候补" if entry.verb == "signups.wait" else "报了名"
    _tell(
        signup, entry, at=entry.at, title=f"{_who(entry, signup)}为您{done}",
        body=f"活动：{_what(signup)}。如果不是您的意思，请取消或打电话告诉组织者。",
    )  # fmt: skip


def _who(entry: Entry, signup: Signup) -> str:
    """Return who acted on somebody's behalf."""
    accounts = people.guardian_accounts([signup.volunteer_id], on=local_date(entry.at))
    is_guardian = entry.actor_id in accounts.get(signup.volunteer_id, [])
    return "监护人" if is_guardian else "组织者"


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


def _closed(entry: Entry) -> None:
    if entry.subject_type == "volunteer":
        actions.leave_coming_shifts(volunteer_id=_subject(entry), at=entry.at)


def _guardian_withdrew(entry: Entry) -> None:
    """Cancel what is to come, unless another guardian still agrees."""
    child = Volunteer.objects.get(pk=_subject(entry))
    if people.guardian_ok(child, on=local_date(entry.at)):
        return
    reason = "监护人撤回了同意"
    for signup in actions.leave_coming_shifts(volunteer_id=child.pk, at=entry.at, reason=reason):
        _tell(
            signup, entry, at=entry.at, title="您的报名已取消",
            body=f"{reason}，您报名的{_what(signup)}已经取消。",
        )  # fmt: skip


_FOLLOWS: dict[str, Callable[[Entry], None]] = {
    "signups.place": _moved_up,
    "signups.offer": _offered,
    "signups.accept": _answered,
    "signups.decline": _answered,
    "signups.stay": _answered,
    "signups.expire": _expired,
    "signups.cancel": _cancelled,
    "signups.sign_up": _signed_up,
    "signups.wait": _signed_up,
    "projects.cancel_activity": _called_off,
    "projects.move_activity": _moved,
    "projects.change_capacity": _capacity_changed,
    "people.close": _closed,
    "people.withdraw_guardian": _guardian_withdrew,
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
    signup: Signup,
    entry: Entry,
    *,
    at: datetime,
    title: str,
    body: str,
    with_text: bool = False,
    page: str = "signups:one",
) -> None:
    """Send a message, and a text message where it must not be missed (PEERS.md, demand 10)."""
    volunteer = signup.volunteer
    key = f"{entry.verb}:{entry.pk}:{signup.pk}"
    if volunteer.user_id is not None:
        inbox.send(
            user_id=volunteer.user_id, key=key, title=title, body=body[:500], at=at,
            url=reverse(page, args=[signup.pk]),
        )  # fmt: skip
    else:
        accounts = people.guardian_accounts([volunteer.pk], on=local_date(at))
        for user_id in accounts.get(volunteer.pk, []):
            _tell_guardian(user_id, signup, entry, title=title, body=body, page=page)
    can_text = with_text and texts.can_text()
    phone = people.contact_phone(volunteer, on=local_date(at)) if can_text else ""
    if phone:
        inbox.send_text(phone=phone, text=f"{title}：{body}"[:200], key=key, at=at)


# What a guardian hears of when the child, or somebody else for the child, did it.
_TOLD_TO_GUARDIANS = {
    "signups.sign_up": "报名了",
    "signups.wait": "候补了",
    "signups.place": "候补成功，有了名额：",
    "signups.accept": "接受了名额：",
    "signups.decline": "把名额让给了下一位：",
    "signups.cancel": "取消了",
    "signups.assign": "排上了",
    "signups.hand_over": "接替了",
}


def _tell_guardians(entries: list[Entry]) -> None:
    """Let guardians know what their children do (未成年人网络保护条例第三十一、三十四条)."""
    if not entries:
        return
    children = {entry.data["volunteer"] for entry in entries}
    accounts = people.guardian_accounts(children, on=local_date(entries[-1].at))
    for entry in entries:
        for user_id in accounts.get(entry.data["volunteer"], []):
            if user_id != entry.actor_id:
                signup = _signup(entry)
                done = f"{signup.volunteer.name}{_TOLD_TO_GUARDIANS[entry.verb]}{_what(signup)}。"
                _tell_guardian(user_id, signup, entry, title="孩子的活动", body=done)


def _tell_guardian(
    user_id: int,
    signup: Signup,
    entry: Entry,
    *,
    title: str,
    body: str,
    page: str = "signups:of_ward",
) -> None:
    """Send one message about one entry to one guardian; the first words stay."""
    child = signup.volunteer
    url = reverse("signups:of_ward", args=[child.pk])
    if page == "signups:offer":
        url = reverse("signups:ward_offer", args=[signup.pk])
    words = body if child.name in body else f"{child.name}：{body}"
    inbox.send(
        user_id=user_id, key=f"{entry.verb}:{entry.pk}:{signup.pk}:{user_id}",
        title=title.replace("您的", "孩子的").replace("您", "孩子"), at=entry.at,
        body=words.replace("您", "孩子")[:500], url=url,
    )  # fmt: skip
