"""Closing an account: what stands in its way, and what would follow."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.module_loading import import_string

from voluncity.city.access.models import Grant
from voluncity.city.people.models import User, Volunteer
from voluncity.city.privacy.models import Closing
from voluncity.city.privacy.queries.subjects import Subject
from voluncity.city.privacy.states import ClosingState
from voluncity.kernel.own_data import Hindrance


def hindrances(user: User | None, volunteer: Volunteer | None) -> list[Hindrance]:
    """Return what must be settled before, as the slices that the settings name say it."""
    found = _roles(user)
    for path in settings.VOLUNCITY_HINDRANCES.values():
        found += import_string(path)(user, volunteer)
    return found


def _roles(user: User | None) -> list[Hindrance]:
    if user is None:
        return []
    held = Grant.objects.filter(user=user, revoked_at=None).select_related("region", "organization")
    return [
        Hindrance(
            f"您还担任“{grant.region or grant.organization}”的{grant.get_role_display()}，"
            "请先做好交接，请安全管理员收回这个角色。"
        )
        for grant in held.order_by("pk")
    ]


def open_closing(subject: Subject) -> Closing | None:
    """Return the wish to close this account that still waits for its day."""
    about = Q(pk__in=[])
    if subject.user is not None:
        about |= Q(user=subject.user)
    if subject.volunteer is not None:
        about |= Q(volunteer=subject.volunteer)
    return Closing.objects.filter(about, state=ClosingState.ASKED).order_by("pk").first()


def due_closings(*, at: datetime) -> QuerySet[Closing]:
    """Return the wishes whose day has come, the oldest first."""
    return Closing.objects.filter(state=ClosingState.ASKED, due_at__lte=at).order_by("due_at", "pk")
