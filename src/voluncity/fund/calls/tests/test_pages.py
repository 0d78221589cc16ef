"""The pages: written and saved by itself, both texts shown, sent back with remarks, lists."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from voluncity.city.access.permissions import Role
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.fund.calls import actions, queries
from voluncity.fund.calls.models import Application, Call, FormVersion, Return
from voluncity.kernel.clock import local_date
from voluncity.testing.counting import queries_for
from voluncity.testing.make_calls import (
    fill,
    fresh,
    make_admin,
    make_attachment,
    make_call_plan,
    make_draft_application,
    make_full_application,
    make_open_call,
    make_submission,
    mark,
    type_in,
)
from voluncity.testing.make_files import make_paper, make_upload
from voluncity.testing.make_fund import make_fund
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_county, make_region, make_user
from voluncity.testing.pages import as_, read
from voluncity.testing.taking import body_of

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def call(db: None) -> Call:
    return make_open_call(make_fund(make_county()), at=now(), most_each=20)


@pytest.fixture
def draft(call: Call, team: Organization, admin: User) -> Application:
    return make_draft_application(call, organization=team, by=admin, at=now())


def sent(application: Application, **said: str) -> dict[str, str]:
    """Return what the page sends for some fields, as seen now."""
    return said | {f"seen-{key}": str(mark(application, key)) for key in said}


def test_everybody_reads_what_is_open_and_nothing_of_a_draft(call: Call) -> None:
    assert call.title in read(Client(), "/fund/calls/")
    page = read(Client(), f"/fund/calls/{call.pk}/")
    for said in (
        call.fund.full_name, "每项 1,000 元至 50,000 元", "志愿者补贴和保险 30%", "以前做过什么",
        "这一分钟内提交的都算", "组织管理员登录后申报",
    ):  # fmt: skip
        assert said in page
    Call.objects.filter(pk=call.pk).update(
        state="draft", form=None, published_at=None, published_by=None
    )
    assert call.title not in read(Client(), "/fund/calls/")
    assert Client().get(f"/fund/calls/{call.pk}/").status_code == 404


def test_an_application_is_begun_once_and_only_for_ones_own_organization(
    call: Call, team: Organization, admin: User
) -> None:
    client, address = as_(admin), f"/fund/calls/own/start/{call.pk}/"
    assert "组织状态正常" in read(client, address)
    body = {"organization": str(team.pk), "handle": "browser-mark-1"}
    for _ in range(2):
        assert client.post(address, body).status_code == 302
    assert Application.objects.count() == 1
    foreign = make_organization()
    wrong = client.post(address, body | {"organization": str(foreign.pk), "handle": "another-1"})
    assert (wrong.status_code, "请从列表中选择" in wrong.content.decode()) == (422, True)
    assert client.post(address, body | {"handle": ""}).status_code == 422


def test_the_page_saves_itself_and_shows_both_texts_of_a_clash(
    draft: Application, admin: User, colleague: User
) -> None:
    address = f"/fund/calls/own/{draft.pk}/page/about/"
    mine, theirs = sent(draft, summary="李桂芳写的"), sent(draft, summary="孙杰写的")
    told = as_(admin).post(address, mine, headers=HTMX).content.decode()
    assert "已自动保存" in told
    assert f'value="{mark(draft, "summary")}"' in told
    late = as_(colleague).post(address, theirs, headers=HTMX)
    text = late.content.decode()
    assert (late.status_code, "李桂芳写的" in text, "孙杰写的" in text) == (200, True, True)
    page = as_(colleague).get(address).content.decode()  # both are there after a reload, too
    assert "用框里的内容" in page
    assert "孙杰写的" in page
    settled = {"settle": f"summary:{mark(draft, 'summary')}"} | theirs | {"summary": "两人合写的"}
    assert as_(colleague).post(address, settled).status_code == 302
    assert queries.written(draft).draft.raw["summary"] == "两人合写的"
    formers = read(as_(admin), f"/fund/calls/own/{draft.pk}/formers/")
    assert "李桂芳写的" in formers
    assert "孙杰写的" in formers


def test_without_javascript_a_clash_is_shown_and_nothing_is_lost(
    draft: Application, admin: User, colleague: User
) -> None:
    address = f"/fund/calls/own/{draft.pk}/page/about/"
    theirs = sent(draft, summary="孙杰写的", title="新名称")
    type_in(draft, by=admin, at=now(), summary="李桂芳写的")
    late = as_(colleague).post(address, theirs | {"next": "s1"})
    text = late.content.decode()
    assert (late.status_code, "李桂芳写的" in text, "孙杰写的" in text) == (409, True, True)
    assert fresh(draft).title == "新名称"
    assert as_(colleague).post(address, {"theirs": "summary"}).status_code == 302
    assert "用框里的内容" not in as_(colleague).get(address).content.decode()
    assert queries.written(draft).draft.raw["summary"] == "李桂芳写的"


def test_a_colleague_is_named_who_changed_another_field(
    draft: Application, admin: User, colleague: User
) -> None:
    old = sent(draft, summary="", title="名称")
    type_in(draft, by=admin, at=now(), summary="李桂芳写的")
    address = f"/fund/calls/own/{draft.pk}/page/about/"
    told = as_(colleague).post(address, old, headers=HTMX).content.decode()
    assert "李桂芳 在" in told
    assert "刷新页面可以看到" in told
    assert "用框里的内容" not in told


def test_the_budget_is_written_line_by_line_and_says_what_is_missing(
    draft: Application, admin: User
) -> None:
    client, address = as_(admin), f"/fund/calls/own/{draft.pk}/page/budget/"
    type_in(draft, by=admin, at=now(), asked="2000")
    assert client.post(address, {"add": "1"})["Location"] == f"{address}#line-1"
    said = sent(draft, b1_kind="物资", b1_what="工具", b1_basis="10 套", b1_fen="１，５００")
    told = client.post(address, said, headers=HTMX).content.decode()
    assert "预算合计 1,500 元，申请金额 2,000 元，还差 500 元。" in told
    client.post(address, {"remove": "1"})
    page = read(client, address)
    assert "移除的预算（1）" in page
    assert "还没有预算" in page
    client.post(address, {"restore": "1"})
    assert "预算合计 1,500 元" in read(client, address)


BAD_INPUT = [
    ("title", "长" * 300, "最多 60 个字"),
    ("title", "😀修脚", "不能使用表情符号"),
    ("starts_on", "2027-13-45", "这样的日期"),
    ("asked", "一千", "金额请填写数字"),
    ("asked", "-5", "金额请填写数字"),
    ("asked", "99999999999999999999", "金额请填写数字"),
    ("ties", "<script>", "没有这个选项"),
]


@pytest.mark.parametrize(("key", "raw", "sentence"), BAD_INPUT)
def test_odd_input_is_kept_as_it_is_and_named(
    draft: Application, admin: User, key: str, raw: str, sentence: str
) -> None:
    address = f"/fund/calls/own/{draft.pk}/page/about/"
    assert as_(admin).post(address, sent(draft, **{key: raw}) | {"stay": "1"}).status_code == 302
    page = as_(admin).get(address + "?check=1").content.decode()
    assert sentence in page
    assert "<script>" not in page


def test_control_characters_and_a_forged_mark_write_nothing_wrong(
    draft: Application, admin: User
) -> None:
    address = f"/fund/calls/own/{draft.pk}/page/about/"
    type_in(draft, by=admin, at=now(), summary="原来的")
    for forged in ("", "x", "99.abc", "-1.", "9" * 400):
        body = {"summary": "改\x00写\u202e的", "seen-summary": forged}
        as_(admin).post(address, body, headers=HTMX)
    assert queries.written(draft).draft.raw["summary"] == "原来的"
    assert set(draft.formers.values_list("raw", flat=True)) == {"改写的"}
    much = as_(admin).post(address, sent(draft, summary="多" * 20_001))
    assert (much.status_code, "最多 20000 个字" in much.content.decode()) == (422, True)
    assert as_(admin).get(f"/fund/calls/own/{draft.pk}/page/nothing/").status_code == 404


def test_files_are_read_only_by_who_may(
    call: Call, team: Organization, draft: Application, admin: User, officer: User
) -> None:
    client, address = as_(admin), f"/fund/calls/own/{draft.pk}/files/q4/"
    client.post(address, {"file": make_paper()})
    paper = draft.files.get()
    assert paper.file.original_name in read(client, f"/fund/calls/own/{draft.pk}/page/s1/")
    page = f"/fund/calls/files/{paper.pk}.pdf"
    answer = client.get(page)
    assert body_of(answer).startswith(b"%PDF")
    assert "sandbox" in answer["Content-Security-Policy"]
    stranger = as_(make_admin(make_organization(), "外人"))
    assert (stranger.get(page).status_code, as_(officer).get(page).status_code) == (404, 404)
    wrong = client.post(address, {"file": make_upload(b"<svg onload=x>", "图.pdf")})
    assert wrong.status_code == 422
    full = fill(draft, by=admin, at=now())
    actions.submit(application=full, seen=full.edition, by=admin, at=now())
    received = as_(officer).get(page)
    assert (received.status_code, body_of(received)[:4]) == (200, b"%PDF")
    assert client.post(address, {"remove": str(paper.pk)}).status_code == 409


def test_it_is_checked_handed_in_and_has_a_receipt(
    call: Call, team: Organization, admin: User
) -> None:
    application = make_full_application(call, organization=team, by=admin, at=now())
    client, address = as_(admin), f"/fund/calls/own/{application.pk}"
    page = client.get(f"{address}/check/").content.decode()
    assert "确认提交" in page
    assert "修脚工具和消毒用品" in page
    wrong = client.post(f"{address}/check/", {"seen": "1"})
    assert (wrong.status_code, "请看过最新的内容再办理" in wrong.content.decode()) == (422, True)
    done = client.post(f"{address}/check/", {"seen": str(application.edition)}, follow=True)
    assert f"JJ{application.started_at.year}" in done.content.decode()
    assert client.post(f"{address}/page/about/", {"stay": "1"}).status_code == 302
    late = client.post(f"{address}/page/about/", sent(application, title="改名"), headers=HTMX)
    assert (late.status_code, "没有丢" in late.content.decode()) == (409, True)
    assert "已取回" in client.post(f"{address}/recall/", follow=True).content.decode()


def test_the_office_sends_back_at_the_field_and_the_organization_sees_it_there(
    call: Call, team: Organization, admin: User, officer: User
) -> None:
    made = make_submission(call, organization=team, by=admin, at=now())
    desk, pk = as_(officer), made.application_id
    page = desk.get(f"/fund/calls/desk/{pk}/").content.decode()
    assert "材料齐全，受理" in page
    due = (now() + timedelta(days=4)).date().isoformat()
    body = {"submission": str(made.pk), "due_on": due, "remark-served": "请写明人数的来源"}
    nothing = desk.post(f"/fund/calls/desk/{pk}/send-back/", body | {"remark-served": ""})
    assert (nothing.status_code, "至少写一条补正意见" in nothing.content.decode()) == (422, True)
    past = desk.post(f"/fund/calls/desk/{pk}/send-back/", body | {"due_on": "2020-01-01"})
    assert (past.status_code, "请写明人数的来源" in past.content.decode()) == (422, True)
    desk.post(f"/fund/calls/desk/{pk}/send-back/", body)
    assert "请写明人数的来源" in read(as_(admin), f"/fund/calls/own/{pk}/page/about/")
    assert "有 1 条补正意见" in read(as_(admin), f"/fund/calls/own/{pk}/")
    assert desk.post(f"/fund/calls/desk/{pk}/accept/", body).status_code == 422


def test_an_office_of_another_place_neither_reads_nor_decides(call: Call) -> None:
    team = make_organization(region=make_region("青年路社区", parent=make_county()))
    made = make_submission(call, organization=team, at=now())
    far = make_user("远处")
    give(far, Role.FUND_OFFICE, make_county("万柏林区", code="140109000000"))
    client, page = as_(far), f"/fund/calls/desk/{made.application_id}/"
    assert client.get(page).status_code == 404
    assert client.post(f"{page}accept/", {"submission": str(made.pk)}).status_code == 404
    assert made.title not in read(client, "/fund/calls/desk/")
    assert client.get(f"/fund/calls/desk/calls/{call.pk}/").status_code == 404
    near = make_user("所在社区的办公室")
    give(near, Role.FUND_OFFICE, team.region)
    reader = as_(near)
    assert reader.get(page).status_code == 200
    assert "材料齐全，受理" not in reader.get(page).content.decode()
    assert reader.post(f"{page}accept/", {"submission": str(made.pk)}).status_code == 404


def test_the_office_of_a_fund_decides_about_an_organization_from_elsewhere(
    call: Call, officer: User
) -> None:
    team = make_organization()
    assert not team.region.path.startswith(call.fund.region.path)
    admin = make_admin(team)
    full = make_full_application(call, organization=team, by=admin, at=now())
    paper = make_attachment(full, by=admin)
    full = fresh(full)
    made = actions.submit(application=full, seen=full.edition, by=admin, at=now())
    desk, page = as_(officer), f"/fund/calls/desk/{made.application_id}/"
    assert made.title in read(desk, "/fund/calls/desk/")
    assert "材料齐全，受理" in read(desk, page)
    handed = b"".join(desk.get(f"/fund/calls/files/{paper.pk}.pdf"))
    assert handed.startswith(b"%PDF")
    assert desk.post(f"{page}accept/", {"submission": str(made.pk)}).status_code == 302
    assert fresh(full).state == "accepted"


def test_the_office_reads_no_file_before_it_is_handed_in(
    call: Call, team: Organization, admin: User, officer: User
) -> None:
    made = make_submission(call, organization=team, by=admin, at=now())
    actions.recall(application=fresh(made.application), by=admin, at=now())
    paper = make_attachment(fresh(made.application), by=admin)
    page = f"/fund/calls/files/{paper.pk}.pdf"
    assert as_(officer).get(page).status_code == 404
    assert b"".join(as_(admin).get(page)).startswith(b"%PDF")


def test_a_day_at_the_end_of_the_calendar_is_refused_at_its_field(
    call: Call, team: Organization, admin: User, officer: User
) -> None:
    made = make_submission(call, organization=team, by=admin, at=now())
    desk, last = as_(officer), "9999-12-31"
    body = {
        "title": "通知", "intro": "说明", "opens_on": last, "closes_on": last, "least": "1",
        "most": "2", "most_each": "1", "least_years": "0", "least_stars": "0", "line_kinds": "物资",
    }  # fmt: skip
    sent = {"due_on": last, "words": "改", "submission": str(made.pk)}
    for page, said in (
        (f"calls/new/{call.fund_id}/", body),
        (f"calls/new/{call.fund_id}/", body | {"opens_on": "0001-01-01"}),
        (f"calls/{call.pk}/postpone/", {"closes_on": last, "reason": "节假日"}),
        (f"calls/{call.pk}/extend/", {"closes_on": last, "reason": "病", "organization": team.pk}),
        (f"{made.application_id}/send-back/", sent),
    ):  # fmt: skip
        answer = desk.post(f"/fund/calls/desk/{page}", said)
        assert (answer.status_code, "请核对年份" in answer.content.decode()) == (422, True), page


def test_the_office_writes_a_call_builds_its_form_and_publishes(officer: User) -> None:
    fund, desk = make_fund(make_county()), as_(officer)
    today = local_date(now())
    body = {
        "title": "社区项目申报", "intro": "说明", "opens_on": str(today),
        "closes_on": str(today + timedelta(days=9)), "closes_time": "17:00", "least": "1000",
        "most": "2 万", "most_each": "1", "least_years": "0", "least_stars": "0",
        "line_kinds": "物资\n补贴 | 30% | 交通\n办公（管理费） | 10",
    }  # fmt: skip
    wrong = desk.post(f"/fund/calls/desk/calls/new/{fund.pk}/", body)
    assert (wrong.status_code, "金额请填写数字" in wrong.content.decode()) == (422, True)
    body["most"] = "20000"
    odd = desk.post(f"/fund/calls/desk/calls/new/{fund.pk}/", body | {"line_kinds": "物资 | 很多"})
    assert (odd.status_code, "请写成 30% 这样" in odd.content.decode()) == (422, True)
    desk.post(f"/fund/calls/desk/calls/new/{fund.pk}/", body)
    call = Call.objects.get()
    kinds = [(one.name, one.most_percent, one.is_management) for one in call.line_kinds.all()]
    assert kinds == [("物资", None, False), ("补贴", 30, False), ("办公", 10, True)]
    assert call.last_minute.endswith("17:00")


def test_the_office_builds_a_form_that_is_frozen_when_the_call_is_out(officer: User) -> None:
    call, desk = (
        actions.write_call(
            fund=make_fund(make_county()), plan=make_call_plan(at=now()), by=officer, at=now()
        ),
        as_(officer),
    )
    form = call.forms.get()
    base = f"/fund/calls/desk/forms/{form.pk}"
    desk.post(f"{base}/sections/new/", {"title": "做法", "seen": str(form.edition)})
    question = {"label": "怎么做", "kind": "text", "is_required": "on", "most": "800"}
    desk.post(f"{base}/sections/s1/new/", question | {"seen": "2"})
    stale = desk.post(f"{base}/sections/s1/new/", question | {"seen": "2"})
    assert (stale.status_code, "刚刚改过申报表" in stale.content.decode()) == (422, True)
    choice = question | {"kind": "choice", "most": "", "options": "只有一个", "seen": "3"}
    one = desk.post(f"{base}/sections/s1/new/", choice)
    assert (one.status_code, "请填写 2 到 30 个不同的选项" in one.content.decode()) == (422, True)
    desk.post(f"{base}/sections/s1/new/", choice | {"options": "是\n否\n说不清"})
    assert [q.label for q in FormVersion.objects.get().spec.questions] == ["怎么做", "怎么做"]
    for page in ("/", "/preview/"):
        assert "怎么做" in read(desk, base + page)
    desk.post(f"{base}/up/", {"key": "q3", "seen": "4"})
    desk.post(f"{base}/remove/", {"key": "q2", "seen": "5"})
    assert [q.key for q in FormVersion.objects.get().spec.questions] == ["q3"]
    desk.post(f"/fund/calls/desk/calls/{call.pk}/publish/", {"seen": str(call.edition)})
    call.refresh_from_db()
    assert (call.state, call.form) == ("open", FormVersion.objects.get())
    frozen = desk.post(f"{base}/remove/", {"key": "q3", "seen": "6"}, follow=True)
    assert "已经启用，不能修改" in frozen.content.decode()
    soon = (now() + timedelta(days=50)).date()
    later = {"closes_on": str(soon), "reason": "节假日"}
    desk.post(f"/fund/calls/desk/calls/{call.pk}/postpone/", later)
    assert "节假日" in read(Client(), f"/fund/calls/{call.pk}/")


def test_lists_ask_as_much_for_one_as_for_thirty(
    call: Call, team: Organization, admin: User, officer: User
) -> None:
    make_submission(call, organization=team, by=admin, at=now())
    make_attachment(make_draft_application(call, organization=team, by=admin, at=now()), by=admin)
    pages = [
        (admin, "/fund/calls/own/"), (officer, "/fund/calls/desk/"),
        (officer, "/fund/calls/desk/calls/"), (officer, "/fund/calls/"),
    ]  # fmt: skip
    before = [queries_for(as_(who), page) for who, page in pages]
    for number in range(6):
        other = make_organization(region=make_region(f"第{number}社区", parent=team.region.parent))
        make_submission(call, organization=other, at=now())
        make_draft_application(call, organization=team, by=admin, at=now())
        make_open_call(call.fund, at=now(), title=f"第 {number} 份通知")
    assert [queries_for(as_(who), page) for who, page in pages] == before


def test_an_organization_from_elsewhere_that_applied_can_be_given_more_time(
    call: Call, officer: User
) -> None:
    elsewhere = make_organization(
        region=make_county("小店区", code="140105000000"), name="城南应急队"
    )
    made, desk = make_submission(call, organization=elsewhere, at=now()), as_(officer)
    actions.send_back(
        application=fresh(made.application), submission_id=made.pk, remarks={}, words="缺证明",
        due_at=now() + timedelta(days=3), by=officer, at=now(),
    )  # fmt: skip
    page = desk.get(reverse("calls:desk_detail", args=[made.application_id])).content.decode()
    address = f"{reverse('calls:desk_call', args=[call.pk])}?extend={elsewhere.pk}"
    assert f"{address}#extend" in page
    assert "城南应急队" in desk.get(address).content.decode()
    sent = desk.post(
        reverse("calls:desk_call_step", args=[call.pk, "extend"]),
        {
            "organization": elsewhere.pk, "reason": "路远",
            "closes_on": (local_date(call.ends_at) + timedelta(days=5)).isoformat(),
        },
    )  # fmt: skip
    assert (sent.status_code, call.extensions.count()) == (302, 1)


def test_a_double_press_sends_back_once(call: Call, officer: User) -> None:
    made = make_submission(call, at=now())
    page = f"/fund/calls/desk/{made.application_id}/"
    due = str(local_date(now() + timedelta(days=5)))
    said = {"submission": str(made.pk), "words": "请补充照片。", "due_on": due}
    office = as_(officer)
    assert office.post(f"{page}send-back/", said).status_code == 302
    again = office.post(f"{page}send-back/", said)
    assert again.status_code == 422
    assert Return.objects.count() == 1
