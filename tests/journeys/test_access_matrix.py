"""Every address × everybody × own and foreign: the marks on the views are what happens."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as city_settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client, override_settings
from django.urls import URLPattern, clear_url_caches, get_resolver, reverse
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings

from voluncity.city.access import matrix
from voluncity.city.access.marks import PUBLIC, VOLUNTEER, public
from voluncity.city.access.matrix import Door
from voluncity.city.access.permissions import ROLES, Permission, Role
from voluncity.city.journal.models import Entry
from voluncity.city.people.models import User
from voluncity.testing import tracing
from voluncity.testing.api import Program, program_of
from voluncity.testing.pages import as_
from voluncity.testing.taking import body_of
from voluncity.testing.world import Half, World, make_world
from voluncity.testing.world_addresses import QUERIES, SAMPLES
from voluncity.testing.world_operations import BODIES

EVERYBODY = ["anonymous", "resident", "volunteer", *ROLES]
# Who goes through every door that others go through, too: coverage follows these only.
FOLLOWED = {"anonymous", "volunteer", Role.CITY_OFFICE, Role.ORG_ADMIN}
DONE_OR_ASKED = {200, 201, 204, 302, 400, 409, 422, 429}
NOT_WELL = 503  # what the health page says where no worker runs
LOGIN = ("/login/", "/join/")

# The object belongs to a person: everybody else finds nothing.
PERSONAL = {
    "inbox:open", "orgs:applied", "orgs:resubmit", "orgs:withdraw", "tokens:revoke",
    "orgs:leave", "signups:one", "signups:cancel", "signups:calendar", "signups:scanned",
    "registers:exported", "hours:receipt", "hours:correct", "recognition:pdf", "files:show",
    "api:revoke_token", "api:signup",
    "signups:offer", "signups:ward_offer", "api:answer_offer",
    "api:cancel", "api:receipt", "api:ask_correction",
    "api:wish_contact", "api:release_wish", "api:finish_wish", "api:answer_wish",
    "api:voucher", "api:give_voucher_back",
    "people:ward", "people:ward_card", "people:ward_identity", "people:ward_withdraw",
    "claims:withdraw", "claims:withdraw_correction",
    "integrity:own_case", "integrity:own_absence",
    "rosters:offer", "rosters:withdraw", "rosters:take",
    "rosters:swap_ask", "rosters:swap", "rosters:end_swap",
    "teaching:test", "teaching:certificate", "teaching:material", "points:revoke",
    "events:one", "events:step",
    "patrols:one", "patrols:confirm", "patrols:reject", "patrols:my_photo",
    "awards:own", "awards:own_step", "awards:own_write", "awards:paper",
    "insurance:answer", "insurance:claim", "insurance:withdraw", "insurance:claim_file",
    "showcase:answer",
    "wishes:own", "wishes:own_step", "wishes:held", "wishes:held_step",
    "comments:edit", "comments:delete", "comments:appeal", "comments:accept", "classes:result",
    "pledges:one", "pledges:withdraw", "pledges:show", "pledges:letter", "pledges:adoption_step",
    "teaching:enroll_for", "teaching:leave_for",
    "rewards:voucher", "rewards:give_back", "rewards:paper",
    "donations:order", "donations:order_state", "donations:play", "donations:certificate",
    "donations:show", "donations:end_plan", "donations:want_receipt",
    "leaderboards:invitation", "leaderboards:hide", "leaderboards:show_again",
    "certification:pdf", "certification:decline",
    "people:link_ward", "signups:sign_up_for", "signups:of_ward", "signups:ward_cancel",
    "points:of_ward", "recognition:ward_stars", "recognition:ward_certificates",
    "recognition:ward_issue", "certification:ward", "certification:ward_part",
    "insurance:of_ward", "insurance:ward_report",
}  # fmt: skip
# The object belongs to nobody's area: the same for all who may.
UNSCOPED = {
    "orgs:invited", "portal:line", "portal:change_line", "portal:end_line",
    "stations:desk_item", "stations:desk_item_end", "patrols:turn_kind",
    "difficulties:turn_kind", "archives:turn_kind",
    "welfare_days:desk_detail", "welfare_days:confirm", "welfare_days:move",
    "welfare_days:describe", "welfare_days:summary",
    "awards:self_new", "awards:vote",
    "insurance:desk_end_risk",
    "comments:like", "comments:desk_word_end",
    "wishes:turn_kind", "wishes:desk_theme", "wishes:complain", "wishes:claim",
    "people:consent", "registers:export", "registers:filters", "publicity:object",
    "teaching:enroll", "teaching:leave", "teaching:desk_course", "teaching:desk_retire",
    "calls:own_start",  # a call is public
    "rewards:take",
    "points:desk_entries",
    "certification:desk_ladder",
    "rosters:wish", "rosters:leave", "rosters:feed", "rosters:feed_step",
    "publicity:desk_remove_day", "orgs:join", "signups:sign_up", "signups:check_in", "api:sign_up",
    "api:enroll", "api:leave_training", "api:claim_wish", "api:cast_vote", "api:take_offer",
    "api:beat_chapter", "api:finish_chapter",
}  # fmt: skip
# One of the marked permissions decides for the step that is tried here.
DECIDING = {
    # A unit's members are for the unit and the offices, a community's for it and the offices.
    "party:desk_unit": (Permission.HOURS_APPROVE, "nothing"),
    "party:desk_community": (Permission.VOLUNTEER_SEE, "nothing"),
    "party:desk_decide": (Permission.VOLUNTEER_SEE, "nothing"),
    "projects:desk_step": (Permission.PROJECT_EDIT, "nothing"),
    "news:desk_step": (Permission.NEWS_EDIT, "nothing"),
    "api:step_project": (Permission.PROJECT_EDIT, "nothing"),
    "signups:roster": (Permission.SIGNUP_SEE, "nothing"),
    "people:desk_poster": (Permission.ORG_EDIT, "nothing"),
    "people:desk_poster_paper": (Permission.ORG_EDIT, "nothing"),
    "people:desk_poster_end": (Permission.ORG_EDIT, "nothing"),
    "registers:export": (Permission.VOLUNTEER_EXPORT, "no"),  # the list that is tried
    # Only who asked takes it back, and that is another officer here.
    "points:desk_withdraw": (Permission.JOURNAL_READ, "no"),
    # What an expert reads was given to them by name, and nobody of the sample is one of these.
    "review:task": (Permission.JOURNAL_READ, "nothing"),
    "review:task_file": (Permission.JOURNAL_READ, "nothing"),
    "review:declare": (Permission.JOURNAL_READ, "nothing"),
    # A photo is open only after its case was; two records are named in the body.
    "claims:evidence": (Permission.JOURNAL_READ, "nothing"),
    "claims:not_double": (Permission.JOURNAL_READ, "nothing"),
    # These steps belong to who plans; a unit never decides about its own project.
    "progress:article_step": (Permission.PROJECT_EDIT, "nothing"),
    "progress:year_step": (Permission.PROJECT_EDIT, "nothing"),
    "progress:accept_summary": (Permission.STATION_INSPECT, "no"),
    # The organizer hands in and chooses the cover; the city's office plans the days, and nobody
    # of the sample is one; a package belongs to who asked for it.
    "archives:step": (Permission.ACTIVITY_EDIT, "nothing"),
    "archives:turn_photo": (Permission.ACTIVITY_EDIT, "nothing"),
    "archives:package_file": (Permission.EXPORT_FULL, "nothing"),
    "recognition:desk_job": (Permission.EXPORT_FULL, "nothing"),
    "recognition:desk_job_file": (Permission.EXPORT_FULL, "nothing"),
    **dict.fromkeys(
        (
            "welfare_days:confirm",
            "welfare_days:move",
            "welfare_days:describe",
            "welfare_days:generate",
        ),
        (Permission.JOURNAL_READ, "no"),
    ),
    # A review belongs to the expert to whom it was given: here somebody else.
    **dict.fromkeys(
        ("awards:desk_review", "awards:desk_recuse", "awards:desk_review_file"),
        (Permission.JOURNAL_READ, "nothing"),
    ),
    # A rule belongs to a region, so not to those who look after organizations.
    "patrols:end_rule": (Permission.IDENTITY_REVIEW, "nothing"),
    # Organizers answer a promise of goods; who reported takes back; offices answered the sample.
    "pledges:desk_step": (Permission.PROJECT_EDIT, "nothing"),
    # Only who wrote a movement takes it back: here somebody else.
    "books:desk_withdraw": (Permission.JOURNAL_READ, "no"),
    # The merchant pauses its offer and confirms its sheet.
    "rewards:desk_offer_step": (Permission.OFFER_EDIT, "nothing"),
    "rewards:desk_sheet_step": (Permission.OFFER_EDIT, "nothing"),
    "difficulties:step": (Permission.ACTIVITY_EDIT, "nothing"),
    "difficulties:end_answer": (Permission.IDENTITY_REVIEW, "nothing"),
    # A list and an answer file belong to who uploaded them: here the city's office.
    **dict.fromkeys(
        (
            "people:desk_import",
            "people:desk_import_progress",
            "people:desk_import_report",
            "people:desk_import_step",
            "people:desk_answer",
            "people:desk_answer_report",
        ),
        (Permission.EXPORT_FULL, "nothing"),
    ),
    "api:refuse": (Permission.HOURS_CONFIRM, "no"),  # approvers come after the confirmation
    # A page of a funded organization, which its office writes only where there is none.
    **dict.fromkeys(
        (
            "grants:own_detail",
            "grants:own_plan",
            "grants:own_scan",
            "grants:own_change_new",
            "grants:own_change",
            "closings:own_detail",
            "closings:own_report",
            "closings:own_file",
            "closings:own_check",
            "closings:own_step",
        ),
        (Permission.GRANT_APPLY, "nothing"),
    ),
    # What was not handed in yet is the organization's own.
    "reports:evidence_file": (Permission.GRANT_APPLY, "nothing"),
    "reports:voucher_file": (Permission.GRANT_APPLY, "nothing"),
    "closings:file": (Permission.GRANT_APPLY, "nothing"),
    "closings:archive": (Permission.FUND_SEE, "nothing"),  # the office's own one
    # Those who are asked to go or to score, by name: nobody of the sample is one of them.
    "closings:desk_visit": (Permission.FUNDING_EDIT, "nothing"),
    "closings:score": (Permission.JOURNAL_READ, "nothing"),
    # These steps are a second person's, who checks.
    "payouts:desk_account_step": (Permission.PAYOUT_CHECK, "nothing"),
    "payouts:desk_plan_step": (Permission.PAYOUT_CHECK, "nothing"),
    "payouts:desk_step": (Permission.PAYOUT_CHECK, "nothing"),
}
# Who is asked by name sees it: here an expert who is not.
ASKED_BY_NAME = {"closings:photo": Role.EXPERT}
# One's own record as a volunteer, or that of a child one looks after.
OF_A_VOLUNTEER = {"api:my_insurance", "api:my_points", "api:points_statement"}
# The sample cannot be told by its address alone.
IN_BODY = {"api:create_project", "api:confirm", "api:approve", "api:refuse"}


@pytest.fixture(scope="module")
def built(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[World, Path]]:
    """Build one world for all who come, and where its files lie; each undoes what it did."""
    folder = tmp_path_factory.mktemp("files")
    building = transaction.atomic()
    with pytest.MonkeyPatch.context() as patch:
        # A test closes its connection at its end, and with it would go what is not committed.
        patch.setattr(connection, "close", lambda: None)
        with django_db_blocker.unblock(), override_settings(VOLUNCITY_FILES=str(folder)):
            building.__enter__()
            world = make_world()
        yield world, folder
        with django_db_blocker.unblock():
            transaction.set_rollback(True)
            building.__exit__(None, None, None)


@pytest.fixture
def world(built: tuple[World, Path], db: None, settings: Settings) -> World:
    settings.VOLUNCITY_FILES = str(built[1])
    return built[0]


def nothing(_half: Half) -> dict[str, Any]:
    return {}


class Visitor:
    """Somebody who logged in once, and whose program has a key; nobody has neither."""

    def __init__(self, who: str, user: User | None) -> None:
        self.who = who
        self.browser = Client(raise_request_exception=False)
        if user is not None:
            self.browser.force_login(user)
        self.session = self.browser.cookies.get(city_settings.SESSION_COOKIE_NAME)
        self.program = program_of(user) if user else Program()

    def come_anew(self) -> None:
        """Forget what the last try left in the browser: it was undone in the city, too."""
        for cookies in (self.browser.cookies, self.program.client.cookies):
            cookies.clear()
        if self.session is not None:
            self.browser.cookies[city_settings.SESSION_COOKIE_NAME] = self.session.value


def faults_of(door: Door, visitor: Visitor, world: World) -> Iterator[str]:
    """Try one door as one person, with an own and a foreign object; say what is not as marked."""
    who = visitor.who
    halves = {"own": world.own}
    if door.name in SAMPLES or door.name in IN_BODY:
        halves["foreign"] = world.foreign
    for which, half in halves.items():
        wanted = expected(door, who, which)
        if which == "foreign" and wanted in {"no", "login"}:
            continue  # stopped before anything is looked up: the own half has shown it
        for method in door.methods:
            if (method, door.name) == ("GET", "orgs:leave"):
                continue  # only asks whether; leaving is the POST
            got = outcome(door, method, visitor, half)
            if got != wanted:
                yield f"{method} {door.name} as {who}, {which}: {got} instead of {wanted}"


def expected(door: Door, who: str, which: str) -> str:
    """Return what the mark promises: "in", "nothing" (404), "no" (403) or "login"."""
    if door.access != PUBLIC and who == "anonymous":
        return "login"
    if who != "volunteer" and (door.access == VOLUNTEER or door.name in OF_A_VOLUNTEER):
        return "no" if door.scope else "login"
    if door.access.permissions:
        return _by_permission(door, who, which)
    if door.name == "people:demo_login":
        return "nothing"  # an empty form names no demo account
    if door.name in PERSONAL and (who != "volunteer" or which == "foreign"):
        return "nothing"
    return "in"


def _by_permission(door: Door, who: str, which: str) -> str:
    if who not in door.roles:
        return "no"
    if which == "foreign" and door.name not in UNSCOPED:
        return "nothing"
    if ASKED_BY_NAME.get(door.name) == who:
        return "nothing"
    deciding, otherwise = DECIDING.get(door.name, (None, "in"))
    has_it = deciding is None or deciding in ROLES[Role(who)].permissions
    return "in" if has_it else otherwise


def outcome(door: Door, method: str, visitor: Visitor, half: Half) -> str:
    """Try a door and undo what it did."""
    sample = SAMPLES.get(door.name, nothing)(half)
    visitor.come_anew()
    with transaction.atomic():
        status, place = (
            _by_key(door, method, visitor, half, sample)
            if door.name.startswith("api:")
            else _by_page(door, method, visitor, half, sample)
        )
        transaction.set_rollback(True)
    if status == 401 or (status == 302 and place.startswith(LOGIN) and "next=" in place):
        return "login"
    if status in {403, 404}:
        return {403: "no", 404: "nothing"}[status]
    if door.name == "portal:healthz" and status == NOT_WELL:
        return "in"
    return "in" if status in DONE_OR_ASKED else str(status)


def _by_page(
    door: Door, method: str, visitor: Visitor, half: Half, sample: dict[str, Any]
) -> tuple[int, str]:
    query = QUERIES.get(door.name, nothing)(half)
    response = visitor.browser.generic(
        method, reverse(door.name, kwargs=sample), query_params=query
    )
    body_of(response)
    return response.status_code, response.headers.get("Location", "")


def _by_key(
    door: Door, method: str, visitor: Visitor, half: Half, sample: dict[str, Any]
) -> tuple[int, str]:
    path = door.path.removeprefix("/api/v1/")
    for name, value in sample.items():
        path = path.replace(f"<{name}>", str(value))
    if path in {"openapi.json", "docs"}:
        return Client().get(door.path).status_code, ""
    body = BODIES.get(door.name, nothing)(half) if method != "GET" else None
    query = QUERIES.get(door.name, nothing)(half)
    return visitor.program.ask(method, path, body=body, query=query).status, ""


def tried(who: str, *, again: bool) -> list[Door]:
    """Return the doors that somebody tries, `again` on a second database or not.

    It answers other statements, but who holds which permission it does not change. So there each
    door is tried by those without a role and, of the roles over regions and of those over
    organizations that the mark lets in, by the first one for which it has to open, and not to open.
    """
    found = matrix.doors()
    if not again or who not in ROLES:
        return found
    return [door for door in found if who in door.roles and _first_of_its_kind(door, who) == who]


def _first_of_its_kind(door: Door, who: str) -> str:
    def kind(role: str) -> tuple[str, str]:
        return ROLES[Role(role)].scope, expected(door, role, "own")

    return next(role for role in door.roles if kind(role) == kind(who))


@pytest.mark.django_db
@pytest.mark.parametrize("who", EVERYBODY)
def test_every_door_opens_as_marked(who: str, world: World, pytestconfig: pytest.Config) -> None:
    visitor = Visitor(who, world.people.get(who))
    doors = tried(who, again=pytestconfig.getoption("--leave-out-once"))
    logging.disable(logging.WARNING)  # hundreds of refusals are right here
    with nullcontext() if who in FOLLOWED else tracing.resting():
        faults = [fault for door in doors for fault in faults_of(door, visitor, world)]
    logging.disable(logging.NOTSET)
    assert faults == [], "\n".join(faults)


def test_on_a_second_database_each_door_still_opens_for_those_whom_its_mark_lets_in() -> None:
    again = {who: tried(who, again=True) for who in EVERYBODY}
    for door in matrix.doors():
        let_in = {(ROLES[role].scope, expected(door, role, "own")) for role in door.roles}
        kinds = {
            (ROLES[Role(who)].scope, expected(door, who, "own"))
            for who in ROLES
            if door in again[who]
        }
        assert kinds == let_in, door.name
        assert door in again["anonymous"]
    assert all(tried(who, again=False) == matrix.doors() for who in EVERYBODY)


def test_every_address_with_an_object_has_a_sample() -> None:
    named = {door.name for door in matrix.doors() if "<" in door.path}
    assert named - set(SAMPLES) == set()
    assert set(SAMPLES) - named == set()


@pytest.mark.django_db
def test_a_try_at_a_foreign_object_is_journaled(world: World) -> None:
    client = as_(world.people[Role.ORG_ADMIN])
    page = reverse("projects:desk_detail", args=[world.foreign.ids["project"]])
    assert client.get(page).status_code == 404
    denied = Entry.objects.filter(verb="access.denied").values_list(
        "actor", "subject_type", "subject_id", "data"
    )
    assert list(denied) == [
        (
            world.people[Role.ORG_ADMIN].pk,
            "project",
            world.foreign.ids["project"],
            {"permission": "project_see"},
        )
    ]


def test_the_document_is_true() -> None:
    committed = Path(city_settings.ROOT, "docs", "access.md").read_text(encoding="utf-8")
    assert committed == matrix.document(), "run `python manage.py access_matrix`"


# -- Saboteurs: each of these mistakes must be caught ------------------------------------------


@contextmanager
def spoiled(pattern: URLPattern, view: Callable[..., Any]) -> Iterator[None]:
    right = pattern.callback
    pattern.callback = view
    clear_url_caches()
    try:
        yield
    finally:
        pattern.callback = right
        clear_url_caches()


def _guarded(resolver: Any, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Return the pages that ask for a permission, by name."""
    for one in resolver.url_patterns:
        if not isinstance(one, URLPattern):
            yield from _guarded(one, f"{one.namespace}:" if one.namespace else space)
        elif getattr(getattr(one.callback, "access", None), "permissions", ()):
            yield f"{space}{one.name}", one


def _bare(view: Callable[..., Any]) -> Callable[..., Any]:
    """Return a copy of the view without its guard and without its mark."""
    inner = view.__wrapped__  # type: ignore[attr-defined]

    def bare(*args: Any, **kwargs: Any) -> Any:
        return inner(*args, **kwargs)

    return bare


@pytest.fixture
def page() -> tuple[str, URLPattern]:
    return random.choice(list(_guarded(get_resolver())))  # noqa: S311 -- any of them will do


@pytest.mark.django_db
def test_a_view_without_a_mark_is_caught_and_does_not_answer(
    page: tuple[str, URLPattern], world: World
) -> None:
    name, pattern = page
    with spoiled(pattern, _bare(pattern.callback)):
        with pytest.raises(ImproperlyConfigured, match="is not marked"):
            matrix.doors()
        client = Client(raise_request_exception=False)
        client.force_login(world.people[Role.CITY_OFFICE])
        sample = SAMPLES.get(name, nothing)(world.own)
        assert client.get(reverse(name, kwargs=sample)).status_code == 500


def test_a_view_that_was_made_public_is_caught_by_the_document(
    page: tuple[str, URLPattern],
) -> None:
    _, pattern = page
    with spoiled(pattern, public(_bare(pattern.callback))), pytest.raises(CommandError):
        call_command("access_matrix", check=True)


@pytest.mark.django_db
def test_a_mark_without_a_guard_is_caught_by_the_walk(
    page: tuple[str, URLPattern], world: World
) -> None:
    name, pattern = page
    view = _bare(pattern.callback)
    view.access = pattern.callback.access  # type: ignore[attr-defined]
    with spoiled(pattern, view):
        [door] = [door for door in matrix.doors() if door.name == name]
        visitors = [Visitor(who, world.people.get(who)) for who in EVERYBODY]
        assert [fault for one in visitors for fault in faults_of(door, one, world)] != []
