"""Hold a month, step a candidate: what the actions on stars share."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from voluncity.city.jobs.actions import hold
from voluncity.city.people.models import User, Volunteer
from voluncity.city.publicity import actions as publicity
from voluncity.city.publicity.states import NoticeKind
from voluncity.honor.leaderboards.models import Candidate, StarMonth
from voluncity.honor.leaderboards.queries.stars import LIVING
from voluncity.honor.leaderboards.states import CANDIDATE_FLOW, MONTH_FLOW, CandidateState
from voluncity.kernel.refusals import NotAllowed, NotFound

C = CandidateState
WITHDRAWN = "有人不再公开，已从名单中删去。"


def hold_month(month_id: int, verb: str) -> StarMonth:
    """Hold a month while something is done with it: two who pick take turns."""
    rows = StarMonth.objects.select_related("region").filter(pk=month_id)
    month: StarMonth = hold(rows, MONTH_FLOW, verb, missing="没有找到这个月的评定，请返回列表。")
    return month


def retell(month: StarMonth, *, by: User | None, at: datetime) -> None:
    """Let the notices of a month name only who still agrees to be named (PIPL art. 15)."""
    lines = told_lines(month.candidates.filter(state__in=(C.AGREED, C.NAMED)))
    if month.candidates.filter(state__in=(C.DECLINED, C.HIDDEN)).exists():
        lines.append(WITHDRAWN)
    publicity.reword(kind=NoticeKind.MONTHLY, subject=month, body="\n".join(lines), by=by, at=at)


def told_lines(stars: QuerySet[Candidate]) -> list[str]:
    """Return what the public reads of each star while the month is shown."""
    found = stars.filter(LIVING).select_related("volunteer", "county")
    return [_line(one) for one in found.order_by("county__code", "-proven_minutes", "pk")]


def _line(one: Candidate) -> str:
    hours = one.proven_minutes // 60
    return (
        f"{one.volunteer.name}（{one.county.name}），当月服务 {one.services} 次、"
        f"信用时长 {hours} 小时：{one.reason}"
    )


def candidate_of(candidate_id: int) -> Candidate:
    candidate: Candidate | None = (
        Candidate.objects.select_related("volunteer", "county", "month")
        .filter(pk=candidate_id)
        .first()
    )
    if candidate is None:
        raise NotFound("没有找到这位候选人，请重新打开评定页面。")
    return candidate


def step(candidate: Candidate, verb: str, **changes: object) -> None:
    """Step a candidate by a conditional update, and read it again."""
    target = CANDIDATE_FLOW.after(verb, candidate.state)
    waiting = Candidate.objects.filter(pk=candidate.pk, state__in=CANDIDATE_FLOW.sources(verb))
    changed = waiting.update(state=target, **changes)
    candidate.refresh_from_db()
    if not changed:  # somebody was faster: the table says what to tell
        CANDIDATE_FLOW.after(verb, candidate.state)


def volunteer_of(by: User) -> Volunteer:
    volunteer = by.volunteer_or_none
    if volunteer is None:
        raise NotFound("没有找到这项邀请，请从消息重新进入。")
    return volunteer


def refuse_own(candidate: Candidate, by: User) -> None:
    if candidate.volunteer.user_id == by.pk:
        raise NotAllowed("不能办理自己的评定，请由同事办理。", code="leaderboards.own_case")
