"""A shift as one person sees it: free places, and the reason why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet

from voluncity.city.orgs import queries as orgs
from voluncity.city.orgs.states import OrgState
from voluncity.city.people import queries as people
from voluncity.city.people.models import Volunteer
from voluncity.city.people.states import IdentityState
from voluncity.kernel.clock import local_date, span_text
from voluncity.kernel.refusals import Refusal
from voluncity.service.projects.models import Activity, Project, Shift
from voluncity.service.projects.states import OPEN_STATES, ActivityState
from voluncity.service.signups import rules
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import HOLDING, SignupState
from voluncity.service.training import queries as training


@dataclass(frozen=True)
class Look:
    """One shift for one person who looks, who may be unknown."""

    shift: Shift
    waiting: int
    signup: Signup | None
    reasons: tuple[rules.Reason, ...]

    @property
    def free(self) -> int:
        """Return how many places are left."""
        return self.shift.capacity - self.shift.taken

    @property
    def free_text(self) -> str:
        """Return the places left, in words."""
        return f"余 {self.free}"

    @property
    def may_sign_up(self) -> bool:
        """Return whether nothing is in the way of a place."""
        return not self.reasons

    @property
    def may_wait(self) -> bool:
        """Return whether only the missing place is in the way."""
        return [reason.code for reason in self.reasons] == [rules.FULL]

    @property
    def is_mine(self) -> bool:
        """Return whether the person has a place or waits for one."""
        return any(reason.code == rules.ALREADY_IN for reason in self.reasons)


def looks(activity: Activity, volunteer: Volunteer | None, *, at: datetime) -> list[Look]:
    """Return the shifts of an activity as somebody sees them, in order of time.

    `activity` comes with its project, the project's organization and course.
    """
    shifts = list(
        activity.shifts.annotate(
            waiting=Count("signups", filter=Q(signups__state=SignupState.WAITING))
        ).order_by("starts_at", "pk")
    )
    known = _known(activity.project, shifts, volunteer)
    found = []
    for shift in shifts:
        shift.activity = activity
        reasons = rules.reasons(_offer(shift, known), _applicant(known, shift), at=at)
        found.append(Look(shift, getattr(shift, "waiting", 0), known.own.get(shift.pk), reasons))
    return found


def reasons_for(
    shift: Shift,
    volunteer: Volunteer,
    *,
    at: datetime,
    is_desk: bool = False,
    is_waiting: bool = False,
    by_name: bool = False,
) -> tuple[rules.Reason, ...]:
    """Return every reason why a volunteer may not have a place in a shift now.

    `shift` comes with its activity, project, organization and course. `is_waiting`: the question
    is whether somebody who waits could have a free place. `by_name`: the organizer places people,
    also where nobody may sign up.
    """
    known = _known(shift.activity.project, [shift], volunteer)
    applicant = _applicant(known, shift)
    if is_waiting:
        applicant = replace(applicant, own_state="")
    offer = _offer(shift, known)
    if by_name and offer.is_listed:
        offer = replace(offer, is_listed=False, is_open=_is_recruiting(shift.activity.project))
    return rules.reasons(offer, applicant, at=at, is_desk=is_desk)


def why_not(shift: Shift, volunteer: Volunteer, at: datetime) -> Refusal | None:
    """Return the first reason why not, or None when the volunteer may sign up."""
    found = reasons_for(shift, volunteer, at=at)
    return found[0].refusal() if found else None


@dataclass(frozen=True)
class _Known:
    """What was read once about a volunteer for all shifts of a project."""

    volunteer: Volunteer | None
    own: dict[int, Signup]
    busy: tuple[Signup, ...]
    is_member: bool
    skills: tuple[str, ...]
    has_skill: bool
    passed: dict[date, bool]
    guarded: dict[date, bool]


def _known(project: Project, shifts: Sequence[Shift], volunteer: Volunteer | None) -> _Known:
    skills = list(project.skills.all())
    if volunteer is None or not shifts:
        names = tuple(skill.name for skill in skills)
        return _Known(volunteer, {}, (), False, names, False, {}, {})  # noqa: FBT003
    days = {local_date(shift.starts_at) for shift in shifts}
    near = list(_near(volunteer, shifts))
    ids = {shift.pk for shift in shifts}
    return _Known(
        volunteer=volunteer,
        own={signup.shift_id: signup for signup in near if signup.shift_id in ids},
        busy=tuple(signup for signup in near if signup.state in HOLDING),
        is_member=project.members_only
        and orgs.is_member(organization_id=project.organization_id, volunteer_id=volunteer.pk),
        skills=tuple(skill.name for skill in skills),
        has_skill=bool(skills) and volunteer.skills.filter(pk__in=[s.pk for s in skills]).exists(),
        passed={day: _has_passed(project, volunteer, day) for day in days},
        guarded={day: people.guardian_ok(volunteer, on=day) for day in days},
    )


def _near(volunteer: Volunteer, shifts: Sequence[Shift]) -> QuerySet[Signup]:
    """Return the volunteer's sign-ups in these shifts or at the time of one of them."""
    first = min(shift.starts_at for shift in shifts)
    last = max(shift.ends_at for shift in shifts)
    same_time = Q(state__in=HOLDING, shift__starts_at__lt=last, shift__ends_at__gt=first)
    return volunteer.signups.filter(same_time | Q(shift__in=shifts)).select_related(
        "shift__activity"
    )


def _has_passed(project: Project, volunteer: Volunteer, day: date) -> bool:
    return project.course_id is not None and training.has_passed(
        volunteer_id=volunteer.pk, course_id=project.course_id, on=day
    )


def _offer(shift: Shift, known: _Known) -> rules.Offer:
    activity, project = shift.activity, shift.activity.project
    return rules.Offer(
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        capacity=shift.capacity,
        taken=shift.taken,
        is_open=activity.state == ActivityState.OPEN and _is_recruiting(project),
        is_listed=activity.state == ActivityState.LISTED,
        is_cancelled=activity.state == ActivityState.CANCELLED,
        organization=project.organization.name,
        min_age=project.min_age if known.volunteer else 0,
        max_age=project.max_age if known.volunteer else None,
        members_only=project.members_only and known.volunteer is not None,
        course=project.course.name if project.course and known.volunteer else "",
        skills=known.skills if known.volunteer else (),
    )


def _is_recruiting(project: Project) -> bool:
    active = project.organization.state == OrgState.ACTIVE
    return active and project.state in OPEN_STATES


def _applicant(known: _Known, shift: Shift) -> rules.Applicant:
    volunteer = known.volunteer
    if volunteer is None:
        # Whoever is unknown sees only what holds for everybody: closed, or full.
        return rules.Applicant(age=0)
    day = local_date(shift.starts_at)
    own = known.own.get(shift.pk)
    return rules.Applicant(
        age=people.age(volunteer, on=day),
        own_state=own.state if own else "",
        has_left=volunteer.closed_at is not None,
        is_verified=volunteer.identity_state == IdentityState.VERIFIED,
        has_guardian=known.guarded[day],
        is_member=known.is_member,
        has_passed=known.passed[day],
        has_skill=known.has_skill,
        clash=_clash(known.busy, shift),
    )


def _clash(busy: Sequence[Signup], shift: Shift) -> str:
    for signup in busy:
        other = signup.shift
        overlaps = other.starts_at < shift.ends_at and shift.starts_at < other.ends_at
        if overlaps and other.pk != shift.pk:
            return f"“{other.activity.name}”（{span_text(other.starts_at, other.ends_at)}）"
    return ""
