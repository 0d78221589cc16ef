"""The pages as people read them: the board, the accused's own, absences, the public's."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from voluncity.city.access.permissions import Role
from voluncity.city.files.models import StoredFile
from voluncity.service.integrity import actions
from voluncity.service.integrity.models import Case, Statement
from voluncity.service.integrity.states import AbsenceState
from voluncity.service.integrity.tests.conftest import Cast
from voluncity.testing.counting import queries_for
from voluncity.testing.make_files import make_upload
from voluncity.testing.make_hours import make_past_shift, make_place, make_posted
from voluncity.testing.make_integrity import (
    make_absence,
    make_case,
    make_finding,
    make_founded,
    make_spot,
)
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_user, make_volunteer, user_of
from voluncity.testing.pages import as_


def words(response: Any) -> str:
    html = re.sub(r"<(script|svg|head)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def inspector(cast: Cast) -> Client:
    user, county = make_user("督查员"), cast.team.region
    while county.level != "COUNTY" and county.parent is not None:
        county = county.parent
    give(user, Role.SUPERVISOR, county)
    return as_(user)


def test_board_says_what_was_counted_and_that_it_is_no_verdict(cast: Cast) -> None:
    make_finding(cast.team, organizer=cast.leader)
    page = words(as_(cast.officer).get("/integrity/desk/"))
    assert "异常只是提醒，不是结论" in page
    assert "一小时内确认了 30 条没有扫码依据的时长（28 人），达到本市关注线 20 条" in page
    assert "李强（桥东志愿服务队）" in page


@pytest.mark.parametrize("tab", ["findings", "cases", "spots"])
def test_board_asks_as_often_for_thirty_rows_as_for_one(cast: Cast, tab: str) -> None:
    officer = as_(cast.officer)

    def add(number: int) -> None:
        for _ in range(number):
            team = make_organization(parent=cast.team.parent)
            finding = make_finding(team)
            if tab == "cases":
                make_case(finding, by=cast.officer)
            elif tab == "spots":
                make_spot(make_posted(make_past_shift(team)))

    add(1)
    few = queries_for(officer, f"/integrity/desk/?tab={tab}")
    add(5)
    assert queries_for(officer, f"/integrity/desk/?tab={tab}") == few


def test_officer_opens_asks_decides_on_the_page(cast: Cast) -> None:
    record = make_posted(make_past_shift(cast.team))
    finding = make_finding(cast.team, records=(record,))
    officer = as_(cast.officer)
    shown = words(officer.get(f"/integrity/desk/findings/{finding.pk}/"))
    assert ("也可能是" in shown, "依据的时长 1 条" in shown) == (True, True)
    officer.post(f"/integrity/desk/findings/{finding.pk}/open/")
    case = Case.objects.get()
    page = f"/integrity/desk/cases/{case.pk}/"
    empty = officer.post(f"{page}ask/", {"question": "  "})
    assert (empty.status_code, "请填写请对方说明的问题" in words(empty)) == (422, True)
    officer.post(f"{page}ask/", {"question": "请说明这些补记的由来。"})
    early = officer.post(
        f"{page}decide/", {"verdict": "founded", "kinds": ["warning"], "reason": "证据不足"}
    )
    assert (early.status_code, "期满后再认定" in words(early)) == (422, True)
    as_(cast.admin).post(f"/integrity/mine/{case.pk}/", {"text": "当天停电。"})
    done = officer.post(
        f"{page}decide/",
        {"verdict": "founded", "kinds": ["warning", "cancel"], "reason": "停电记录不符"},
        follow=True,
    )
    assert ("已认定" in words(done), "取消有关时长 申诉期满后执行" in words(done)) == (True, True)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"verdict": "founded", "reason": "不实"}, "请至少选择一项处理措施"),
        ({"verdict": "maybe", "reason": "不实"}, "请从选项里选择一项"),
        ({"verdict": "founded", "kinds": ["banish"], "reason": "不实"}, "请从选项里选择一项"),
        ({"verdict": "unfounded", "reason": "字" * 1001}, "最多"),
        ({"verdict": "unfounded", "reason": "\u200b\x07"}, "请填写认定理由"),
    ],
)
def test_bad_decision_is_a_sentence_and_changes_nothing(
    cast: Cast, said: dict[str, Any], sentence: str
) -> None:
    case = make_case(make_finding(cast.team), by=cast.officer)
    answer = as_(cast.officer).post(f"/integrity/desk/cases/{case.pk}/decide/", said)
    case.refresh_from_db()
    assert (answer.status_code, sentence in words(answer), case.state) == (422, True, "asked")


def test_accused_answers_with_a_photo_that_the_office_sees_and_strangers_do_not(
    cast: Cast,
) -> None:
    case = make_case(make_finding(cast.team, organizer=cast.leader), by=cast.officer)
    mine = as_(cast.leader)
    assert "请您" not in words(mine.get("/integrity/mine/"))
    assert f"第 {case.pk} 号" in words(mine.get("/integrity/mine/"))
    wrong = mine.post(
        f"/integrity/mine/{case.pk}/", {"text": "见附件", "photo_1": make_upload(b"no picture")}
    )
    assert (wrong.status_code, Statement.objects.count()) == (422, 0)
    mine.post(f"/integrity/mine/{case.pk}/", {"text": "见附件 🙂", "photo_1": make_upload()})
    [stored] = StoredFile.objects.all()
    address, seen = reverse("files:show", args=[stored.key]), []
    for user in (cast.leader, cast.officer, cast.admin, make_user("路人")):
        response = as_(user).get(address)
        b"".join(response)  # reads the file to its end, which closes it
        seen.append(response.status_code)
    assert seen == [200, 200, 404, 404]
    assert "见附件" in words(as_(cast.officer).get(f"/integrity/desk/cases/{case.pk}/"))


def test_other_peoples_cases_are_not_there(cast: Cast) -> None:
    case = make_case(make_finding(cast.team, organizer=cast.leader), by=cast.officer)
    for user in (cast.admin, make_user("路人")):
        assert as_(user).get(f"/integrity/mine/{case.pk}/").status_code == 404


def test_case_page_says_why_somebody_may_not_work_on_it(cast: Cast) -> None:
    give(cast.other, Role.TEAM_LEADER, cast.team)
    case = make_case(make_finding(cast.team), by=cast.officer)
    page = words(as_(cast.other).get(f"/integrity/desk/cases/{case.pk}/"))
    assert "请由文明办的另一位工作人员办理" in page
    assert "保存认定" not in page


def test_inspector_reads_and_checks_samples_but_decides_nothing(cast: Cast) -> None:
    check = make_spot(make_posted(make_past_shift(cast.team)))
    visitor = inspector(cast)
    bad = visitor.post(f"/integrity/desk/spots/{check.pk}/", {"way": "fax", "note": "问过"})
    assert (bad.status_code, "请从选项里选择一项" in words(bad)) == (422, True)
    done = visitor.post(
        f"/integrity/desk/spots/{check.pk}/",
        {"way": "volunteer", "verdict": "right", "note": "本人确认到场"}, follow=True,
    )  # fmt: skip
    assert "抽查结果已保存" in words(done)
    finding = make_finding(cast.team)
    assert visitor.post(f"/integrity/desk/findings/{finding.pk}/open/").status_code == 403


def test_leader_confirms_an_absence_and_the_volunteer_appeals(cast: Cast) -> None:
    volunteer = make_volunteer("王芳")
    one = make_absence(make_place(make_past_shift(cast.team), volunteer), at=now())
    leader = as_(cast.leader)
    assert "王芳" in words(leader.get("/integrity/desk/absences/"))
    leader.post(f"/integrity/desk/absences/{one.pk}/", {"verdict": "confirm", "reason": "电话没接"})
    mine = as_(user_of(volunteer))
    assert "电话没接" in words(mine.get(f"/integrity/absences/{one.pk}/"))
    mine.post(f"/integrity/absences/{one.pk}/", {"text": "我到场了"})
    one.refresh_from_db()
    assert one.state == AbsenceState.APPEALED
    admin = as_(cast.admin)
    assert "我到场了" in words(admin.get("/integrity/desk/absences/?queue=appeals"))
    admin.post(
        f"/integrity/desk/absences/{one.pk}/answer/", {"verdict": "lift", "reason": "有人证明"}
    )
    assert "有人证明" in words(mine.get(f"/integrity/absences/{one.pk}/"))


def test_raised_absence_is_not_shown_to_the_volunteer(cast: Cast) -> None:
    volunteer = make_volunteer()
    one = make_absence(make_place(make_past_shift(cast.team), volunteer))
    mine = as_(user_of(volunteer))
    assert mine.get(f"/integrity/absences/{one.pk}/").status_code == 404


def test_public_page_shows_shares_outcomes_and_no_names(cast: Cast, client: Client) -> None:
    record = make_posted(make_past_shift(cast.team))
    actions.count_figures(at=now())
    make_founded(make_finding(cast.team, organizer=cast.leader), by=cast.officer)
    page = words(client.get("/integrity/"))
    assert ("全市信用时长占比 100" in page, "桥东志愿服务队" in page) == (True, True)
    assert (cast.leader.display_name in page, record.volunteer.name in page) == (False, False)
    own = words(client.get(f"/integrity/organizations/{cast.team.pk}/"))
    assert "信用时长（两次扫码） 2 小时" in own
    shown = client.get(f"/orgs/{cast.team.pk}/").content.decode()
    assert f"/integrity/organizations/{cast.team.pk}/" in shown


def test_public_page_takes_any_words_and_an_empty_city(client: Client, db: None) -> None:
    assert "还没有统计" in words(client.get("/integrity/"))
    for text in ("🙂", "\x00", "１２", "字" * 500):
        assert client.get("/integrity/", {"q": text, "page": "x"}).status_code == 200
