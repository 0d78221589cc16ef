"""Row C3: a full shift, a list that asks who waits, answers in time, a late cancel appealed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from voluncity.city.access.permissions import Role
from voluncity.city.inbox.models import Message
from voluncity.city.journal.tasks import catch_up
from voluncity.city.people.models import User, Volunteer
from voluncity.service.integrity import actions as integrity
from voluncity.service.integrity.models import Absence
from voluncity.service.projects.models import Shift
from voluncity.service.signups import queries, tasks
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import SignupState
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_user, make_volunteer, user_of
from voluncity.testing.make_projects import make_activity, make_project, make_shift
from voluncity.testing.pages import as_, markup

pytestmark = pytest.mark.django_db


def _state(volunteer: Volunteer) -> str:
    return str(Signup.objects.values_list("state", flat=True).get(volunteer=volunteer))


@pytest.mark.row("C3")
def test_a_place_goes_from_who_cannot_come_to_who_says_yes_in_time() -> None:
    organization = make_organization()
    leader = make_user("李强")
    give(leader, Role.TEAM_LEADER, organization)
    begins = now() + timedelta(days=3)
    activity = make_activity("周末护河", project=make_project(organization=organization))
    shift = make_shift(
        activity=activity, capacity=1, starts_at=begins, ends_at=begins + timedelta(hours=2)
    )
    first, second, third, fourth = (
        make_volunteer(name) for name in ("周杰", "吴敏", "郑爽", "何伟")
    )
    for person in (first, second, third, fourth):
        form = {"risks_read": "on"} | ({} if person == first else {"wait": "1"})
        as_(user_of(person)).post(f"/shifts/{shift.pk}/sign-up/", form)
    held = Signup.objects.get(volunteer=first)
    as_(user_of(first)).post(f"/me/signups/{held.pk}/cancel/", {"why": "临时有事"})
    catch_up()
    _passed_on(second, third)
    _too_late(third, fourth)
    url = _asked(fourth)
    assert as_(user_of(fourth)).post(url, {"answer": "accept"}).status_code == 302
    states = [_state(one) for one in (first, second, third, fourth)]
    assert states == ["cancelled", "waiting", "cancelled", "placed"]
    roster = markup(as_(leader).get(f"/desk/activities/{activity.pk}/roster/"))
    assert "何伟" in roster
    assert queries.faults() == []
    _gives_up_late(fourth, leader, shift)


def _asked(person: Volunteer) -> str:
    """Return the address at which somebody was asked to answer."""
    message = Message.objects.filter(user=person.user, title="轮到您了，请答复").latest("pk")
    assert "为您留到" in markup(as_(user_of(person)).get(message.url))
    return str(message.url)


def _passed_on(person: Volunteer, following: Volunteer) -> None:
    """Let one have the next one go first, and wait again behind all."""
    as_(user_of(person)).post(_asked(person), {"answer": "stay"})
    catch_up()
    assert (_state(person), _state(following)) == ("waiting", "offered")


def _too_late(person: Volunteer, following: Volunteer) -> None:
    """Let the time go by without an answer; the worker looks."""
    url = _asked(person)
    Signup.objects.filter(volunteer=person).update(offered_until=now() - timedelta(minutes=1))
    assert as_(user_of(person)).post(url, {"answer": "accept"}).status_code == 422
    assert tasks.fill_places() == 1
    catch_up()
    assert (_state(person), _state(following)) == ("cancelled", "offered")


def _gives_up_late(person: Volunteer, leader: User, shift: Shift) -> None:
    """Let the leader cancel an hour before the start; it is recorded, confirmed and appealed."""
    signup = Signup.objects.get(volunteer=person)
    begins = now() + timedelta(hours=1)
    Shift.objects.filter(pk=shift.pk).update(starts_at=begins, ends_at=begins + timedelta(hours=2))
    own = as_(user_of(person))
    assert "打电话" in markup(own.get(f"/me/signups/{signup.pk}/cancel/"))
    desk = as_(leader)
    desk.post(f"/desk/signups/{signup.pk}/cancel/", {"why": "other", "reason": "孩子发烧"})
    assert _state(person) == SignupState.CANCELLED
    integrity.raise_absences(at=begins + timedelta(days=2))
    late = Absence.objects.get(signup=signup)
    page = f"/integrity/desk/absences/{late.pk}/"
    assert "孩子发烧（李强取消）" in markup(desk.get(page))
    integrity.confirm_absence(
        absence_id=late.pk, reason="没有提前说", by=leader, at=begins + timedelta(days=2)
    )
    assert "申诉" in markup(own.get(f"/integrity/absences/{late.pk}/"))
