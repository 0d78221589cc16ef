"""The roster of a week on paper: for each post, and for each person."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localtime

from voluncity.kernel.clock import weekday_text
from voluncity.service.rosters.models import Plan, Turn
from voluncity.service.rosters.rules.recurrence import monday_of
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import SignupState
from voluncity.web import printing

TEMPLATE = Path(__file__).parent / "data" / "roster.typ"
KINDS = {"posts": "按岗位", "people": "按人"}


def roster_paper(plan: Plan, day: date, *, kind: str, at: datetime) -> bytes:
    """Return the week of a day as PDF: a table for each post, or for each person."""
    monday = monday_of(day)
    turns = list(
        Turn.objects.filter(
            post__plan=plan, shift__isnull=False, day__range=(monday, monday + timedelta(days=6))
        )
        .select_related("post", "slot", "shift")
        .order_by("post_id", "day", "slot__begins")
    )
    placed = Signup.objects.filter(
        shift__in=[turn.shift_id for turn in turns], state=SignupState.PLACED
    ).select_related("volunteer")
    who: dict[int, list[Signup]] = defaultdict(list)
    for signup in placed.order_by("pk"):
        who[signup.shift_id].append(signup)
    groups = _by_post(turns, who) if kind == "posts" else _by_person(turns, who)
    facts = {
        "title": f"{plan.name} 值守表",
        "sub": f"{monday:%Y年%m月%d日} 至 {monday + timedelta(days=6):%m月%d日} · {KINDS[kind]}",
        "organization": plan.project.organization.name,
        "printed": f"{localtime(at):%Y-%m-%d %H:%M} 打印",
        "columns": ["日期", "时间", "人员" if kind == "posts" else "岗位", "签名"],
        "groups": groups,
    }
    url = settings.VOLUNCITY_PUBLIC_URL + reverse("rosters:mine")
    return printing.pdf(TEMPLATE, facts, qr=url)


def _by_post(turns: list[Turn], who: dict[int, list[Signup]]) -> list[dict[str, Any]]:
    groups: dict[int, dict[str, Any]] = {}
    for turn in turns:
        group = groups.setdefault(
            turn.post_id, {"name": turn.post.name, "note": turn.post.address, "rows": []}
        )
        assert turn.shift is not None, "asked for in the query"  # noqa: S101
        names = [signup.volunteer.name for signup in who[turn.shift.pk]]
        missing = turn.shift.capacity - len(names)
        said = "、".join(names) + (f"（缺 {missing} 人）" if missing > 0 else "")
        group["rows"].append([*_when(turn), said, ""])
    return list(groups.values())


def _by_person(turns: list[Turn], who: dict[int, list[Signup]]) -> list[dict[str, Any]]:
    groups: dict[int, dict[str, Any]] = {}
    for turn in sorted(turns, key=lambda one: (one.day, one.slot.begins, one.pk)):
        for signup in who[turn.shift_id or 0]:
            group = groups.setdefault(
                signup.volunteer_id,
                {"name": signup.volunteer.name, "note": signup.volunteer.number, "rows": []},
            )
            group["rows"].append([*_when(turn), turn.post.name, ""])
    return sorted(groups.values(), key=lambda group: (group["name"], group["note"]))


def _when(turn: Turn) -> tuple[str, str]:
    assert turn.shift is not None, "asked for in the query"  # noqa: S101
    begins, ends = localtime(turn.shift.starts_at), localtime(turn.shift.ends_at)
    return (
        f"{turn.day:%m月%d日} {weekday_text(turn.day)}",
        f"{turn.slot.name} {begins:%H:%M}–{ends:%H:%M}",
    )
