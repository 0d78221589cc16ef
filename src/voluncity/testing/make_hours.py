"""Presence and service records for tests; the shift is over at EVENING of its day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from secrets import token_hex

from voluncity.city.access.permissions import Role
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User, Volunteer
from voluncity.service.hours import actions
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.projects.models import Shift
from voluncity.service.signups.models import Attendance, Signup
from voluncity.service.signups.states import Method, SignupState
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_user, make_volunteer
from voluncity.testing.make_projects import make_activity, make_project, make_shift

# Monday 16 November 2026 in the city: 09:00, 11:00 and 20:00.
NINE = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
ELEVEN = datetime(2026, 11, 16, 3, 0, tzinfo=UTC)
EVENING = datetime(2026, 11, 16, 12, 0, tzinfo=UTC)
SCAN, TICK = Method.VENUE_CODE, Method.LIST
MINUTE = timedelta(minutes=1)


def make_past_shift(
    organization: Organization | None = None,
    *,
    starts_at: datetime = NINE,
    ends_at: datetime = ELEVEN,
    name: str = "周一文明引导",
    capacity: int = 50,
) -> Shift:
    """Return a shift of an activity of the organization, 09:00 to 11:00 unless named."""
    project = make_project(organization=organization or make_organization())
    activity = make_activity(name, project=project, starts_at=starts_at, ends_at=ends_at)
    return make_shift(activity=activity, starts_at=starts_at, ends_at=ends_at, capacity=capacity)


def make_place(shift: Shift, volunteer: Volunteer | None = None) -> Signup:
    """Return a volunteer's place in a shift, whenever the shift is."""
    shift.taken += 1
    shift.save(update_fields=["taken"])
    return Signup.objects.create(
        shift=shift,
        volunteer=volunteer or make_volunteer(),
        state=SignupState.PLACED,
        signed_up_at=shift.starts_at - timedelta(days=3),
        risks_read_at=shift.starts_at - timedelta(days=3),
    )


def make_presence(
    shift: Shift,
    volunteer: Volunteer | None = None,
    *,
    in_at: datetime | None = None,
    out_at: datetime | None = None,
    in_method: Method = SCAN,
    out_method: Method | None = SCAN,
    by: User | None = None,
) -> Attendance:
    """Return that a volunteer was there for the whole shift, scanned in and out unless named.

    With `out_method=None` nobody checked out.
    """
    has_left = out_method is not None
    return Attendance.objects.create(
        signup=make_place(shift, volunteer),
        in_at=in_at or shift.starts_at,
        in_method=in_method,
        in_by=by,
        out_at=(out_at or shift.ends_at) if has_left else None,
        out_method=out_method or "",
        out_by=by if has_left else None,
    )


def make_crowd(shift: Shift, number: int) -> None:
    """Let many volunteers, who cannot sign in, be there from seven seconds to seven seconds."""
    one = make_volunteer(user=False, consents=())
    [fields] = Volunteer.objects.filter(pk=one.pk).values()
    volunteers = Volunteer.objects.bulk_create(
        Volunteer(
            **(fields | {"id": None, "number": f"C{shift.pk}-{n:06d}", "id_index": token_hex(32)})
        )
        for n in range(number)
    )
    Shift.objects.filter(pk=shift.pk).update(taken=number, capacity=number)
    signups = Signup.objects.bulk_create(
        Signup(
            shift=shift,
            volunteer=volunteer,
            state=SignupState.PLACED,
            signed_up_at=shift.starts_at - timedelta(days=3),
            risks_read_at=shift.starts_at - timedelta(days=3),
        )
        for volunteer in volunteers
    )
    Attendance.objects.bulk_create(
        Attendance(
            signup=signup,
            in_at=shift.starts_at + timedelta(seconds=7 * n),
            in_method=SCAN,
            out_at=shift.ends_at,
            out_method=SCAN,
        )
        for n, signup in enumerate(signups)
    )


def make_record(
    shift: Shift | None = None,
    volunteer: Volunteer | None = None,
    *,
    at: datetime | None = None,
    in_at: datetime | None = None,
    out_at: datetime | None = None,
    in_method: Method = SCAN,
    out_method: Method | None = SCAN,
    by: User | None = None,
) -> ServiceRecord:
    """Return the computed record of a presence, as the recurring work makes it."""
    shift = shift or make_past_shift()
    presence = make_presence(
        shift,
        volunteer,
        in_at=in_at,
        out_at=out_at,
        in_method=in_method,
        out_method=out_method,
        by=by,
    )
    actions.compute_due(at=at or shift.ends_at + timedelta(hours=9))
    return ServiceRecord.objects.get(signup=presence.signup)


def make_posted(
    shift: Shift | None = None,
    volunteer: Volunteer | None = None,
    *,
    in_at: datetime | None = None,
    out_at: datetime | None = None,
) -> ServiceRecord:
    """Return a record of scanned hours that a leader confirmed and that is in the books."""
    record = make_record(shift, volunteer, in_at=in_at, out_at=out_at)
    leader = make_leader(record.organization)
    actions.confirm(record_ids=[record.pk], by=leader, at=record.computed_at)
    record.refresh_from_db()
    return record


def make_leader(organization: Organization, name: str = "李强") -> User:
    """Return a leader of the organization: confirms, does not approve."""
    return _with_role(organization, Role.TEAM_LEADER, name)


def make_org_admin(organization: Organization, name: str = "赵敏") -> User:
    """Return an administrator of the organization: confirms, approves, corrects."""
    return _with_role(organization, Role.ORG_ADMIN, name)


def make_officer(organization: Organization, name: str = "周正") -> User:
    """Return somebody of the office of the county in which the organization lies."""
    county = organization.region
    while county.level != "COUNTY" and county.parent is not None:
        county = county.parent
    user = make_user(name)
    give(user, Role.COUNTY_OFFICE, county)
    return user


def _with_role(organization: Organization, role: Role, name: str) -> User:
    user = make_user(name)
    give(user, role, organization)
    return user
