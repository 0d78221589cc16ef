"""What follows from decisions on hours: people are told, publicity ends in a posting."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse

from voluncity.city.inbox import actions as inbox
from voluncity.city.journal.models import Entry
from voluncity.city.people import queries as people
from voluncity.kernel.clock import span_text
from voluncity.kernel.minutes import hours_text
from voluncity.service.hours import actions
from voluncity.service.hours.models import Correction, ServiceRecord
from voluncity.service.hours.states import Trust

Words = tuple[str, str]


def follow_publicity(entries: list[Entry]) -> None:
    """Post what was shown without a valid objection, refuse what was overturned."""
    verdicts = {"publicity.take_effect": True, "publicity.overturn": False}
    for entry in entries:
        if entry.verb in verdicts and entry.data.get("subject_type") == "servicerecord":
            actions.end_publicity(
                record_id=int(entry.data["subject_id"]),
                is_effective=verdicts[entry.verb],
                by=entry.actor,
                at=entry.at,
            )


def tell_people(entries: list[Entry]) -> None:
    """Tell volunteers what became of their hours and of their requests."""
    told = [entry for entry in entries if entry.verb in WORDS]
    records = ServiceRecord.objects.select_related(
        "volunteer", "organization", "signup__shift__activity"
    ).in_bulk([entry.subject_id for entry in told])
    for entry in told:
        record = records[entry.subject_id or 0]
        user_id = people.holder_of(record.volunteer)
        if user_id is None:
            continue
        title, body = WORDS[entry.verb](entry, record)
        inbox.send(
            user_id=user_id,
            key=f"hours:{entry.pk}",
            title=title,
            body=body,
            url=reverse("hours:receipt", args=[record.pk]),
            at=entry.at,
        )


def _posted(_entry: Entry, record: ServiceRecord) -> Words:
    trust, minutes = Trust(record.trust).label, hours_text(record.minutes)
    return "服务时长已入账", f"{_served(record)}，计入{trust} {minutes}。感谢您的付出！"


def _refused(_entry: Entry, record: ServiceRecord) -> Words:
    return (
        "有一条服务时长不予计时",
        f"{_served(record)}。原因：{record.state_reason}\n如有异议，可在时长凭证页申请更正。",
    )


def _reversed(_entry: Entry, record: ServiceRecord) -> Words:
    return (
        "有一条服务时长已冲销",
        f"{_served(record)}，冲销 {hours_text(record.minutes)}。原因：{record.state_reason}",
    )


def _corrected(entry: Entry, record: ServiceRecord) -> Words:
    return (
        "您的更正申请已办理",
        f"{_served(record)}。答复：{_answer(entry)}\n新记录经第二人复核后入账。",
    )


def _declined(entry: Entry, record: ServiceRecord) -> Words:
    return "您的更正申请已答复：维持原记录", f"{_served(record)}。答复：{_answer(entry)}"


def _served(record: ServiceRecord) -> str:
    activity = record.signup.shift.activity
    return f"{record.organization.name}“{activity.name}”（{_when(record)}）"


def _when(record: ServiceRecord) -> str:
    return span_text(record.planned_from, record.planned_to)


def _answer(entry: Entry) -> str:
    return Correction.objects.values_list("answer", flat=True).get(pk=entry.data["correction"])


WORDS: dict[str, Callable[[Entry, ServiceRecord], Words]] = {
    "hours.post": _posted,
    "hours.refuse": _refused,
    "hours.reverse": _reversed,
    "hours.correct": _corrected,
    "hours.decline": _declined,
}
