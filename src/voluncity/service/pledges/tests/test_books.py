"""Never more is promised than is wanted, and no amount is lost, whatever people do."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from voluncity.city.files.rules import check_image
from voluncity.city.people.models import Volunteer
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, Refusal, WrongState
from voluncity.service.pledges import actions, queries
from voluncity.service.pledges.actions import deciding, steps
from voluncity.service.pledges.models import Need, Pledge
from voluncity.service.pledges.rules import Delivery, Taker
from voluncity.service.pledges.states import LIVE, PLEDGE_FLOW, RECEIVED, PledgeState
from voluncity.testing.make_files import make_upload
from voluncity.testing.make_people import NOON, make_user, make_volunteer
from voluncity.testing.make_pledges import (
    make_need,
    make_pledge,
    make_thanked,
    need_plan,
    promise,
)
from voluncity.testing.rivals import rival_before

pytestmark = pytest.mark.django_db
S = PledgeState
PEOPLE, NEEDS = 4, 2
which = st.integers(0, 50)


class Giving(RuleBasedStateMachine):
    """Four people and two needs; the mirror knows what each promise holds."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.at = NOON
        self.desk = make_user("赵敏")
        self.people: list[Volunteer] = [make_volunteer() for _ in range(PEOPLE)]
        first = make_need(wanted="12", kind="service", unit="场")
        self.needs = [first, make_need(first.project, wanted="7", kind="service", unit="场")]
        self.held: dict[int, tuple[int, int]] = {}  # pledge: what it holds, what came

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @rule(person=which, need=which, amount=st.integers(1, 9), days=st.integers(0, 20))
    def promise(self, person: int, need: int, amount: int, days: int) -> None:
        chosen = Need.objects.select_related("project").get(pk=self.needs[need % NEEDS].pk)
        said = promise(amount=str(amount), promised_on=local_date(self.at) + timedelta(days=days))
        who = self.people[person % PEOPLE]
        room = chosen.rest
        twice = Pledge.objects.filter(need=chosen, volunteer=who, state__in=LIVE).exists()
        try:
            with transaction.atomic():
                pledge = actions.take_need(
                    need=chosen, taker=Taker(volunteer=who), said=said,
                    by=make_user("刘建国"), at=self.at,
                )  # fmt: skip
        except Refusal:
            assert amount > room or twice
            return
        assert amount <= room
        self.held[pledge.pk] = (amount, 0)

    @rule(number=which, verb=st.sampled_from(["accept", "decline", "withdraw", "release", "thank"]))
    def go_on(self, number: int, verb: str) -> None:
        pledge = self._one(number)
        if pledge is None:
            return
        act: Any = getattr(actions, f"{verb}_pledge")
        with suppress(Refusal), transaction.atomic():
            act(pledge=pledge, words="如约", by=self.desk, at=self.at)
            if verb in {"decline", "withdraw", "release"}:
                self.held[pledge.pk] = (0, 0)

    @rule(number=which, amount=st.integers(1, 12))
    def deliver(self, number: int, amount: int) -> None:
        pledge = self._one(number)
        if pledge is None:
            return
        said = Delivery(amount=str(amount), received_on=local_date(self.at))
        with suppress(Refusal), transaction.atomic():
            actions.deliver_pledge(pledge=pledge, said=said, paper=None, by=self.desk, at=self.at)
            self.held[pledge.pk] = (amount, amount)

    @rule(days=st.integers(1, 30))
    def let_time_pass(self, days: int) -> None:
        self.at += timedelta(days=days)
        actions.keep_terms(today=local_date(self.at), at=self.at)
        for pledge in Pledge.objects.filter(state=S.LAPSED):
            self.held[pledge.pk] = (0, 0)

    def _one(self, number: int) -> Pledge | None:
        ids = sorted(self.held)
        if not ids:
            return None
        pk = ids[number % len(ids)]
        found: Pledge = Pledge.objects.select_related("need__project").get(pk=pk)
        return found

    @invariant()
    def nothing_is_promised_twice_and_nothing_is_lost(self) -> None:
        for need in Need.objects.filter(pk__in=[one.pk for one in self.needs]):
            mine = [self.held[pk] for pk in need.pledges.values_list("pk", flat=True)]
            taken, came = sum(a for a, _ in mine), sum(b for _, b in mine)
            assert (need.taken, need.delivered) == (taken, came)
            assert 0 <= came <= taken <= need.wanted
        assert queries.faults() == []


def test_random_promises_never_exceed_what_is_wanted_and_lose_nothing() -> None:
    run_state_machine_as_test(
        Giving,
        settings=settings(
            max_examples=6, stateful_step_count=25, deadline=None,
            suppress_health_check=list(HealthCheck), derandomize=True,
        ),
    )  # fmt: skip


def test_the_last_part_is_promised_once(need: Need, giver: Volunteer) -> None:
    rival = make_volunteer("孙丽")
    with (
        rival_before('UPDATE "pledges_need"', lambda: make_pledge(need, rival, amount="18")),
        pytest.raises(Refusal, match="现在只差 2 箱"),
    ):
        make_pledge(need, giver, amount="5")


def test_a_saboteur_that_reads_first_is_stopped_by_the_database(need: Need) -> None:
    make_pledge(need, make_volunteer(), amount="18")
    with pytest.raises(IntegrityError), transaction.atomic():
        Need.objects.filter(pk=need.pk).update(taken=F("taken") + 5)
    with pytest.raises(IntegrityError), transaction.atomic():
        Need.objects.filter(pk=need.pk).update(delivered=19)


def test_two_organizers_decide_once(need: Need, giver: Volunteer) -> None:
    pledge, by = make_pledge(need, giver), make_user("赵敏")
    again = Pledge.objects.get(pk=pledge.pk)

    def rival() -> None:
        actions.decline_pledge(pledge=again, words="已经够了", by=by, at=NOON)

    with rival_before('UPDATE "pledges_pledge"', rival), pytest.raises(WrongState, match="刚刚"):
        actions.decline_pledge(pledge=pledge, words="不需要", by=by, at=NOON)


def test_a_saboteur_without_the_condition_would_give_back_twice(
    need: Need, giver: Volunteer, monkeypatch: pytest.MonkeyPatch
) -> None:
    pledge, by = make_pledge(need, giver), make_user("赵敏")
    make_pledge(need, make_volunteer())
    again = Pledge.objects.get(pk=pledge.pk)

    def careless(pledge: Pledge, verb: str, **more: Any) -> Pledge:
        state = PLEDGE_FLOW.after(verb, pledge.state)
        Pledge.objects.filter(pk=pledge.pk).update(state=state, reason="x")
        return pledge

    monkeypatch.setattr(deciding, "step", careless)
    for one in (pledge, again):
        actions.decline_pledge(pledge=one, words="不需要", by=by, at=NOON)
    need.refresh_from_db()
    assert (need.taken, len(queries.faults())) == (0, 1)
    assert steps.step is not careless


def test_less_than_promised_opens_the_rest_again_and_more_is_taken_if_wanted(
    need: Need, giver: Volunteer
) -> None:
    make_thanked(make_pledge(need, giver, amount="10"), amount="6")
    need.refresh_from_db()
    assert (need.taken, need.delivered, need.rest) == (6, 6, 14)
    make_thanked(make_pledge(need, make_volunteer(), amount="10"), amount="14")
    need.refresh_from_db()
    assert (need.taken, need.delivered, need.rest) == (20, 20, 0)


def test_more_than_is_wanted_is_refused_and_nothing_is_half_written(
    need: Need, giver: Volunteer
) -> None:
    pledge, by = make_pledge(need, giver, amount="10"), make_user("赵敏")
    actions.accept_pledge(pledge=pledge, words="", by=by, at=NOON)
    with pytest.raises(Refusal, match="收到的比还需要的多"):
        actions.deliver_pledge(
            pledge=pledge, said=Delivery("21", local_date(NOON)),
            paper=check_image(make_upload()), by=by, at=NOON,
        )  # fmt: skip
    pledge.refresh_from_db()
    assert (pledge.state, pledge.delivered_amount) == (S.ACCEPTED, None)


def test_time_reminds_then_releases_and_forgets_the_phone(need: Need, giver: Volunteer) -> None:
    day = date(2026, 12, 1)
    pledge = make_pledge(need, giver, promised_on=day)
    actions.accept_pledge(pledge=pledge, words="", by=make_user("赵敏"), at=NOON)
    for today in (day - timedelta(days=3), day + timedelta(days=1), day + timedelta(days=8)):
        at = NOON + (today - local_date(NOON))
        actions.keep_terms(today=today, at=at)
        actions.keep_terms(today=today, at=at)
    pledge.refresh_from_db()
    verbs = list(pledge.moves.values_list("verb", flat=True))
    assert verbs == ["take", "accept", "remind", "overdue", "lapse"]
    need.refresh_from_db()
    assert (pledge.state, need.taken, queries.phone_of(pledge)) == (S.LAPSED, 0, "13900000000")
    late = day + timedelta(days=8 + 181)
    actions.keep_terms(today=late, at=NOON + (late - local_date(NOON)))
    pledge.refresh_from_db()
    assert (queries.phone_of(pledge), pledge.contact_name) == ("", "")


def test_the_phone_is_forgotten_also_when_nobody_thanked(need: Need, giver: Volunteer) -> None:
    pledge, by = make_pledge(need, giver), make_user("赵敏")
    actions.accept_pledge(pledge=pledge, words="", by=by, at=NOON)
    actions.deliver_pledge(
        pledge=pledge, said=Delivery("5", local_date(NOON)), paper=check_image(make_upload()),
        by=by, at=NOON,
    )  # fmt: skip
    for days, phone in ((179, "13900000000"), (181, "")):
        at = NOON + timedelta(days=days)
        actions.keep_terms(today=local_date(at), at=at)
        pledge.refresh_from_db()
        assert (pledge.state, queries.phone_of(pledge)) == (S.DELIVERED, phone)


def test_the_unit_stands_when_somebody_promises_meanwhile(need: Need, giver: Volunteer) -> None:
    with (
        pytest.raises(BadInput, match="单位也不能再改"),
        rival_before('UPDATE "pledges_need"', lambda: make_pledge(need, giver)),
    ):
        actions.change_need(need=need, plan=need_plan(unit="瓶"), by=make_user("赵敏"), at=NOON)
    need.refresh_from_db()
    assert need.unit == "箱"


def test_what_a_finished_project_awaited_is_released(need: Need, giver: Volunteer) -> None:
    pledge = make_pledge(need, giver)
    type(need.project).objects.filter(pk=need.project_id).update(state="cancelled")
    actions.keep_terms(today=local_date(NOON), at=NOON)
    pledge.refresh_from_db()
    assert (pledge.state, pledge.reason) == (S.LAPSED, "项目已经结束")
    assert S.THANKED in RECEIVED
