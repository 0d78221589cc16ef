"""Which cases somebody must answer for."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import Role
from voluncity.city.access.queries import grants_of
from voluncity.city.people import queries as people
from voluncity.city.people.models import User, Volunteer
from voluncity.service.integrity.models import Case
from voluncity.service.integrity.states import About, CaseState


def own_cases(user: User, *, on: date) -> QuerySet[Case]:
    """Return the cases in which a person is accused, or answers for a child or an organization.

    What is only opened is the office's business so far.
    """
    mine = Q(about=About.ORGANIZER, organizer=user)
    volunteer = user.volunteer_or_none
    if volunteer is not None:
        mine |= Q(about=About.VOLUNTEER, volunteer__in=people.records_of(volunteer))
    mine |= Q(about=About.VOLUNTEER, volunteer__in=_children(user, on=on))
    led = [grant.organization_id for grant in grants_of(user) if grant.role == Role.ORG_ADMIN]
    mine |= Q(about=About.ORGANIZATION, organization__in=led)
    quiet = Q(state=CaseState.OPENED) | Q(state=CaseState.UNFOUNDED, asked_at=None)
    return Case.objects.filter(mine).exclude(quiet)


def _children(user: User, *, on: date) -> list[int]:
    """Return the minors for whom somebody answers (民法典第二十七条)."""
    return [row.volunteer_id for row in people.wards(user, on=on)]


def users_answering_for(volunteer: Volunteer, *, on: date) -> list[int]:
    """Return the accounts that hear what is said about a volunteer: the own one, and a minor's
    guardians'."""
    guardians = people.guardian_accounts([volunteer.pk], on=on).get(volunteer.pk, [])
    holder = people.holder_of(volunteer)
    return sorted({*guardians, *([] if holder is None else [holder])})


def accused_users(case: Case, *, on: date) -> list[int]:
    """Return the accounts that must hear of a case."""
    if case.about == About.ORGANIZER:
        return [case.organizer_id] if case.organizer_id else []
    if case.about == About.VOLUNTEER and case.volunteer is not None:
        return users_answering_for(case.volunteer, on=on)
    admins = Grant.objects.filter(
        organization=case.organization_id, role=Role.ORG_ADMIN, revoked_at=None
    )
    return sorted(admins.values_list("user_id", flat=True))
