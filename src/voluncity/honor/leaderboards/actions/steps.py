"""Hold a month, step a candidate: what the actions on stars share."""

from __future__ import annotations

from django.db.models import F

from voluncity.city.people.models import User, Volunteer
from voluncity.honor.leaderboards.models import Candidate, StarMonth
from voluncity.honor.leaderboards.states import CANDIDATE_FLOW, MONTH_FLOW
from voluncity.kernel.refusals import NotAllowed, NotFound


def hold(month_id: int, verb: str) -> StarMonth:
    """Hold a month while something is done with it: two who pick take turns."""
    held = StarMonth.objects.filter(pk=month_id, state__in=MONTH_FLOW.sources(verb)).update(
        per_county=F("per_county")
    )
    month: StarMonth | None = StarMonth.objects.select_related("region").filter(pk=month_id).first()
    if month is None:
        raise NotFound("没有找到这个月的评定，请返回列表。")
    if not held:
        MONTH_FLOW.after(verb, month.state)
    return month


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
