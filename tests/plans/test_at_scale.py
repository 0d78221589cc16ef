"""On a city of a hundredth of Puyang, no hot page or action walks through a table of people.

The statements are those that the real views and actions make; the database says how it would
answer them (EXPLAIN). Nothing is timed. `test_saboteur…` shows that a lost index is seen.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from time import monotonic, sleep

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.test import Client
from django.utils.timezone import now
from pytest_django.plugin import DjangoDbBlocker

from tests.plans.explain import BIG, Walk, explained, is_narrow, walked
from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import Role
from voluncity.city.claims import actions as claims
from voluncity.city.journal import tasks as journal
from voluncity.city.people.models import User, Volunteer
from voluncity.city.people.queries import id_number_of, phone_of
from voluncity.doors.portal.actions import keep_figures
from voluncity.doors.portal.scale.building import build
from voluncity.service.hours import tasks as hours
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.projects.models import Shift
from voluncity.service.signups import codes
from voluncity.service.signups import tasks as signups
from voluncity.service.signups.models import Attendance, Signup
from voluncity.service.signups.states import SignupState
from voluncity.testing.make_hours import make_crowd, make_leader, make_place

pytestmark = pytest.mark.django_db
FACTOR = 0.01
PATIENCE_SECONDS = 400  # the longest test of the other worker is one transaction of minutes

OFFICE = {
    "the desk": "/desk/",
    "the hours that wait": "/hours/desk/?queue=confirm",
    "the hours to approve": "/hours/desk/?queue=approve",
    "the hours overdue": "/hours/desk/?queue=overdue",
    "all hours": "/hours/desk/?queue=all",
    "all hours since a day": "/hours/desk/?queue=all&since=2026-11-01",
    "the register": "/desk/volunteers/",
    "the register by name": "/desk/volunteers/?q=王秀英",
    "the register by age": "/desk/volunteers/?age_from=70&age_to=71&order=old",
    "minors": "/desk/volunteers/?age=minor",
    "closed records": "/desk/volunteers/?standing=closed",
    "organizations": "/orgs/desk/",
    "projects": "/desk/projects/",
    "the register by stars": "/desk/volunteers/?stars=1&col=name&col=stars",
    "doubles": "/claims/desk/merges/",
}
TEAM = {
    "the desk": "/desk/",
    "the hours that wait": "/hours/desk/?queue=confirm",
    "all hours": "/hours/desk/?queue=all",
    "requests to join": "/orgs/desk/requests/",
}
RESIDENT = {
    "home": "/",
    "find": "/find/",
    "find by words": "/find/?q=清洁",
    "own sign-ups": "/me/signups/",
    "own hours": "/hours/",
    "own page": "/me/",
    "who looked": "/me/privacy/looks/",
    "the leaderboard": "/leaderboards/",
    "the leaderboard of all time": "/leaderboards/?period=all&hours=all",
    "the leaderboard of a year, around me": "/leaderboards/?period=2026&view=me",
    "messages": "/messages/",
    "organizations": "/orgs/",
}


@pytest.fixture(scope="module", autouse=True)
def _city(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Build the city once for all tests of this file, and empty the database at their end.

    It is committed: an index that is as young as its transaction may not be used in it.
    """
    with django_db_blocker.unblock():
        call_command("load_reference", stdout=StringIO())
        build(factor=FACTOR, at=now(), say=lambda _line: None)
        keep_figures(at=now())
        claims.find_suspects(at=now())
        _outlast_who_began_before()
        with connection.cursor() as cursor:  # as the database does by itself, but not at once
            count = "VACUUM (ANALYZE)" if connection.vendor == "postgresql" else "ANALYZE"
            for table in BIG | {"claims_suspected"}:
                cursor.execute(f"{count} {table}")
    yield
    with django_db_blocker.unblock():
        call_command("flush", verbosity=0, interactive=False)


def _outlast_who_began_before() -> None:
    """Wait until every transaction of the server is younger than the city.

    Until then PostgreSQL does not use an index that was built over rows changed in between
    (`pg_index.indcheckxmin`), and the other worker's test may be such a transaction.
    """
    if connection.vendor != "postgresql":
        return
    deadline = monotonic() + PATIENCE_SECONDS
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        (built,) = cursor.fetchone()
        while _oldest_running(cursor) <= int(built):
            assert monotonic() < deadline, "a transaction from before the city is still running"
            sleep(0.2)


def _oldest_running(cursor: CursorWrapper) -> int:
    cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
    return int(cursor.fetchone()[0])


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    cache.clear()


def _client(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def _holder(role: Role) -> User:
    grant = Grant.objects.filter(role=role, revoked_at=None).order_by("pk").last()
    assert grant is not None
    user: User = grant.user
    return user


def _resident() -> Volunteer:
    """Return somebody who served, and is free to serve now."""
    found = Volunteer.objects.filter(user__isnull=False, service_records__state="posted")
    volunteer: Volunteer | None = found.order_by("-pk").first()
    assert volunteer is not None
    return volunteer


def _found(user: User, words: str) -> list[str]:
    client = _client(user)

    def find() -> None:
        assert client.post("/desk/volunteers/find/", {"words": words}).status_code == 200

    return walked(find)


def _visited(user: User | None, page: str) -> list[str]:
    client = _client(user)

    def visit() -> None:
        assert client.get(page).status_code == 200

    return walked(visit)


@pytest.mark.parametrize("page", OFFICE)
def test_the_office_reads_no_table_of_people_from_end_to_end(page: str) -> None:
    assert _visited(_holder(Role.CITY_OFFICE), OFFICE[page]) == []


@pytest.mark.parametrize(
    "page",
    [
        # SQLite keeps no figures of single values and takes a third of the records for waiting:
        # in so small a city it reads them all, in one four times as large it does not.
        pytest.param(page, marks=[pytest.mark.postgres] if page == "the hours that wait" else [])
        for page in TEAM
    ],
)
def test_a_team_reads_no_table_of_people_from_end_to_end(page: str) -> None:
    assert _visited(_holder(Role.ORG_ADMIN), TEAM[page]) == []


@pytest.mark.parametrize("page", RESIDENT)
def test_a_resident_reads_no_table_of_people_from_end_to_end(page: str) -> None:
    assert _visited(_resident().user, RESIDENT[page]) == []


@pytest.mark.parametrize("page", ["/", "/find/", "/leaderboards/", "/orgs/"])
def test_a_visitor_reads_no_table_of_people_from_end_to_end(page: str) -> None:
    assert _visited(None, page) == []


def test_the_journal_is_read_from_its_newest_end() -> None:
    assert _visited(_holder(Role.AUDITOR), "/desk/journal/") == []


def _shift(*, starts_in: timedelta = timedelta(days=2)) -> Shift:
    """Return a shift with room that begins so far from now."""
    ahead = Shift.objects.filter(starts_at__gt=now() + timedelta(days=1))
    shift: Shift | None = ahead.select_related("activity").order_by("pk").first()
    assert shift is not None
    shift.capacity = shift.taken + 100
    shift.starts_at, shift.ends_at = now() + starts_in, now() + starts_in + timedelta(hours=2)
    shift.save()
    shift.activity.starts_at, shift.activity.ends_at = shift.starts_at, shift.ends_at
    shift.activity.save()
    return shift


def _post(user: User | None, page: str, sent: dict[str, object]) -> None:
    answer = _client(user).post(page, sent)
    assert answer.status_code == 302, answer.content.decode()


def test_signing_up_walks_through_nothing() -> None:
    volunteer, shift = _resident(), _shift()
    page = f"/shifts/{shift.pk}/sign-up/"
    assert walked(lambda: _post(volunteer.user, page, {"risks_read": "on"})) == []
    assert Signup.objects.get(volunteer=volunteer, shift=shift).state == SignupState.PLACED


def test_checking_in_walks_through_nothing() -> None:
    volunteer, shift = _resident(), _shift(starts_in=timedelta(minutes=10))
    make_place(shift, volunteer)
    page = f"/c/{codes.venue_token(shift.pk, at=now())}/"
    sent: dict[str, object] = {"nonce": "0123456789abcdef", "direction": "in"}
    assert walked(lambda: _post(volunteer.user, page, sent)) == []
    assert Attendance.objects.filter(signup__shift=shift).count() == 1


def test_computing_and_confirming_the_hours_of_an_event_walks_through_nothing() -> None:
    shift = _shift(starts_in=timedelta(hours=-20))
    make_crowd(shift, 12)
    assert walked(hours.compute_due) == []
    records = ServiceRecord.objects.filter(signup__shift=shift)
    ids = list(records.values_list("pk", flat=True))
    leader = make_leader(shift.activity.project.organization)
    desk = f"/hours/desk/activities/{shift.activity_id}/"
    assert walked(lambda: _client(leader).get(desk)) == []
    assert walked(lambda: _post(leader, f"{desk}confirm/", {"records": ids})) == []
    assert records.filter(state="posted").count() == 12


@pytest.mark.parametrize("work", [signups.fill_places, journal.catch_up])
def test_what_the_worker_does_every_few_seconds_walks_through_nothing(
    work: Callable[[], object],
) -> None:
    assert walked(work) == []


def test_one_person_is_found_by_an_index_of_each_number() -> None:
    person, officer = _resident(), _holder(Role.CITY_OFFICE)
    phone = phone_of(person)
    for words in (phone, phone[-4:], f"{person.name} {phone[-4:]}", id_number_of(person)):
        assert _found(officer, words) == []


def test_a_name_is_looked_for_along_its_index() -> None:
    office = _client(_holder(Role.CITY_OFFICE))
    plans = explained(
        lambda: office.get("/desk/volunteers/?q=王秀英"), naming='"people_volunteer"."closed_at"'
    )
    assert plans != []
    assert [plan for plan in plans if "people_by_name" not in plan] == []
    if connection.vendor == "sqlite":  # LIKE alone would read the index from end to end
        assert [plan for plan in plans if "(name>? AND name<?)" not in plan] == []


def test_saboteur_who_drops_an_index_is_seen() -> None:
    client = _client(_holder(Role.CITY_OFFICE))
    big = BIG | {"projects_shift"}  # where SQLite begins when it has lost the order of the records
    assert walked(lambda: client.get(OFFICE["all hours"]), big=big) == []
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX hours_newest")
    assert walked(lambda: client.get(OFFICE["all hours"]), big=big) != []


@pytest.mark.parametrize(
    ("index", "is_spared"),
    [("people_closed", True), ("people_live", False), ("people_by_region", False), ("", False)],
)
def test_a_walk_is_spared_along_the_index_of_a_few_only(index: str, is_spared: bool) -> None:
    assert is_narrow(Walk("people_volunteer", index)) == is_spared


def test_saboteur_who_widens_the_index_of_a_few_is_spared_no_longer() -> None:
    # Closing all records would do as well, but what is taken back leaves a table twice as long,
    # of which the database thinks otherwise in the tests that come after.
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX people_closed")
        cursor.execute(
            "CREATE INDEX people_closed ON people_volunteer (closed_at) WHERE closed_at IS NULL"
        )
    assert not is_narrow(Walk("people_volunteer", "people_closed"))


# Bytes over the wire, gzip: twice what a page had on this city when the budget was written,
# and never more than a resident's first view may cost with its styles and scripts.
BUDGETS = {
    "/": 9_000, "/find/": 13_000, "/leaderboards/": 7_000, "/orgs/": 8_000, "/me/": 7_000,
    "/hours/": 8_000, "/me/signups/": 8_000,
}  # fmt: skip
DESK_BUDGETS = {
    "/desk/": 7_000, "/hours/desk/?queue=all": 9_000, "/desk/volunteers/": 12_000,
    "/desk/projects/": 13_000, "/orgs/desk/": 8_000,
}  # fmt: skip


def _wire_bytes(user: User | None, page: str) -> int:
    answer = _client(user).get(page)
    assert answer.status_code == 200
    return len(gzip.compress(answer.content, 6))


@pytest.mark.parametrize("page", BUDGETS)
def test_a_page_for_residents_stays_light(page: str) -> None:
    assert _wire_bytes(_resident().user, page) <= BUDGETS[page]


@pytest.mark.parametrize("page", DESK_BUDGETS)
def test_a_page_of_the_desk_stays_light(page: str) -> None:
    assert _wire_bytes(_holder(Role.CITY_OFFICE), page) <= DESK_BUDGETS[page]
