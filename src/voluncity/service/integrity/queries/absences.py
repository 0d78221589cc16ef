"""Who did not come, and what waits about it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.journal.models import Entry
from voluncity.city.people import queries as people
from voluncity.city.people.models import User, Volunteer
from voluncity.service.integrity.models import Absence
from voluncity.service.integrity.states import ABSENT, AbsenceKind, AbsenceState

_SHOWN = ("signup__volunteer", "signup__shift__activity__project__organization", "decided_by")


def absences_to_confirm(user: User) -> QuerySet[Absence]:
    """Return what this person may say something about, newest first."""
    reach = Absence.objects.in_scope(scope_of(user, Permission.HOURS_CONFIRM))
    waiting = reach.filter(state=AbsenceState.RAISED).exclude(signup__volunteer__user=user)
    return waiting.select_related(*_SHOWN).order_by("-signup__shift__starts_at", "-pk")


def absences_to_answer(user: User) -> QuerySet[Absence]:
    """Return the appeals that this person may hear."""
    reach = Absence.objects.in_scope(scope_of(user, Permission.HOURS_APPROVE))
    return (
        reach.filter(state=AbsenceState.APPEALED)
        .exclude(signup__volunteer__user=user)
        .exclude(decided_by=user)
        .select_related(*_SHOWN)
        .order_by("appealed_at", "pk")
    )


def absences_of(volunteer: Volunteer) -> QuerySet[Absence]:
    """Return what was confirmed about a volunteer; what is only raised tells nobody anything."""
    return _told(Absence.objects.filter(signup__volunteer__in=people.records_of(volunteer)))


def absences_for(user: User, *, on: date) -> QuerySet[Absence]:
    """Return what was confirmed about somebody, or about a child for whom they answer."""
    whose = [row.volunteer_id for row in people.wards(user, on=on)]
    volunteer = user.volunteer_or_none
    if volunteer is not None:
        whose += people.records_of(volunteer)
    return _told(Absence.objects.filter(signup__volunteer__in=whose))


def _told(found: QuerySet[Absence]) -> QuerySet[Absence]:
    told = found.exclude(state__in=[AbsenceState.RAISED, AbsenceState.EXCUSED])
    return told.select_related(*_SHOWN).order_by("-decided_at", "-pk")


def cancelled_by(absence: Absence) -> str:
    """Return who gave the place back, for a late cancellation; '' otherwise."""
    signup = absence.signup
    if absence.kind != AbsenceKind.LATE_CANCEL or signup.cancelled_at is None:
        return ""
    told = Entry.objects.filter(
        verb="signups.cancel", subject_type="signup", subject_id=signup.pk, at=signup.cancelled_at
    )
    entry = told.select_related("actor").first()
    if entry is None or entry.actor is None:
        return ""
    is_own = entry.actor_id == signup.volunteer.user_id
    return "本人" if is_own else str(entry.actor.display_name)


def recent_absences(volunteer_id: int, *, at: datetime, days: int) -> int:
    """Return how many absences of the last days count."""
    mine = Absence.objects.filter(
        signup__volunteer__in=people.records_of(volunteer_id), state__in=ABSENT
    )
    return mine.filter(signup__shift__starts_at__gte=at - timedelta(days=days)).count()
