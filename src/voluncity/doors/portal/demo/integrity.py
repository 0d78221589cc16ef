"""Hours that are looked into: a drawn sample, one record that was not true, an open case."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.policy.models import PolicyNumber
from voluncity.kernel.clock import local_date
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.states import RecordState
from voluncity.service.integrity import actions
from voluncity.service.integrity.models import Draw, Finding, SpotCheck
from voluncity.service.integrity.states import Rule

if TYPE_CHECKING:
    from voluncity.doors.portal.demo.cast import Cast

WEEKS = 3
QUESTION = "随机抽查时，服务对象说当天没有人来过。请说明这次服务的经过，可以附上现场照片。"


def look_into_hours(cast: Cast, *, at: datetime) -> None:
    """Draw the samples of the last weeks, check some, and ask about the one that was wrong."""
    PolicyNumber.objects.create(  # a small city looks at more
        key="integrity.spot_permille", value=50, valid_from=local_date(at) - timedelta(days=60)
    )
    monday = local_date(at) - timedelta(days=local_date(at).weekday())
    for ago in range(WEEKS, -1, -1):
        week = monday - timedelta(days=7 * ago)
        actions.announce(week=week, at=at - timedelta(days=7 * ago), seed=f"demo {week}")
    actions.draw_due(at=at)
    actions.raise_absences(at=at)
    actions.look(at=at)
    actions.count_figures(at=at)
    _check(cast, at=at)


def _check(cast: Cast, *, at: datetime) -> None:
    officer = cast.staff["demo-county-office"]
    reach = scope_of(officer, Permission.ANOMALY_DECIDE)
    drawn = SpotCheck.objects.in_scope(reach).exclude(record__organization=cast.teams["qiaodong"])
    checks = [*_of_the_team(cast), *drawn.order_by("pk")[:2]]
    for check, verdict in zip(checks, ("wrong", "right", "wrong"), strict=False):
        note = "服务对象说当天没有人来过。" if verdict == "wrong" else "本人和居委会都确认到场。"
        actions.check_spot(
            check_id=check.pk, verdict=verdict, way="beneficiary", note=note, by=officer, at=at
        )
    found_wrong = Finding.objects.in_scope(reach).filter(rule=Rule.SPOT)
    finding = found_wrong.order_by("pk").first()
    if finding is not None:
        case = actions.open_case(finding_id=finding.pk, by=officer, at=at)
        actions.ask(case_id=case.pk, question=QUESTION, by=officer, at=at)


def _of_the_team(cast: Cast) -> list[SpotCheck]:
    """Return a check of the team whose administrator can be tried, drawn or not: it is a story."""
    team = cast.teams["qiaodong"]
    check = SpotCheck.objects.filter(record__organization=team).first()
    posted = ServiceRecord.objects.filter(organization=team, state=RecordState.POSTED)
    newest = posted.order_by("-served_on", "-pk").first()
    draw = Draw.objects.exclude(drawn_at=None).order_by("-week").first()
    if check is None and newest is not None and draw is not None:
        check = SpotCheck.objects.create(draw=draw, record=newest)
    return [] if check is None else [check]
