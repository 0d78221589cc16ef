"""What happened to a record, in words, from the journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from voluncity.city.journal.models import Entry
from voluncity.city.journal.queries import history
from voluncity.kernel.masks import mask_name
from voluncity.service.hours.models import ServiceRecord

LABELS = {
    "hours.compute": "系统按签到签退计算",
    "hours.enter": "负责人补记",
    "hours.replace": "更正后重新记录",
    "hours.compute_again": "按迟到的签到签退重新计算",
    "hours.adjust": "核定分钟数",
    "hours.confirm": "确认时长",
    "hours.approve": "复核通过",
    "hours.post": "入账",
    "hours.refuse": "不予计时",
    "hours.reverse": "冲销",
    "hours.ask_correction": "志愿者申请更正",
    "hours.correct": "更正申请已办理",
    "hours.decline": "更正申请：维持原记录",
}


@dataclass(frozen=True)
class Event:
    """One thing that happened to a record."""

    label: str
    at: datetime
    who: str
    note: str


def timeline(record: ServiceRecord, *, masked: bool) -> list[Event]:
    """Return what happened to a record, oldest first; other people's names masked if asked."""
    entries = history("servicerecord", record.pk).filter(verb__in=LABELS)
    return [
        Event(
            label=LABELS[entry.verb],
            at=entry.at,
            who=_who(entry, record, masked=masked),
            note=_note(entry),
        )
        for entry in entries
    ]


def _who(entry: Entry, record: ServiceRecord, *, masked: bool) -> str:
    if entry.actor is None:
        return "系统"
    if entry.actor_id == record.volunteer.user_id:
        return "志愿者本人"
    name = str(entry.actor)
    return mask_name(name) if masked else name


def _note(entry: Entry) -> str:
    if entry.verb in {"hours.adjust", "hours.compute_again"}:
        return f"{entry.data['before']} 分钟 → {entry.data['minutes']} 分钟"
    if entry.verb in {"hours.compute", "hours.enter", "hours.replace", "hours.post"}:
        return f"{entry.data['minutes']} 分钟"
    return ""
