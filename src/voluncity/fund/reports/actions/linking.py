"""Tell of activities of the service wing: each is told of once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction

from voluncity.city.people.models import User
from voluncity.fund.reports import queries
from voluncity.fund.reports.actions.steps import noted, take
from voluncity.fund.reports.models import Linked, Report
from voluncity.fund.reports.rules.writing import ACTIVITIES_MOST
from voluncity.kernel.refusals import BadInput, NotFound, WrongState


@transaction.atomic
def link_activities(
    *, report: Report, activity_ids: Collection[int], by: User, at: datetime
) -> int:
    """Let a report tell of activities; return how many.

    :raises BadInput: when none is chosen, one is not its organization's own or not over yet, or
        there would be too many.
    :raises WrongState: when another report tells of one, or this one is not open for writing.
    """
    wanted = set(activity_ids)
    if not wanted:
        raise BadInput("请至少选一场活动。", field="activities")
    take(report, by=by, at=at)
    if report.linked.count() + len(wanted) > ACTIVITIES_MOST:
        raise BadInput(f"一份报告最多关联 {ACTIVITIES_MOST} 场活动。", field="activities")
    if Linked.objects.filter(activity__in=wanted).exists():
        raise _told()
    found = set(
        queries.candidates(report, at=at).filter(pk__in=wanted).values_list("pk", flat=True)
    )
    if found != wanted:
        raise BadInput(
            "只能关联本组织在项目时间内已经结束的活动，请重新选择。",
            code="reports.not_ours",
            field="activities",
        )
    try:
        with transaction.atomic():
            Linked.objects.bulk_create(
                Linked(report=report, activity_id=pk, added_at=at, added_by=by)
                for pk in sorted(wanted)
            )
    except IntegrityError as error:
        raise _told() from error
    noted(report, "link", by=by, at=at, count=len(wanted))
    return len(wanted)


def _told() -> WrongState:
    return WrongState(
        "所选的活动里有已经写进另一份报告的。每场活动只计入一个资助项目的一份报告，请重新选择。",
        code="reports.told_before",
    )


@transaction.atomic
def unlink_activity(*, report: Report, activity_id: int, by: User, at: datetime) -> None:
    """Let a report not tell of an activity any more.

    :raises NotFound: when it does not.
    :raises WrongState: when the report is not open for writing.
    """
    take(report, by=by, at=at)
    if not report.linked.filter(activity=activity_id).delete()[0]:
        raise NotFound("这场活动已经移除，请刷新页面。")
    noted(report, "unlink", by=by, at=at, activity=activity_id)
