"""Units and desks: each step once, by who may, with what it needs; and what time does."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from voluncity.city.access.permissions import Role
from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.city.journal.models import Entry
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.kernel.refusals import BadInput, NotAllowed, WrongState
from voluncity.service.patrols import actions, queries
from voluncity.service.patrols.actions import handling, steps
from voluncity.service.patrols.models import Move, Problem
from voluncity.service.patrols.states import PROBLEM_FLOW, ProblemState
from voluncity.service.patrols.tests.helping import everything_in
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_patrols import (
    make_photo,
    make_problem,
    make_solved,
)
from voluncity.testing.make_people import (
    NOON,
    make_user,
    make_volunteer,
    user_of,
)
from voluncity.testing.pages import as_, markup
from voluncity.testing.rivals import rival_before

pytestmark = pytest.mark.django_db
S = ProblemState
UPDATE = 'UPDATE "patrols_problem"'


def test_a_problem_is_accepted_solved_and_confirmed(
    sent: Problem, worker: User, patrol: Volunteer
) -> None:
    make_solved(sent, by=worker)
    actions.confirm_problem(problem=sent, by=user_of(patrol), at=NOON)
    assert (sent.state, sent.is_confirmed) == (S.CLOSED, True)
    verbs = ["report", "route", "accept", "solve", "confirm"]
    assert list(sent.moves.values_list("verb", flat=True)) == verbs
    told = Entry.objects.filter(verb__startswith="patrols.").exclude(verb="patrols.set_rule")
    assert sorted(told.values_list("verb", flat=True)) == sorted(f"patrols.{one}" for one in verbs)


def test_what_is_not_solved_goes_back_with_a_new_term(
    sent: Problem, worker: User, patrol: Volunteer
) -> None:
    later = NOON + timedelta(days=7)
    make_solved(sent, by=worker)
    with pytest.raises(BadInput, match="哪里没有解决"):
        actions.reject_problem(problem=sent, words=" ", by=user_of(patrol), at=later)
    actions.reject_problem(problem=sent, words="还有一半", by=user_of(patrol), at=later)
    kept = (sent.state, sent.due_on, sent.solved_at, sent.solved_photo)
    assert kept == (S.ACCEPTED, date(2026, 12, 8), None, None)
    make_solved_again = actions.solve_problem(
        problem=sent, words="全部清完", photo=make_photo(), by=worker, at=later
    )
    assert make_solved_again.state == S.SOLVED


def test_nobody_solves_what_they_reported_or_confirms_what_they_solved(
    sent: Problem, patrol: Volunteer, worker: User
) -> None:
    actions.accept_problem(problem=sent, by=worker, at=NOON)
    with pytest.raises(NotAllowed, match="由同事登记办结"):
        actions.solve_problem(
            problem=sent, words="好了", photo=make_photo(), by=user_of(patrol), at=NOON
        )
    make_solved_by = actions.solve_problem(
        problem=sent, words="好了", photo=make_photo(), by=worker, at=NOON
    )
    with pytest.raises(NotAllowed, match="不能由您确认"):
        actions.confirm_problem(problem=make_solved_by, by=worker, at=NOON)


def test_a_unit_gives_back_what_is_not_its_own(
    sent: Problem, worker: User, desk: User, unit: Organization
) -> None:
    actions.return_problem(problem=sent, words="不归我们管", by=worker, at=NOON)
    catch_up(at=NOON)
    assert (sent.state, sent.unit, sent.due_on) == (S.NEW, None, date(2026, 11, 25))
    assert sent.moves.get(verb="return").unit == unit
    assert Message.objects.filter(user=desk, title__contains="重新分派").count() == 1


def test_the_unit_is_told_a_refusal_of_steps_that_do_not_follow(
    sent: Problem, worker: User
) -> None:
    for verb, act in (("solve", actions.confirm_problem), ("confirm", actions.confirm_problem)):
        with pytest.raises(WrongState):
            act(problem=sent, by=worker, at=NOON)
        assert verb
    assert {step.verb for step in PROBLEM_FLOW.verbs(S.CLOSED)} == set()


def test_a_unit_that_lost_a_problem_cannot_accept_it(
    sent: Problem, worker: User, desk: User
) -> None:
    """The desk gives it to another unit just before: the update looks at the unit, too."""
    other = make_organization("城管中队", region=sent.region)

    def rival() -> None:
        mine = Problem.objects.get(pk=sent.pk)
        actions.dispatch_problem(problem=mine, unit=other, words="", by=desk, at=NOON)

    with rival_before(UPDATE, rival), pytest.raises(WrongState, match="刚刚有人办理过"):
        actions.accept_problem(problem=sent, by=worker, at=NOON)


def test_a_saboteur_without_the_condition_would_let_it(
    sent: Problem, worker: User, desk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(problem: Problem, verb: str, **more: Any) -> Problem:
        target = PROBLEM_FLOW.after(verb, problem.state)
        Problem.objects.filter(pk=problem.pk).update(state=target)
        return problem

    def rival() -> None:
        Problem.objects.filter(pk=sent.pk).update(unit=make_organization("城管中队"))

    monkeypatch.setattr(handling, "step", careless)
    with rival_before(UPDATE, rival):
        actions.accept_problem(problem=sent, by=worker, at=NOON)
    sent.refresh_from_db()
    assert (sent.state, sent.unit and sent.unit.name) == (S.ACCEPTED, "城管中队")
    assert steps.step is not careless


def test_the_desk_dispatches_by_hand_and_not_twice_to_the_same(
    sent: Problem, desk: User, unit: Organization
) -> None:
    with pytest.raises(BadInput, match="已经在这个单位办理"):
        actions.dispatch_problem(problem=sent, unit=unit, words="", by=desk, at=NOON)
    ended = make_organization("撤销的单位", region=sent.region)
    Organization.objects.filter(pk=ended.pk).update(state="dissolved")
    ended.refresh_from_db()
    with pytest.raises(BadInput, match="现在不能办理"):
        actions.dispatch_problem(problem=sent, unit=ended, words="", by=desk, at=NOON)


def test_a_refusal_is_told_with_its_reason(sent: Problem, desk: User, patrol: Volunteer) -> None:
    actions.refuse_problem(problem=sent, words="是施工围挡，手续齐全", by=desk, at=NOON)
    catch_up(at=NOON)
    assert Message.objects.filter(user=patrol.user, title__contains="没有受理").count() == 1
    page = markup(as_(user_of(patrol)).get(f"/patrols/mine/{sent.pk}/"))
    assert ("是施工围挡，手续齐全" in page, "没有受理" in page) == (True, True)


def test_two_reports_of_the_same_thing_become_one(
    sent: Problem, desk: User, worker: User, home: Region
) -> None:
    other = make_volunteer("刘芳", region=home)
    double = make_problem(other)
    assert list(queries.alike(sent, everything_in(home))) == [double]
    actions.join_problem(problem=double, other=sent, by=desk, at=NOON)
    with pytest.raises(BadInput, match="反过来并案"):
        actions.join_problem(problem=sent, other=make_problem(other), by=desk, at=NOON)
    with pytest.raises(BadInput, match="不能并入这一件"):
        actions.join_problem(problem=make_problem(other), other=double, by=desk, at=NOON)
    with pytest.raises(BadInput, match="不能并入这一件"):
        actions.join_problem(problem=sent, other=sent, by=desk, at=NOON)
    make_solved(sent, by=worker)
    catch_up(at=NOON)
    assert Message.objects.filter(user=other.user, title="您反映的问题办好了").count() == 1


def test_two_are_never_joined_to_each_other(sent: Problem, desk: User, home: Region) -> None:
    """The rival joins the other way round first; the turn over both rows lets us see it."""
    double = make_problem(make_volunteer("刘芳", region=home))

    def rival() -> None:
        first, second = (Problem.objects.get(pk=one.pk) for one in (sent, double))
        actions.join_problem(problem=first, other=second, by=desk, at=NOON)

    with rival_before(UPDATE, rival), pytest.raises((BadInput, WrongState)):
        actions.join_problem(problem=double, other=sent, by=desk, at=NOON)


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": S.NEW},
        {"unit": None},
        {"due_on": None},
        {"state": S.SOLVED},
        {"state": S.CLOSED},
        {"state": S.JOINED},
        {"is_confirmed": True},
        {"lat": 37.0},
        {"lat": 137.0, "lng": 112.0},
    ],
)
def test_the_database_refuses_what_cannot_be(sent: Problem, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Problem.objects.filter(pk=sent.pk).update(**wrong)


def test_what_nobody_looked_at_closes_by_itself_and_says_so(
    sent: Problem, worker: User, patrol: Volunteer
) -> None:
    make_solved(sent, by=worker)
    actions.keep_terms(at=NOON + timedelta(days=6, hours=23))
    sent.refresh_from_db()
    assert sent.state == S.SOLVED
    actions.keep_terms(at=NOON + timedelta(days=7))
    sent.refresh_from_db()
    catch_up(at=NOON)
    assert (sent.state, sent.is_confirmed) == (S.CLOSED, False)
    assert Message.objects.filter(user=patrol.user, title="您反映的问题已办结").count() == 1


def test_what_is_overdue_is_told_to_the_offices_once(sent: Problem, worker: User) -> None:
    office = make_user("区文明办")
    give(office, Role.COUNTY_OFFICE, Region.objects.get(name="迎泽区"))
    actions.keep_terms(at=NOON + timedelta(days=7))  # the last day of the term
    assert Move.objects.filter(verb="escalate").count() == 0
    for _ in range(2):
        actions.keep_terms(at=NOON + timedelta(days=8))
    catch_up(at=NOON)
    late = Message.objects.filter(title="巡防问题超过期限").values_list("user_id", flat=True)
    assert sorted(late) == sorted([office.pk, worker.pk])
    page = markup(as_(office).get("/patrols/desk/"))
    assert (sent.number in page, "2026-12-02" in page) == (True, True)
