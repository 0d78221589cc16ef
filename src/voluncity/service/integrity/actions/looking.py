"""Let the rules look, and keep what they found; the same facts are found once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice

from django.db import transaction

from voluncity.city.journal.actions import record_many
from voluncity.city.policy import queries as policy
from voluncity.kernel.clock import local_date
from voluncity.service.integrity.models import Evidence, Finding
from voluncity.service.integrity.queries.limits import Limits
from voluncity.service.integrity.queries.looking import EVIDENCE_MOST, LOOKS, Period
from voluncity.service.integrity.rules import PATTERN_RULES, Found, facts_of, key_of
from voluncity.service.integrity.states import FindingState

BATCH = 500


def look(*, at: datetime) -> int:
    """Let every rule look at the last days; return how many findings are new."""
    today = local_date(at)
    limits = Limits.on(today)
    recent = Period(_days_before(today, "integrity.look_back_days"), today)
    longer = Period(_days_before(today, "integrity.pattern_days"), today)
    return sum(
        keep(rule_looks(longer if rule in PATTERN_RULES else recent, limits), at=at)
        for rule, rule_looks in LOOKS.items()
    )


def _days_before(day: date, key: str) -> date:
    return day - timedelta(days=policy.number(key, on=day))


def keep(found: Iterable[Found], *, at: datetime) -> int:
    """Keep findings; return how many are new.

    What is open follows the facts; what was set aside is opened again when there are more of
    them; what is in a case stays as it was when the case was opened.
    """
    made, rows = 0, iter(found)
    while batch := list(islice(rows, BATCH)):
        made += _keep_batch({key_of(one): one for one in batch}, at=at)
    return made


@transaction.atomic
def _keep_batch(found: dict[str, Found], *, at: datetime) -> int:
    # Held: whoever opens a case or sets one aside in this moment waits, or was first.
    rows = Finding.objects.filter(key__in=found).select_for_update().order_by("pk")
    known = {one.key: one for one in rows.prefetch_related("evidence")}
    new = [_finding(key, one, at=at) for key, one in found.items() if key not in known]
    Finding.objects.bulk_create(new, ignore_conflicts=True)
    kept = {
        one.key: one
        for one in Finding.objects.filter(key__in=[one.key for one in new], found_at=at)
    }
    changed = [
        one for key, one in known.items()
        if one.facts != facts_of(found[key]) and _is_news(one, found[key])
    ]  # fmt: skip
    for one in changed:
        one.numbers, one.facts = found[one.key].numbers, facts_of(found[one.key])
        one.state, one.reason, one.decided_at, one.decided_by = FindingState.OPEN, "", None, None
    Finding.objects.bulk_update(
        changed, ["numbers", "facts", "state", "reason", "decided_at", "decided_by"]
    )
    touched = [*kept.values(), *changed]
    Evidence.objects.bulk_create(_evidence(touched, found), ignore_conflicts=True, batch_size=1_000)
    data = [(one, {"rule": str(one.rule), "organization": one.organization_id}) for one in touched]
    record_many("integrity.notice", data, by=None, at=at)
    return len(kept)


def _is_news(one: Finding, found: Found) -> bool:
    """Return whether to tell it again: what was set aside needs a record that is new."""
    if one.state == FindingState.SET_ASIDE:
        known = {row.record_id for row in one.evidence.all()}
        return not known.issuperset(list(found.records)[:EVIDENCE_MOST])
    return one.state == FindingState.OPEN


def _evidence(findings: Iterable[Finding], found: dict[str, Found]) -> Iterator[Evidence]:
    for one in findings:
        for record_id in list(found[one.key].records)[:EVIDENCE_MOST]:
            yield Evidence(finding=one, record_id=record_id)


def _finding(key: str, found: Found, *, at: datetime) -> Finding:
    return Finding(
        key=key,
        rule=found.rule,
        about=found.about,
        organization_id=found.organization_id,
        organizer_id=found.organizer_id,
        volunteer_id=found.volunteer_id,
        happened_on=found.happened_on,
        numbers=found.numbers,
        facts=facts_of(found),
        found_at=at,
    )
