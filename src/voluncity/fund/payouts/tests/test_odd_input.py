"""Odd input, files that are none, two tabs; lists that stay quick."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import now

from voluncity.city.access.permissions import Role
from voluncity.fund.grants.models import Funding
from voluncity.fund.payouts import actions, queries
from voluncity.fund.payouts.models import Disbursement, Payee, PaymentList, Plan, Return
from voluncity.fund.payouts.states import PayState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput
from voluncity.testing import make_payouts as make
from voluncity.testing.counting import queries_for
from voluncity.testing.make_calls import make_admin
from voluncity.testing.make_files import make_paper
from voluncity.testing.make_grants import make_funding
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import make_user
from voluncity.testing.pages import as_

pytestmark = pytest.mark.django_db
DESK, OWN = "/fund/payouts/desk/", "/fund/payouts/own/"


def test_a_number_of_the_bank_is_the_same_in_small_letters(funding: Funding) -> None:
    make.confirm(make.make_listed(funding, 1), "jsb0001")
    with pytest.raises(BadInput, match="已经用于另一笔"):
        make.confirm(make.make_listed(funding, 2), "JSB0001")


def account_form(funding: Funding, **said: Any) -> dict[str, Any]:
    return {
        "holder": funding.recipient, "number": make.NUMBER, "bank": "晋商银行并州路支行",
        "why_other": "", "proof": make_paper(), "handle": make.handle(),
    } | said  # fmt: skip


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"number": ""}, "请填写账号"),
        ({"number": "-14050110234500000123x"}, "账号只能是数字"),
        ({"number": "١٢٣٤٥٦٧٨٩٠"}, "账号只能是数字"),
        ({"number": "1" * 20}, "同一个数字"),
        ({"number": "12345678901234567890123456789012"}, "8 到 30 位"),
        ({"bank": "长" * 61}, "最多 60 个字"),
        ({"bank": "\x00"}, "请填写开户银行"),
        ({"holder": "😀" * 3}, "表情"),
        ({"proof": ""}, "开户材料"),
        ({"handle": ""}, "页面已经过期"),
        ({"handle": "a\x00bcdefghij"}, "页面已经过期"),
        ({"handle": "汉" * 12}, "页面已经过期"),
    ],
)
def test_an_account_with_odd_input_is_refused_in_a_sentence(
    said: dict[str, Any], sentence: str
) -> None:
    funding = make_funding(at=now())
    assert funding.organization is not None
    client = as_(make_admin(funding.organization))
    answer = client.post(f"{OWN}{funding.pk}/account/", account_form(funding, **said))
    assert 400 <= answer.status_code < 500
    assert sentence in answer.content.decode()
    assert Payee.objects.count() == 0


def test_a_file_that_is_no_paper_is_refused() -> None:
    funding = make_funding(at=now())
    assert funding.organization is not None
    client = as_(make_admin(funding.organization))
    for content in (b"", b"MZ\x90\x00", b"<html><script>alert(1)</script>"):
        sent = account_form(funding, proof=SimpleUploadedFile("开户许可证.pdf", content))
        assert client.post(f"{OWN}{funding.pk}/account/", sent).status_code == 422
    assert Payee.objects.count() == 0


def test_words_are_shown_as_words() -> None:
    funding = make.make_ready(at=now())
    payment = make.ask(funding, at=now())
    finance = as_(make.make_staff(funding, Role.FUND_FINANCE, "财务"))
    words = "<script>alert(1)</script>\x00缺协议"
    finance.post(f"{DESK}{payment.pk}/step/refuse/", {"words": words})
    page = finance.get(f"{DESK}{payment.pk}/").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;缺协议" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    "said",
    [
        {"fen": "-1"}, {"fen": "0"}, {"fen": "0.001"}, {"fen": "1e3"}, {"fen": "9" * 20},
        {"fen": ""}, {"fen": "NaN"}, {"on": "2026-02-30"}, {"on": "9999-12-31"},
        {"on": "0001-01-01"}, {"on": ""}, {"bank_ref": ""}, {"bank_ref": "a b"},
        {"bank_ref": "x" * 65}, {"reason": ""}, {"reason": "长" * 201}, {"reason": "\x00"},
    ],
)  # fmt: skip
def test_a_return_with_odd_input_is_refused_at_its_field(said: dict[str, str]) -> None:
    funding = make.make_ready(at=now())
    make.make_paid(funding, at=now())
    office = as_(make.make_staff(funding, Role.FUND_OFFICE, "基金办"))
    fine = {
        "fen": "100", "on": str(local_date(now())), "bank_ref": "TK0001", "reason": "剩余退回",
        "handle": make.handle(),
    }  # fmt: skip
    answer = office.post(f"{DESK}projects/{funding.pk}/return/", fine | said)
    assert answer.status_code == 422
    assert "field__error" in answer.content.decode()
    assert Return.objects.count() == 0


@pytest.mark.parametrize(
    "said",
    [
        {"fen-1": "-5"}, {"fen-1": "20000.001"}, {"fen-1": "99999999999"}, {"fen-1": "两万"},
        {"due_on-1": "1999-01-01"}, {"due_on-1": "2099-12-31"}, {"due_on-1": "x"},
        {"milestone-1": "999999"}, {"milestone-1": "x"}, {"fen-1": ""}, {"rows": "99999999"},
        {"rows": "-1", "fen-1": "1"},
    ],
)  # fmt: skip
def test_a_plan_with_odd_input_is_refused(said: dict[str, str]) -> None:
    funding = make_funding(at=now())
    office = as_(make.make_staff(funding, Role.FUND_OFFICE, "基金办"))
    fine = {
        "rows": "1", "fen-1": "20000", "due_on-1": str(local_date(now())), "milestone-1": "",
        "handle": make.handle(),
    }  # fmt: skip
    answer = office.post(f"{DESK}projects/{funding.pk}/plan/", fine | said)
    odd_rows = said.get("rows") == "99999999"  # taken for as many as a plan may have
    assert answer.status_code == (302 if odd_rows else 422)
    assert Plan.objects.count() == int(odd_rows)


def test_milestones_and_payments_of_others_are_not_taken() -> None:
    funding, other = make.make_ready(at=now()), make.make_ready(at=now())
    office, finance = (
        make.make_staff(funding, Role.FUND_OFFICE, "甲"),
        make.make_staff(funding, Role.FUND_FINANCE, "乙"),
    )
    theirs = make.approve(make.ask(other, at=now()), at=now())
    milestone = other.milestones.first()
    assert milestone is not None
    answer = as_(office).post(
        f"{DESK}projects/{funding.pk}/plan/",
        {"rows": "1", "fen-1": "20000", "due_on-1": str(local_date(now())), "reason": "调整",
         "milestone-1": milestone.pk, "handle": make.handle()},
    )  # fmt: skip
    assert answer.status_code == 422
    for chosen in (theirs.pk, 999_999, "x", "1" * 30):
        sent = {"fund": funding.fund_id, "payments": [chosen], "handle": make.handle()}
        answer = as_(finance).post(f"{DESK}lists/new/", sent)
        assert answer.status_code == 422
    sent = {"fund": "9" * 30, "payments": [theirs.pk], "handle": make.handle()}
    assert as_(finance).post(f"{DESK}lists/new/", sent).status_code == 422
    assert PaymentList.objects.count() == 0


def test_what_somebody_chose_for_a_list_stays_chosen_when_it_is_refused() -> None:
    funding = make.make_ready(500_000, 500_000, 500_000, 500_000, at=now())
    one, two = (make.approve(make.ask(funding, n, at=now()), at=now()) for n in (1, 2))
    finance = as_(make.make_staff(funding, Role.FUND_FINANCE, "财务"))
    new = make.enter(funding, number="9988776655443322", at=now())
    actions.verify_payee(payee=new, words="", by=make_user("复核"), at=now())
    sent = {"fund": funding.fund_id, "payments": [two.pk], "handle": make.handle()}
    answer = finance.post(f"{DESK}lists/new/", sent)
    page = answer.content.decode()
    assert (answer.status_code, "收款账户已经更换" in page) == (422, True)
    assert f'id="id_payment_{two.pk}" checked' in page
    assert f'id="id_payment_{one.pk}">' in page


HEAD = "付款编号,处理结果,银行流水号,付款日期\n"


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\x00" * 100, b"PK\x03\x04 broken", b"%PDF-1.4", b"\xff\xfe\x00",
        f"{HEAD}NUMBER,成功,,2026-11-28\n".encode(),
        f"{HEAD}NUMBER,大概成功,JSB0001,2026-11-28\n".encode(),
        f"{HEAD}NUMBER,成功,JSB0001,2026-02-30\n".encode(),
        f"{HEAD}NUMBER,成功,JSB0001,2099-01-01\n".encode(),
        f"{HEAD}NUMBER,成功,=1+1,2026-11-28\n".encode(),
        f"{HEAD}BF-1,成功,JSB0001,2026-11-28\n".encode(),
        f"{HEAD}BF{'9' * 30},成功,JSB0001,2026-11-28\n".encode(),
        (HEAD + "BF99999999,成功,JSB0001,2026-11-28\n" * 501).encode(),
    ],
    ids=lambda content: str(len(content)),
)  # fmt: skip
def test_an_answer_of_the_bank_that_makes_no_sense_changes_nothing(content: bytes) -> None:
    funding = make.make_ready(at=now())
    payment = make.make_listed(funding, at=now())
    finance = as_(make.make_staff(funding, Role.FUND_FINANCE, "财务"))
    upload = SimpleUploadedFile("结果.csv", content.replace(b"NUMBER", payment.number.encode()))
    answer = finance.post(f"{DESK}lists/{payment.list_id}/answers/", {"file": upload})
    assert answer.status_code == 422
    payment.refresh_from_db()
    assert (payment.state, queries.paid(funding)) == (PayState.LISTED, 0)


def test_a_second_press_and_a_second_tab_change_nothing() -> None:
    funding = make.make_ready(at=now())
    office = as_(make.make_staff(funding, Role.FUND_OFFICE, "基金办"))
    first = funding.installments.get(number=1)
    sent = {"handle": make.handle()}
    pages = [office.post(f"{DESK}installments/{first.pk}/ask/", sent) for _ in range(2)]
    assert {one["Location"] for one in pages} == {f"{DESK}{Disbursement.objects.get().pk}/"}
    other_tab = office.post(f"{DESK}installments/{first.pk}/ask/", {"handle": make.handle()})
    assert other_tab.status_code == 409
    assert Disbursement.objects.count() == 1


def test_an_account_taken_back_leads_back_to_its_project() -> None:
    funding = make_funding(at=now())
    assert funding.organization is not None
    payee = make.enter(funding, at=now())
    admin = as_(make_admin(funding.organization))
    answer = admin.post(f"{OWN}accounts/{payee.pk}/withdraw/", {"project": funding.pk})
    assert answer["Location"] == f"{OWN}{funding.pk}/"


def test_a_plan_that_is_paid_out_is_not_offered_for_a_change() -> None:
    funding = make.make_ready(at=now())
    office = as_(make.make_staff(funding, Role.FUND_OFFICE, "基金办"))
    page = f"{DESK}projects/{funding.pk}/"
    assert "调整计划" in office.get(page).content.decode()
    make.make_paid(funding, 1, at=now())
    make.make_paid(funding, 2, at=now())
    assert "调整计划" not in office.get(page).content.decode()


# -- Lists stay quick ----------------------------------------------------------------------------


def test_every_list_asks_as_much_for_thirty_as_for_one() -> None:
    """Of each list one row more of every kind: payments, accounts, lists, returns, plans."""
    first = _one_of_everything(None, 1)
    finance = as_(make.make_staff(first, Role.FUND_FINANCE, "财务"))
    assert first.organization is not None
    admin = as_(make_admin(first.organization))
    desk = ("", "accounts/", "lists/", "lists/new/", "returns/", "plans/", "ready/")
    before = [queries_for(finance, f"{DESK}{page}") for page in desk]
    own = queries_for(admin, OWN)
    for number in range(2, 31):
        _one_of_everything(first, number)
    assert [queries_for(finance, f"{DESK}{page}") for page in desk] == before
    assert queries_for(admin, OWN) == own


def _one_of_everything(first: Funding | None, number: int) -> Funding:
    team = first.organization if first else make_organization()
    said: dict[str, Any] = {"fund": first.fund} if first else {}
    funding = make_funding(organization=team, at=now(), title=f"项目 {number}", **said)
    if first is None:
        make.make_account(funding, at=now())
    for waiting in Payee.objects.filter(fund=funding.fund, state="entered"):
        actions.withdraw_payee(payee=waiting, by=make_user("会计"), at=now())
    make.enter(funding, number=f"99887766554{number:05d}", at=now())
    make.make_plan(funding, 500_000, 500_000, 500_000, 500_000, at=now())
    make.make_paid(funding, 1, at=now())
    make.approve(make.ask(funding, 2, at=now()), at=now())
    make.enter_return(funding, 10_000, at=now())
    make.propose(funding, 400_000, 600_000, reason="分两次拨付", at=now())
    return funding
