"""The pages: whose they are, what they say, how many questions they ask."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from voluncity.city.access.permissions import Role
from voluncity.city.people.models import User
from voluncity.fund.grants.models import Funding
from voluncity.fund.reports import actions, queries
from voluncity.fund.reports.models import Expense, Report
from voluncity.fund.reports.states import ReportKind
from voluncity.kernel.clock import local_date
from voluncity.testing.counting import queries_for
from voluncity.testing.make_calls import make_admin, make_officer
from voluncity.testing.make_files import make_paper, make_upload
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_county, make_user
from voluncity.testing.make_reports import (
    READ,
    WRITTEN,
    accept,
    fill,
    first_report,
    fresh,
    make_evidence,
    make_expense,
    make_submitted,
    send_back,
    write,
)
from voluncity.testing.pages import as_, read
from voluncity.testing.taking import body_of

pytestmark = pytest.mark.django_db
OWN, DESK = "/fund/reports/own/", "/fund/reports/desk/"
SEEN = re.compile(r'name="(seen[a-z_-]*)" value="([^"]*)"')


def handed(client: Client, page: str) -> tuple[int, str, bytes]:
    """Take a file; return the answer's status, its type, and the first bytes."""
    response = client.get(page)
    return response.status_code, response["Content-Type"], body_of(response)[:4]


def marks(client: Client, page: str) -> dict[str, str]:
    return dict(SEEN.findall(client.get(page).content.decode()))


def test_what_is_late_says_so_to_both_sides(report: Report, admin: User, officer: User) -> None:
    today = local_date(now())
    Report.objects.filter(pk=report.pk).update(due_on=today - timedelta(days=9))
    for client, page in (
        (as_(admin), OWN), (as_(admin), f"{OWN}{report.pk}/"),
        (as_(officer), f"{DESK}{report.pk}/"),
        (as_(admin), f"/fund/grants/own/{report.funding_id}/"),
    ):  # fmt: skip
        assert re.search(r"进展报告已逾期 (8|9|10) 天", read(client, page)), page
    assert "逾期未交" in read(as_(officer), f"{DESK}?task=late")


def test_the_office_reads_nothing_before_it_is_handed_in(
    report: Report, admin: User, officer: User
) -> None:
    write(report, done="还没有写完的话")
    made = make_evidence(report)
    file = f"/fund/reports/evidence/{made.pk}/small/"
    assert "还没有写完的话" not in read(as_(officer), f"{DESK}{report.pk}/")
    paper = f"/fund/reports/papers/{report.pk}.pdf"
    assert [handed(as_(user), file)[0] for user in (officer, admin)] == [404, 200]
    assert [handed(as_(user), paper)[0] for user in (officer, admin)] == [404, 404]
    make_expense(report)
    write(report, results="好")
    actions.submit(report=fresh(report), seen=fresh(report).edition, by=admin, at=READ)
    assert "还没有写完的话" in read(as_(officer), f"{DESK}{report.pk}/")
    assert handed(as_(officer), file)[:2] == (200, "image/webp")
    assert handed(as_(officer), paper) == (200, "application/pdf", b"%PDF")


def test_others_find_nothing(report: Report) -> None:
    waits = make_submitted(report)
    stranger = make_admin(make_organization("另一支队伍"))
    elsewhere = make_officer(make_county("古交市", code="140181000000"), "周正")
    expense = waits.expenses.get()
    voucher = f"/fund/reports/vouchers/{expense.vouchers.get().pk}/shown/"
    for user, pages in (
        (stranger, (f"{OWN}{waits.pk}/", f"{OWN}expenses/{expense.pk}/", voucher)),
        (elsewhere, (f"{DESK}{waits.pk}/", voucher)),
    ):
        for page in pages:
            assert as_(user).get(page).status_code == 404, page
    assert Client().get(f"{DESK}{waits.pk}/").status_code == 302
    assert as_(make_user("路人")).get(DESK).status_code == 403


def test_who_only_reads_the_fund_decides_nothing(report: Report) -> None:
    waits = make_submitted(report)
    reader = make_user("监事")
    give(reader, Role.FUND_SUPERVISOR, waits.funding.fund.region)
    page = read(as_(reader), f"{DESK}{waits.pk}/")
    assert "通过这份报告" not in page
    sent = as_(reader).post(f"{DESK}{waits.pk}/accept/", {"seen": str(waits.edition)})
    assert sent.status_code == 403
    assert fresh(waits).state == "submitted"


def test_two_who_write_at_once_see_both_texts(report: Report, admin: User, colleague: User) -> None:
    page = f"{OWN}{report.pk}/words/"
    opened = marks(as_(colleague), page)
    as_(admin).post(page, marks(as_(admin), page) | {"done": "李桂芳写的"})
    clash = as_(colleague).post(page, opened | {"done": "孙杰写的", "results": "好"})
    body = clash.content.decode()
    assert (clash.status_code, "李桂芳写的" in body, "孙杰写的" in body) == (409, True, True)
    again = dict(SEEN.findall(body))
    assert as_(colleague).post(page, again | {"done": "合写的", "results": "好"}).status_code == 302
    assert (fresh(report).done, fresh(report).results) == ("合写的", "好")


def test_words_that_are_too_long_stand_in_their_field_again(report: Report, admin: User) -> None:
    page = f"{OWN}{report.pk}/words/"
    client = as_(admin)
    answer = client.post(page, marks(client, page) | {"problems": "很" * 1001, "done": "甲"})
    body = answer.content.decode()
    assert (answer.status_code, "最多 1000 个字" in body, "很" * 1001 in body) == (422, True, True)
    assert fresh(report).done == ""


def test_an_expense_is_written_with_its_voucher_once(report: Report, admin: User) -> None:
    client, page = as_(admin), f"{OWN}{report.pk}/spending/new/"
    line = report.funding.lines.get(place=1).pk
    said = {
        "line": str(line), "on": "2026-10-05", "sum": "１，２００.50元", "payee": "器械店",
        "what": "修脚刀", "handle": "one-browser-form",
    }  # fmt: skip
    for _ in range(2):
        assert client.post(page, said | {"file": make_paper()}).status_code == 302
    expense = Expense.objects.get()
    assert (expense.fen, expense.vouchers.count()) == (120_050, 1)
    assert "修脚刀" in read(client, f"{OWN}{report.pk}/spending/")


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"sum": "很多"}, "金额请填写数字"), ({"sum": "0"}, "金额应大于 0"),
        ({"on": "2020-01-01"}, "项目时间内"), ({"on": "昨天"}, "日期写法不对"),
        ({"payee": ""}, "请填写收款方"), ({"line": "999999"}, "请从列表中选择"),
        ({"sum": "12000.01"}, "变更申请"), ({"invoice_no": "一二三"}, "4 到 30 位"),
        ({"handle": ""}, "页面已经过期"),
    ],
)  # fmt: skip
def test_a_wrong_expense_is_refused_at_its_field(
    report: Report, admin: User, said: dict[str, str], sentence: str
) -> None:
    line = report.funding.lines.get(place=1).pk
    usual = {
        "line": str(line), "on": "2026-10-05", "sum": "12", "payee": "器械店", "what": "修脚刀",
        "handle": "one-browser-form",
    }  # fmt: skip
    answer = as_(admin).post(f"{OWN}{report.pk}/spending/new/", usual | said)
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert Expense.objects.count() == 0


def test_a_voucher_that_is_no_paper_is_refused(report: Report, admin: User) -> None:
    expense = make_expense(report)
    page = f"{OWN}expenses/{expense.pk}/vouchers/"
    answer = as_(admin).post(page, {"file": make_upload(b"MZ not a picture", "发票.jpg")})
    assert (answer.status_code, "不是能识别的图片" in answer.content.decode()) == (422, True)
    as_(admin).post(page, {"file": make_paper()})
    paper = expense.vouchers.get(file__content_type="application/pdf")
    shown = as_(admin).get(f"/fund/reports/vouchers/{paper.pk}/shown/")
    assert body_of(shown)
    assert "attachment" in shown["Content-Disposition"]
    as_(admin).post(f"{OWN}vouchers/{paper.pk}/remove/")
    assert expense.vouchers.filter(removed_at=None).count() == 1


def test_an_expense_is_changed_and_removed_on_its_page(report: Report, admin: User) -> None:
    expense, client = make_expense(report), as_(admin)
    page = f"{OWN}expenses/{expense.pk}/"
    said = {
        "line": str(expense.line_id), "on": "2026-10-05", "sum": "5", "payee": "店", "what": "毛巾",
    }  # fmt: skip
    assert client.post(page, marks(client, page) | said).status_code == 302
    stale = client.post(page, said | {"seen": "1"})
    assert (stale.status_code, "同事刚刚改过" in stale.content.decode()) == (422, True)
    expense.refresh_from_db()
    assert (expense.fen, expense.what) == (500, "毛巾")
    assert client.post(f"{page}remove/").status_code == 302
    assert "还没有填报支出" in read(client, f"{OWN}{report.pk}/spending/")


def test_pictures_say_whom_they_show_and_stand_in_an_order(report: Report, admin: User) -> None:
    client, page = as_(admin), f"{OWN}{report.pk}/evidence/"
    silent = client.post(page, {"file": make_upload(), "caption": "现场"})
    assert (silent.status_code, "请选择照片里的人物情况" in silent.content.decode()) == (422, True)
    said = {"file": make_upload(), "caption": "现场", "faces": "consent", "consent_note": ""}
    assert "怎样征得同意" in client.post(page, said).content.decode()
    said = {"file": make_upload(), "caption": "现场", "faces": "none"}
    assert client.post(page, said).status_code == 302
    assert "已经上传过" in client.post(page, said | {"file": make_upload()}).content.decode()
    second = make_evidence(report, caption="合影")
    client.post(f"{OWN}evidence/{second.pk}/up/")
    captions = list(queries.shown_evidence(report).values_list("caption", flat=True))
    assert captions == ["合影", "现场"]
    changed = client.post(f"{OWN}evidence/{second.pk}/change/", {"caption": "", "faces": "none"})
    assert changed.status_code == 422
    client.post(f"{OWN}evidence/{second.pk}/remove/")
    assert queries.shown_evidence(report).count() == 1


def test_a_table_comes_in_whole_or_says_each_wrong_line(report: Report, admin: User) -> None:
    client, page = as_(admin), f"{OWN}{report.pk}/spending/import/"
    head = "日期,预算科目,收款方,用途,金额,发票号码\n"
    good, bad = "2026-10-08,物资,店,修脚刀,12,\n", "去年,物资,店,修脚刀,12,\n"

    def send(text: str) -> tuple[int, str]:
        file = make_upload(text.encode(), "支出.csv", "text/csv")
        answer = client.post(page, {"file": file, "handle": "one-table-form"})
        return answer.status_code, answer.content.decode()

    status, body = send(head + good + bad + bad)
    assert (status, "第 3 行" in body, "第 4 行" in body) == (422, True, True)
    assert Expense.objects.count() == 0
    assert send(head + good)[0] == 302
    assert Expense.objects.count() == 1
    assert handed(client, f"{OWN}{report.pk}/spending/table/")[2].startswith(b"PK")


def test_the_office_sees_plan_vouchers_and_figures_and_disallows_one(
    report: Report, officer: User
) -> None:
    waits = make_submitted(report)
    expense, client = waits.expenses.get(), as_(officer)
    page = f"{DESK}{waits.pk}/"
    body = read(client, page)
    for said in ("怎么验收", "签到记录和照片", "预算与支出", "修脚刀和消毒盒", "上岗培训现场"):
        assert said in body
    assert f"/fund/reports/vouchers/{expense.vouchers.get().pk}/small/" in (
        client.get(page).content.decode()
    )
    act = f"{DESK}expenses/{expense.pk}/disallow/"
    empty = client.post(act, marks(client, page) | {"reason": ""})
    assert (empty.status_code, "请填写不予认可的原因" in empty.content.decode()) == (422, True)
    stale = client.post(act, {"seen": "1", "reason": "抬头不对"})
    assert (stale.status_code, "看过最新的内容" in stale.content.decode()) == (422, True)
    assert client.post(act, marks(client, page) | {"reason": "抬头不对"}).status_code == 302
    assert "抬头不对" in read(client, page)


def test_a_return_without_a_word_is_refused_and_keeps_what_was_typed(
    report: Report, officer: User
) -> None:
    waits, client = make_submitted(report), as_(officer)
    page = f"{DESK}{waits.pk}/"
    said = {"words": "", "again_on": "2020-01-01", "remark-done": "写具体些"}
    answer = client.post(f"{page}send-back/", marks(client, page) | said)
    body = answer.content.decode()
    assert (answer.status_code, "修改期限应晚于今天" in body, "写具体些" in body) == (
        422,
        True,
        True,
    )
    assert fresh(waits).state == "submitted"


def test_what_is_handed_in_is_read_only_and_may_be_taken_back(report: Report, admin: User) -> None:
    waits, client = make_submitted(report), as_(admin)
    assert client.get(f"{OWN}{waits.pk}/words/").status_code == 404
    assert client.get(f"{OWN}{waits.pk}/check/").status_code == 302
    page = f"{OWN}{waits.pk}/"
    assert "取回修改" in read(client, page)
    client.post(f"{OWN}{waits.pk}/step/recall/", marks(client, page))
    assert fresh(waits).state == "draft"
    assert client.post(f"{OWN}{waits.pk}/step/burn/", {"seen": "1"}).status_code == 404


def test_an_extra_report_is_begun_and_given_up(funding: Funding, admin: User) -> None:
    client = as_(admin)
    said = {"first": "2026-10-05", "last": "2026-11-01", "handle": "one-extra-form"}
    assert (
        client.post(f"{OWN}extra/{funding.pk}/", said | {"last": "2026-10-01"}).status_code == 422
    )
    assert client.post(f"{OWN}extra/{funding.pk}/", said).status_code == 302
    made = Report.objects.get(kind=ReportKind.EXTRA)
    page = f"{OWN}{made.pk}/"
    assert client.post(f"{page}step/drop/", marks(client, page)).status_code == 302
    assert client.get(page).status_code == 404


def test_the_empty_lists_say_what_follows(officer: User, admin: User) -> None:
    assert "没有符合条件的报告" in read(as_(officer), DESK)
    assert "现在没有要交的进展报告" in read(as_(admin), OWN)


def crowd(funding: Funding, names: str, number: int) -> None:
    """Let a project give many reports."""
    for place in range(number):
        Report.objects.create(
            funding=funding, number=100 + place + 50 * len(names), kind=ReportKind.EXTRA,
            handle=f"{names}-{place:08d}", period_from=funding.starts_on,
            period_to=funding.starts_on, planned_at=WRITTEN, begun_at=WRITTEN, changed_at=WRITTEN,
            state="submitted", submitted_at=WRITTEN, first_submitted_at=WRITTEN,
            submitted_by=make_user(f"{names}{place}"),
        )  # fmt: skip


@pytest.mark.parametrize("side", ["own", "desk"])
def test_lists_ask_the_same_for_one_and_for_thirty(
    funding: Funding, admin: User, officer: User, side: str
) -> None:
    client = as_(admin if side == "own" else officer)
    page = OWN if side == "own" else DESK
    crowd(funding, "甲", 1)
    one = queries_for(client, page)
    crowd(funding, "乙乙", 22)
    assert queries_for(client, page) == one


@pytest.mark.parametrize("side", ["own", "desk"])
def test_a_report_asks_the_same_for_one_and_for_thirty_expenses(
    report: Report, admin: User, officer: User, side: str
) -> None:
    fill(report)
    client = as_(admin if side == "own" else officer)
    page = f"{OWN}{report.pk}/spending/" if side == "own" else f"{DESK}{report.pk}/"

    def handed_in() -> int:
        if side == "desk":
            actions.submit(report=fresh(report), seen=fresh(report).edition, by=admin, at=READ)
        asked = queries_for(client, page)
        if side == "desk":
            actions.recall(report=fresh(report), seen=fresh(report).edition, by=admin, at=READ)
        return asked

    first = handed_in()
    for number in range(29):
        make_expense(report, 100, what=f"第 {number} 笔", by=admin)
    assert handed_in() == first


def test_an_accepted_report_is_exported_with_its_sums(report: Report, officer: User) -> None:
    accept(make_submitted(report))
    body = read(as_(officer), f"{DESK}?state=accepted")
    assert "1,000 元" in body
    assert "按期提交" in body


def test_returned_reports_wait_for_the_organization(report: Report, admin: User) -> None:
    send_back(make_submitted(report))
    page = read(as_(admin), f"{OWN}{report.pk}/")
    assert "请补充签到表。" in page
    assert first_report(report.funding).state == "returned"
