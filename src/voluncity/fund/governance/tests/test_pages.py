"""Pages of governance: read by their words, written by the office only."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from voluncity.city.access.permissions import Role
from voluncity.city.journal.models import Entry
from voluncity.city.people.models import User
from voluncity.fund.governance import actions, queries
from voluncity.fund.governance.forms import FundForm
from voluncity.fund.governance.models import Charter, Fund, Meeting
from voluncity.kernel.clock import local_date
from voluncity.testing.counting import queries_for
from voluncity.testing.make_files import make_paper
from voluncity.testing.make_fund import (
    charter_plan,
    make_charter,
    make_fund,
    make_leaders,
    make_meeting,
    make_purpose,
    make_resolution,
)
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import make_county, make_user
from voluncity.testing.pages import as_
from voluncity.testing.taking import body_of

pytestmark = pytest.mark.django_db
DESK = "/fund/governance/desk/"


def test_everybody_reads_who_leads_the_fund_and_what_was_resolved(fund: Fund) -> None:
    make_charter(fund, at=now())
    make_purpose(fund, "关爱老人")
    hidden = make_resolution(fund, "内部事项", at=now())
    actions.show_resolution(resolution=hidden, is_public=False, by=fund.made_by, at=now())
    page = Client().get(f"/fund/governance/{fund.pk}/").content.decode()
    for words in (
        "晋阳公益基金会志愿家园专项基金", fund.foundation_code, "不公开募捐", "关爱老人", "赵立新",
        "现行章程（第 1 版）", "基金章程", "赞成 3",
    ):  # fmt: skip
        assert words in page
    assert "内部事项" not in page
    charter = Charter.objects.get()
    assert (
        "本基金支持志愿服务"
        in Client().get(f"/fund/governance/charters/{charter.pk}/").content.decode()
    )
    draft = actions.draft_charter(fund=fund, plan=charter_plan(), by=fund.made_by, at=now())
    assert Client().get(f"/fund/governance/charters/{draft.pk}/").status_code == 404


def test_a_document_is_everybodys_only_when_it_is_public(fund: Fund, office: User) -> None:
    desk = as_(office)
    for title, said in (("年报", {"is_public": "on"}), ("内部材料", {})):
        sent = desk.post(f"{DESK}{fund.pk}/documents/", {
            "title": title, "paper": make_paper(), **said,
        })  # fmt: skip
        assert sent.status_code == 302
    inner, report = queries.documents(fund)
    assert _taken(Client(), f"/fund/governance/evidence/{report.pk}/") == 200
    assert _taken(Client(), f"/fund/governance/evidence/{inner.pk}/") == 404
    assert _taken(desk, f"{DESK}evidence/{inner.pk}/") == 200
    assert desk.post(f"{DESK}documents/{report.pk}/withdraw/").status_code == 302
    assert _taken(Client(), f"/fund/governance/evidence/{report.pk}/") == 404


def _taken(client: Client, path: str) -> int:
    """Return the status of a file that is read to its end, which closes it."""
    answer = client.get(path)
    body_of(answer)
    return answer.status_code


def test_wrong_input_is_answered_at_its_field_and_nothing_is_written(
    fund: Fund, office: User
) -> None:
    desk = as_(office)
    sent = desk.post(f"{DESK}new/", {
        "name": "中国基金", "foundation_name": "x" * 90, "foundation_code": "1",
        "region": fund.region_id, "aim": "\x00", "founded_on": "昨天", "address": "", "phone": "",
    })  # fmt: skip
    page = sent.content.decode()
    assert sent.status_code == 422
    for words in ("日期写法不对", "最多 60 个字", "请填写宗旨"):
        assert words in page
    assert Fund.objects.count() == 1
    meeting = make_meeting(fund, at=now())
    for path, data, words in (
        ("items/", {"title": ""}, "请填写议题"),
        ("papers/", {"title": "x"}, "请选择要上传的文件"),
        ("hold/", {}, "选择一项"),
        ("cancel/", {"reason": ""}, "请填写原因"),
    ):
        sent = desk.post(f"{DESK}meetings/{meeting.pk}/{path}", data)
        assert (sent.status_code, words in sent.content.decode()) == (422, True), path
    early = desk.post(f"{DESK}meetings/{meeting.pk}/close/", {"minutes": "好"})
    assert (early.status_code, "不能形成纪要并结束" in early.content.decode()) == (409, True)


def test_a_supervisor_reads_all_and_writes_nothing(fund: Fund, supervisor: User) -> None:
    desk = as_(supervisor)
    charter, meeting = make_charter(fund, at=now()), make_meeting(fund, at=now())
    for path in (
        "", f"{fund.pk}/", f"meetings/{meeting.pk}/", f"charters/{charter.pk}/",
        f"resolutions/{charter.resolution_id}/",
    ):  # fmt: skip
        page = desk.get(f"{DESK}{path}")
        assert (page.status_code, '<form class="form' in page.content.decode()) == (200, False)
    for path in (
        f"{fund.pk}/change/", f"{fund.pk}/purposes/", f"meetings/{meeting.pk}/items/",
        f"meetings/{meeting.pk}/cancel/", f"resolutions/{charter.resolution_id}/show/",
    ):  # fmt: skip
        assert desk.post(f"{DESK}{path}", {"name": "x"}).status_code == 403


def test_another_areas_office_finds_nothing(office: User) -> None:
    other = make_fund(make_county(), name="邻县专项基金")
    desk = as_(office)
    assert desk.get(f"{DESK}{other.pk}/").status_code == 404
    assert desk.post(f"{DESK}{other.pk}/purposes/", {"name": "甲"}).status_code == 404
    assert other.full_name not in desk.get(DESK).content.decode()


def test_the_draft_that_somebody_changed_meanwhile_is_not_overwritten(
    fund: Fund, office: User
) -> None:
    draft = actions.draft_charter(fund=fund, plan=charter_plan(), by=fund.made_by, at=now())
    shares = {"quorum": "half", "majority": "half", "important_majority": "half"}
    path = f"{DESK}charters/{draft.pk}/change/"
    desk = as_(office)
    assert desk.post(path, shares | {"body": "甲", "seen": "1"}).status_code == 302
    late = desk.post(path, shares | {"body": "乙", "seen": "1"})
    assert (late.status_code, "刚刚被别人改过" in late.content.decode()) == (422, True)
    draft.refresh_from_db()
    assert (draft.body, draft.edition) == ("<p>甲</p>", 2)
    for seen in ({}, {"seen": ""}, {"seen": "0"}, {"seen": "x"}):  # a form that saw nothing
        assert desk.post(path, shares | {"body": "丙"} | seen).status_code == 422, seen
        adopt = {"resolution": make_resolution(fund, at=now()).pk, "valid_from": "2026-01-01"}
        assert desk.post(f"{DESK}charters/{draft.pk}/adopt/", adopt | seen).status_code == 422
    draft.refresh_from_db()
    assert (draft.body, draft.state) == ("<p>甲</p>", "draft")


def test_who_changes_a_fund_that_somebody_changed_meanwhile_is_told(
    fund: Fund, office: User
) -> None:
    fund.region = make_county()
    fund.save(update_fields=["region"])
    give(office, Role.FUND_OFFICE, fund.region)
    desk, path = as_(office), f"{DESK}{fund.pk}/change/"
    said = {
        name: "" if value is None else str(value) for name, value in FundForm.said(fund).items()
    }
    first = desk.get(path)
    seen = first.context["seen"]
    assert f'name="seen" value="{seen}"' in first.content.decode()
    done = desk.post(path, said | {"aim": "第一个人写的宗旨", "seen": seen})
    assert done.status_code == 302
    for old in (seen, "", "x"):
        late = desk.post(path, said | {"aim": "第二个人写的宗旨", "seen": old})
        assert (late.status_code, "刚刚有同事改过" in late.content.decode()) == (422, True)
    fund.refresh_from_db()
    assert fund.aim == "第一个人写的宗旨"
    entry = Entry.objects.get(verb="governance.change_fund")
    assert entry.data["changed"] == ["aim"]


def test_lists_ask_the_same_for_one_and_for_many(fund: Fund, office: User) -> None:
    desk = as_(office)
    make_leaders(fund, at=now())
    make_resolution(fund, at=now())
    pages = (DESK, f"{DESK}{fund.pk}/", "/fund/governance/", f"/fund/governance/{fund.pk}/")
    few = [queries_for(desk, page) for page in pages]
    for number in range(7):
        make_fund(fund.region, name=f"志愿{'一二三四五六七'[number]}专项基金")
        make_resolution(fund, at=now())
        make_purpose(fund, f"方向{number}")
    assert [queries_for(desk, page) for page in pages] == few


def test_a_meeting_goes_from_the_agenda_to_a_resolution(fund: Fund, office: User) -> None:
    desk = as_(office)
    make_leaders(fund, at=now())
    desk.post(f"{DESK}{fund.pk}/meetings/new/", {
        "title": "第一次会议", "starts_at": "２０２６-11-01 09:00", "place": "三楼", "handle": "h",
    })  # fmt: skip
    meeting = Meeting.objects.get()
    assert local_date(meeting.starts_at) == local_date(now()).replace(2026, 11, 1)
    Meeting.objects.update(starts_at=now() - timedelta(hours=1))
    page = f"{DESK}meetings/{meeting.pk}/"
    desk.post(f"{page}items/", {"title": "资助甲项目", "text": "资助 3 万元。", "is_vote": "on"})
    assert "登记出席并开会" in desk.get(page).content.decode()
    seats = queries.seats_on(fund, local_date(now()))
    came = {f"seat_{seat.pk}": "present" for seat in seats}
    desk.post(f"{page}hold/", came)
    item = meeting.items.get()
    votes = {f"item{item.pk}-seat_{seat.pk}": "for" for seat in queries.voters(meeting)}
    voted = desk.post(f"{DESK}items/{item.pk}/votes/", votes, follow=True)
    assert "“资助甲项目”：通过。" in voted.content.decode()
    done = desk.post(f"{page}close/", {"minutes": "全体同意。"}, follow=True).content.decode()
    assert "会议已结束，形成 1 项决议" in done
    assert queries.resolutions(fund).get().text == "资助 3 万元。"


def test_one_account_sits_in_one_body_only(fund: Fund, office: User, supervisor: User) -> None:
    desk, today = as_(office), local_date(now())
    seat = {
        "place": "leading:member", "person": "邓淑华", "unit": "志愿者代表",
        "from_on": today.isoformat(), "until_on": (today + timedelta(days=365)).isoformat(),
        "resolution": "", "user": supervisor.pk,
    }  # fmt: skip
    page = f"{DESK}{fund.pk}/seats/new/"
    assert desk.post(page, {**seat, "user": make_user("路人").pk}).status_code == 422
    assert desk.post(page, seat).status_code == 302
    other = {**seat, "place": "supervisors:supervisor", "person": "邓小华", "unit": "另一单位"}
    refused = desk.post(page, other)
    assert (refused.status_code, "不能互相兼任" in refused.content.decode()) == (422, True)
