"""Who looked at a person's data: every look is there, nobody else's is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from voluncity.city.access import actions as access
from voluncity.city.access.models import Grant
from voluncity.city.journal.actions import record
from voluncity.city.people import actions as people
from voluncity.city.people.models import User, Volunteer
from voluncity.city.people.states import RevealReason
from voluncity.city.privacy import queries
from voluncity.city.privacy.queries import Look
from voluncity.city.registers.models import Export, ExportedPart
from voluncity.city.registers.rules import packed
from voluncity.city.registers.states import ExportReason, ExportState
from voluncity.testing.counting import queries_for
from voluncity.testing.make_people import NOON, make_user, make_volunteer, user_of
from voluncity.testing.pages import as_

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


def test_a_look_names_office_role_reason_and_time(wang: Volunteer, office: User) -> None:
    other = make_volunteer()
    for volunteer in (wang, other):
        people.reveal_numbers(
            volunteer=volunteer, reason=RevealReason.INSURANCE, by=office, at=NOON
        )
    assert queries.looks_at(wang) == [
        Look(NOON, "查看完整证件号码和手机号", "太原市 · 市文明办", "办理保险或理赔")
    ]


def test_the_role_is_that_of_the_moment_of_the_look(wang: Volunteer, office: User) -> None:
    people.reveal_numbers(volunteer=wang, reason=RevealReason.CONTACT, by=office, at=NOON)
    grant = Grant.objects.get(user=office)
    access.revoke_role(grant_id=grant.pk, by=make_user("许安"), at=LATER)
    people.reveal_numbers(
        volunteer=wang, reason=RevealReason.CONTACT, by=office, at=LATER + timedelta(hours=1)
    )
    assert [look.who for look in queries.looks_at(wang)] == ["工作人员", "太原市 · 市文明办"]


def export(owner: User, *people_in_it: Volunteer, is_full: bool = False) -> None:
    made = Export.objects.create(
        owner=owner, list_key="people", columns="name", is_full=is_full,
        reason=ExportReason.values[0], words="报送季度统计", asked_at=LATER,
        total=len(people_in_it), state=ExportState.FAILED,
    )  # fmt: skip
    for block, bits in packed([one.pk for one in people_in_it]).items():
        ExportedPart.objects.create(export=made, block=block, bits=bits)


def test_an_export_is_seen_by_those_in_it(wang: Volunteer, office: User) -> None:
    other = make_volunteer()
    export(office, wang, other, is_full=True)
    export(office, other)
    reason = f"{ExportReason.labels[0]}：报送季度统计"
    assert queries.looks_at(wang) == [
        Look(LATER, "导出名册（含完整号码）", "太原市 · 市文明办", reason)
    ]


def test_a_look_at_a_record_that_was_merged_counts(wang: Volunteer, office: User) -> None:
    twin = make_volunteer("王芳", user=False)
    people.reveal_numbers(volunteer=twin, reason=RevealReason.CONTACT, by=office, at=NOON)
    Volunteer.objects.filter(pk=twin.pk).update(closed_at=NOON, merged_into=wang)
    assert len(queries.looks_at(wang)) == 1


def test_what_else_is_done_to_a_record_is_no_look(wang: Volunteer) -> None:
    record("people.set_profile", wang, by=wang.user, at=NOON)
    assert queries.looks_at(wang) == []


def test_the_page_asks_the_same_for_one_look_and_for_thirty(wang: Volunteer, office: User) -> None:
    browser = as_(user_of(wang))
    people.reveal_numbers(volunteer=wang, reason=RevealReason.CONTACT, by=office, at=NOON)
    one = queries_for(browser, "/me/privacy/looks/")
    for minute in range(29):
        at = NOON + timedelta(minutes=minute)
        people.open_minor(volunteer=wang, reason=RevealReason.REQUEST, by=office, at=at)
    assert queries_for(browser, "/me/privacy/looks/") == one


def test_the_page_has_pages(wang: Volunteer, office: User) -> None:
    browser = as_(user_of(wang))
    assert "还没有人看过" in browser.get("/me/privacy/looks/").content.decode()
    for minute in range(21):
        at = NOON + timedelta(minutes=minute)
        people.reveal_numbers(volunteer=wang, reason=RevealReason.IDENTITY, by=office, at=at)
    first = browser.get("/me/privacy/looks/").content.decode()
    second = browser.get("/me/privacy/looks/?page=2").content.decode()
    assert (first.count("原因：核对身份"), second.count("原因：核对身份")) == (20, 1)
    assert "周明" not in first
