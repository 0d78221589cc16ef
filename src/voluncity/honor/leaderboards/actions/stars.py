"""Choose the volunteers of a month: count, pick with a reason, ask the person, show, name."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from voluncity.city.journal.actions import record, record_many
from voluncity.city.people.models import User
from voluncity.city.policy import queries as policy
from voluncity.city.publicity import actions as publicity
from voluncity.city.publicity.states import NoticeKind
from voluncity.city.regions import queries as regions
from voluncity.honor.leaderboards import queries, rules
from voluncity.honor.leaderboards.actions.steps import hold_month, refuse_own, retell, told_lines
from voluncity.honor.leaderboards.models import Candidate, StarMonth
from voluncity.honor.leaderboards.queries.stars import LIVING
from voluncity.honor.leaderboards.rules import StarRule
from voluncity.honor.leaderboards.states import (
    MONTH_FLOW,
    CandidateState,
    MonthState,
)
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotAllowed, Refusal

C, M = CandidateState, MonthState


@transaction.atomic
def start_month(*, month: str, by: User, at: datetime) -> StarMonth:
    """Begin to choose the stars of a month: the rule of today names the candidates.

    :raises BadInput: when the month has not come yet.
    :raises Refusal: when it was begun already, or nobody served enough.
    """
    today = local_date(at)
    wanted = rules.star_month(month, today=today)
    rule = queries.star_rule(today)
    started = StarMonth(
        month=wanted, region=regions.city(), counted_at=at, started_at=at, started_by=by,
        least_minutes=rule.least_minutes, least_services=rule.least_services,
        months_off=rule.months_off, per_county=rule.per_county,
    )  # fmt: skip
    try:
        with transaction.atomic():
            started.save(force_insert=True)
    except IntegrityError as error:
        raise Refusal(
            f"{rules.period_text(wanted)}的月度之星已经在评定或已公布，请打开它继续办理。",
            code="leaderboards.month_twice",
            field="month",
        ) from error
    if not _add_candidates(started, rule, at=at):
        raise Refusal(
            f"{rules.period_text(wanted)}还没有人达到条件（信用时长、服务次数见规则数值），"
            "请等时长入账后再启动。",
            code="leaderboards.no_candidates",
            field="month",
        )
    record("leaderboards.start_month", started, by=by, at=at)
    return started


def _add_candidates(month: StarMonth, rule: StarRule, *, at: datetime) -> int:
    found = rules.candidates(
        queries.deeds(month.month, rule, city=month.region),
        rule,
        barred=queries.barred(month.month, rule, on=local_date(at)),
        most=rule.per_county * queries.CANDIDATES_EACH_PLACE,
    )
    known = set(month.candidates.values_list("volunteer_id", flat=True))
    new = [
        Candidate(
            month=month, volunteer_id=one.volunteer_id, county_id=one.county_id,
            proven_minutes=one.proven_minutes, services=one.services,
        )
        for one in found
        if one.volunteer_id not in known
    ]  # fmt: skip
    Candidate.objects.bulk_create(new)
    return len(new) + len(known)


@transaction.atomic
def recount_month(*, month_id: int, by: User, at: datetime) -> StarMonth:
    """Name the candidates anew by the rule of today; who was picked or has answered stays.

    :raises WrongState: when the month is shown or named.
    """
    month = hold_month(month_id, "recount")
    rule = queries.star_rule(local_date(at))
    month.candidates.filter(state=C.CANDIDATE).delete()
    StarMonth.objects.filter(pk=month_id).update(
        counted_at=at, least_minutes=rule.least_minutes, least_services=rule.least_services,
        months_off=rule.months_off, per_county=rule.per_county,
    )  # fmt: skip
    month.refresh_from_db()
    _add_candidates(month, rule, at=at)
    record("leaderboards.recount_month", month, by=by, at=at)
    return month


@transaction.atomic
def show_month(*, month_id: int, by: User, at: datetime) -> StarMonth:
    """Show the stars to the public; who has not said yes is not among them.

    Who picked does not decide alone: another person shows.

    :raises NotAllowed: when one picked one of them, or is among them.
    :raises Refusal: when nobody agreed yet, or somebody's answer is awaited.
    """
    month = hold_month(month_id, "show")
    picked = month.candidates.filter(LIVING, state=C.AGREED)
    chosen = list(picked.select_related("volunteer"))
    if month.candidates.filter(state=C.ASKED).exists():
        raise Refusal(
            "还有人没有答复是否同意公布，请等本人答复，或先取消选择。",
            code="leaderboards.answer_awaited",
        )
    if not chosen:
        raise Refusal("还没有选出本人同意公布的志愿者，不能公示。", code="leaderboards.nobody")
    for one in chosen:
        refuse_own(one, by)
        if one.picked_by_id == by.pk:
            raise NotAllowed(
                "其中有您选的人，公示请由另一位工作人员办理。", code="leaderboards.own_pick"
            )
    StarMonth.objects.filter(pk=month_id).update(
        state=MONTH_FLOW.after("show", month.state), shown_at=at, shown_by=by
    )
    month.refresh_from_db()
    record("leaderboards.show_month", month, by=by, at=at, stars=len(chosen))
    publicity.show(
        kind=NoticeKind.MONTHLY,
        title=f"{rules.period_text(month.month)}志愿之星（{len(chosen)} 人）",
        body="\n".join(told_lines(picked)),
        subject=month,
        region=month.region,
        workdays=policy.number("leaderboards.star_workdays", on=local_date(at)),
        at=at,
        by=by,
    )
    return month


@transaction.atomic
def name_stars(*, month_id: int, at: datetime) -> bool:
    """Name the stars whose publicity ended well; return whether there was anything to do.

    Who declined, closed the account or met a case meanwhile is not named.
    """
    shown = StarMonth.objects.filter(pk=month_id, state__in=MONTH_FLOW.sources("name"))
    if not shown.update(state=M.NAMED, named_at=at):
        return False
    month = StarMonth.objects.get(pk=month_id)
    agreed = list(month.candidates.filter(state=C.AGREED).select_related("month"))
    stars = [one for one in agreed if not queries.is_barred(one, on=local_date(at))]
    ids = [one.pk for one in stars]
    Candidate.objects.filter(pk__in=ids, state=C.AGREED).update(state=C.NAMED)
    record("leaderboards.name_stars", month, by=None, at=at, stars=len(stars))
    told = [(one, {"volunteer": one.volunteer_id}) for one in stars]
    record_many("leaderboards.name", told, by=None, at=at)
    return True


@transaction.atomic
def reopen_month(*, month_id: int, at: datetime) -> bool:
    """Let a month be decided again whose publicity met an objection that holds."""
    shown = StarMonth.objects.filter(pk=month_id, state__in=MONTH_FLOW.sources("overturn"))
    target = MONTH_FLOW.after("overturn", M.SHOWN)
    if not shown.update(state=target, shown_at=None, shown_by=None):
        return False
    record("leaderboards.overturn", ("starmonth", month_id), by=None, at=at)
    retell(StarMonth.objects.get(pk=month_id), by=None, at=at)
    return True


@transaction.atomic
def cancel_month(*, month_id: int, by: User, at: datetime) -> StarMonth:
    """Give a month up before it is shown.

    :raises WrongState: when it is shown or named.
    """
    month = hold_month(month_id, "cancel")
    StarMonth.objects.filter(pk=month_id).update(state=MONTH_FLOW.after("cancel", month.state))
    month.refresh_from_db()
    record("leaderboards.cancel_month", month, by=by, at=at)
    return month
