"""Count what the records say about projects: a fixed number of questions for any number of them.

A session (开展次数) is one day of one activity at which somebody was present. The many posts of a
roster (a month is one activity each) count once a day, as its plan does.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncDate

from voluncity.city.policy import queries as policy
from voluncity.kernel.clock import CITY_TZ
from voluncity.service.hours.models import LIVE, ServiceRecord
from voluncity.service.hours.states import RecordState, Trust
from voluncity.service.progress.queries import archived
from voluncity.service.progress.rules import LIMITS, Figures, Limits
from voluncity.service.projects.models import Shift
from voluncity.service.projects.states import ActivityState

PROJECT = "signup__shift__activity__project"
_NOT_HELD = (ActivityState.DRAFT, ActivityState.CANCELLED)


def limits_on(day: date) -> Limits:
    """Return the city's numbers of a day."""
    found = policy.numbers(list(LIMITS.values()), on=day)
    return Limits(**{name: found[key] for name, key in LIMITS.items()})


def figures_of(project_ids: Iterable[int], *, at: datetime) -> dict[int, Figures]:
    """Return the figures of each of the projects."""
    ids = list(project_ids)
    sessions, records, archive = _sessions(ids, at), _records(ids), archived.totals(ids)
    return {
        pk: Figures(sessions=sessions[pk], **records.get(pk, {}), **archive.get(pk, {}))
        for pk in ids
    }


def attended_shifts(project_ids: Iterable[int], *, at: datetime) -> QuerySet[Shift]:
    """Return the shifts that are over and at which somebody was present."""
    return Shift.objects.filter(
        activity__project__in=list(project_ids),
        ends_at__lte=at,
        signups__attendance__isnull=False,
    ).exclude(activity__state__in=_NOT_HELD)


def _sessions(ids: list[int], at: datetime) -> Counter[int]:
    rows = (
        attended_shifts(ids, at=at)
        .order_by()
        .annotate(day=TruncDate("starts_at", tzinfo=CITY_TZ))
        .values_list("activity__project", "activity", "activity__roster_month__post__plan", "day")
        .distinct()
    )
    held = {
        (project, "plan" if plan else "activity", plan or activity, day)
        for project, activity, plan, day in rows
    }
    return Counter(project for project, *_ in held)


def _records(ids: list[int]) -> dict[int, dict[str, int]]:
    posted = Q(state=RecordState.POSTED)
    person = Coalesce("volunteer__merged_into", "volunteer")
    rows = (
        ServiceRecord.objects.filter(**{f"{PROJECT}__in": ids}, state__in=LIVE)
        .order_by()
        .values(PROJECT)
        .annotate(
            visits=Count("pk"),
            volunteers=Count(person, distinct=True),
            proven_minutes=Sum("minutes", filter=posted & Q(trust=Trust.PROVEN), default=0),
            entered_minutes=Sum("minutes", filter=posted & Q(trust=Trust.ENTERED), default=0),
            open_records=Count("pk", filter=~posted),
        )
    )
    return {row.pop(PROJECT): row for row in rows}


def edition_of(project_id: int) -> str:
    """Return a word for the records of a project as they are: how many, and a digest of them.

    The same records give the same word; any change of minutes, trust or state another one.
    """
    rows: Any = (
        ServiceRecord.objects.filter(**{PROJECT: project_id})
        .order_by("pk")
        .values_list("pk", "minutes", "trust", "state")
    )
    digest, number = hashlib.sha256(), 0
    for row in rows.iterator(chunk_size=2_000):
        digest.update(repr(row).encode())
        number += 1
    return f"{number}-{digest.hexdigest()[:16]}"
