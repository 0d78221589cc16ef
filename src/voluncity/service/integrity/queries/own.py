"""Which cases somebody must answer for."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import Role
from voluncity.city.access.queries import grants_of
from voluncity.city.people import queries as people
from voluncity.city.people.models import User
from voluncity.service.integrity.models import Case
from voluncity.service.integrity.states import About, CaseState


def own_cases(user: User) -> QuerySet[Case]:
    """Return the cases in which a person is accused, or administers the accused organization.

    What is only opened is the office's business so far.
    """
    mine = Q(about=About.ORGANIZER, organizer=user)
    volunteer = user.volunteer_or_none
    if volunteer is not None:
        mine |= Q(about=About.VOLUNTEER, volunteer__in=people.records_of(volunteer))
    led = [grant.organization_id for grant in grants_of(user) if grant.role == Role.ORG_ADMIN]
    mine |= Q(about=About.ORGANIZATION, organization__in=led)
    quiet = Q(state=CaseState.OPENED) | Q(state=CaseState.UNFOUNDED, asked_at=None)
    return Case.objects.filter(mine).exclude(quiet)


def accused_users(case: Case) -> list[int]:
    """Return the accounts that must hear of a case."""
    if case.about == About.ORGANIZER:
        return [case.organizer_id] if case.organizer_id else []
    if case.about == About.VOLUNTEER and case.volunteer is not None:
        holder = people.holder_of(case.volunteer)
        return [] if holder is None else [holder]
    admins = Grant.objects.filter(
        organization=case.organization_id, role=Role.ORG_ADMIN, revoked_at=None
    )
    return sorted(admins.values_list("user_id", flat=True))
