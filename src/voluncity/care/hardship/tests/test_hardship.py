"""Volunteers in need: entered once, seen in one's own area, corrected without erasing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import IntegrityError, transaction

from voluncity.care.hardship import actions, queries, readers
from voluncity.care.hardship.models import Gift, Hardship
from voluncity.care.hardship.queries import Filters, Totals
from voluncity.care.hardship.states import CaseState, EndReason, Need, Occasion, ReversalReason
from voluncity.city.access.permissions import Permission, Role
from voluncity.city.access.queries import scope_of
from voluncity.city.journal.actions import record
from voluncity.city.journal.models import Entry
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, WrongState
from voluncity.testing.clock import stopped_at
from voluncity.testing.counting import queries_for
from voluncity.testing.make_hardship import ILL, RICE, make_case, make_gift
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import (
    NOON,
    TODAY,
    make_county,
    make_region,
    make_user,
    make_volunteer,
    user_of,
)
from voluncity.testing.pages import as_
from voluncity.testing.rivals import rival_before

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Region:
    return make_region(code="140106001001")


@pytest.fixture
def worker(home: Region) -> User:
    user = make_user("马丽")
    give(user, Role.COMMUNITY_WORKER, home)
    return user


@pytest.fixture
def neighbor(home: Region) -> Volunteer:
    return make_volunteer("李建国", region=home)


# -- Cases ---------------------------------------------------------------------------------------


def test_a_case_keeps_its_reason_sealed(worker: User, neighbor: Volunteer) -> None:
    case = actions.open_case(volunteer=neighbor, plan=ILL, by=worker, at=NOON)
    kept = Hardship.objects.get()
    assert "心脏" not in kept.reason_cipher
    assert queries.reason_of(kept) == ILL.reason
    entry = Entry.objects.get(verb="hardship.open")
    assert (entry.subject_id, entry.data) == (case.pk, {"volunteer": neighbor.pk})


def test_somebody_has_one_open_case_at_a_time(worker: User, neighbor: Volunteer) -> None:
    first = make_case(neighbor, by=worker)
    with pytest.raises(Refusal, match="已有正在帮扶的登记"):
        make_case(neighbor, by=worker)
    actions.end_case(case=first, reason=EndReason.EASED, by=worker, at=NOON)
    assert make_case(neighbor, by=worker, need=Need.FAMILY).state == CaseState.OPEN


def test_nobody_enters_or_gives_to_oneself(home: Region) -> None:
    volunteer = make_volunteer("马丽", region=home)
    own = user_of(volunteer)
    with pytest.raises(NotAllowed):
        actions.open_case(volunteer=volunteer, plan=ILL, by=own, at=NOON)
    case = make_case(volunteer)
    gift = make_gift(case)
    with pytest.raises(NotAllowed):
        actions.give(case=case, plan=RICE, by=own, at=NOON)
    with pytest.raises(NotAllowed):
        actions.reverse_gift(gift=gift, reason=ReversalReason.TWICE, by=own, at=NOON)
    with pytest.raises(NotAllowed):
        actions.end_case(case=case, reason=EndReason.EASED, by=own, at=NOON)
    with pytest.raises(NotAllowed):
        actions.extend_case(case=case, until=None, by=own, at=NOON)


def test_a_closed_record_gets_no_case(worker: User, neighbor: Volunteer) -> None:
    neighbor.closed_at = NOON
    with pytest.raises(Refusal, match="已经注销"):
        make_case(neighbor, by=worker)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"need": "hunger"}, "need"),
        ({"since": TODAY + timedelta(days=1)}, "since"),
        ({"since": date(1989, 12, 31)}, "since"),
        ({"until": date(2026, 8, 31)}, "until"),
        ({"reason": ""}, "reason"),
        ({"reason": "\x00\u200b"}, "reason"),
        ({"reason": "难" * 501}, "reason"),
    ],
)
def test_a_case_that_cannot_be_right_is_refused_at_its_field(
    neighbor: Volunteer, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadInput) as refusal:
        make_case(neighbor, **change)
    assert refusal.value.field == field
    assert not Hardship.objects.exists()


def test_every_reading_is_written_down_for_its_owner(worker: User, neighbor: Volunteer) -> None:
    case = make_case(neighbor)
    browser = as_(worker)
    for _ in range(2):
        assert ILL.reason in browser.get(f"/hardship/desk/{case.pk}/").content.decode()
    read = Entry.objects.filter(verb="hardship.read").values_list(
        "actor", "subject_type", "subject_id", "data"
    )
    assert list(read) == [(worker.pk, "volunteer", neighbor.pk, {"case": case.pk})] * 2


def test_the_list_says_nothing_of_the_reason(worker: User, neighbor: Volunteer) -> None:
    make_case(neighbor)
    words = as_(worker).get("/hardship/desk/").content.decode()
    assert ("李建国" in words, "重病" in words, "心脏" in words) == (True, True, False)
    assert not Entry.objects.filter(verb="hardship.read").exists()


def test_a_minors_name_is_masked(worker: User, home: Region) -> None:
    make_case(make_volunteer("陈小雨", region=home, born_on=date(2012, 5, 1)))
    words = as_(worker).get("/hardship/desk/").content.decode()
    assert ("陈*雨" in words, "陈小雨" in words) == (True, False)


def test_an_ended_case_stays_ended(worker: User, neighbor: Volunteer) -> None:
    case = make_case(neighbor)
    actions.end_case(case=case, reason=EndReason.MOVED, by=worker, at=NOON)
    case.refresh_from_db()
    assert (case.state, case.ended_by, case.end_reason) == ("ended", worker, EndReason.MOVED)
    with pytest.raises(WrongState):
        actions.end_case(case=case, reason=EndReason.EASED, by=worker, at=NOON)
    with pytest.raises(WrongState):
        actions.extend_case(case=case, until=None, by=worker, at=NOON)


def test_a_case_with_gifts_is_voided_only_after_they_were_reversed(
    worker: User, neighbor: Volunteer
) -> None:
    case = make_case(neighbor)
    gift = make_gift(case)
    with pytest.raises(Refusal, match="先逐条冲正"):
        actions.end_case(case=case, reason=EndReason.WRONG_PERSON, by=worker, at=NOON)
    assert Hardship.objects.get().state == CaseState.OPEN
    actions.reverse_gift(gift=gift, reason=ReversalReason.WRONG_PERSON, by=worker, at=NOON)
    actions.end_case(case=case, reason=EndReason.WRONG_PERSON, by=worker, at=NOON)
    case.refresh_from_db()
    assert case.state == CaseState.VOID
    with pytest.raises(WrongState, match="已经作废"):
        make_gift(case)


def test_the_day_until_which_it_lasts_can_be_moved(worker: User, neighbor: Volunteer) -> None:
    case = make_case(neighbor, until=date(2026, 11, 1))
    browser = as_(worker)
    with stopped_at(NOON):
        assert "已到期" in browser.get("/hardship/desk/").content.decode()
        actions.extend_case(case=case, until=date(2027, 3, 1), by=worker, at=NOON)
        assert "已到期" not in browser.get("/hardship/desk/").content.decode()
    with pytest.raises(BadInput):
        actions.extend_case(case=case, until=date(2020, 1, 1), by=worker, at=NOON)


# -- Gifts ---------------------------------------------------------------------------------------


def test_a_gift_says_what_when_and_by_whom(worker: User, neighbor: Volunteer) -> None:
    gift = make_gift(make_case(neighbor), by=worker, note="交给老伴，嘱咐按时复查。")
    kept = Gift.objects.get()
    assert (kept.what, kept.value_fen, kept.given_by, kept.entered_by) == (
        "大米、食用油各一份", 16_850, "桥东街道办事处", worker,
    )  # fmt: skip
    assert "复查" not in kept.note_cipher
    assert queries.note_of(gift) == "交给老伴，嘱咐按时复查。"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"what": ""}, "what"),
        ({"what": "米" * 101}, "what"),
        ({"value": "-1"}, "value"),
        ({"value": "0"}, "value"),
        ({"value": "很多"}, "value"),
        ({"value": "99999999999"}, "value"),
        ({"occasion": "wedding"}, "occasion"),
        ({"given_on": TODAY + timedelta(days=1)}, "given_on"),
        ({"given_on": date(2026, 8, 31)}, "given_on"),
        ({"given_by": "\t"}, "given_by"),
        ({"signed_by": "李" * 41}, "signed_by"),
        ({"note": "长" * 301}, "note"),
    ],
)
def test_a_gift_that_cannot_be_right_is_refused_at_its_field(
    neighbor: Volunteer, change: dict[str, Any], field: str
) -> None:
    case = make_case(neighbor)
    with pytest.raises(BadInput) as refusal:
        make_gift(case, **change)
    assert refusal.value.field == field
    assert not Gift.objects.exists()


def test_the_same_gift_of_a_day_is_entered_once(neighbor: Volunteer) -> None:
    case = make_case(neighbor)
    first = make_gift(case)
    with pytest.raises(Refusal, match="同一天已经登记过"):
        make_gift(case)
    actions.reverse_gift(
        gift=first, reason=ReversalReason.WRONG_VALUE, by=make_user("周明"), at=NOON
    )
    assert make_gift(case, value="200").value_fen == 20_000


def test_a_reversed_gift_stays_on_record_and_counts_no_more(
    worker: User, neighbor: Volunteer
) -> None:
    case = make_case(neighbor)
    gift = make_gift(case)
    make_gift(case, what="慰问金", value="500", given_on=date(2026, 10, 1))
    actions.reverse_gift(gift=gift, reason=ReversalReason.NOT_GIVEN, by=worker, at=NOON)
    with pytest.raises(WrongState, match="已经冲正"):
        actions.reverse_gift(gift=gift, reason=ReversalReason.TWICE, by=worker, at=NOON)
    scope = scope_of(worker, Permission.HARDSHIP_SEE)
    found = queries.gifts(scope, Filters(year=2026))
    assert (found.count(), queries.totals(found)) == (2, Totals(gifts=1, people=1, fen=50_000))
    assert queries.cases(scope, Filters())[0].gift_count == 1  # type: ignore[attr-defined]


def test_a_gift_lands_in_no_voided_case(worker: User, neighbor: Volunteer) -> None:
    case = make_case(neighbor)

    def rival() -> None:
        actions.end_case(case=case, reason=EndReason.WRONG_PERSON, by=worker, at=NOON)

    with rival_before('UPDATE "hardship_hardship"', rival), pytest.raises(WrongState):
        make_gift(case, by=worker)
    assert not Gift.objects.exists()


def test_the_saboteur_that_only_looks_puts_it_there(worker: User, neighbor: Volunteer) -> None:
    case = make_case(neighbor)

    def looked(case: Hardship) -> bool:
        return case.state != CaseState.VOID  # as it was read before

    def rival() -> None:
        actions.end_case(case=case, reason=EndReason.WRONG_PERSON, by=worker, at=NOON)

    with (
        patch.object(actions, "_hold", looked),
        rival_before('INSERT INTO "hardship_gift"', rival),
    ):
        make_gift(case, by=worker)
    assert Gift.objects.filter(hardship__state=CaseState.VOID).exists()


def test_the_database_holds_the_rules_too(worker: User, neighbor: Volunteer) -> None:
    case = make_case(neighbor)
    gift = make_gift(case)
    changes: list[Callable[[], int]] = [
        lambda: Gift.objects.filter(pk=gift.pk).update(value_fen=0),
        lambda: Gift.objects.filter(pk=gift.pk).update(reversed_at=NOON),
        lambda: Hardship.objects.filter(pk=case.pk).update(state=CaseState.ENDED),
        lambda: Hardship.objects.filter(pk=case.pk).update(until=date(2000, 1, 1)),
    ]
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_nothing_but_sums_and_days_stays_of_whoever_closes_the_account(
    worker: User, neighbor: Volunteer
) -> None:
    case = make_case(neighbor)
    make_gift(case, note="交给老伴。")
    other = make_case(make_volunteer("王秀英"))
    closed = record("people.close", neighbor, by=neighbor.user, at=NOON)
    readers.follow_closings([closed, record("people.close", worker, by=worker, at=NOON)])
    kept = Hardship.objects.get(pk=case.pk)
    assert (kept.state, kept.end_reason, queries.reason_of(kept)) == ("ended", "closed", "")
    gift = Gift.objects.get(hardship=case)
    assert (gift.value_fen, gift.signed_by, queries.note_of(gift)) == (16_850, "", "")
    assert queries.reason_of(Hardship.objects.get(pk=other.pk)) == ILL.reason


def test_staff_cannot_say_that_an_account_was_closed(worker: User, neighbor: Volunteer) -> None:
    with pytest.raises(BadInput):
        actions.end_case(case=make_case(neighbor), reason=EndReason.CLOSED, by=worker, at=NOON)


# -- Pages ---------------------------------------------------------------------------------------


def case_answers(neighbor: Volunteer, **change: str) -> dict[str, str]:
    said = {
        "number": neighbor.number, "need": "illness", "since": "2026-09-01", "until": "",
        "reason": "做了心脏手术。",
    }  # fmt: skip
    return said | change


def test_a_case_is_entered_by_the_number_of_the_volunteer(
    worker: User, neighbor: Volunteer
) -> None:
    wide = neighbor.number.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    page = as_(worker).post(
        "/hardship/desk/new/", case_answers(neighbor, number=f" {wide} "), follow=True
    )
    assert ("李建国" in page.content.decode(), Hardship.objects.get().volunteer) == (True, neighbor)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"number": ""}, "请填写志愿者编号。"),
        ({"number": "000000000000"}, "您的管理范围内没有这个编号"),
        ({"number": "😀"}, "您的管理范围内没有这个编号"),
        ({"need": ""}, "请选择困难类型。"),
        ({"need": "hunger"}, "没有这个选项"),
        ({"since": "去年"}, "日期不对"),
        ({"since": "2099-01-01"}, "困难起始日期还没有到"),
        ({"until": "2026-08-01"}, "早于起始日期"),
        ({"reason": ""}, "请写明困难情况"),
        ({"reason": "难" * 501}, "困难情况最多 500 个字"),
    ],
)
def test_bad_answers_get_a_sentence_and_write_nothing(
    worker: User, neighbor: Volunteer, change: dict[str, str], sentence: str
) -> None:
    page = as_(worker).post("/hardship/desk/new/", case_answers(neighbor, **change))
    assert (page.status_code, sentence in page.content.decode()) == (422, True)
    assert not Hardship.objects.exists()


def test_a_volunteer_of_another_area_looks_like_nobody(worker: User) -> None:
    stranger = make_volunteer("高建平", region=make_region(parent=make_county()))
    page = as_(worker).post("/hardship/desk/new/", case_answers(stranger))
    assert (page.status_code, "没有这个编号" in page.content.decode()) == (422, True)
    case = make_case(stranger)
    browser = as_(worker)
    assert browser.get(f"/hardship/desk/{case.pk}/").status_code == 404
    assert "高建平" not in browser.get("/hardship/desk/?state=all").content.decode()
    assert not Entry.objects.filter(verb="hardship.read").exists()


GIFT_ANSWERS = {
    "what": "慰问金", "value": "５００", "given_on": "2026-10-01", "occasion": "mid_autumn",
    "given_by": "桥东街道", "signed_by": "", "note": "",
}  # fmt: skip


def test_a_gift_is_entered_reversed_and_both_are_seen(worker: User, neighbor: Volunteer) -> None:
    case, browser = make_case(neighbor), as_(worker)
    page = f"/hardship/desk/{case.pk}/"
    assert browser.post(f"{page}gifts/", GIFT_ANSWERS).status_code == 302
    assert "500 元" in browser.get(page).content.decode()
    gift = Gift.objects.get()
    undo = f"/hardship/desk/gifts/{gift.pk}/reverse/"
    assert "冲正后不再计入合计" in browser.get(undo).content.decode()
    assert browser.post(undo, {"reason": ""}).status_code == 422
    assert browser.post(undo, {"reason": ReversalReason.TWICE}).status_code == 302
    assert "重复登记" in browser.get(page).content.decode()
    assert browser.post(undo, {"reason": ReversalReason.TWICE}).status_code == 422


def test_a_bad_gift_keeps_what_was_typed(worker: User, neighbor: Volunteer) -> None:
    case = make_case(neighbor)
    page = as_(worker).post(f"/hardship/desk/{case.pk}/gifts/", GIFT_ANSWERS | {"value": "五百"})
    words = page.content.decode()
    assert (page.status_code, "金额请填写数字" in words, 'value="五百"' in words) == (
        422, True, True,
    )  # fmt: skip


def test_a_case_is_extended_and_ended_on_its_page(worker: User, neighbor: Volunteer) -> None:
    case, browser = make_case(neighbor), as_(worker)
    page = f"/hardship/desk/{case.pk}/"
    assert browser.post(f"{page}extend/", {"until": "2020-01-01"}).status_code == 422
    assert browser.post(f"{page}extend/", {"until": "2027-03-01"}).status_code == 302
    assert browser.post(f"{page}end/", {"reason": "because"}).status_code == 422
    assert browser.post(f"{page}end/", {"reason": EndReason.EASED}).status_code == 302
    assert "困难已经缓解" in browser.get(page).content.decode()
    assert "没有符合条件的困难志愿者" in browser.get("/hardship/desk/").content.decode()
    assert "李建国" in browser.get("/hardship/desk/?state=ended").content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["李建国", "王秀英"]),
        ("need=poverty", ["王秀英"]),
        ("q=李", ["李建国"]),
        ("q=😀", []),
        ("state=void", []),
        ("state=all&page=999", ["李建国", "王秀英"]),
    ],
)
def test_the_filters_of_the_list_stand_in_the_address(
    worker: User, neighbor: Volunteer, home: Region, query: str, found: list[str]
) -> None:
    make_case(neighbor)
    make_case(make_volunteer("王秀英", region=home), need=Need.POVERTY)
    words = as_(worker).get(f"/hardship/desk/?{query}").content.decode()
    assert [name for name in ("李建国", "王秀英") if name in words] == found


def test_a_filter_that_cannot_be_understood_is_named(worker: User) -> None:
    browser = as_(worker)
    assert browser.get("/hardship/desk/?need=hunger").status_code == 422
    assert browser.get("/hardship/desk/gifts/?year=20x6").status_code == 422


def test_the_gifts_of_a_year_add_up(worker: User, neighbor: Volunteer, home: Region) -> None:
    case = make_case(neighbor, since=date(2025, 1, 1))
    other = make_case(make_volunteer("王秀英", region=home))
    make_gift(case, given_on=date(2025, 10, 6))
    make_gift(case, given_on=date(2026, 9, 25))
    make_gift(
        other, what="慰问金", value="1000", occasion=Occasion.DOUBLE_NINTH, signed_by="王秀英"
    )
    with stopped_at(NOON):
        browser = as_(worker)
        this_year = browser.get("/hardship/desk/gifts/").content.decode()
        last_year = browser.get("/hardship/desk/gifts/?year=2025").content.decode()
        holiday = browser.get("/hardship/desk/gifts/?occasion=double_ninth").content.decode()
    assert "1,168.50" in this_year
    assert ("168.50" in last_year, "王秀英" in last_year) == (True, False)
    assert ("1,000" in holiday, "李建国" in holiday) == (True, False)


def test_the_office_tells_counties_apart_and_a_community_worker_needs_not(
    worker: User, home: Region
) -> None:
    make_county()
    office = make_user("赵文清")
    give(office, Role.CITY_OFFICE, Region.objects.get(code="140100000000"))
    assert "县（市、区）" in as_(office).get("/hardship/desk/").content.decode()
    assert "县（市、区）</label>" not in as_(worker).get("/hardship/desk/").content.decode()
    county = Region.objects.get(code="140107000000")
    far = make_volunteer("高建平", region=make_region(parent=county))
    make_case(far)
    make_case(make_volunteer("李建国", region=home))
    words = as_(office).get("/hardship/desk/", {"region": county.path}).content.decode()
    assert ("高建平" in words, "李建国" in words) == (True, False)


@pytest.mark.parametrize("page", ["/hardship/desk/", "/hardship/desk/gifts/?year=2026"])
def test_a_list_asks_the_same_for_one_row_and_for_thirty(
    worker: User, home: Region, page: str
) -> None:
    browser, giver = as_(worker), make_user("周明")
    make_gift(make_case(make_volunteer(region=home), by=giver), by=giver)
    asked = queries_for(browser, page)
    for _ in range(29):
        make_gift(make_case(make_volunteer(region=home), by=giver), by=giver)
    assert queries_for(browser, page) == asked
