"""What follows: people hear what was decided about them; who closes the account leaves."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse

from voluncity.city.inbox import actions as inbox
from voluncity.city.journal.models import Entry
from voluncity.city.people import queries as people
from voluncity.kernel.clock import CITY_TZ
from voluncity.kernel.refusals import Refusal
from voluncity.service.events.actions.applying import withdraw
from voluncity.service.events.models import Application, Event
from voluncity.service.events.queries.public import in_play
from voluncity.service.events.states import IN_PLAY, ApplicationState
from voluncity.service.signups.models import Attendance

Word = tuple[str, str]


def tell_people(entries: list[Entry]) -> None:
    """Tell each person what became of the application, and what they have to do."""
    for entry in entries:
        if entry.verb in _ABOUT_ONE:
            _tell_one(entry)
        elif entry.verb in _ABOUT_ALL:
            _tell_all(entry)


def _tell_one(entry: Entry) -> None:
    found = Application.objects.select_related("event", "volunteer")
    application: Application | None = found.filter(pk=entry.subject_id or 0).first()
    if application is None or application.volunteer.user_id in {None, entry.actor_id}:
        return
    title, body = _ABOUT_ONE[entry.verb](application)
    _send(entry, application, f"{application.event.name}：{title}", body)


def _send(entry: Entry, application: Application, title: str, body: str) -> None:
    user_id = application.volunteer.user_id
    if user_id is None:
        return
    inbox.send(
        user_id=user_id, key=f"events:{entry.pk}:{user_id}", title=title[:60], body=body,
        url=reverse("events:one", args=[application.pk]), at=entry.at,
    )  # fmt: skip


def _clock(application: Application, name: str) -> str:
    instant = getattr(application, name)
    if instant is None:
        return ""
    local = instant.astimezone(CITY_TZ)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def _selected(application: Application) -> Word:
    until = _clock(application, "reply_by")
    return "您被录用了", f"请在 {until} 前点开确认参加，逾期名额会给备选的人。"


def _invited(application: Application) -> Word:
    when = _clock(application, "interview_at")
    return (
        "请来面试",
        f"时间：{when}，地点：{application.interview_place}。来不了请打电话告诉组织者。",
    )


_ABOUT_ONE: dict[str, Callable[[Application], Word]] = {
    "events.screen": lambda _: ("资格审核通过", "选拔结果会再发消息告诉您。"),
    "events.invite": _invited,
    "events.select": _selected,
    "events.reserve": lambda _: ("您在备选名单里", "有人不能来时，组织者会和您联系。"),
    "events.reject": lambda one: ("这次没有录用", f"{one.reason}。谢谢您的热心。"),
    "events.lapse": lambda _: ("名额已给备选的人", "没有在期限内收到您的确认。谢谢您的支持。"),
    "events.step_in": lambda _: ("您由备选转为参加", "谢谢您！岗位请点开查看。"),
    "events.withdraw": lambda one: ("您已退出", f"原因：{one.reason}。"),
    "events.assign": lambda _: ("岗位安排好了", "请点开查看时间、地点和职责。"),
    "events.release": lambda _: ("您的岗位有变动", "一个岗位取消了，请点开查看最新安排。"),
}


def _tell_all(entry: Entry) -> None:
    event: Event | None = Event.objects.filter(pk=entry.subject_id or 0).first()
    if event is None:
        return
    title, states = _ABOUT_ALL[entry.verb]
    found = event.applications.filter(state__in=states, volunteer__user__isnull=False)
    body = _body(entry.verb, event)
    if not body:
        return
    if entry.verb == "events.close_event":
        there = Attendance.objects.filter(signup__event_assignment__application__event=event)
        found = found.filter(pk__in=there.values("signup__event_assignment__application"))
    for application in found.select_related("volunteer").order_by("pk"):
        _send(entry, application, f"{event.name}：{title}", body)


def _body(verb: str, event: Event) -> str:
    if verb == "events.cancel_event":
        return f"原因：{event.state_reason}。谢谢您的报名。"
    if verb == "events.close_event":
        return event.thanks
    has_words = event.briefing_text or event.briefing_at or event.briefing_file_id
    return "请点开阅读上岗须知和培训会时间，读完点一下“我已读完”。" if has_words else ""


_ABOUT_ALL: dict[str, tuple[str, tuple[str, ...]]] = {
    "events.cancel_event": ("赛会取消了", tuple(IN_PLAY)),
    "events.close_event": ("谢谢您", (ApplicationState.CONFIRMED,)),
    "events.set_briefing": ("上岗须知", (ApplicationState.CONFIRMED,)),
}


def follow_people(entries: list[Entry]) -> None:
    """Let somebody leave who closed the account, or for whom no guardian agrees any more."""
    for entry in entries:
        about_volunteer = entry.subject_type == "volunteer"
        if about_volunteer and entry.verb in {"people.close", "people.withdraw_guardian"}:
            closed = entry.verb == "people.close"
            _leave(entry, "志愿者已注销账号" if closed else "监护人撤回了同意", closed=closed)


def _leave(entry: Entry, reason: str, *, closed: bool) -> None:
    for application in in_play([entry.subject_id or 0], at=entry.at):
        event = application.event
        if not closed and people.guardian_ok(application.volunteer, on=event.starts_on):
            continue
        try:
            withdraw(application_id=application.pk, reason=reason, by=None, at=entry.at)
        except Refusal:
            continue
