"""Sign up: a place, the waiting list, every reason why not, for oneself and at the desk."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from voluncity.city.journal.models import Entry
from voluncity.city.orgs.states import OrgState
from voluncity.city.people.models import Volunteer
from voluncity.kernel.refusals import BadInput, NotFound, Refusal
from voluncity.service.projects.models import Shift
from voluncity.service.projects.states import ActivityState, ProjectState
from voluncity.service.signups import actions, queries, rules
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import SignupState
from voluncity.testing.make_orgs import make_member, make_organization
from voluncity.testing.make_people import NOON, make_guardian, make_user, make_volunteer
from voluncity.testing.make_projects import (
    MORNING,
    TWO_HOURS,
    make_activity,
    make_course,
    make_project,
    make_shift,
    make_skill,
    make_training,
)
from voluncity.testing.make_signups import make_signup

pytestmark = pytest.mark.django_db


def sign_up(
    shift: Shift, volunteer: Volunteer, *, wait: bool = False, at: datetime = NOON
) -> Signup:
    assert volunteer.user
    return actions.sign_up(
        shift_id=shift.pk, volunteer_id=volunteer.pk, by=volunteer.user, at=at,
        risks_read=True, wait=wait,
    )  # fmt: skip


def why_not(shift: Shift, volunteer: Volunteer) -> str:
    """Return the code of the refusal of the action, after the query has said the same."""
    shift = Shift.objects.select_related("activity__project__organization").get(pk=shift.pk)
    said = queries.why_not(shift, volunteer, NOON)
    with pytest.raises(Refusal) as refused:
        sign_up(shift, volunteer)
    assert said is not None
    assert said.code == refused.value.code
    return refused.value.code


def test_a_place_is_taken_and_journaled() -> None:
    shift, volunteer = make_shift(capacity=2), make_volunteer()
    signup = sign_up(shift, volunteer)
    shift.refresh_from_db()
    assert (shift.taken, signup.state) == (1, SignupState.PLACED)
    assert (signup.signed_up_at, signup.signed_up_by, signup.risks_read_at) == (
        NOON, volunteer.user, NOON,
    )  # fmt: skip
    entry = Entry.objects.get(verb="signups.sign_up")
    assert (entry.actor_id, entry.on_behalf_of_id, entry.subject_id) == (
        volunteer.user_id, None, signup.pk,
    )  # fmt: skip
    assert entry.data == {
        "shift": shift.pk, "activity": shift.activity_id, "volunteer": volunteer.pk,
    }  # fmt: skip


def test_the_second_click_is_told_that_the_first_one_worked() -> None:
    shift, volunteer = make_shift(), make_volunteer()
    sign_up(shift, volunteer)
    with pytest.raises(rules.AlreadyIn):
        sign_up(shift, volunteer)
    shift.refresh_from_db()
    assert (shift.taken, Signup.objects.count(), Entry.objects.count()) == (1, 1, 1)


def test_a_full_shift_refuses_unless_somebody_wants_to_wait() -> None:
    shift, volunteer = make_shift(capacity=1), make_volunteer()
    sign_up(shift, make_volunteer("李强"))
    assert why_not(shift, volunteer) == rules.FULL
    waiting = sign_up(shift, volunteer, wait=True)
    shift.refresh_from_db()
    assert (waiting.state, shift.taken) == (SignupState.WAITING, 1)
    assert Entry.objects.filter(verb="signups.wait").count() == 1


def test_who_would_wait_gets_a_place_when_one_is_free() -> None:
    assert sign_up(make_shift(), make_volunteer(), wait=True).state == SignupState.PLACED


def test_nobody_overtakes_those_who_wait() -> None:
    """A place that the organization added goes to who waits, not to who comes now."""
    shift, first, late = make_shift(capacity=1), make_volunteer(), make_volunteer("李强")
    sign_up(shift, make_volunteer("赵敏"))
    waiting = sign_up(shift, first, wait=True)
    Shift.objects.filter(pk=shift.pk).update(capacity=2)
    with pytest.raises(Refusal, match="报满"):
        sign_up(shift, late)
    assert sign_up(shift, late, wait=True).state == SignupState.WAITING
    waiting.refresh_from_db()
    assert waiting.state == SignupState.PLACED


def test_who_cancelled_can_come_back_in_the_same_row() -> None:
    shift, volunteer = make_shift(capacity=1), make_volunteer()
    signup = make_signup(shift=shift, volunteer=volunteer, state=SignupState.CANCELLED)
    again = sign_up(shift, volunteer, at=NOON + timedelta(hours=1))
    assert (again.pk, again.state, again.cancelled_at, again.cancel_reason) == (
        signup.pk, SignupState.PLACED, None, "",
    )  # fmt: skip
    other = make_signup(shift=shift, state=SignupState.CANCELLED)
    assert sign_up(shift, other.volunteer, wait=True).state == SignupState.WAITING


def test_risks_must_be_read_before_anything_is_written() -> None:
    shift, volunteer = make_shift(), make_volunteer()
    assert volunteer.user
    with pytest.raises(BadInput) as refused:
        actions.sign_up(
            shift_id=shift.pk, volunteer_id=volunteer.pk, by=volunteer.user, at=NOON,
            risks_read=False,
        )  # fmt: skip
    assert (refused.value.field, Signup.objects.count()) == ("risks_read", 0)


def test_unknown_shift_and_unknown_volunteer_are_not_found() -> None:
    shift, volunteer = make_shift(), make_volunteer()
    assert volunteer.user
    with pytest.raises(NotFound):
        actions.sign_up(
            shift_id=0, volunteer_id=volunteer.pk, by=volunteer.user, at=NOON, risks_read=True
        )
    with pytest.raises(NotFound):
        actions.sign_up(
            shift_id=shift.pk, volunteer_id=0, by=volunteer.user, at=NOON, risks_read=True
        )


# -- The reasons, from real rows -----------------------------------------------------------------


def test_not_verified() -> None:
    assert why_not(make_shift(), make_volunteer(verified=False)) == rules.NOT_VERIFIED


def test_a_minor_needs_the_guardian_until_the_day_they_come_of_age() -> None:
    shift = make_shift()  # 5 March 2030
    minor = make_volunteer("张小明", born_on=date(2012, 3, 6))
    assert why_not(shift, minor) == rules.NO_GUARDIAN
    make_guardian(minor)
    assert sign_up(shift, minor).state == SignupState.PLACED
    adult = make_volunteer("李小红", born_on=date(2012, 3, 5))
    assert sign_up(shift, adult).state == SignupState.PLACED


def test_age_counts_on_the_day_of_the_shift() -> None:
    shift = make_shift(activity=make_activity(project=make_project(min_age=18, max_age=65)))
    assert why_not(shift, make_volunteer(born_on=date(2012, 3, 6))) == rules.NO_GUARDIAN
    young = make_volunteer(born_on=date(2012, 3, 6))
    make_guardian(young)
    assert why_not(shift, young) == rules.TOO_YOUNG
    assert why_not(shift, make_volunteer(born_on=date(1964, 3, 5))) == rules.TOO_OLD
    assert sign_up(shift, make_volunteer(born_on=date(1964, 3, 6))).state == SignupState.PLACED


def test_members_only_lets_members_of_the_organization_and_below_in() -> None:
    organization = make_organization()
    below = make_organization(parent=organization)
    project = make_project(organization=organization, members_only=True)
    shift, volunteer = make_shift(activity=make_activity(project=project)), make_volunteer()
    assert why_not(shift, volunteer) == rules.MEMBERS_ONLY
    make_member(volunteer, below)
    assert sign_up(shift, volunteer).state == SignupState.PLACED


def test_the_course_must_be_passed_and_still_count_on_the_day() -> None:
    course = make_course("lifeguard", "水上救生", valid_months=12)
    shift = make_shift(activity=make_activity(project=make_project(course=course)))
    volunteer = make_volunteer()
    assert why_not(shift, volunteer) == rules.TRAINING_MISSING
    make_training(volunteer, course, passed_on=date(2026, 11, 1))
    assert why_not(shift, volunteer) == rules.TRAINING_MISSING
    make_training(volunteer, course, passed_on=date(2029, 6, 1))
    assert sign_up(shift, volunteer).state == SignupState.PLACED


def test_one_of_the_skills_is_enough() -> None:
    first_aid, nursing = make_skill(), make_skill("nursing", "护理")
    project = make_project(skills=[first_aid, nursing])
    shift = make_shift(activity=make_activity(project=project))
    chess_player = make_volunteer(skills=[make_skill("chess", "象棋")])
    assert why_not(shift, chess_player) == rules.SKILL_MISSING
    assert sign_up(shift, make_volunteer(skills=[nursing])).state == SignupState.PLACED


def test_two_places_at_one_time_clash_and_back_to_back_does_not() -> None:
    volunteer = make_volunteer()
    sign_up(make_shift(starts_at=MORNING, name="路口执勤"), volunteer)
    overlapping = make_shift(starts_at=MORNING + timedelta(minutes=119))
    assert why_not(overlapping, volunteer) == rules.CLASH
    said = queries.why_not(
        Shift.objects.select_related("activity__project__organization").get(pk=overlapping.pk),
        volunteer,
        NOON,
    )
    assert said is not None
    assert "“周二文明引导”（3月5日 周二 09:00–11:00）" in said.sentence
    assert sign_up(make_shift(starts_at=MORNING + TWO_HOURS), volunteer).state == SignupState.PLACED
    assert sign_up(make_shift(starts_at=MORNING - TWO_HOURS), volunteer).state == SignupState.PLACED


def test_waiting_and_cancelled_sign_ups_do_not_clash() -> None:
    volunteer = make_volunteer()
    for state in (SignupState.WAITING, SignupState.CANCELLED, SignupState.DROPPED):
        make_signup(shift=make_shift(), volunteer=volunteer, state=state)
    assert sign_up(make_shift(), volunteer).state == SignupState.PLACED


def test_a_shift_that_has_begun_is_closed() -> None:
    shift = make_shift(starts_at=NOON, ends_at=NOON + TWO_HOURS)
    assert why_not(shift, make_volunteer()) == rules.CLOSED


@pytest.mark.parametrize("state", [ActivityState.DRAFT, ActivityState.CANCELLED])
def test_an_activity_that_is_not_open_is_closed(state: str) -> None:
    shift = make_shift(activity=make_activity(state=state))
    assert why_not(shift, make_volunteer()) == rules.CLOSED


def test_a_project_that_does_not_recruit_and_a_suspended_organization_are_closed() -> None:
    over = make_project(state=ProjectState.SUMMARIZED)
    suspended = make_project(organization=make_organization(state=OrgState.SUSPENDED))
    for project in (over, suspended):
        shift = make_shift(activity=make_activity(project=project))
        assert why_not(shift, make_volunteer()) == rules.CLOSED


# -- On behalf -----------------------------------------------------------------------------------


def test_the_desk_signs_up_by_number_and_both_names_are_kept() -> None:
    shift, volunteer, leader = make_shift(), make_volunteer(user=False), make_user("李强")
    typed = f" {volunteer.number[:4]} {volunteer.number[4:]}".translate(
        {ord("0") + n: 0xFF10 + n for n in range(10)}
    )
    signup = actions.sign_up_by_number(
        shift_id=shift.pk, number=typed, risks_told=True, by=leader, at=NOON
    )
    entry = Entry.objects.get(verb="signups.sign_up")
    assert (signup.volunteer, signup.signed_up_by, entry.actor_id, entry.on_behalf_of_id) == (
        volunteer, leader, leader.pk, volunteer.pk,
    )  # fmt: skip


def test_the_desk_adds_who_has_come_until_the_shift_ends() -> None:
    shift, volunteer, leader = make_shift(), make_volunteer(), make_user("李强")
    last = shift.ends_at - timedelta(minutes=1)
    signup = actions.sign_up_by_number(
        shift_id=shift.pk, number=volunteer.number, risks_told=True, by=leader, at=last
    )
    assert signup.state == SignupState.PLACED


@pytest.mark.parametrize("number", ["", "   ", "000", "🙂", "' OR 1=1", "9" * 400])
def test_a_number_of_nobody_is_refused_at_the_field(number: str) -> None:
    with pytest.raises(BadInput) as refused:
        actions.sign_up_by_number(
            shift_id=make_shift().pk, number=number, risks_told=True, by=make_user(), at=NOON
        )
    assert refused.value.field == "number"


def test_the_desk_must_have_told_the_risks() -> None:
    volunteer = make_volunteer()
    with pytest.raises(BadInput) as refused:
        actions.sign_up_by_number(
            shift_id=make_shift().pk, number=volunteer.number, risks_told=False,
            by=make_user(), at=NOON,
        )  # fmt: skip
    assert (refused.value.field, Signup.objects.count()) == ("risks_told", 0)
