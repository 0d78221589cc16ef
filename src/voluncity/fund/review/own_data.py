"""What this slice keeps about one person, for the person to take along."""

from __future__ import annotations

from voluncity.city.people.models import User, Volunteer
from voluncity.fund.review.models import Opinion, Place
from voluncity.fund.review.rules import criteria_of, points_text
from voluncity.kernel.own_data import Cell, Section

_PLACES = (
    "申报通知",
    "申报编号",
    "申报组织",
    "产生方式",
    "分配时间",
    "声明时间",
    "状态",
    "离开原因",
)
_SCORES = ("申报编号", "第几次提交", "各项评分和评语", "总分", "总体评语", "保存时间", "提交时间")


def sections(volunteer: Volunteer) -> list[Section]:
    """Return what somebody was asked to review, what they declared, and what they wrote.

    The scores of others are not in it, nor what the office noted about them.
    """
    user = volunteer.user
    return [
        Section("fund_reviews", "基金评审任务", _PLACES, _places(user) if user else ()),
        Section("fund_scores", "基金评审评分", _SCORES, _scores(user) if user else ()),
    ]


def _places(user: User) -> tuple[tuple[Cell, ...], ...]:
    found = Place.objects.filter(expert=user).select_related(
        "review__call", "application__organization"
    )
    return tuple(
        (
            one.review.call.title, one.application.number, one.application.organization.name,
            str(one.get_how_display()), one.assigned_at.isoformat(),
            one.declared_at.isoformat() if one.declared_at else "",
            str(one.get_state_display()), one.reason,
        )
        for one in found.order_by("pk")
    )  # fmt: skip


def _scores(user: User) -> tuple[tuple[Cell, ...], ...]:
    found = Opinion.objects.filter(place__expert=user).select_related(
        "place__application", "submission", "criteria"
    )
    return tuple(
        (
            one.place.application.number, one.submission.number, _marks(one),
            points_text(one.total) if one.total is not None else "", one.words,
            one.saved_at.isoformat(), one.submitted_at.isoformat() if one.submitted_at else "",
        )
        for one in found.prefetch_related("marks").order_by("pk")
    )  # fmt: skip


def _marks(opinion: Opinion) -> str:
    titles = {one.key: one.title for one in criteria_of(opinion.criteria.content)}
    return "；".join(
        f"{titles.get(mark.key, mark.key)} {'—' if mark.points is None else mark.points}"
        + (f"（{mark.remark}）" if mark.remark else "")
        for mark in opinion.marks.all()
    )
