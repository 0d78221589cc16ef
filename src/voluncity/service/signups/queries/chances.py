"""What stands between one volunteer and a place in one shift, read in one statement.

The careful way (`looks.py`) asks eight times for the same; the rules are the same ones. What
only few projects ask for (members, a course, skills, a guardian) is read when it is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.db import connection

from voluncity.city.orgs import queries as orgs
from voluncity.city.orgs.states import OrgState
from voluncity.city.people.models import Volunteer
from voluncity.city.people.states import IdentityState
from voluncity.city.policy.rules import POLICIES
from voluncity.kernel.clock import local_date, span_text
from voluncity.kernel.identity import age_on
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.statements import Statement, day, instant, instant_or_none
from voluncity.service.projects.models import Project
from voluncity.service.projects.states import PUBLIC_STATES, RECRUITING_STATES, ActivityState
from voluncity.service.signups import rules
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import HOLDING
from voluncity.service.training import queries as training
from voluncity.service.training.models import Course

_ADULT = "people.adult_years"
# The day of the shift in the city: +8 hours the whole year (the law on time of 1991).
_DAY = "(s.starts_at AT TIME ZONE 'Asia/Shanghai')::date", "date(s.starts_at, '+8 hours')"
_READ = """
    SELECT s.activity_id, s.name, s.starts_at, s.ends_at, s.capacity, s.taken,
        a.state, a.name, a.address, r.name,
        p.id, p.state, p.min_age, p.max_age, p.members_only, p.course_id, p.risk_notice,
        o.id, o.name, o.state,
        v.id, v.user_id, v.born_on, v.identity_state, v.closed_at,
        g.version, own.id, own.state,
        EXISTS (SELECT 1 FROM signups_signup w WHERE w.shift_id = s.id AND w.state = 'waiting'),
        EXISTS (SELECT 1 FROM projects_project_skills k WHERE k.project_id = p.id),
        EXISTS (
            SELECT 1 FROM signups_signup b
            WHERE b.volunteer_id = v.id AND b.state IN ('placed', 'offered') AND (
                SELECT t.id <> s.id AND t.starts_at < s.ends_at AND t.ends_at > s.starts_at
                FROM projects_shift t WHERE t.id = b.shift_id
            )
        ),
        EXISTS (
            SELECT 1 FROM people_guardian w WHERE w.user_id = v.user_id AND w.withdrawn_at IS NULL
        ),
        (
            SELECT n.value FROM policy_policynumber n
            WHERE n.key = '{adult}' AND n.valid_from <= {day} ORDER BY n.valid_from DESC LIMIT 1
        )
    FROM projects_shift s
    JOIN projects_activity a ON a.id = s.activity_id
    JOIN regions_region r ON r.id = a.region_id
    JOIN projects_project p ON p.id = a.project_id
    JOIN orgs_organization o ON o.id = p.organization_id
    LEFT JOIN people_volunteer v ON v.id = %(volunteer)s
    LEFT JOIN signups_agenda g ON g.volunteer_id = v.id
    LEFT JOIN signups_signup own ON own.shift_id = s.id AND own.volunteer_id = v.id
    WHERE s.id = %(shift)s
"""
_CHANCE = Statement(*(_READ.format(adult=_ADULT, day=day_of) for day_of in _DAY))


@dataclass(frozen=True)
class Chance:
    """One shift, one volunteer, and what was true of both at one moment."""

    at: datetime
    shift_id: int
    activity_id: int
    shift_name: str
    starts_at: datetime
    ends_at: datetime
    capacity: int
    taken: int
    activity_state: str
    activity_name: str
    address: str
    region_name: str
    project_id: int
    project_state: str
    min_age: int
    max_age: int | None
    members_only: bool
    course_id: int | None
    risk_notice: str
    organization_id: int
    organization: str
    organization_state: str
    volunteer_id: int
    user_id: int | None
    born_on: date
    identity_state: str
    closed_at: datetime | None
    agenda_version: int | None
    own_id: int | None
    own_state: str
    has_waiting: bool
    asks_skills: bool
    has_clash: bool
    has_wards: bool
    adult_years: int

    @property
    def is_shown(self) -> bool:
        """Return whether residents see this shift at all."""
        return self.activity_state != ActivityState.DRAFT and self.project_state in PUBLIC_STATES

    @property
    def is_full(self) -> bool:
        """Return whether all places were taken."""
        return self.taken >= self.capacity

    @cached_property
    def reasons(self) -> tuple[rules.Reason, ...]:
        """Return every reason why not, the one to be told first."""
        return rules.reasons(self._offer(), self._applicant(), at=self.at)

    @property
    def may_sign_up(self) -> bool:
        """Return whether nothing is in the way of a place."""
        return not self.reasons

    @property
    def may_wait(self) -> bool:
        """Return whether only the missing place is in the way."""
        return [reason.code for reason in self.reasons] == [rules.FULL]

    def _offer(self) -> rules.Offer:
        return rules.Offer(
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            capacity=self.capacity,
            taken=self.taken,
            is_open=self.activity_state == ActivityState.OPEN
            and self.project_state in RECRUITING_STATES
            and self.organization_state == OrgState.ACTIVE,
            is_cancelled=self.activity_state == ActivityState.CANCELLED,
            organization=self.organization,
            is_listed=self.activity_state == ActivityState.LISTED,
            min_age=self.min_age,
            max_age=self.max_age,
            members_only=self.members_only,
            course=self._course(),
            skills=self._skills,
        )

    def _applicant(self) -> rules.Applicant:
        return rules.Applicant(
            age=age_on(self.born_on, self._day),
            own_state=self.own_state,
            has_left=self.closed_at is not None,
            is_verified=self.identity_state == IdentityState.VERIFIED,
            has_guardian=self._has_guardian(),
            is_member=self._is_member(),
            has_passed=self._has_passed(),
            has_skill=self._has_skill(),
            clash=self._clash() if self.has_clash else "",
        )

    @cached_property
    def _day(self) -> date:
        return local_date(self.starts_at)

    def _course(self) -> str:
        if self.course_id is None:
            return ""
        return Course.objects.values_list("name", flat=True).get(pk=self.course_id)

    @cached_property
    def _skills(self) -> tuple[str, ...]:
        if not self.asks_skills:
            return ()
        return tuple(skill.name for skill in Project(pk=self.project_id).skills.all())

    def _has_skill(self) -> bool:
        if not self.asks_skills:
            return False
        return Volunteer(pk=self.volunteer_id).skills.filter(projects=self.project_id).exists()

    def _has_guardian(self) -> bool:
        if age_on(self.born_on, self._day) >= self.adult_years:
            return True
        return Volunteer(pk=self.volunteer_id).guardians.filter(withdrawn_at=None).exists()

    def _is_member(self) -> bool:
        return self.members_only and orgs.is_member(
            organization_id=self.organization_id, volunteer_id=self.volunteer_id
        )

    def _has_passed(self) -> bool:
        return self.course_id is not None and training.has_passed(
            volunteer_id=self.volunteer_id, course_id=self.course_id, on=self._day
        )

    def _clash(self) -> str:
        other = (
            Signup.objects.filter(
                volunteer_id=self.volunteer_id,
                state__in=HOLDING,
                shift__starts_at__lt=self.ends_at,
                shift__ends_at__gt=self.starts_at,
            )
            .exclude(shift_id=self.shift_id)
            .select_related("shift__activity")
            .first()
        )
        if other is None:  # cancelled in this very moment
            return ""
        shift = other.shift
        return f"“{shift.activity.name}”（{span_text(shift.starts_at, shift.ends_at)}）"


def chance(shift_id: int, volunteer_id: int, *, at: datetime) -> Chance:
    """Return what stands between a volunteer and a place in a shift.

    :raises NotFound: when there is no such shift or volunteer.
    """
    row = _CHANCE.row(connection, {"shift": shift_id, "volunteer": volunteer_id})
    if row is None:
        raise NotFound("没有找到这个班次，请从活动页面重新选择。")
    (
        activity_id, shift_name, starts_at, ends_at, capacity, taken,
        activity_state, activity_name, address, region_name,
        project_id, project_state, min_age, max_age, members_only, course_id, risk_notice,
        organization_id, organization, organization_state,
        found_id, user_id, born_on, identity_state, closed_at,
        agenda_version, own_id, own_state, has_waiting, asks_skills, has_clash, has_wards,
        adult_years,
    ) = row  # fmt: skip
    if found_id is None:
        raise NotFound("没有找到这位志愿者，请核对编号。")
    return Chance(
        at, shift_id, activity_id, shift_name, instant(starts_at), instant(ends_at),
        capacity, taken,
        activity_state, activity_name, address, region_name,
        project_id, project_state, min_age, max_age, bool(members_only), course_id, risk_notice,
        organization_id, organization, organization_state,
        found_id, user_id, day(born_on), identity_state, instant_or_none(closed_at),
        agenda_version, own_id, own_state or "", bool(has_waiting), bool(asks_skills),
        bool(has_clash), bool(has_wards),
        POLICIES[_ADULT].initial if adult_years is None else adult_years,
    )  # fmt: skip
