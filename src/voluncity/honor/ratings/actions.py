"""Rate organizations: count, adjust with a reason, show, certify."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Subquery

from voluncity.city.jobs.actions import hold
from voluncity.city.journal.actions import record, record_many
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import OrgState
from voluncity.city.people.models import User
from voluncity.city.policy import queries as policy
from voluncity.city.publicity import actions as publicity
from voluncity.city.publicity.states import NoticeKind
from voluncity.city.regions.models import Region
from voluncity.honor.ratings import queries, rules
from voluncity.honor.ratings.models import Batch, Proposal, Rating, RatingStandard
from voluncity.honor.ratings.rules import MEASURES, Rung
from voluncity.honor.ratings.states import BATCH_FLOW, BatchState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal
from voluncity.kernel.text import clean

_FILE = Path(__file__).parent / "data" / "standards.json"
NAMED_MOST = 200  # a notice names so many; the page has them all
_MINUTES = 60
_BY_HAND = ("adjusted", "adjusted_reason", "adjusted_at", "adjusted_by_id")


@transaction.atomic
def load_standards() -> int:
    """Load the first ladder where the city has none; return how many rows are new."""
    if RatingStandard.objects.exists():
        return 0
    spec = json.loads(_FILE.read_text(encoding="utf-8"))
    rows = [
        RatingStandard(
            valid_from=date.fromisoformat(spec["valid_from"]),
            basis=spec["basis"],
            stars=int(stars),
            minutes=asked["hours"] * _MINUTES,
            **{key: value for key, value in asked.items() if key != "hours"},
        )
        for stars, asked in spec["stars"].items()
    ]
    return len(RatingStandard.objects.bulk_create(rows))


@transaction.atomic
def set_ladder(
    *, rungs: Sequence[Rung], valid_from: date, basis: str, by: User, at: datetime
) -> list[RatingStandard]:
    """Let five stars ask other numbers from a day on; the past is never changed.

    :raises BadInput: when the day lies in the past, or a star asks less than the one below it.
    """
    if valid_from < local_date(at):
        raise BadInput("执行日期不能早于今天，已经认定的不改。", field="valid_from")
    words = clean(basis, max_length=200, field="basis", label="依据")
    if [rung.stars for rung in rungs] != list(range(1, rules.MOST_STARS + 1)):
        raise BadInput("一到五星都要填写。", field="valid_from")
    _refuse_less(rungs)
    RatingStandard.objects.filter(valid_from=valid_from).delete()
    rows = [
        RatingStandard(
            valid_from=valid_from, stars=rung.stars, basis=words, set_by=by, set_at=at, **rung.least
        )
        for rung in rungs
    ]
    RatingStandard.objects.bulk_create(rows)
    record("ratings.set_ladder", rows[0], by=by, at=at, valid_from=str(valid_from))
    return rows


def _refuse_less(rungs: Sequence[Rung]) -> None:
    for measure in MEASURES:
        for lower, upper in itertools.pairwise(rungs):
            if upper.least[measure.key] < lower.least[measure.key]:
                raise BadInput(
                    f"{rules.STAR_WORDS[upper.stars]}的“{measure.label}”不能低于"
                    f"{rules.STAR_WORDS[lower.stars]}。",
                    field=f"{measure.key}_{upper.stars}",
                )


@dataclass(frozen=True)
class BatchPlan:
    """Which year of which region is rated, and which kinds of organization."""

    year: int
    region_id: int
    kinds: tuple[str, ...]


@transaction.atomic
def start_batch(*, plan: BatchPlan, by: User, at: datetime) -> Batch:
    """Start rating the organizations of a region for a year; a job counts and proposes for each.

    :raises BadInput: at the field that is wrong.
    :raises Refusal: when a batch of the region is running, nothing is to rate, or no rule is set.
    """
    region = _checked(plan, at)
    _refuse_empty(region, plan.kinds, plan.year, at)
    batch = Batch(
        year=plan.year, region=region, kinds=list(plan.kinds), counted_at=at, started_at=at,
        started_by=by,
    )  # fmt: skip
    try:
        with transaction.atomic():
            batch.save(force_insert=True)
    except IntegrityError as error:
        raise Refusal(
            f"{region.name}已有一个没有办完的认定批次，请先完成或取消它。",
            code="ratings.running",
            field="region",
        ) from error
    record("ratings.start_batch", batch, by=by, at=at, year=plan.year)
    return batch


def _checked(plan: BatchPlan, at: datetime) -> Region:
    if not rules.FIRST_YEAR <= plan.year <= local_date(at).year:
        raise BadInput("请选择认定的年度，不能是将来的年份。", field="year")
    if not plan.kinds or not set(plan.kinds) <= {str(kind) for kind in rules.RATED_KINDS}:
        raise BadInput("请选择参评的组织类型。", field="kinds")
    region = Region.objects.filter(pk=plan.region_id).first()
    if region is None:
        raise BadInput("请选择认定的范围。", field="region")
    return region


def _refuse_empty(region: Region, kinds: Collection[str], year: int, at: datetime) -> None:
    if not queries.ladder(queries.ladder_day(year, today=local_date(at))):
        raise Refusal("还没有设置星级标准，请先设置。", code="ratings.no_ladder")
    if not queries.candidates(region, kinds, year).exists():
        raise Refusal(
            "这个范围内没有需要认定的组织，或者它们当年已经认定。",
            code="ratings.nobody",
            field="kinds",
        )


def claim_batch(*, batch_id: int, before: datetime, at: datetime) -> bool:
    """Return whether a batch on which nobody works is ours now; others wait again as long."""
    silent = Batch.objects.filter(pk=batch_id, state=BatchState.COUNTING, counted_at__lt=before)
    return bool(silent.update(counted_at=at))


def count_batch(*, batch_id: int, clock: Callable[[], datetime]) -> None:
    """Count a batch and write the rule's proposals; one that is not to be counted is left alone.

    Counting reads every record of the year, so it stands outside of any transaction; what it
    found is written all at once. What was adjusted by hand stays.
    """
    batch = Batch.objects.select_related("region").filter(pk=batch_id).first()
    if batch is None or batch.state != BatchState.COUNTING:
        return
    rated = list(queries.candidates(batch.region, batch.kinds, batch.year))
    counted: queries.Part = {}
    for number, part in enumerate(queries.parts(rated, batch.year), start=1):
        counted |= part
        Batch.objects.filter(pk=batch_id, state=BatchState.COUNTING).update(
            counted_parts=number, counted_at=clock()
        )
    _propose(batch, queries.put_together(rated, counted), at=clock())


@transaction.atomic
def _propose(batch: Batch, counted: dict[int, dict[str, int]], *, at: datetime) -> None:
    waiting = Batch.objects.filter(pk=batch.pk, state__in=BATCH_FLOW.sources("count"))
    target = BATCH_FLOW.after("count", BatchState.COUNTING)
    if not waiting.update(state=target, counted_at=at):
        return  # another worker was quicker, or it was cancelled
    rungs = queries.ladder(queries.ladder_day(batch.year, today=local_date(at)))
    adjusted = {
        row.organization_id: {name: getattr(row, name) for name in _BY_HAND}
        for row in batch.proposals.exclude(adjusted=None)
    }
    batch.proposals.all().delete()
    Proposal.objects.bulk_create(
        [
            Proposal(
                batch=batch,
                organization_id=pk,
                stars=rules.reached(rungs, numbers),
                **numbers,
                **adjusted.get(pk, {}),
            )
            for pk, numbers in counted.items()
        ],
        batch_size=500,
    )
    record("ratings.count", batch, by=None, at=at, proposals=len(counted))


@transaction.atomic
def recount(*, batch_id: int, by: User, at: datetime) -> Batch:
    """Let a job count anew, as after hours were posted late.

    :raises Refusal: when nothing is to rate any more.
    :raises WrongState: when it is being counted, is shown or certified.
    """
    batch = _hold(batch_id, "recount")
    _refuse_empty(batch.region, batch.kinds, batch.year, at)
    Batch.objects.filter(pk=batch_id).update(
        state=BATCH_FLOW.after("recount", batch.state), counted_parts=0, counted_at=at
    )
    batch.refresh_from_db()
    record("ratings.recount", batch, by=by, at=at)
    return batch


@transaction.atomic
def adjust(*, proposal_id: int, stars: int, reason: str, by: User, at: datetime) -> Proposal:
    """Give an organization other stars than the rule; the rule's proposal stays beside it.

    The rule's own number of stars takes an adjustment back.

    :raises BadInput: when there is no reason.
    :raises NotAllowed: when it is one's own organization.
    :raises WrongState: when the batch is shown or certified.
    """
    wanted, said = rules.stars(stars), rules.reason(reason)
    proposal: Proposal = Proposal.objects.select_related("organization", "batch").get(
        pk=proposal_id
    )
    _hold(proposal.batch_id, "adjust")
    _refuse_own([proposal.organization], by)
    is_back = wanted == proposal.stars
    proposal.adjusted = None if is_back else wanted
    proposal.adjusted_reason = "" if is_back else said
    proposal.adjusted_at = None if is_back else at
    proposal.adjusted_by = None if is_back else by
    proposal.save(update_fields=["adjusted", "adjusted_reason", "adjusted_at", "adjusted_by"])
    record(
        "ratings.adjust",
        proposal,
        by=by,
        at=at,
        organization=proposal.organization_id,
        by_rule=proposal.stars,
        stars=wanted,
    )
    return proposal


@transaction.atomic
def show_batch(*, batch_id: int, by: User, at: datetime) -> Batch:
    """Show the list to the public; the stars count when that has ended well.

    :raises NotAllowed: when one's own organization gets stars in it.
    :raises Refusal: when nobody gets any.
    :raises WrongState: when it is shown already.
    """
    batch = _hold(batch_id, "show")
    rated = batch.proposals.filter(final__gt=0).select_related("organization")
    if not rated:
        raise Refusal("没有达到星级的组织，不用公示，可以取消这个批次。", code="ratings.empty")
    _refuse_own([one.organization for one in rated], by)
    Batch.objects.filter(pk=batch_id, state=BatchState.OPEN).update(
        state=BATCH_FLOW.after("show", BatchState.OPEN), shown_at=at, shown_by=by
    )
    batch.refresh_from_db()
    record("ratings.show", batch, by=by, at=at)
    publicity.show(
        kind=NoticeKind.RATINGS,
        title=f"{batch.year}年度星级志愿服务组织（{batch.region.name}）",
        body=_shown(batch),
        subject=batch,
        region=batch.region,
        workdays=policy.number("ratings.publicity_workdays", on=local_date(at)),
        at=at,
        by=by,
    )
    return batch


def _shown(batch: Batch) -> str:
    """Return the list in words, most stars first."""
    lines: list[str] = []
    for stars, number in queries.by_stars(batch).items():
        if stars:
            names = batch.proposals.filter(final=stars).order_by("organization__name")
            listed = list(names.values_list("organization__name", flat=True)[:NAMED_MOST])
            more = f"等 {number} 个" if number > len(listed) else ""
            lines.append(f"{rules.STAR_WORDS[stars]}（{number} 个）：{'、'.join(listed)}{more}")
    return "\n".join(lines)


@transaction.atomic
def cancel_batch(*, batch_id: int, by: User, at: datetime) -> Batch:
    """Give a batch up before it is shown.

    :raises WrongState: when it is shown or certified.
    """
    batch = _hold(batch_id, "cancel")
    Batch.objects.filter(pk=batch_id).update(state=BATCH_FLOW.after("cancel", batch.state))
    batch.refresh_from_db()
    record("ratings.cancel", batch, by=by, at=at)
    return batch


@transaction.atomic
def certify_batch(*, batch_id: int, at: datetime) -> bool:
    """Certify what was shown; return whether there was anything to do.

    An organization that was dissolved or suspended meanwhile gets no stars.
    """
    certified = Batch.objects.filter(pk=batch_id, state__in=BATCH_FLOW.sources("certify"))
    if not certified.update(state=BatchState.CERTIFIED, certified_at=at):
        return False
    batch = Batch.objects.get(pk=batch_id)
    rated = batch.proposals.filter(final__gt=0, organization__state=OrgState.ACTIVE)
    taken = Rating.objects.filter(year=batch.year).values("organization_id")
    ratings = Rating.objects.bulk_create(
        Rating(
            organization_id=one.organization_id,
            year=batch.year,
            stars=one.final,
            proposal=one,
            certified_at=at,
        )
        for one in rated.exclude(organization_id__in=taken)
    )
    _keep_stars([one.organization_id for one in ratings])
    record("ratings.certify", batch, by=None, at=at, ratings=len(ratings))
    told = [(one, {"organization": one.organization_id, "stars": one.stars}) for one in ratings]
    record_many("ratings.rate", told, by=None, at=at)
    return True


def _keep_stars(organization_ids: Collection[int]) -> None:
    """Write the newest rating on the organization's own row, where lists read it."""
    newest = Rating.objects.filter(organization=OuterRef("pk")).order_by("-year")
    Organization.objects.filter(pk__in=organization_ids).update(
        stars=Subquery(newest.values("stars")[:1]),
        stars_year=Subquery(newest.values("year")[:1]),
    )


@transaction.atomic
def reopen_batch(*, batch_id: int, at: datetime) -> bool:
    """Let a batch be decided again whose publicity met an objection that holds."""
    shown = Batch.objects.filter(pk=batch_id, state__in=BATCH_FLOW.sources("overturn"))
    target = BATCH_FLOW.after("overturn", BatchState.SHOWN)
    if not shown.update(state=target, shown_at=None, shown_by=None):
        return False
    record("ratings.overturn", ("batch", batch_id), by=None, at=at)
    return True


def _hold(batch_id: int, verb: str) -> Batch:
    """Hold a batch while something is done with it; the table says what to tell where it cannot."""
    rows = Batch.objects.select_related("region").filter(pk=batch_id)
    batch: Batch = hold(rows, BATCH_FLOW, verb, missing="没有找到这个认定批次。")
    return batch


def _refuse_own(organizations: Collection[Organization], by: User) -> None:
    theirs = queries.is_theirs(by, organizations)
    if theirs is not None:
        raise NotAllowed(
            f"您是“{theirs.name}”的人员，它的星级请由其他工作人员办理。", code="ratings.own_case"
        )
