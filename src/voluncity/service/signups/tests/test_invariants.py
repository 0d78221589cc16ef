"""Whatever people do in whatever order: counts are true, and no place is empty for nothing."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from voluncity.city.journal.models import Entry
from voluncity.city.people.models import Volunteer
from voluncity.kernel.refusals import Refusal
from voluncity.service.projects import actions as projects
from voluncity.service.projects.models import Shift
from voluncity.service.signups import actions, queries
from voluncity.service.signups.models import Signup
from voluncity.service.signups.states import SignupState
from voluncity.testing.make_people import NOON, make_user, make_volunteer
from voluncity.testing.make_projects import MORNING, make_activity, make_shift

PEOPLE, SHIFTS = 5, 3
who = st.integers(0, PEOPLE - 1)
which = st.integers(0, SHIFTS - 1)


class City(RuleBasedStateMachine):
    """Five people, three shifts of two activities, two of them at one time."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.at = NOON
        self.leader = make_user("李强")
        self.people: list[Volunteer] = [make_volunteer() for _ in range(PEOPLE)]
        activity = make_activity()
        later = MORNING + timedelta(hours=2)
        self.shifts = [
            make_shift(activity=activity, capacity=1),
            make_shift(activity=activity, capacity=2, starts_at=later),
            make_shift(capacity=2),
        ]

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def _try(self, action: object, **asked: object) -> None:
        self.at += timedelta(seconds=1)
        with suppress(Refusal):
            action(**asked, at=self.at)  # type: ignore[operator]

    @rule(person=who, shift=which, wait=st.booleans())
    def sign_up(self, person: int, shift: int, wait: bool) -> None:
        volunteer = self.people[person]
        self._try(
            actions.sign_up, shift_id=self.shifts[shift].pk, volunteer_id=volunteer.pk,
            by=volunteer.user, risks_read=True, wait=wait,
        )  # fmt: skip

    @rule(person=who, shift=which)
    def cancel(self, person: int, shift: int) -> None:
        volunteer = self.people[person]
        found = Signup.objects.filter(volunteer=volunteer, shift=self.shifts[shift]).first()
        if found:
            self._try(
                actions.cancel_signup, signup_id=found.pk, reason="临时有事", by=volunteer.user
            )
            self._follow()

    @rule(shift=which, capacity=st.integers(1, 4))
    def change_capacity(self, shift: int, capacity: int) -> None:
        pk = self.shifts[shift].pk
        self._try(projects.change_capacity, shift_id=pk, capacity=capacity, by=self.leader)
        self._follow()

    def _follow(self) -> None:
        """Do what the worker does every few seconds."""
        for shift_id in queries.shifts_to_fill(at=self.at):
            actions.fill_shift(shift_id=shift_id, at=self.at)

    @invariant()
    def taken_is_the_number_of_places_and_never_more_than_there_are(self) -> None:
        for shift in Shift.objects.all():
            placed = shift.signups.filter(state=SignupState.PLACED).count()
            assert shift.taken == placed <= shift.capacity

    @invariant()
    def no_place_is_empty_while_somebody_waits_who_may_come(self) -> None:
        free = [s for s in Shift.objects.select_related(
            "activity__project__organization", "activity__project__course"
        ) if s.taken < s.capacity]  # fmt: skip
        for shift in free:
            for signup in shift.signups.filter(state=SignupState.WAITING):
                assert queries.reasons_for(shift, signup.volunteer, at=self.at, is_waiting=True), (
                    "somebody waits although a place is free"
                )

    @invariant()
    def nobody_is_in_two_places_at_one_time(self) -> None:
        for volunteer in self.people:
            placed = volunteer.signups.filter(state=SignupState.PLACED)
            starts = list(placed.values_list("shift__starts_at", flat=True))
            assert len(starts) == len(set(starts))

    @invariant()
    def the_journal_tells_the_same_story(self) -> None:
        verbs = {"signups.sign_up": 1, "signups.place": 1}
        entries = Entry.objects.filter(verb__startswith="signups.")
        total = sum(
            verbs.get(entry.verb, -1 if entry.data.get("was_placed") else 0) for entry in entries
        )
        assert total == sum(Shift.objects.values_list("taken", flat=True))


@pytest.mark.django_db
def test_counts_stay_true_in_whatever_order_people_come_and_go() -> None:
    run_state_machine_as_test(
        City,
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
