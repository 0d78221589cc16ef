"""Set a selection up, publish it, move its days, give it up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.city.regions.models import Region
from voluncity.honor.awards import rules
from voluncity.honor.awards.actions.steps import selection_step
from voluncity.honor.awards.models import Category, Criterion, Selection
from voluncity.honor.awards.rules import CategoryPlan, SelectionPlan
from voluncity.honor.awards.states import SELECTION_FLOW, NomineeKind, Phase, SelectionState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, WrongState
from voluncity.kernel.text import words

_PLAIN = (
    "year", "nominate_from", "nominate_until", "review_until", "vote_from", "vote_until",
    "expert_weight", "vote_weight", "office_weight", "publicity_workdays", "least_reviews",
    "most_per_nominator", "allows_self", "is_live",
)  # fmt: skip


@transaction.atomic
def make_selection(*, plan: SelectionPlan, by: User, at: datetime) -> Selection:
    """Draw a selection up; nobody sees it before it is published.

    :raises BadInput: at the field that is wrong.
    """
    selection = Selection.objects.create(**_checked(plan), made_at=at, made_by=by)
    _fill(selection, plan)
    record("awards.make_selection", selection, by=by, at=at, year=plan.year)
    return selection


@transaction.atomic
def change_selection(
    *, selection: Selection, plan: SelectionPlan, by: User, at: datetime
) -> Selection:
    """Draw a selection up anew; what is published stays as it is.

    :raises BadInput: at the field that is wrong.
    :raises WrongState: when it is published.
    """
    changes = _checked(plan)
    selection_step(selection, "change", by=by, at=at, **changes)
    selection.refresh_from_db()
    selection.criteria.all().delete()
    selection.categories.all().delete()
    _fill(selection, plan)
    return selection


def _checked(plan: SelectionPlan) -> dict[str, Any]:
    rules.check_plan(plan)
    if not plan.categories:
        raise BadInput("请至少设置一个评选类别。", field="title")
    region = Region.objects.filter(pk=plan.region_id).first()
    if region is None:
        raise BadInput("请选择评选的范围。", field="region")
    return {
        "title": words(plan.title, "title", "评选名称", rules.TITLE_MOST),
        "issuer": words(plan.issuer, "issuer", "表彰单位", rules.ISSUER_MOST),
        "intro": words(plan.intro, "intro", "说明", rules.INTRO_MOST, long=True),
        "region": region,
        **{name: getattr(plan, name) for name in _PLAIN},
    }


def _fill(selection: Selection, plan: SelectionPlan) -> None:
    Criterion.objects.bulk_create(
        Criterion(selection=selection, title=title, weight=weight, position=place)
        for place, (title, weight) in enumerate(plan.criteria)
    )
    Category.objects.bulk_create(
        Category(selection=selection, position=place, **_category(one))
        for place, one in enumerate(plan.categories)
    )


def _category(plan: CategoryPlan) -> dict[str, Any]:
    if plan.kind not in NomineeKind.values:
        raise BadInput("请选择评选对象。", field="kind")
    return {**plan.__dict__, "title": words(plan.title, "title", "荣誉称号", rules.CATEGORY_MOST)}


@transaction.atomic
def publish_selection(*, selection: Selection, by: User, at: datetime) -> Selection:
    """Let everybody see a selection; its rules are frozen from now on.

    :raises WrongState: when it is published, or its nominations have ended before they began.
    """
    if selection.nominate_until < local_date(at):
        raise WrongState("推荐截止日期已经过了，请先修改日期。", code="awards.too_late")
    return selection_step(selection, "publish", by=by, at=at, published_at=at)


@dataclass(frozen=True)
class Days:
    """Days of a running selection that may still be moved."""

    nominate_until: date
    review_until: date
    vote_from: date
    vote_until: date


@transaction.atomic
def move_days(
    *, selection: Selection, days: Days, reason: str, by: User, at: datetime
) -> Selection:
    """Move the days of a running selection, with a reason that everybody reads on its page.

    What has begun is not moved, and what is over is not opened again: nobody votes in a
    selection whose counts were seen.

    :raises BadInput: at the field that is wrong.
    :raises WrongState: when it is counted, decided or over.
    """
    SELECTION_FLOW.after("move_days", selection.state)
    said = rules.reason_words(reason, label="调整的理由")
    today = local_date(at)
    phase = selection.phase(today)
    if days.vote_from != selection.vote_from and phase in {
        Phase.VOTING, Phase.CLOSING, Phase.DECIDING,
    }:  # fmt: skip
        raise BadInput("投票已经开始，开始日期不能再改。", field="vote_from")
    if days.vote_until != selection.vote_until:
        if phase in {Phase.CLOSING, Phase.DECIDING}:
            raise BadInput("投票已经结束，不能重新开放。", field="vote_until")
        if days.vote_until < today:
            raise BadInput("投票截止不能早于今天。", field="vote_until")
    if days.nominate_until != selection.nominate_until and days.nominate_until < today:
        raise BadInput("推荐截止不能早于今天。", field="nominate_until")
    _check_days(selection, days, today)
    return selection_step(selection, "move_days", by=by, at=at, words=said, **days.__dict__)


def _check_days(selection: Selection, days: Days, today: date) -> None:
    if days.nominate_until < selection.nominate_from:
        raise BadInput("推荐截止不能早于推荐开始。", field="nominate_until")
    if days.vote_from <= days.nominate_until:
        raise BadInput("投票要在推荐截止以后开始。", field="vote_from")
    if days.vote_from != selection.vote_from and days.vote_from <= today:
        raise BadInput("投票开始要晚于今天。", field="vote_from")
    if days.vote_until < days.vote_from:
        raise BadInput("投票截止不能早于投票开始。", field="vote_until")
    if days.review_until <= days.nominate_until:
        raise BadInput("评审截止要晚于推荐截止。", field="review_until")


@transaction.atomic
def cancel_selection(*, selection: Selection, reason: str, by: User, at: datetime) -> Selection:
    """Give a selection up; whoever was put forward is told why.

    :raises BadInput: without a reason.
    :raises WrongState: when it is counted or over.
    """
    said = rules.reason_words(reason, label="取消的理由")
    return selection_step(selection, "cancel", by=by, at=at, words=said)


def start_votes(*, at: datetime) -> int:
    """Say once of each selection that its vote has begun; return of how many."""
    today = local_date(at)
    begun = Selection.objects.filter(
        state=SelectionState.PUBLISHED, vote_from__lte=today, vote_until__gte=today,
        vote_told_at=None,
    )  # fmt: skip
    return sum(_start_vote(one, at=at) for one in begun)


@transaction.atomic
def _start_vote(selection: Selection, *, at: datetime) -> bool:
    untold = Selection.objects.filter(pk=selection.pk, vote_told_at=None)
    if not untold.update(vote_told_at=at):
        return False
    record("awards.start_vote", selection, by=None, at=at)
    return True
