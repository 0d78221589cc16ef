"""What the benchmark asks is what a browser or a program asks, and the city answers it rightly."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils.timezone import now

from bench import plan
from bench.prepare import boards, books, certifying, pages, rest, rewards, rush
from bench.prepare.steps import STEPS
from voluncity.city.journal.tasks import catch_up
from voluncity.city.people.models import Volunteer
from voluncity.honor.certification.actions import load_ladders
from voluncity.honor.points import queries as points
from voluncity.honor.rewards import queries as given
from voluncity.honor.rewards.models import Offer
from voluncity.service.projects.models import Shift
from voluncity.service.signups.models import Attendance
from voluncity.testing.make_certification import make_veteran
from voluncity.testing.make_orgs import make_member, make_organization
from voluncity.testing.make_people import make_region, make_user, make_volunteer
from voluncity.testing.make_projects import make_category, make_shift

PEOPLE, PORT = 4, 8123
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_city(monkeypatch: pytest.MonkeyPatch) -> None:
    """A handful of volunteers, an organization, and something to find."""
    monkeypatch.setattr(rush, "PEOPLE", PEOPLE)
    monkeypatch.setattr(rush, "PLACES_OF", 2)
    monkeypatch.setattr(rush, "SHIFTS", 2)
    monkeypatch.setattr(rewards, "PEOPLE", PEOPLE)
    monkeypatch.setattr(rewards, "PIECES_OF", 2)
    monkeypatch.setattr(rewards, "OFFERS", 2)
    monkeypatch.setattr(pages, "REQUESTS", 12)
    for _ in range(PEOPLE):
        make_volunteer()
    make_user("李强")
    make_user("周正")
    region = make_region()
    make_category()
    make_organization(region=region)
    make_shift()


def _answer(request: plan.Request) -> int:
    """Send a prepared request; forged ones are refused as they are in a real city."""
    client = Client(enforce_csrf_checks=True)
    head = {name: value for name, value in request.headers.items() if name != "Accept-Encoding"}
    kind = head.pop("Content-Type", "application/octet-stream")
    response = client.generic(
        request.method, request.path, request.body, content_type=kind, headers=head, secure=True,
        HTTP_HOST=f"127.0.0.1:{PORT}",
    )  # fmt: skip
    assert response.status_code in (request.expect or {200: ""}), response.content.decode()[:500]
    words = request.expect.get(response.status_code, "")
    assert words in f"{response.headers}{response.content.decode()}"
    return response.status_code


def _answers(folder: Path, name: str) -> list[int]:
    return [_answer(request) for request in plan.read(folder / name)]


def test_rush_gives_away_exactly_the_places(tmp_path: Path) -> None:
    facts = rush.rush(tmp_path, PORT, 16)
    assert (facts["people"], facts["places"]) == (PEOPLE, 2)
    statuses = _answers(tmp_path, "rush-16.jsonl")
    assert statuses[:2] == [200, 200]
    assert set(statuses[2:]) <= {409, 422}
    after = rush.rush_after(tmp_path, PORT, facts["shift_16"])
    assert after == {"placed": 2, "capacity": 2, "overbooked": 0, "taken": 2, "others": 0}


def test_an_overbooked_shift_is_noticed(tmp_path: Path) -> None:
    facts = rush.rush(tmp_path, PORT, 16)
    _answers(tmp_path, "rush-16.jsonl")
    Shift.objects.filter(pk=facts["shift_16"]).update(capacity=1, taken=1)
    assert rush.rush_after(tmp_path, PORT, facts["shift_16"])["overbooked"] == 1


def test_everybody_finds_a_place_where_there_is_room(tmp_path: Path) -> None:
    facts = rush.spread(tmp_path, PORT)
    assert _answers(tmp_path, "spread.jsonl") == [200] * PEOPLE
    after = rush.spread_after(tmp_path, PORT, facts["first"], facts["last"])
    assert after == {"placed": PEOPLE}


def test_everybody_comes_through_the_door(tmp_path: Path) -> None:
    facts = rush.door(tmp_path, PORT)
    opened = rush.door_open(tmp_path, PORT, facts["first"], facts["last"])
    assert (facts["people"], opened) == (PEOPLE, {"requests": PEOPLE})
    assert _answers(tmp_path, "door.jsonl") == [302] * PEOPLE
    after = rush.door_after(tmp_path, PORT, facts["first"], facts["last"])
    assert after == {"inside": PEOPLE, "scans": PEOPLE}


def test_leader_confirms_the_hours_of_events(tmp_path: Path) -> None:
    facts = books.hours(tmp_path, PORT, 2)
    assert _answers(tmp_path, "hours.jsonl") == [302, 302]
    after = books.hours_after(tmp_path, PORT, facts["first"], facts["last"])
    assert after == {"posted": 2 * PEOPLE, "all": 2 * PEOPLE}
    assert Attendance.objects.count() == 2 * PEOPLE


@pytest.mark.parametrize("name", ["find-out", "find-in", "find-api-out", "find-api-in"])
def test_what_people_look_for_is_answered(name: str, tmp_path: Path) -> None:
    facts = pages.find(tmp_path, PORT)
    assert facts == {"visitors": PEOPLE, "activities": 1}
    assert _answers(tmp_path, f"{name}.jsonl") == [200] * 12


def test_the_same_is_looked_for_every_time(tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    pages.find(tmp_path, PORT)
    pages.find(tmp_path / "again", PORT)
    first, again = (folder / "find-out.jsonl" for folder in (tmp_path, tmp_path / "again"))
    assert first.read_bytes() == again.read_bytes()


def test_leaderboard_place_and_desk_are_answered(tmp_path: Path) -> None:
    pages.honor(tmp_path, PORT)
    pages.desk(tmp_path, PORT)
    names = ["honor-out", "honor-in", "honor-place", "desk"]
    counts = [len(_answers(tmp_path, f"{name}.jsonl")) for name in names]
    assert counts == [2, 2 * PEOPLE, PEOPLE, 1]


def test_boards_of_areas_and_organizations_and_ones_place_there_are_answered(
    tmp_path: Path,
) -> None:
    for one in Volunteer.objects.all():
        make_member(one, make_organization("河边队", region=one.region))
    facts = boards.boards(tmp_path, PORT)
    counts = {name: len(_answers(tmp_path, f"boards-{name}.jsonl")) for name in list(facts)[1:]}
    city, area, organization = 3 * PEOPLE, 3 * 3 * PEOPLE, 3 * PEOPLE  # three periods each
    assert counts == {
        "city": city, "area": area, "organization": organization, "around": city,
        "place": city + area + organization,
    }  # fmt: skip


def test_rush_for_a_reward_gives_away_exactly_the_pieces(tmp_path: Path) -> None:
    facts = rewards.rewards(tmp_path, PORT, 16)
    assert (facts["people"], facts["pieces"]) == (PEOPLE, 2)
    assert _answers(tmp_path, "rewards-16.jsonl") == [200, 200, 422, 422]
    after = rewards.rewards_after(tmp_path, PORT, facts["offer_16"], facts["offer_16"])
    assert after == {"vouchers": 2, "takers": 2, "taken": 2, "points": facts["points"]}
    assert given.faults() == points.faults() == []


def test_a_voucher_too_many_is_noticed(tmp_path: Path) -> None:
    facts = rewards.rewards(tmp_path, PORT, 16)
    _answers(tmp_path, "rewards-16.jsonl")
    Offer.objects.filter(pk=facts["offer_16"]).update(taken=1)
    after = rewards.rewards_after(tmp_path, PORT, facts["offer_16"], facts["offer_16"])
    assert (after["vouchers"], after["taken"]) == (2, 1)


def test_everybody_gets_a_reward_where_there_is_enough(tmp_path: Path) -> None:
    facts = rewards.rewards_spread(tmp_path, PORT)
    assert _answers(tmp_path, "rewards-spread.jsonl") == [200] * PEOPLE
    after = rewards.rewards_after(tmp_path, PORT, facts["first"], facts["last"])
    assert after == {
        "vouchers": PEOPLE, "takers": PEOPLE, "taken": PEOPLE, "points": facts["points"],
    }  # fmt: skip


def test_all_who_come_into_question_are_counted(tmp_path: Path) -> None:
    load_ladders()
    for minutes in (60, 120, 110 * 60):
        make_veteran("王芳", minutes)
    facts = certifying.candidates(tmp_path, PORT)
    assert (facts["volunteers"], facts["stars_candidates"], facts["medals_candidates"]) == (
        Volunteer.objects.count(), 1, 0,
    )  # fmt: skip
    assert facts["low_candidates"] == facts["low_expected"] == 2
    assert [facts[f"{name}_open"] for name in ("stars", "medals", "low")] == [1, 1, 1]


def test_importer_is_somebody_of_the_office(tmp_path: Path) -> None:
    facts = books.imported(tmp_path, PORT)
    newest = Volunteer.objects.latest("pk").pk
    assert facts == {"volunteers": Volunteer.objects.count(), "newest": newest}
    assert (tmp_path / "officer").read_text(encoding="utf-8")


def test_rest_waits_for_the_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rush.spread(tmp_path, PORT)
    monkeypatch.setattr(rest, "PATIENCE_SECONDS", -1)
    with pytest.raises(SystemExit, match="does not catch up"):
        rest.rest(tmp_path, PORT)
    catch_up()
    assert rest.rest(tmp_path, PORT)["waited"] < 1000


def test_every_step_of_the_preparation_has_its_name() -> None:
    assert {name.removesuffix("_after").removesuffix("_open") for name in STEPS} == {
        "rush", "spread", "door", "find", "honor", "desk", "hours", "imported",
        "rest", "list_csv", "list_xlsx", "register", "boards", "candidates",
        "rewards", "rewards_spread",
    }  # fmt: skip


def test_empty_city_is_too_small(tmp_path: Path) -> None:
    Volunteer.objects.update(closed_at=now() - timedelta(days=1))
    with pytest.raises(SystemExit, match="too small"):
        rush.spread(tmp_path, PORT)
