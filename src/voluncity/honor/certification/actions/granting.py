"""Turn the accepted of a batch into honors: each star and each medal once, whoever is faster."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Max

from voluncity.honor.certification import queries, rules
from voluncity.honor.certification.models import Batch, Candidate, Honor
from voluncity.honor.certification.queries.counting import figures
from voluncity.honor.certification.states import CandidateState, Doubt, honor_name
from voluncity.honor.recognition.rules import check_code, facts_digest
from voluncity.kernel.clock import local_date

_TRIES = 3
HOURS = ("minutes", "proven_minutes")


def grant(batch: Batch, *, at: datetime) -> list[Honor]:
    """Give every accepted candidate the honor, unless they have as much; return the new ones."""
    accepted = batch.candidates.filter(state=CandidateState.ACCEPTED)
    wanted = list(accepted.select_related("volunteer").order_by("-grade", "-minutes", "pk"))
    best = _best(batch.kind, [one.volunteer_id for one in wanted])
    fit = [
        one
        for one in wanted
        if one.volunteer.closed_at is None and one.grade > best.get(one.volunteer_id, 0)
    ]
    honors = _insert(batch, fit, at=at)
    given = [one.candidate_id for one in honors]
    Candidate.objects.filter(pk__in=given).update(state=CandidateState.CERTIFIED)
    accepted.exclude(pk__in=given).update(state=CandidateState.SKIPPED)
    _doubt_who_lost_hours(batch, honors, at=at)
    return honors


def _doubt_who_lost_hours(batch: Batch, honors: list[Honor], *, at: datetime) -> None:
    """Let a job look again at whom hours were taken back between counting and certifying."""
    rule = queries.rule_for(batch.ladder)
    found = figures(rule, [one.volunteer_id for one in honors], batch.until)
    less = [
        one.pk
        for one in honors
        if any(found[one.volunteer_id][key] < one.facts["values"][key] for key in HOURS)
    ]
    Honor.objects.filter(pk__in=less).update(doubt=Doubt.MARKED, doubted_at=at)


def _best(kind: str, volunteer_ids: Sequence[int]) -> dict[int, int]:
    live = Honor.objects.filter(kind=kind, revoked_at=None, volunteer__in=volunteer_ids)
    rows = live.values_list("volunteer").annotate(best=Max("grade")).order_by()
    return dict(rows)


def _insert(batch: Batch, fit: list[Candidate], *, at: datetime) -> list[Honor]:
    """Insert what the constraints allow: somebody else may be certifying the same people.

    A serial that is taken already is drawn anew.
    """
    left = fit
    for _ in range(_TRIES):
        serials = rules.fresh_serials(batch.kind, len(left), at=at)
        rows = [_honor(batch, one, serial, at) for one, serial in zip(left, serials, strict=True)]
        Honor.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
        given = set(batch.honors.values_list("candidate", flat=True))
        missing = [one for one in left if one.pk not in given]
        best = _best(batch.kind, [one.volunteer_id for one in missing])
        left = [one for one in missing if one.grade > best.get(one.volunteer_id, 0)]
        if not left:
            break
    return list(batch.honors.order_by("-grade", "pk"))


def _honor(batch: Batch, one: Candidate, serial: str, at: datetime) -> Honor:
    facts = _facts(batch, one, at)
    digest = facts_digest(facts)
    return Honor(
        volunteer_id=one.volunteer_id,
        kind=batch.kind,
        grade=one.grade,
        batch=batch,
        candidate=one,
        serial=serial,
        check_code=check_code(serial, digest, key=settings.VOLUNCITY_INDEX_KEY),
        facts=facts,
        digest=digest,
        certified_at=at,
    )


def _facts(batch: Batch, one: Candidate, at: datetime) -> dict[str, Any]:
    """Return everything that the honor rests on; a later ladder changes nothing of it."""
    rule = queries.rule_for(batch.ladder)
    rung = next(rung for rung in rule.rungs if rung.grade == one.grade)
    return {
        "name": one.volunteer.name,
        "number": one.volunteer.number,
        "honor": honor_name(batch.kind, one.grade),
        "batch": batch.title,
        "region": batch.region.name,
        "until": batch.until.isoformat(),
        "ladder": batch.ladder.valid_from.isoformat(),
        "asked": dict(rung.least),
        "values": one.values,
        "by_rule": one.by_rule >= one.grade,
        "issuer": f"{settings.VOLUNCITY_CITY_NAME}市志愿服务平台",
        "certified_on": local_date(at).isoformat(),
    }
