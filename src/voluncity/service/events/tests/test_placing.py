"""Places: never more people than places, no clash, a proposal that fills what can be filled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from voluncity.city.people.models import User
from voluncity.kernel.refusals import Refusal, WrongState
from voluncity.service.events.actions import applying, deciding, placing
from voluncity.service.events.models import Application, Assignment, Event, Group, Post
from voluncity.service.events.queries import proposals
from voluncity.service.events.queries.day import possible_substitutes
from voluncity.service.events.rules.proposing import ALL_FULL, NO_FIT, Person, Seat, propose
from voluncity.service.events.states import ApplicationState
from voluncity.service.projects.models import Shift
from voluncity.service.signups import actions as signups
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import SignupState
from voluncity.testing.make_events import (
    FIRST,
    SECOND,
    make_application,
    make_event,
    make_group,
    make_post,
)
from voluncity.testing.make_people import NOON, make_volunteer, user_of
from voluncity.testing.make_projects import make_shift, make_skill
from voluncity.testing.make_signups import make_signup

A = ApplicationState
MORNING = datetime(2030, 3, 8, 23, 30, tzinfo=UTC)  # half an hour into the first day's post


def _assign(application: Application, post: Post, leader: User, number: int = 0) -> Assignment:
    row = post.days.order_by("day")[number]
    return placing.assign(application_id=application.pk, day_id=row.pk, by=leader, at=NOON)


@pytest.mark.django_db
def test_nobody_is_put_where_no_place_is_left(event: Event, post: Post, leader: User) -> None:
    for _ in range(2):
        _assign(make_application(event), post, leader)
    with pytest.raises(Refusal, match="名额"):
        _assign(make_application(event), post, leader)
    shift = Shift.objects.get(event_day__post=post, event_day__day=FIRST)
    assert (shift.taken, Assignment.objects.count()) == (2, 2)


@pytest.mark.django_db
def test_saboteur_who_takes_a_place_without_looking_is_stopped(
    event: Event, post: Post, leader: User
) -> None:
    for _ in range(2):
        _assign(make_application(event), post, leader)
    full = Shift.objects.filter(event_day__post=post, event_day__day=FIRST)
    with pytest.raises(IntegrityError, match="never_overbooked"), transaction.atomic():
        full.update(taken=F("taken") + 1)


@pytest.mark.django_db
def test_another_sign_up_at_that_time_stands_in_the_way(
    event: Event, post: Post, leader: User
) -> None:
    application = make_application(event)
    at = post.days.get(day=FIRST).shift
    assert at is not None
    make_signup(
        shift=make_shift(starts_at=at.starts_at, ends_at=at.ends_at),
        volunteer=application.volunteer,
    )
    with pytest.raises(Refusal, match="重叠"):
        _assign(application, post, leader)


@pytest.mark.django_db
def test_nobody_signs_up_by_the_open_list(post: Post) -> None:
    volunteer = make_volunteer()
    shift = Shift.objects.filter(event_day__post=post).first()
    assert shift is not None
    with pytest.raises(Refusal, match="统一选拔和安排"):
        signups.sign_up(
            shift_id=shift.pk, volunteer_id=volunteer.pk, by=user_of(volunteer), at=NOON,
            risks_read=True,
        )  # fmt: skip
    assert not Signup.objects.exists()


@pytest.mark.django_db
def test_only_who_has_confirmed_and_can_do_it_is_put_there(
    event: Event, group: Group, leader: User
) -> None:
    first_aid = make_skill()
    post = make_post(group, "医疗点", skills=[first_aid])
    with pytest.raises(Refusal, match="还没有确认"):
        _assign(make_application(event, state=A.SELECTED), post, leader)
    with pytest.raises(Refusal, match="要求专长（急救之一）"):
        _assign(make_application(event), post, leader)
    able = make_volunteer("刘洋", skills=[first_aid])
    assert _assign(make_application(event, able), post, leader).signup.state == "placed"


@pytest.mark.django_db
def test_a_proposal_respects_days_and_wishes_and_says_who_is_left(
    event: Event, group: Group, leader: User
) -> None:
    media = make_group(event, "媒体组")
    make_post(group, "补给点", wanted=1)
    make_post(media, "采访", wanted=1, days=[FIRST])
    wang = make_application(event, make_volunteer("王芳"), likes=[media], days=[FIRST])
    li = make_application(event, make_volunteer("李强"), likes=[group])
    zhao = make_application(event, make_volunteer("赵敏"), days=[FIRST, SECOND])
    shown = proposals.proposal(event, at=NOON)
    lines = {(one.application.pk, one.post_day.day, one.post_day.post.name) for one in shown.lines}
    assert lines == {
        (wang.pk, FIRST, "采访"), (li.pk, FIRST, "补给点"), (li.pk, SECOND, "补给点"),
    }  # fmt: skip
    assert [(one.application.pk, one.day, one.why) for one in shown.left] == [
        (zhao.pk, FIRST, ALL_FULL), (zhao.pk, SECOND, ALL_FULL),
    ]  # fmt: skip
    done = placing.carry_out(event_id=event.pk, digest=shown.digest, by=leader, at=NOON)
    assert done == (3, [])
    assert proposals.proposal(event, at=NOON).lines == ()


@pytest.mark.django_db
def test_a_proposal_that_has_changed_is_shown_again(event: Event, post: Post, leader: User) -> None:
    make_application(event)
    digest = proposals.proposal(event, at=NOON).digest
    make_application(event)
    with pytest.raises(WrongState, match="刚刚有变化"):
        placing.carry_out(event_id=event.pk, digest=digest, by=leader, at=NOON)
    assert not Assignment.objects.exists()


@pytest.mark.django_db
def test_who_did_not_come_is_replaced_from_the_reserve(
    event: Event, post: Post, leader: User
) -> None:
    gone = _assign(make_application(event, make_volunteer("王芳")), post, leader)
    reserve = make_application(event, make_volunteer("李强"), state=A.RESERVE)
    taken = placing.replace(assignment_id=gone.pk, application_id=reserve.pk, by=leader, at=MORNING)
    reserve.refresh_from_db()
    gone.signup.refresh_from_db()
    assert (reserve.state, gone.signup.state, taken.signup.state) == (
        A.CONFIRMED, SignupState.CANCELLED, SignupState.PLACED,
    )  # fmt: skip


@pytest.mark.django_db
def test_only_who_can_do_it_is_offered_to_take_over_with_one_question_for_all(
    event: Event, group: Group, leader: User
) -> None:
    first_aid = make_skill()
    able = [make_volunteer(name, skills=[first_aid]) for name in ("王芳", "李强", "赵敏")]
    people = [make_application(event, one) for one in able]
    make_application(event, make_volunteer("孙丽"))
    gone = _assign(people[0], make_post(group, "医疗点", skills=[first_aid]), leader)
    with CaptureQueriesContext(connection) as asked:
        fit = possible_substitutes(placing.assignment_of(gone.pk))
    assert fit == people[1:]
    assert len(asked) == 5


@pytest.mark.django_db
def test_who_leaves_gives_every_place_back(event: Event, post: Post, leader: User) -> None:
    application = make_application(event)
    for number in (0, 1):
        _assign(application, post, leader, number)
    applying.withdraw(application_id=application.pk, reason="要出差", by=leader, at=NOON)
    assert list(Shift.objects.values_list("taken", flat=True)) == [0, 0]


_PEOPLE = st.lists(
    st.tuples(
        st.sets(st.integers(0, 2)), st.lists(st.integers(0, 3), max_size=3, unique=True),
        st.sets(st.integers(0, 11)), st.integers(0, 3),
    ),
    max_size=9,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(people=_PEOPLE, free=st.lists(st.integers(0, 2), min_size=12, max_size=12))
def test_no_proposal_gives_more_places_than_there_are(
    people: list[tuple[set[int], list[int], set[int], int]], free: list[int]
) -> None:
    days = [FIRST + timedelta(days=number) for number in range(3)]
    seats = [Seat(n, n % 4, n % 4, days[n // 4], free[n]) for n in range(12)]
    crowd = [
        Person(n, frozenset(days[d] for d in on), tuple(likes), frozenset(fits), score)
        for n, (on, likes, fits, score) in enumerate(people)
    ]
    found = propose(crowd, seats)
    used = [seat for _, seat in found.seats]
    assert all(used.count(seat.key) <= seat.free for seat in seats)
    by_day = [(person, seats[seat].day) for person, seat in found.seats]
    assert len(by_day) == len(set(by_day))
    for person, seat in found.seats:
        assert seat in crowd[person].fits
        assert seats[seat].day in crowd[person].days
    left = {(person, day) for person, day, _ in found.left}
    assert left | set(by_day) == {
        (one.key, day) for one in crowd for day in one.days if day in days
    }
    for person, day, why in found.left:  # nobody is left while a fitting seat is free
        fitting = [s for s in seats if s.day == day and s.key in crowd[person].fits and s.free]
        assert (why == ALL_FULL) == bool(fitting)
        assert all(used.count(seat.key) == seat.free for seat in fitting)
        assert why in {ALL_FULL, NO_FIT}


@pytest.mark.django_db
@settings(max_examples=5, deadline=None)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["assign", "leave", "release", "again"]), st.integers(0, 4),
                  st.integers(0, 3)),
        max_size=12,
    )
)  # fmt: skip
def test_random_decisions_never_exceed_the_places(steps: list[tuple[str, int, int]]) -> None:
    with transaction.atomic():
        event = make_event()
        group = make_group(event)
        rows = [row for _ in range(2) for row in make_post(group, wanted=1).days.order_by("pk")]
        people = [make_application(event) for _ in range(5)]
        for verb, who, where in steps:
            try:
                _random(verb, people[who], rows[where].pk, event.leader)
            except Refusal:
                continue
        for shift in Shift.objects.filter(event_day__in=rows):
            placed = shift.signups.filter(state=SignupState.PLACED).count()
            assert shift.taken == placed <= shift.capacity
        transaction.set_rollback(True)


def _random(verb: str, application: Application, day_id: int, by: User) -> None:
    with transaction.atomic():
        if verb == "assign":
            placing.assign(application_id=application.pk, day_id=day_id, by=by, at=NOON)
        elif verb == "leave":
            applying.withdraw(application_id=application.pk, reason="有事", by=by, at=NOON)
        elif verb == "release":
            row = application.assignments.filter(post_day=day_id).first()
            if row is not None:
                placing.release(assignment_id=row.pk, reason="调整", by=by, at=NOON)
        else:
            one = deciding.Decision("select")
            deciding.decide(application_id=application.pk, decision=one, by=by, at=NOON)
