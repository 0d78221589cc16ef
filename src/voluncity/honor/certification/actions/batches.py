"""A batch from its start to the list that is certified."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from voluncity.city.journal.actions import record, record_many
from voluncity.city.people.models import User, Volunteer
from voluncity.city.publicity import actions as publicity
from voluncity.city.publicity.states import NoticeKind
from voluncity.city.regions.models import Level, Region
from voluncity.honor.certification import queries, rules
from voluncity.honor.certification.actions.granting import grant
from voluncity.honor.certification.actions.holding import hold_batch, refuse_own
from voluncity.honor.certification.actions.honors import carry_stars
from voluncity.honor.certification.models import Batch, Candidate
from voluncity.honor.certification.queries.counting import Counting, pool
from voluncity.honor.certification.rules import Rule
from voluncity.honor.certification.states import (
    BATCH_FLOW,
    CANDIDATE_FLOW,
    BatchState,
    CandidateState,
    HonorKind,
    grade_name,
)
from voluncity.kernel.bulk import copy_rows
from voluncity.kernel.clock import date_text, local_date
from voluncity.kernel.masks import mask_name
from voluncity.kernel.refusals import BadInput, Refusal
from voluncity.kernel.text import words

Clock = Callable[[], datetime]
TITLE_MOST = 60
PARTS = Counting.STEPS + 2
COLUMNS = ("batch_id", "volunteer_id", "by_rule", "grade", "minutes", "values", "state",
           "nomination", "reason")  # fmt: skip
DECIDED = (
    CandidateState.ACCEPTED, CandidateState.REJECTED, CandidateState.DECLINED,
    CandidateState.REMOVED,
)  # fmt: skip
# What a recount leaves alone.
_KEPT = Q(state__in=DECIDED) | Q(nominated_at__isnull=False)
KINDS = {HonorKind.STARS: NoticeKind.STARS, HonorKind.MEDALS: NoticeKind.MEDALS}


@dataclass(frozen=True)
class BatchPlan:
    """What is certified, where, and up to which day hours count."""

    title: str
    kind: str
    region_id: int
    until: date


@transaction.atomic
def start_batch(*, plan: BatchPlan, by: User, at: datetime) -> Batch:
    """Start certifying stars or medals in a region; a job counts who comes into question.

    :raises BadInput: at the field that is wrong.
    :raises Refusal: when one of the kind is running there, or nothing may be certified there.
    """
    region = Region.objects.filter(pk=plan.region_id).first()
    if region is None or region.level not in (Level.CITY, Level.COUNTY):
        raise BadInput("请选择认定的范围。", field="region")
    if not rules.FIRST_DAY <= plan.until <= local_date(at):
        raise BadInput("统计截至日应是 2010 年以后、今天或以前的一天。", field="until")
    ladder = queries.ladder_on(plan.kind, local_date(at))
    if ladder is None:
        raise BadInput("还没有这一类的认定标准，请先设置。", field="kind")
    if not rules.within(queries.rule_for(ladder), region.level):
        raise BadInput("按现行标准，这一类只由市级认定，请选择全市。", field="region")
    batch = Batch(
        title=words(plan.title, "title", "名称", TITLE_MOST), kind=plan.kind, ladder=ladder,
        region=region, until=plan.until, counted_at=at, started_at=at, started_by=by,
    )  # fmt: skip
    try:
        with transaction.atomic():
            batch.save(force_insert=True)
    except IntegrityError as error:
        raise Refusal(
            f"{region.name}已有一个没有办完的同类批次，请先完成或取消它。",
            code="certification.running",
            field="region",
        ) from error
    record(
        "certification.start", batch, by=by, at=at,
        kind=plan.kind, until=str(plan.until), ladder=ladder.pk,
    )  # fmt: skip
    return batch


# -- Counting ----------------------------------------------------------------------------------


def claim_batch(*, batch_id: int, before: datetime, at: datetime) -> bool:
    """Return whether a batch on which nobody works is ours now; others wait again as long."""
    silent = Batch.objects.filter(pk=batch_id, state=BatchState.COUNTING, counted_at__lt=before)
    return bool(silent.update(counted_at=at))


def count_batch(*, batch_id: int, clock: Clock) -> None:
    """Count a batch and write who comes into question; one not to be counted is left alone.

    Outside of any transaction; what it found is written all at once. A worker that is killed
    leaves nothing behind, and the next one counts from the beginning (`queries.silent_batches`).
    """
    batch = Batch.objects.select_related("region", "ladder").filter(pk=batch_id).first()
    if batch is None or batch.state != BatchState.COUNTING:
        return
    rule = queries.rule_for(batch.ladder)
    kept = batch.candidates.filter(_KEPT).values_list("volunteer", flat=True)
    ids = {*pool(rule, batch.region, batch.until), *kept}
    counting = Counting(rule, ids, batch.until)
    _tell(batch, 1, clock)
    for number in counting.steps():
        _tell(batch, number + 1, clock)
    looked_at = queries.people_with_hours(batch.region)
    _write(batch, rule, counting.figures(), looked_at, at=clock())


def _tell(batch: Batch, number: int, clock: Clock) -> None:
    counting = Batch.objects.filter(pk=batch.pk, state=BatchState.COUNTING)
    counting.update(counted_parts=number, counted_at=clock())


@transaction.atomic
def _write(
    batch: Batch, rule: Rule, found: dict[int, dict[str, int]], looked_at: int, *, at: datetime
) -> None:
    target = BATCH_FLOW.after("count", BatchState.COUNTING)
    waiting = Batch.objects.filter(pk=batch.pk, state__in=BATCH_FLOW.sources("count"))
    if not waiting.update(state=target, counted_at=at, counted_parts=PARTS, looked_at=looked_at):
        return  # another worker was quicker, or it was cancelled
    kept = list(batch.candidates.filter(_KEPT))
    batch.candidates.exclude(_KEPT).delete()
    for one in kept:
        _renew(one, batch, rule, found.get(one.volunteer_id))
    Candidate.objects.bulk_update(
        kept, ["by_rule", "grade", "minutes", "values", "state", "reason"], batch_size=500
    )
    decided = {one.volunteer_id for one in kept}
    new = ((pk, values) for pk, values in found.items() if pk not in decided)
    copy_rows(Candidate, COLUMNS, _rows(batch, rule, new))
    record(
        "certification.count", batch, by=None, at=at, looked_at=looked_at,
        candidates=batch.candidates.exclude(state=CandidateState.SHORT).count(),
    )  # fmt: skip


def _renew(one: Candidate, batch: Batch, rule: Rule, values: dict[str, int] | None) -> None:
    """Give somebody who was decided or nominated new numbers; less than decided opens it again."""
    by_rule = rules.reached(rule, values, level=batch.region.level) if values else 0
    was = one.by_rule
    one.values, one.minutes = values or one.values, values["minutes"] if values else one.minutes
    one.by_rule = by_rule
    if not one.nominated_at or by_rule > one.grade:
        one.grade = by_rule or one.grade
    if one.state == CandidateState.ACCEPTED and by_rule != was:
        one.state, one.reason = CandidateState.WAITING, ""


def _rows(
    batch: Batch, rule: Rule, found: Iterable[tuple[int, dict[str, int]]]
) -> Iterator[tuple[Any, ...]]:
    level = batch.region.level
    for pk, values in found:
        grade = rules.reached(rule, values, level=level)
        if grade > values["held"]:
            state, wanted = CandidateState.WAITING, grade
        else:
            state, wanted = CandidateState.SHORT, rules.narrowly(rule, values, level=level)
        if wanted > values["held"]:
            by_rule = grade if state == CandidateState.WAITING else 0
            yield batch.pk, pk, by_rule, wanted, values["minutes"], values, state.value, "", ""


@transaction.atomic
def recount(*, batch_id: int, by: User, at: datetime) -> Batch:
    """Let a job count anew, as after hours were posted late; what was decided by hand stays.

    :raises WrongState: when it is being counted, is shown or certified.
    """
    batch = hold_batch(batch_id, "recount")
    Batch.objects.filter(pk=batch_id).update(
        state=BATCH_FLOW.after("recount", batch.state), counted_parts=0, counted_at=at
    )
    batch.refresh_from_db()
    record("certification.recount", batch, by=by, at=at)
    return batch


@transaction.atomic
def cancel_batch(*, batch_id: int, by: User, at: datetime) -> Batch:
    """Give a batch up before it is shown.

    :raises WrongState: when it is shown or certified.
    """
    batch = hold_batch(batch_id, "cancel")
    Batch.objects.filter(pk=batch_id).update(state=BATCH_FLOW.after("cancel", batch.state))
    batch.refresh_from_db()
    record("certification.cancel", batch, by=by, at=at)
    return batch


# -- Publicity ---------------------------------------------------------------------------------


@transaction.atomic
def show_batch(*, batch_id: int, by: User, at: datetime) -> Batch:
    """Show the accepted, masked; what stands is certified when the time is over.

    :raises NotAllowed: when one's own name, or that of one's child, is on the list.
    :raises Refusal: when somebody is not decided yet, or nobody is accepted.
    :raises WrongState: when it is shown already.
    """
    batch = hold_batch(batch_id, "show")
    waiting = batch.candidates.filter(state=CandidateState.WAITING).count()
    if waiting:
        raise Refusal(
            f"还有 {waiting} 人没有审核，请全部审核后再公示。", code="certification.waiting"
        )
    accepted = list(
        batch.candidates.filter(state=CandidateState.ACCEPTED, volunteer__closed_at=None)
        .select_related("volunteer__region")
        .order_by("-grade", "-minutes", "pk")
    )
    if not accepted:
        raise Refusal("没有拟认定的人，不用公示，可以取消这个批次。", code="certification.empty")
    refuse_own([one.volunteer_id for one in accepted], by, on=local_date(at))
    notice = publicity.show(
        kind=KINDS[HonorKind(batch.kind)],
        title=f"{batch.title}（拟认定名单）",
        body=_shown(batch, accepted),
        subject=batch,
        region=batch.region,
        workdays=batch.ladder.publicity_workdays,
        at=at,
        by=by,
    )
    publicity.list_parts(notice, [(one.pk, _label(batch, one)) for one in accepted])
    Batch.objects.filter(pk=batch_id, state=BatchState.OPEN).update(
        state=BATCH_FLOW.after("show", BatchState.OPEN), shown_at=at, shown_by=by, notice=notice
    )
    batch.refresh_from_db()
    record("certification.show", batch, by=by, at=at, people=len(accepted))
    told = [(one, {"volunteer": one.volunteer_id, "grade": one.grade}) for one in accepted]
    record_many("certification.propose", told, by=None, at=at)
    return batch


def _shown(batch: Batch, accepted: list[Candidate]) -> str:
    numbers = queries.by_grade(one.grade for one in accepted)
    counted = "、".join(f"{grade_name(batch.kind, grade)} {n} 人" for grade, n in numbers.items())
    return (
        f"{batch.region.name}，服务时长统计截至 {date_text(batch.until)}。"
        f"经审核，拟认定{counted}，共 {len(accepted)} 人，名单如下（姓名已脱敏）。\n"
        "对其中某个人有异议，请写明名单里的序号：异议成立只移出这个人，其他人照常认定。"
    )


def _label(batch: Batch, one: Candidate) -> str:
    person: Volunteer = one.volunteer
    return (
        f"{grade_name(batch.kind, one.grade)}　{mask_name(person.name)}　"
        f"{person.region.name}　编号尾号 {person.number[-4:]}"
    )


@transaction.atomic
def remove_candidate(*, candidate_id: int, at: datetime) -> bool:
    """Take somebody off a shown list, after an upheld objection; return whether they were on it."""
    shown = Candidate.objects.filter(pk=candidate_id, state__in=CANDIDATE_FLOW.sources("remove"))
    if not shown.update(state=CandidateState.REMOVED, reason="公示期间异议成立"):
        return False
    record("certification.remove", ("candidate", candidate_id), by=None, at=at)
    return True


@transaction.atomic
def certify_batch(*, batch_id: int, at: datetime) -> bool:
    """Certify what was shown and stood; return whether there was anything to do.

    Whose account was closed meanwhile, or who got as much by another batch, gets nothing.
    """
    certified = Batch.objects.filter(pk=batch_id, state__in=BATCH_FLOW.sources("certify"))
    if not certified.update(state=BatchState.CERTIFIED, certified_at=at):
        return False
    batch = Batch.objects.select_related("ladder__category", "region").get(pk=batch_id)
    honors = grant(batch, at=at)
    record("certification.certify", batch, by=None, at=at, honors=len(honors))
    told = [(one, {"volunteer": one.volunteer_id, "grade": one.grade}) for one in honors]
    record_many("certification.grant", told, by=None, at=at)
    carry_stars(volunteer_ids=[one.volunteer_id for one in honors], at=at)
    return True


@transaction.atomic
def reopen_batch(*, batch_id: int, at: datetime) -> bool:
    """Let a batch be decided again whose publicity fell as a whole."""
    shown = Batch.objects.filter(pk=batch_id, state__in=BATCH_FLOW.sources("overturn"))
    target = BATCH_FLOW.after("overturn", BatchState.SHOWN)
    if not shown.update(state=target, shown_at=None, shown_by=None, notice=None):
        return False
    record("certification.overturn", ("batch", batch_id), by=None, at=at)
    return True
