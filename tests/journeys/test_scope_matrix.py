"""Roles × areas × every list: what lies outside one's area never shows.

Each list, search, export, suggestion and count is read before and after people, organizations and
projects appear outside the reader's area. Not a word and not a number of it may change.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from pytest_django.fixtures import Settings

from tests.journeys.second_readers import Turns, kind_of, role_of
from voluncity.city.access import matrix, personal
from voluncity.city.access.matrix import Door
from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import ROLES, Permission, Role
from voluncity.city.access.scopes import Scope, ScopedQuerySet
from voluncity.city.claims.actions import find_suspects
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User, Volunteer, VolunteerQuerySet
from voluncity.city.regions.models import Level, Region
from voluncity.city.registers import queries as registers
from voluncity.city.registers.models import Export
from voluncity.service.progress.models import YearPlan
from voluncity.service.projects.models import Leading, Line
from voluncity.testing import tracing
from voluncity.testing.api import program_of
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import make_county, make_region, make_user
from voluncity.testing.make_projects import make_line
from voluncity.testing.pages import as_
from voluncity.testing.sheets import sheet_of
from voluncity.testing.world import make_half

pytestmark = [pytest.mark.django_db, pytest.mark.row("A4")]


@dataclass(frozen=True)
class Look:
    """One way to look at a list: what is asked, or sent. `same` says why nothing may change."""

    query: dict[str, str] = field(default_factory=dict)
    sent: dict[str, str] = field(default_factory=dict)
    same: str = ""


ONE = (Look(),)
# Every page, search, suggestion and operation for staff that shows more than one thing.
LISTS: dict[str, tuple[Look, ...]] = {
    "api:managed_projects": ONE,
    "api:queue": ONE,
    "api:shops_to_serve": ONE,
    "awards:desk_list": ONE,
    "awards:desk_new": ONE,
    "awards:desk_reviews": (Look(same="what the reader has to review: nothing of the sample"),),
    "certification:desk_list": ONE,
    "certification:desk_honors": ONE,
    "certification:nominations": ONE,
    "claims:desk_list": ONE,
    "claims:desk_merges": ONE,
    "hardship:desk_gifts": ONE,
    "hardship:desk_list": ONE,
    "events:desk_list": (Look(), Look({"q": "马拉松"})),
    "events:desk_applications": (Look(), Look({"q": "李"})),
    "events:desk_new": ONE,
    "hours:desk_list": (
        Look({"queue": "confirm"}), Look({"queue": "all"}),
        Look({"queue": "approve"}, same="no record of the sample is confirmed"),
        Look({"queue": "overdue"}, same="no record of the sample is overdue"),
    ),
    "integrity:desk_list": ONE,
    "integrity:desk_absences": ONE,
    "leaderboards:desk_list": ONE,
    "leaderboards:desk_people": (Look(), Look({"period": "all", "hours": "all"})),
    "leaderboards:desk_teams": (Look(), Look({"period": "all"})),
    "insurance:desk_list": (Look(), Look({"q": "李娜"})),
    "insurance:desk_people": ONE,
    "insurance:desk_activities": ONE,
    "insurance:desk_enrollments": ONE,
    "insurance:desk_claims": ONE,
    "recognition:desk_prints": ONE,
    "orgs:desk_list": (Look(), Look({"q": "志愿"})),
    "orgs:desk_requests": ONE,
    "orgs:desk_tree": ONE,
    "orgs:pick": tuple(
        Look({"may": str(permission), "field": "x", "x": "志愿"})
        for permission in (
            Permission.ORG_SEE, Permission.PROJECT_SEE, Permission.PROJECT_EDIT,
            Permission.VOLUNTEER_SEE, Permission.ORG_REVIEW, Permission.STATION_EDIT,
            Permission.GRANT_MANAGE, Permission.ACCOUNT_MANAGE, Permission.TRAINING_RECORD,
            Permission.CLASS_EDIT,
        )
    ),
    "party:desk_list": ONE,
    "points:desk_list": (Look(), Look({"q": "李娜"})),
    "points:desk_figures": (Look(same="both areas of the sample earned and spent as much"),),
    "party:desk_pairings": ONE,
    "archives:desk_list": (Look(), Look({"task": "settled"})),
    "archives:requests": ONE,
    "archives:packages": (Look(same="one's own packages, and projects with an archive"),),
    "patrols:desk_list": (Look(), Look({"task": "new"}, same="a rule sends all of the sample")),
    "patrols:desk_figures": ONE,
    "patrols:desk_rules": ONE,
    "patrols:units": (Look({"field": "unit", "unit": "志愿"}),),
    "pledges:desk_list": (Look(), Look({"task": "new"}), Look({"q": "护河"})),
    "pledges:desk_needs": ONE,
    "pledges:desk_figures": (Look(same="every area of the sample lacks as much"),),
    "pledges:desk_new": ONE,
    "difficulties:desk_list": (Look(), Look({"q": "保险"})),
    "difficulties:board": ONE,
    "difficulties:mine": (Look(same="what the reader's own organization reported"),),
    "difficulties:units": (
        Look({"field": "unit", "unit": "志愿"}, same="nobody answers for a unit of the sample"),
    ),
    "people:desk_accounts": ONE,
    "people:desk_account_new": ONE,
    "people:desk_answers": (Look(same="the authority has answered no file of the sample"),),
    "people:desk_find": (Look(sent={"words": "0002"}),),
    "people:desk_identity": ONE,
    "people:desk_imports": (Look(same="nobody in this city has imported a list"),),
    "people:desk_list": (
        Look(), Look({"q": "李"}), Look({"standing": "all"}), Look({"recruiter": "志愿"}),
    ),
    "people:desk_poster_new": ONE,
    "people:desk_posters": ONE,
    "portal:desk": ONE,
    "portal:grants": ONE,
    "portal:lines": (Look(same="no line of the sample is led by a reader"),),
    "progress:articles": ONE,
    "progress:desk_lines": (Look(same="no project of the sample was counted"),),
    "progress:desk_list": (Look(), Look({"q": "志愿"})),
    "progress:joint_list": ONE,
    "progress:years": ONE,
    "projects:desk_list": (Look(), Look({"q": "志愿"}), Look({"organization": "志愿"})),
    "projects:desk_new": (Look(same="a form that suggests while one types"),),
    "publicity:desk_list": ONE,
    "comments:desk_list": (Look(), Look({"task": "all", "q": "护工"})),
    "comments:desk_bans": ONE,
    "classes:desk_list": (Look(), Look({"state": "draft"})),
    "classes:desk_new": (Look(same="a form that suggests while one types"),),
    "wishes:desk_list": (Look(), Look({"task": "review"})),
    "wishes:desk_figures": ONE,
    "news:desk_list": ONE,
    "showcase:desk_list": ONE,
    "governance:desk_list": ONE,
    "governance:desk_new": ONE,
    "books:desk_list": ONE,
    "donations:desk_list": (Look(), Look({"q": "夜灯"})),
    "donations:desk_new": ONE,
    "donations:desk_gifts": (Look(), Look({"state": "recorded"})),
    "donations:desk_gift_new": ONE,
    "donations:desk_batches": ONE,
    "donations:desk_batch_new": ONE,
    "donations:desk_refunds": ONE,
    "donations:desk_bills": (Look(same="the bill of each area is of the same day and sum"),),
    "calls:desk_list": ONE,
    "calls:desk_calls": ONE,
    "calls:own_list": ONE,
    "grants:desk_list": (Look(), Look({"q": "修脚"})),
    "grants:desk_changes": ONE,
    "grants:own_list": ONE,
    "closings:desk_list": (Look(), Look({"q": "修脚"})),
    "closings:own_list": ONE,
    "closings:mine": (Look(same="who evaluates sees what they are asked for"),),
    "closings:desk_standards": ONE,
    "grants:pick_station": (Look({"field": "x", "x": "站"}),),
    "payouts:desk_list": (Look(), Look({"q": "修脚"})),
    "showing:desk_list": ONE,
    "payouts:desk_accounts": (Look(), Look({"state": "entered"})),
    "payouts:desk_plans": ONE,
    "payouts:desk_ready": (Look(same="no installment of the sample may be asked for"),),
    "payouts:desk_lists": ONE,
    "payouts:desk_list_new": (Look(same="nothing of the sample waits for a list"),),
    "payouts:desk_returns": ONE,
    "payouts:own_list": ONE,
    "reports:desk_list": (Look(), Look({"q": "修脚"})),
    "reports:own_list": ONE,
    "review:desk_list": ONE,
    "review:desk_decisions": ONE,
    "review:tasks": (Look(same="an expert reads only what was given to them"),),
    "ratings:desk_list": ONE,
    "ratings:desk_new": ONE,
    "recognition:desk_list": ONE,
    "rewards:desk_list": (Look(), Look({"q": "志愿"})),
    "rewards:desk_redemptions": ONE,
    "rewards:desk_vouchers": ONE,
    "rewards:desk_sheets": ONE,
    "rewards:desk_figures": ONE,
    "rewards:scan": ONE,
    "rewards:desk_join": (Look(same="no organization of the sample may give"),),
    "rosters:desk_list": ONE,
    "rosters:desk_new": ONE,
    "stations:desk_demonstrations": ONE,
    "stations:desk_findings": ONE,
    "stations:desk_list": ONE,
    "teaching:desk_list": (Look(), Look({"tab": "past"})),
    "teaching:desk_figures": ONE,
    "teaching:desk_duty": ONE,
    "teaching:desk_new": (Look(same="a form that suggests while one types"),),
    "training:desk_list": (Look(same="the courses of the whole city"),),
    "training:desk_record": (Look(same="a form that suggests while one types"),),
}  # fmt: skip
# Pages for staff that list nothing of an area, each with the reason.
NO_LISTS: dict[str, str] = {
    "claims:preview": "two records that are named, each within reach",
    "hardship:desk_new": "an empty form",
    "insurance:desk_new": "an empty form",
    "insurance:desk_enroll": "an empty form",
    "insurance:desk_report": "an empty form",
    "insurance:desk_risks": "the city's dangerous categories",
    "certification:desk_new": "an empty form",
    "certification:desk_ladders": "the city's rules",
    "certification:desk_hour_stars": "the city's rules",
    "people:desk_import_template": "an empty workbook",
    "people:desk_register": "an empty form",
    "patrols:desk_kinds": "the city's kinds",
    "archives:kinds": "the city's kinds",
    "difficulties:kinds": "the city's kinds",
    "difficulties:answers": "what helps others is read in the whole city, and names nobody",
    "difficulties:hints": "a part of what helps others",
    "difficulties:report": "a form for the organizations in which the reader holds a role",
    "teaching:desk_courses": "the city's courses",
    "portal:new_line": "an empty form",
    "rewards:desk_for": "an empty form",
    "comments:desk_words": "the city's list of words",
    "wishes:desk_kinds": "the city's kinds",
    "wishes:desk_new": "an empty form",
    "news:desk_new": "an empty form",
    "showcase:desk_new": "a form that offers what is within reach",
    "wishes:desk_themes": "the city's festivals",
    "progress:pick_unit": "the names of units are public",
    "progress:plans_paper": "the list of progress on paper",
    "progress:plans_sheet": "the list of progress as a workbook",
    "progress:year_new": "the lines that one's own unit leads",
    "portal:journal": "an auditor reads the whole journal",
    "portal:policy": "the city's numbers",
    "welfare_days:desk_list": "the days of the whole city, with figures that everybody may read",
    "publicity:desk_calendar": "the city's working days",
    "ratings:desk_ladder": "the city's standards",
    "points:desk_rules": "the city's rules, which are public",
    "points:desk_rules_new": "the city's rules, to be written anew",
    "registers:exports": "what the reader exported",
    "stations:desk_item_new": "an empty form",
    "stations:desk_new": "an empty form",
    "stations:desk_standard": "the city's standard",
}


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


# -- Readers and places ------------------------------------------------------------------------

# The auditor and the system administrator have no lists of an area.
READING = [role for role in ROLES if role not in {Role.AUDITOR, Role.SYSTEM_ADMIN}]
ROLES_IN_REGIONS = [role for role in READING if ROLES[role].scope == "region"]
TAIL = "0002"


@dataclass
class Area:
    """A county with one community and everything in it, and who works there."""

    county: Region
    community: Region
    organization: Organization


def make_area(county: Region, town: str) -> Area:
    """Fill a town of a county with people, organizations and their work."""
    half = make_half(make_region(town, level=Level.TOWN, parent=county))
    _let_everybody_have_the_same_tail()
    _let_nobody_lead_a_line()
    find_suspects(at=now())
    return Area(county, half.organization.region, half.organization)


def _let_everybody_have_the_same_tail() -> None:
    Volunteer.objects.update(phone_tail_index=personal.tail_index(TAIL))


def _let_nobody_lead_a_line() -> None:
    """Keep one line for all: which there are, and who leads them, is known in the whole city."""
    line = make_line()
    YearPlan.objects.update(line=line)
    Leading.objects.all().delete()
    Line.objects.exclude(pk=line.pk).delete()


def make_readers(area: Area) -> dict[str, User]:
    """Return one person for each role over the county or the organization, and in a community."""
    readers = {}
    for role in READING:
        spec = ROLES[role]
        readers[str(role)] = user = make_user(spec.name)
        give(user, role, area.county if spec.scope == "region" else area.organization)
    for role in (Role.COMMUNITY_WORKER, Role.COUNTY_OFFICE):
        readers[f"{role} of a community"] = user = make_user(ROLES[role].name)
        give(user, role, area.community)
    return readers


# -- Reading -----------------------------------------------------------------------------------

_UNSTEADY = re.compile(
    r'name="(?:csrfmiddlewaretoken|handle)" value="[^"]*"|nonce="[^"]*"|"X-CSRFToken": ?"[^"]*"'
    r"|<time[^>]*>[^<]*</time>|[0-9]{2}:[0-9]{2}|已等[^<]*"
)


def staff_doors() -> list[Door]:
    """Return the doors for staff that name no object in their address and can be looked at."""
    return [
        door
        for door in matrix.doors()
        if door.access.permissions and "<" not in door.path and _is_looked_at(door)
    ]


def _is_looked_at(door: Door) -> bool:
    return "GET" in door.methods or any(look.sent for look in LISTS.get(door.name, ()))


def read_all(reader: str, user: User, turns: Turns) -> dict[str, str]:
    """Return what somebody sees in every list, by what was asked."""
    seen: dict[str, str] = {}
    for door in staff_doors():
        if role_of(reader) not in door.roles or not turns.take(door.name, reader):
            continue
        for look in LISTS.get(door.name, ()):
            seen[f"{door.name}?{urlencode(look.query | look.sent)}"] = _read(door, look, user)
    return seen | dict(_exported(reader, user, turns))


def _read(door: Door, look: Look, user: User) -> str:
    cache.clear()
    if door.name.startswith("api:"):
        answer = program_of(user).ask("GET", door.path.removeprefix("/api/v1/"), query=look.query)
        assert answer.status == 200, (door.name, answer.status)
        return json.dumps(answer.body, ensure_ascii=False)
    browser = as_(user)
    page = reverse(door.name)
    if look.sent:
        response = browser.post(page, look.sent)
    else:
        response = browser.get(page, look.query, follow=True)  # a role may have a list of its own
    assert response.status_code in {200, 422}, (door.name, look, response.status_code)
    return _UNSTEADY.sub("", response.content.decode())


def _exported(reader: str, user: User, turns: Turns) -> Iterator[tuple[str, str]]:
    """Take every register out that this person may export."""
    browser = as_(user)
    for register in registers.registers().values():
        if not turns.is_open(register.key, reader):
            continue
        page = reverse("registers:export", args=[register.key])
        columns = [column.key for column in register.columns]
        answers = {"reason": "check", "words": "核对登记信息", "columns": columns}
        if browser.post(page, answers).status_code != 302:
            continue
        turns.take(register.key, reader)
        made = Export.objects.filter(owner=user).latest("pk")
        assert made.file, register.key
        content = b"".join(browser.get(reverse("files:show", args=[made.file.key])))
        yield f"export of {register.key}", json.dumps(sheet_of(content), ensure_ascii=False)


def faults(first: dict[str, str], second: dict[str, str], reader: str) -> Iterator[str]:
    """Name every list that changed."""
    for asked in sorted(set(first) | set(second)):
        if first.get(asked) != second.get(asked):
            yield f"{reader}: {asked}"


# -- What must hold ----------------------------------------------------------------------------


def walk(turns: Turns) -> tuple[list[str], set[str], set[str]]:
    """Return who saw what lies outside, which lists were read, and which can show more at all."""
    own = make_area(make_county("杏花岭区", code="140107000000"), "三桥街道")
    far_county = make_county("万柏林区", code="140109000000")
    readers = make_readers(own)
    for user in readers.values():
        Client().force_login(user)  # a list of accounts tells who was there at all
    logging.disable(logging.WARNING)
    try:
        with tracing.resting():  # every list is read a dozen times
            return _walked(own, far_county, readers, turns)
    finally:
        logging.disable(logging.NOTSET)


def _walked(
    own: Area, far_county: Region, readers: dict[str, User], turns: Turns
) -> tuple[list[str], set[str], set[str]]:
    before = {reader: read_all(reader, user, turns) for reader, user in readers.items()}
    far = make_area(far_county, "长风街道")
    seen = [
        fault
        for reader, user in readers.items()
        for fault in faults(
            before[reader], read_all(reader, user, turns), f"{reader}, another county"
        )
    ]
    near = {reader: user for reader, user in readers.items() if reader not in ROLES_IN_REGIONS}
    make_area(own.county, "巨轮街道")
    seen += [
        fault
        for reader, user in near.items()
        for fault in faults(
            before[reader], read_all(reader, user, turns), f"{reader}, next community"
        )
    ]
    read = {asked for lists in before.values() for asked in lists}
    return seen, read, read if turns.again else _grown(readers, before, far)


def _grown(readers: dict[str, User], before: dict[str, dict[str, str]], far: Area) -> set[str]:
    """Return the lists that change for somebody whose role is moved over there."""
    grown: set[str] = set()
    for role in READING:
        user, spec = readers[str(role)], ROLES[role]
        there = (
            {"region": far.county} if spec.scope == "region" else {"organization": far.organization}
        )
        Grant.objects.filter(user=user).update(**there)
        after = read_all(str(role), user, Turns())
        grown |= {asked for asked in after if after[asked] != before[str(role)].get(asked)}
    return grown


def test_what_lies_outside_never_shows_and_what_lies_inside_does(pytestconfig: Any) -> None:
    seen, read, grown = walk(Turns(again=pytestconfig.getoption("--leave-out-once")))
    assert seen == [], "\n".join(seen)
    may_stay = {
        f"{name}?{urlencode(look.query | look.sent)}"
        for name, looks in LISTS.items()
        for look in looks
        if look.same
    }
    idle = sorted(read - grown - may_stay)
    assert idle == [], "\n".join(idle)  # nothing is proven about a list that shows nothing


def test_on_a_second_database_each_kind_of_reader_still_reads_each_list() -> None:
    readers = [*map(str, READING), "community_worker of a community"]
    for door in (door for door in staff_doors() if door.name in LISTS):
        reading = [reader for reader in readers if role_of(reader) in door.roles]
        turns = Turns(again=True)
        again = [kind_of(reader) for reader in reading if turns.take(door.name, reader)]
        assert sorted(again) == sorted({kind_of(reader) for reader in reading}), door.name


def test_every_list_for_staff_is_in_the_table() -> None:
    named = {door.name for door in staff_doors()}
    assert named - set(LISTS) - set(NO_LISTS) == set(), "a new list: put it into LISTS"
    assert (set(LISTS) | set(NO_LISTS)) - named == set()


# -- Saboteurs ---------------------------------------------------------------------------------


@pytest.fixture
def no_scope(monkeypatch: pytest.MonkeyPatch) -> Callable[[type[ScopedQuerySet]], None]:
    def spoil(table: type[ScopedQuerySet]) -> None:
        def everything(self: Any, _scope: Scope) -> Any:
            return self.all()

        monkeypatch.setattr(table, "in_scope", everything)

    return spoil


def test_saboteur_a_list_without_in_scope_is_seen(
    no_scope: Callable[[type[ScopedQuerySet]], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in set(LISTS) - {"people:desk_list", "people:desk_find"}:
        monkeypatch.delitem(LISTS, name)
    monkeypatch.setattr("tests.journeys.test_scope_matrix.READING", [Role.COUNTY_OFFICE])
    no_scope(VolunteerQuerySet)
    seen, _, _ = walk(Turns())
    caught = {fault.partition(": ")[2] for fault in seen}
    assert {"people:desk_list?", f"people:desk_find?words={TAIL}", "export of volunteers"} <= caught
