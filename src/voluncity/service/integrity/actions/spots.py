"""Bind a seed before the week, draw the sample after it, and keep what was found."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from secrets import token_hex

from django.db import transaction

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.city.policy import queries as policy
from voluncity.kernel.clock import day_bounds, local_date
from voluncity.kernel.refusals import NotAllowed, NotFound, WrongState
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.integrity.actions.guards import is_colleague, words
from voluncity.service.integrity.actions.looking import keep
from voluncity.service.integrity.models import Draw, SpotCheck
from voluncity.service.integrity.rules import Found, digest_of, drawn
from voluncity.service.integrity.states import SPOT_FLOW, About, Rule, SpotState

NOTE_MAX = 300


def monday_of(day: date) -> date:
    """Return the Monday of a week."""
    return day - timedelta(days=day.weekday())


@transaction.atomic
def announce(*, week: date, at: datetime, seed: str | None = None) -> Draw:
    """Bind the seed and the share for a week: the journal holds the digest from now on."""
    made = seed or token_hex(32)
    draw, is_new = Draw.objects.get_or_create(
        week=week,
        defaults={
            "seed": made,
            "seed_digest": digest_of(made),
            "share_permille": policy.number("integrity.spot_permille", on=week),
            "announced_at": at,
        },
    )
    if is_new:
        record(
            "integrity.announce_draw", draw, by=None, at=at, week=str(week),
            seed_digest=draw.seed_digest, share_permille=draw.share_permille,
        )  # fmt: skip
    return draw


def draw_due(*, at: datetime) -> int:
    """Announce this week's draw and draw those of weeks that are over; return how many checks."""
    monday = monday_of(local_date(at))
    announce(week=monday, at=at)
    over = Draw.objects.filter(drawn_at=None, week__lt=monday).order_by("week")
    return sum(_draw(one, at=at) for one in over)


@transaction.atomic
def _draw(draw: Draw, *, at: datetime) -> int:
    """Draw a week's sample, once; the journal then holds the seed, so that all can repeat it."""
    if not Draw.objects.filter(pk=draw.pk, drawn_at=None).update(drawn_at=at):
        return 0
    since, until = day_bounds(draw.week)[0], day_bounds(draw.week + timedelta(days=6))[1]
    # Also what was taken back since: else a wrong record could be saved by reversing it in time.
    posted = ServiceRecord.objects.filter(posted_at__gte=since, posted_at__lt=until)
    ids = list(posted.order_by("pk").values_list("pk", flat=True))
    chosen = drawn(ids, seed=draw.seed, share_permille=draw.share_permille)
    most = policy.number("integrity.spot_most", on=draw.week)
    chosen = chosen if len(chosen) <= most else drawn(
        chosen, seed=draw.seed, share_permille=most * 1000 // len(chosen)
    )  # fmt: skip
    Draw.objects.filter(pk=draw.pk).update(population=len(ids))
    SpotCheck.objects.bulk_create(SpotCheck(draw=draw, record_id=number) for number in chosen)
    record(
        "integrity.draw", draw, by=None, at=at, week=str(draw.week), seed=draw.seed,
        population=len(ids), checks=len(chosen),
    )  # fmt: skip
    return len(chosen)


@transaction.atomic
def check_spot(
    *, check_id: int, verdict: str, way: str, note: str, by: User, at: datetime
) -> SpotCheck:
    """Keep what asking or looking showed; what is wrong becomes a finding.

    :raises NotFound: when it is out of reach.
    :raises NotAllowed: for people of the organization, and those who dealt with the record.
    """
    said = words(note, field="note", label="核查情况", most=NOTE_MAX)
    reach = SpotCheck.objects.in_scope(scope_of(by, Permission.ANOMALY_SEE))
    check: SpotCheck | None = (
        reach.filter(pk=check_id)
        .select_related("record__organization", "record__volunteer")
        .first()
    )
    if check is None:
        raise NotFound("没有找到这项抽查，或者它不在您的管理范围内。")
    target = SPOT_FLOW.after(verdict, check.state)
    _require_stranger(check.record, by=by)
    changed = SpotCheck.objects.filter(pk=check.pk, state=SpotState.OPEN).update(
        state=target, way=way, note=said, checked_at=at, checked_by=by
    )
    if not changed:
        raise WrongState("这项抽查刚刚被别人办理过，请刷新页面。", code="wrong_state.spot")
    record("integrity.check_spot", check, by=by, at=at, verdict=verdict)
    if target == SpotState.WRONG:
        keep([_found(check.record)], at=at)
    check.refresh_from_db()
    return check


def _require_stranger(one: ServiceRecord, *, by: User) -> None:
    dealt = {one.confirmed_by_id, one.approved_by_id, one.volunteer.user_id}
    if by.pk in dealt or is_colleague(one.organization, by):
        raise NotAllowed(
            "这条时长是您本人、您所在组织或您经办的，请由另一位督查人员核查。",
            code="integrity.own_work",
        )


def _found(one: ServiceRecord) -> Found:
    return Found(
        Rule.SPOT, About.ORGANIZATION, one.organization_id, one.served_on,
        {"minutes": one.minutes}, [one.pk], detail=f"record{one.pk}",
    )  # fmt: skip
