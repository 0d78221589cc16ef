"""Whose certificates an organization may print, and how far its jobs are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import models
from django.db.models import QuerySet, Sum

from voluncity.city.orgs.models import Organization
from voluncity.city.people import queries as people
from voluncity.city.people.models import Volunteer
from voluncity.honor.recognition.models import PrintJob
from voluncity.honor.recognition.queries.certificates import Wanted
from voluncity.honor.recognition.states import CertificateKind
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.hours.states import RecordState
from voluncity.service.projects.models import Activity

SHOWN_MOST = 500  # people to choose from at once


@dataclass(frozen=True)
class Printable:
    """Somebody whose hours an organization recorded."""

    volunteer: Volunteer
    minutes: int


def printable(
    wanted: Wanted, *, words: str = "", among: Collection[int] | None = None
) -> list[Printable]:
    """Return the people for whom `wanted.organization` recorded posted hours, most hours first.

    Who records proves (民政部令第 67 号): so these are its own people, members or not. A merged
    record counts for the living one; who has closed the account gets no paper from others.
    Of many only the first are returned: `words` of a name or number, and `among`, come before.
    """
    minutes: dict[int, int] = {}
    found = _recorded(wanted)
    if words:
        found = found.filter(
            _named(words, "volunteer__") | _named(words, "volunteer__merged_into__")
        )
    if among is not None:
        families = people.families(among)
        found = found.filter(volunteer__in={pk for one in among for pk in families.get(one, [one])})
    sums = found.values_list("volunteer").annotate(sum=Sum("minutes"))
    rows: dict[int, int] = dict(sums.order_by("-sum", "volunteer")[: SHOWN_MOST * 2])
    living = {pk: family[0] for pk, family in people.families(rows.keys()).items()}
    for pk, sum_minutes in rows.items():
        who = living.get(pk, pk)
        minutes[who] = minutes.get(who, 0) + sum_minutes
    known = Volunteer.objects.filter(pk__in=minutes, closed_at=None)
    if words:
        known = known.filter(_named(words))
    ready = [Printable(one, minutes[one.pk]) for one in known.select_related("region")]
    return sorted(ready, key=lambda one: (-one.minutes, one.volunteer.pk))[:SHOWN_MOST]


def _named(words: str, whose: str = "") -> models.Q:
    begins, is_it = {f"{whose}name__startswith": words}, {f"{whose}number": words}
    return models.Q(**begins) | models.Q(**is_it)


def _recorded(wanted: Wanted) -> QuerySet[ServiceRecord]:
    found = _posted_by(wanted.organization)
    if wanted.kind == CertificateKind.PERIOD:
        found = found.filter(served_on__gte=wanted.since, served_on__lte=wanted.until)
    if wanted.kind == CertificateKind.ACTIVITY:
        found = found.filter(signup__shift__activity=wanted.activity)
    return found


def _posted_by(organization: Organization | None) -> QuerySet[ServiceRecord]:
    """Return what an organization and those below it recorded; without one, nothing."""
    if organization is None:
        return ServiceRecord.objects.none()
    return ServiceRecord.objects.filter(
        state=RecordState.POSTED, organization__path__startswith=organization.path
    )


def activities_to_print(organization: Organization, *, most: int = 100) -> QuerySet[Activity]:
    """Return the activities of an organization with posted hours, the latest first."""
    posted = _posted_by(organization)
    held = Activity.objects.filter(pk__in=posted.values("signup__shift__activity"))
    return held.order_by("-starts_at", "-pk")[:most]


def jobs_of(owner: models.Model) -> QuerySet[PrintJob]:
    """Return somebody's own print jobs, the newest first."""
    own = PrintJob.objects.filter(owner=owner.pk)
    return own.select_related("organization", "activity", "file").order_by("-asked_at", "-pk")


def wanted_of(job: PrintJob) -> Wanted:
    """Return what the certificates of a job tell of."""
    return Wanted(CertificateKind(job.kind), job.since, job.until, job.activity, job.organization)
