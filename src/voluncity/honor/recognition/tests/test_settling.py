"""Settling everybody at once, or a batch, gives what settling one after the other gives."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from voluncity.city.journal.models import Entry
from voluncity.city.ledger import actions as ledger
from voluncity.city.ledger.models import Unit
from voluncity.city.people.models import Volunteer
from voluncity.honor.recognition import actions, queries
from voluncity.honor.recognition.models import StarAward, StarTier
from voluncity.service.hours.rules import account_key, holder_key
from voluncity.testing.make_people import NOON, make_volunteer

pytestmark = pytest.mark.django_db
LADDER, NEXT_LADDER = (60, 120, 300), (50, 130, 280, 400)
Awards = list[tuple[int, int, int, int, bool]]


def hold(volunteer: Volunteer, minutes: int, trust: str = "proven") -> None:
    """Let the ledger say that a volunteer has these minutes."""
    if not minutes:
        return
    key = f"minutes:issued:{trust}"
    issuer = ledger.open_account(key=key, unit=Unit.MINUTES, holder="city", keeps_balance=False)
    own = ledger.open_account(
        key=account_key(volunteer.pk, trust), unit=Unit.MINUTES, holder=holder_key(volunteer.pk)
    )
    key = f"test:{volunteer.pk}:{trust}"
    ledger.transfer(
        debit=issuer, credit=own, amount=minutes, key=key, source=key, reason="服务", at=NOON,
        by=None,
    )  # fmt: skip


def make_ladder(minutes: tuple[int, ...], valid_from: str) -> None:
    for stars, needed in enumerate(minutes, start=1):
        StarTier.objects.create(valid_from=valid_from, stars=stars, minutes=needed)


def awards() -> Awards:
    return [
        (one.volunteer_id, one.stars, one.needed_minutes, one.minutes, one.withdrawn_at is None)
        for one in StarAward.objects.order_by("volunteer_id", "stars", "pk")
    ]


def journaled() -> list[tuple[str, int, int]]:
    told = Entry.objects.filter(verb__startswith="recognition.").values_list("verb", "data")
    return sorted((verb, data["volunteer"], data["stars"]) for verb, data in told)


def stray_awards(people: list[Volunteer], given: list[tuple[int, int, int]]) -> None:
    """Let people have stars from elsewhere, rightly or not."""
    for who, stars, needed in given:
        StarAward.objects.get_or_create(
            volunteer=people[who], stars=stars, withdrawn_at=None,
            defaults={"needed_minutes": needed, "minutes": needed, "awarded_at": NOON},
        )  # fmt: skip


class EverybodyAtOnce(TestCase):
    """Compared on random people: minutes, earlier stars, a change of the ladder."""

    @examples(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        minutes=st.lists(
            st.tuples(st.integers(0, 450), st.integers(0, 90)), min_size=4, max_size=4
        ),
        given_before=st.lists(
            st.tuples(st.integers(0, 3), st.integers(1, 5), st.sampled_from([0, 60, 120, 500])),
            max_size=5,
        ),
    )
    def test_all_stars_are_those_of_one_after_the_other(
        self, minutes: list[tuple[int, int]], given_before: list[tuple[int, int, int]]
    ) -> None:
        make_ladder(LADDER, "2012-10-23")
        make_ladder(NEXT_LADDER, "2026-12-01")
        people = [make_volunteer(user=False) for _ in minutes]
        for one, (proven, entered) in zip(people, minutes, strict=True):
            hold(one, proven)
            hold(one, entered, "entered")
        stray_awards(people, given_before)
        self._compare(people)

    def _compare(self, people: list[Volunteer]) -> None:
        from django.db import transaction

        seen: list[tuple[Awards, list[tuple[str, int, int]]]] = []
        for settle_all in (False, True):
            with transaction.atomic():
                for at in (NOON, NOON + timedelta(days=30)):
                    if settle_all:
                        actions.settle_all_stars(at=at)
                        assert actions.settle_all_stars(at=at) == 0
                    else:
                        for one in people:
                            actions.settle_stars(volunteer_id=one.pk, at=at)
                seen.append((awards(), journaled()))
                transaction.set_rollback(True)
        assert seen[0] == seen[1]


def test_a_batch_needs_as_many_statements_as_one_person() -> None:
    make_ladder(LADDER, "2012-10-23")
    people = [make_volunteer(user=False) for _ in range(30)]
    for one in people:
        hold(one, 130)
    numbers = []
    for batch in (people[:1], people[1:]):
        with CaptureQueriesContext(connection) as asked:
            actions.settle_stars_of({one.pk: NOON for one in batch})
        numbers.append(len(asked))
    assert numbers[0] == numbers[1]
    assert StarAward.objects.count() == 60


def test_the_command_says_of_how_many_stars_changed(capsys: pytest.CaptureFixture[str]) -> None:
    make_ladder(LADDER, "2012-10-23")
    hold(make_volunteer(), 70)
    make_volunteer()
    call_command("settle_stars")
    assert capsys.readouterr().out.startswith("星级核定完成：1 人有变化")
    call_command("settle_stars")
    assert capsys.readouterr().out.startswith("星级核定完成：0 人有变化")


def test_one_look_finds_who_is_unsettled() -> None:
    make_ladder(LADDER, "2012-10-23")
    rich, poor, fallen = make_volunteer(), make_volunteer(), make_volunteer()
    hold(rich, 60)
    hold(poor, 59)
    stray_awards([fallen], [(0, 1, 60)])
    assert list(queries.unsettled(on=NOON.date())) == [rich.pk, fallen.pk]


def test_a_star_that_todays_ladder_grants_is_not_withdrawn() -> None:
    make_ladder(NEXT_LADDER, "2012-10-23")
    volunteer = make_volunteer()
    hold(volunteer, 55)
    stray_awards([volunteer], [(0, 1, 60)])
    actions.settle_stars(volunteer_id=volunteer.pk, at=NOON)
    assert awards() == [(volunteer.pk, 1, 60, 60, True)]
