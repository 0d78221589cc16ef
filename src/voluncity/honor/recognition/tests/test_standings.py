"""How many people stand where is counted with the totals, and nobody sees their own old place."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pytest_django import DjangoAssertNumQueries

from voluncity.city.journal.tasks import catch_up
from voluncity.city.people import actions as people
from voluncity.city.people.models import Consent, Volunteer
from voluncity.city.people.states import Purpose
from voluncity.honor.recognition import actions, queries
from voluncity.honor.recognition.models import Standing, Total
from voluncity.honor.recognition.queries import MyPlace, places
from voluncity.testing.make_people import NOON, make_volunteer, user_of

pytestmark = pytest.mark.django_db
ALL = queries.ALL_TIME


def agree(volunteer: Volunteer) -> None:
    people.give_consent(
        volunteer_id=volunteer.pk, purpose=Purpose.RANKING, by=user_of(volunteer), at=NOON
    )


def refuse(volunteer: Volunteer) -> None:
    people.withdraw_consent(
        volunteer_id=volunteer.pk, purpose=Purpose.RANKING, by=user_of(volunteer), at=NOON
    )


def add(volunteer: Volunteer, minutes: int, month: str = "2026-11") -> None:
    actions.add_minutes({(volunteer.pk, month, "proven"): minutes})


def standings(month: str = ALL) -> dict[int, int]:
    rows = Standing.objects.filter(month=month, people__gt=0)
    return dict(rows.values_list("minutes", "people"))


def counted(month: str) -> dict[int, int]:
    """Count from the totals, one by one."""
    found: dict[int, int] = {}
    for total in Total.objects.filter(month=month, is_shown=True, minutes__gt=0):
        found[total.minutes] = found.get(total.minutes, 0) + 1
    return found


def test_people_move_from_their_old_minutes_to_their_new_ones() -> None:
    first, second = make_volunteer("王建国"), make_volunteer("李秀英")
    agree(first)
    agree(second)
    add(first, 60)
    add(second, 60, "2026-10")
    assert (standings(), standings("2026-10"), standings("2026-11")) == ({60: 2}, {60: 1}, {60: 1})
    add(first, 30)
    assert (standings(), standings("2026-11")) == ({60: 1, 90: 1}, {90: 1})
    add(first, -90)
    assert standings() == {60: 1}


def test_giving_and_withdrawing_consent_is_counted_by_the_reader() -> None:
    volunteer = make_volunteer("王建国")
    add(volunteer, 60)
    assert standings() == {}
    agree(volunteer)
    catch_up()
    assert (standings(), standings("2026-11")) == ({60: 1}, {60: 1})
    refuse(volunteer)
    catch_up()
    assert standings() == {}
    assert queries.faults() == [
        f"recognition: total of volunteer {volunteer.pk} says 60 minutes, the ledger says 0"
    ]


def test_recounting_finds_the_same_again() -> None:
    shown, hidden = make_volunteer("王建国"), make_volunteer("李秀英")
    agree(shown)
    add(shown, 60)
    add(hidden, 90)
    Standing.objects.all().delete()
    Total.objects.filter(volunteer=hidden).update(is_shown=True)
    Total.objects.filter(volunteer=shown).update(is_shown=False)
    actions.recount_board()
    assert (standings(), standings("2026-11")) == ({60: 1}, {60: 1})
    assert (
        list(Total.objects.filter(is_shown=True).values_list("volunteer", flat=True))
        == [shown.pk] * 2
    )


def test_wrong_counts_are_named() -> None:
    volunteer = make_volunteer("王建国")
    agree(volunteer)
    add(volunteer, 60)
    Standing.objects.filter(month=ALL).update(people=3)
    Standing.objects.filter(month="2026-11").delete()
    assert [fault for fault in queries.faults() if "ledger" not in fault] == [
        "recognition: 3 people stand at 60 minutes of all time, the totals say 1",
        f"recognition: volunteer {volunteer.pk} stands nowhere in 2026-11",
    ]


STORY = st.lists(
    st.tuples(
        st.sampled_from(["add", "agree", "refuse", "read"]),
        st.integers(0, 2),
        st.sampled_from([-30, 15, 30, 60]),
        st.sampled_from(["2026-10", "2026-11"]),
    ),
    max_size=25,
)


class AnyStory(TestCase):
    """Whatever happens in whatever order, the counts are those of the totals."""

    @examples(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(steps=STORY)
    def test_counts_are_always_those_of_the_totals(
        self, steps: list[tuple[str, int, int, str]]
    ) -> None:
        crowd = [make_volunteer() for _ in range(3)]
        for verb, who, minutes, month in steps:
            if verb == "add":
                add(crowd[who], minutes, month)
            elif verb == "read":
                catch_up()
            else:
                (agree if verb == "agree" else refuse)(crowd[who])
        for month in (ALL, "2026-10", "2026-11"):
            assert standings(month) == counted(month)
        catch_up()
        agreed = {
            c.volunteer_id for c in Consent.objects.filter(purpose="ranking", withdrawn_at=None)
        }
        shown = set(Total.objects.filter(is_shown=True).values_list("volunteer_id", flat=True))
        assert shown == agreed & set(Total.objects.values_list("volunteer_id", flat=True))
        for one in crowd:
            mine = queries.my_place(one, month=ALL)
            others = Total.objects.filter(volunteer__in=agreed, month=ALL).exclude(volunteer=one)
            ahead = others.filter(minutes__gt=max(mine.minutes, 0)).count()
            assert mine.minutes <= 0 or mine.rank == 1 + ahead


# -- What is kept for ten seconds ---------------------------------------------------------------


def seen(viewer: Volunteer | None, *, later: int = 0) -> list[tuple[str, int, bool]]:
    kept, _ = queries.board(month=ALL, viewer=viewer, at=NOON + timedelta(seconds=later))
    return [(place.name, place.minutes, place.is_me) for place in kept.places]


@pytest.fixture
def two() -> list[Volunteer]:
    both = [make_volunteer("王建国"), make_volunteer("李秀英")]
    for one, minutes in zip(both, (60, 90), strict=True):
        agree(one)
        add(one, minutes)
    return both


def test_a_kept_board_says_when_it_was_counted(two: list[Volunteer]) -> None:
    first, _ = queries.board(month=ALL, viewer=None, at=NOON)
    add(two[0], 600)
    again, _ = queries.board(month=ALL, viewer=None, at=NOON + timedelta(seconds=5))
    assert again == first
    assert again.counted_at == NOON


def test_own_minutes_are_never_old(two: list[Volunteer]) -> None:
    seen(None)
    add(two[0], 600)
    assert seen(two[0]) == [("王*国", 660, True), ("李*英", 90, False)]


def test_a_withdrawn_name_is_gone_at_once_from_a_kept_board(two: list[Volunteer]) -> None:
    assert len(seen(None)) == 2
    refuse(two[1])
    assert seen(None) == [("王*国", 60, False)]


def test_a_board_that_does_not_ask_again_would_show_a_withdrawn_name(
    two: list[Volunteer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The saboteur."""
    seen(None)
    refuse(two[1])
    monkeypatch.setattr(places, "_holds", lambda _kept: True)
    assert [name for name, _, _ in seen(None)] == ["李*英", "王*国"]


def test_who_agreed_a_moment_ago_is_on_the_board_before_the_reader_came(
    two: list[Volunteer],
) -> None:
    third = make_volunteer("欧阳娜娜")
    add(third, 75)
    assert len(seen(third)) == 2
    agree(third)
    assert seen(third) == [("李*英", 90, False), ("欧**娜", 75, True), ("王*国", 60, False)]
    place = queries.my_place(third, month=ALL)
    assert place == MyPlace(rank=2, minutes=75, is_shown=True)


def test_another_viewer_is_not_told_to_be_me(two: list[Volunteer]) -> None:
    assert seen(two[0]) == [("李*英", 90, False), ("王*国", 60, True)]
    assert seen(two[1]) == [("李*英", 90, True), ("王*国", 60, False)]
    assert seen(None) == [("李*英", 90, False), ("王*国", 60, False)]


def test_one_question_finds_ones_place_among_how_many_ever(
    two: list[Volunteer], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        assert queries.my_place(two[0], month=ALL).rank == 2


def test_the_page_says_to_the_second_when_it_was_counted(
    client: Client, two: list[Volunteer]
) -> None:
    page = client.get("/honor/?span=all").content.decode()
    assert re.search(r"统计于 \d+月\d+日 \d\d:\d\d:\d\d，", page)


def test_a_kept_page_marks_me_for_me_only(client: Client, two: list[Volunteer]) -> None:
    pages = []
    for viewer in (two[0], two[1], None):
        client.logout()
        if viewer:
            client.force_login(user_of(viewer))
        pages.append(client.get("/honor/?span=all").content.decode())
    assert ["王*国（我）" in page for page in pages] == [True, False, False]
    assert ["李*英（我）" in page for page in pages] == [False, True, False]


def test_an_account_that_was_closed_is_off_a_kept_board(two: list[Volunteer]) -> None:
    seen(None)
    Volunteer.objects.filter(pk=two[1].pk).update(closed_at=NOON)
    assert seen(None) == [("王*国", 60, False)]
