"""Sessions: those to come, those of the desk, and who takes part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.orgs.rules import OpenWork
from voluncity.city.people import queries as people
from voluncity.city.people.models import User, Volunteer
from voluncity.city.policy import queries as policy
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotFound
from voluncity.service.projects.states import ActivityState
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import LIVE, SignupState
from voluncity.service.teaching.models import Material, Outcome, Session

_WITH = ("activity__project__organization", "activity__leader", "course")


def session_of(session_id: int) -> Session:
    """Return a session with its activity, course and organization.

    :raises NotFound: when there is none.
    """
    found: Session | None = Session.objects.select_related(*_WITH).filter(pk=session_id).first()
    if found is None:
        raise NotFound("没有找到这个培训班，请从培训列表里选择。")
    return found


def coming(*, at: datetime) -> QuerySet[Session]:
    """Return the sessions whose last meeting is not over, the next first."""
    found = Session.objects.filter(activity__state=ActivityState.OPEN, activity__ends_at__gt=at)
    return found.select_related(*_WITH).order_by("activity__starts_at", "pk")


def desk_sessions(user: User, tab: str, *, at: datetime) -> QuerySet[Session]:
    """Return the sessions that the person holds or records: "coming", else "past"."""
    scope = scope_of(user, Permission.TRAINING_RECORD)
    found: QuerySet[Session] = (
        Session.objects.in_scope(scope)
        .select_related(*_WITH)
        .annotate(attended=Count("outcomes", filter=Q(outcomes__minutes__gt=0)))
    )
    if tab == "past":
        return found.filter(activity__ends_at__lte=at).order_by("-activity__starts_at", "-pk")
    return found.filter(activity__ends_at__gt=at).order_by("activity__starts_at", "pk")


@dataclass(frozen=True)
class Place:
    """How one volunteer stands in a session: their sign-ups for its meetings."""

    signups: Sequence[Signup] = ()

    @property
    def is_in(self) -> bool:
        """Return whether the volunteer has a place in one meeting at least, or waits."""
        return bool(self.signups)

    @property
    def is_waiting(self) -> bool:
        """Return whether the volunteer has no place yet in any meeting."""
        return self.is_in and all(one.state != SignupState.PLACED for one in self.signups)


def place_of(session: Session, volunteer: Volunteer | None) -> Place:
    """Return how a volunteer stands in a session."""
    if volunteer is None:
        return Place()
    mine = Signup.objects.filter(
        volunteer=volunteer, shift__activity=session.activity_id, state__in=LIVE
    )
    return Place(list(mine.select_related("shift").order_by("shift__starts_at")))


def places_of(sessions: Sequence[Session], volunteer: Volunteer | None) -> dict[int, Place]:
    """Return by session how a volunteer stands in it, by one question for all."""
    by_activity: dict[int, list[Signup]] = {one.activity_id: [] for one in sessions}
    if volunteer is not None and sessions:
        mine = Signup.objects.filter(
            volunteer=volunteer, shift__activity__in=by_activity, state__in=LIVE
        )
        for signup in mine.select_related("shift").order_by("shift__starts_at"):
            by_activity[signup.shift.activity_id].append(signup)
    return {one.pk: Place(by_activity[one.activity_id]) for one in sessions}


def enrolled(session: Session) -> list[tuple[Volunteer, str]]:
    """Return who takes part, by name, and how: has a place, or waits for one."""
    rows = Signup.objects.filter(shift__activity=session.activity_id, state__in=LIVE)
    found: dict[int, tuple[Volunteer, str]] = {}
    for one in rows.select_related("volunteer").order_by("volunteer__name", "volunteer_id", "pk"):
        if one.volunteer_id not in found or one.state == SignupState.PLACED:
            found[one.volunteer_id] = (one.volunteer, str(one.get_state_display()))
    return list(found.values())


def outcomes(session: Session) -> QuerySet[Outcome]:
    """Return how everybody came through a session, by name."""
    found = session.outcomes.select_related("volunteer", "record").prefetch_related("tries")
    return found.order_by("volunteer__name", "pk")


def outcomes_of(volunteer: Volunteer) -> QuerySet[Outcome]:
    """Return one's own outcomes, newest first."""
    mine = Outcome.objects.filter(volunteer__in=people.records_of(volunteer))
    return mine.select_related("session__activity", "session__course", "record").order_by(
        "-session__activity__starts_at", "-pk"
    )


def my_coming(volunteer: Volunteer, *, at: datetime) -> list[Session]:
    """Return the sessions in which a volunteer takes part or waits, the next first."""
    mine = Signup.objects.filter(volunteer=volunteer, state__in=LIVE, shift__ends_at__gt=at)
    activities = mine.filter(shift__activity__session__isnull=False).values("shift__activity")
    return list(coming(at=at).filter(activity__in=activities))


def material_of(session_id: int, material_id: int) -> Material:
    """Return a file of a session.

    :raises NotFound: when there is none, or it was removed.
    """
    found: Material | None = (
        Material.objects.select_related("file")
        .filter(pk=material_id, session=session_id, removed_at=None)
        .first()
    )
    if found is None:
        raise NotFound("没有找到这份资料，可能已经移除。")
    return found


def to_settle(*, at: datetime) -> list[int]:
    """Return the sessions that are over, check-out included, and not settled yet."""
    late = timedelta(minutes=policy.number("signups.check_out_late_minutes", on=local_date(at)))
    over = Session.objects.filter(
        settled_at=None, activity__state=ActivityState.OPEN, activity__ends_at__lte=at - late
    )
    return list(over.order_by("pk").values_list("pk", flat=True))


def open_work(*, organization_id: int, at: datetime) -> list[OpenWork]:
    """Return which sessions an organization must hold or call off before it ends."""
    live = Session.objects.filter(
        activity__project__organization=organization_id,
        activity__state=ActivityState.OPEN,
        settled_at=None,
    )
    number = live.count()
    page = reverse("teaching:desk_list")
    return [OpenWork(f"{number} 个培训班没有办完或取消", page)] if number else []
