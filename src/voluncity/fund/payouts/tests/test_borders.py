"""At the edges: both sides in one person, closed organizations, days, odd input, roles lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from voluncity.city.access import actions as access
from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import Role
from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import OrgState
from voluncity.city.people.models import User
from voluncity.fund.grants.models import Funding
from voluncity.fund.payouts import actions, queries
from voluncity.fund.payouts.models import Disbursement, Payee, PaymentList, Plan, Return
from voluncity.fund.payouts.rules import PlanLine
from voluncity.fund.payouts.states import PayState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal
from voluncity.testing import make_payouts as make
from voluncity.testing.counting import queries_for
from voluncity.testing.make_calls import make_admin
from voluncity.testing.make_files import make_paper
from voluncity.testing.make_grants import make_funding
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import NOON, make_user

pytestmark = pytest.mark.django_db
DESK, OWN = "/fund/payouts/desk/", "/fund/payouts/own/"


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def staff(funding: Funding, role: Role, name: str) -> User:
    user = make_user(name)
    give(user, role, funding.fund.region)
    return user


def both_sides(funding: Funding) -> User:
    """Return an accountant of the fund who is an admin of the organization, too."""
    assert funding.organization is not None
    user = make_admin(funding.organization, "两头都在的人")
    give(user, Role.FUND_FINANCE, funding.fund.region)
    return user


# -- The same person on both sides ---------------------------------------------------------------


def test_nobody_of_the_organization_decides_anything_about_its_money(funding: Funding) -> None:
    by = both_sides(funding)
    first = funding.installments.get(number=1)
    with pytest.raises(NotAllowed, match="受资助组织"):
        actions.ask_payment(installment=first, handle=make.handle(), by=by, at=NOON)
    with pytest.raises(NotAllowed, match="受资助组织"):
        make.propose(funding, 1_000_000, 1_000_000, reason="调整", by=by)
    payment = make.make_listed(funding)
    with pytest.raises(NotAllowed, match="受资助组织"):
        actions.fail_payment(payment=payment, words="户名不符", by=by, at=NOON)
    with pytest.raises(NotAllowed, match="受资助组织"):
        make.confirm(payment, by=by)
    make.confirm(payment)
    money = make.enter_return(funding, 400_000)
    for act in (
        lambda: actions.confirm_return(money=money, by=by, at=NOON),
        lambda: actions.refuse_return(money=money, words="没到", by=by, at=NOON),
    ):
        with pytest.raises(NotAllowed, match="受资助组织"):
            act()
    assert queries.returned(funding) == 0


def test_a_plan_is_not_answered_by_the_organization() -> None:
    funding = make_funding()
    by, plan = both_sides(funding), make.propose(funding)
    with pytest.raises(NotAllowed):
        actions.agree_plan(plan=plan, by=by, at=NOON)
    with pytest.raises(NotAllowed):
        actions.refuse_plan(plan=plan, words="不行", by=by, at=NOON)


# -- Organizations and people that changed -------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "word"), [(OrgState.SUSPENDED, "暂停"), (OrgState.DISSOLVED, "已注销")]
)
def test_an_organization_that_does_not_stand_gets_nothing(
    funding: Funding, state: str, word: str
) -> None:
    approved = make.approve(make.ask(funding))
    made = make.make_list(approved)
    Organization.objects.filter(pk=funding.organization_id).update(state=state)
    with pytest.raises(Refusal, match=word):
        make.export(made)
    second = funding.installments.get(number=2)
    waits = queries.missing(second, funding=Funding.objects.get(pk=funding.pk), at=NOON)
    assert f"受资助组织现在是“{word}”，不能拨付。" in waits
    Organization.objects.filter(pk=funding.organization_id).update(state=OrgState.ACTIVE)
    assert make.export(made)


def test_whose_role_was_taken_back_meanwhile_decides_nothing() -> None:
    funding = make.make_ready(at=now())
    payment = make.ask(funding, at=now())
    clerk = staff(funding, Role.FUND_FINANCE, "调走的会计")
    client = as_(clerk)
    assert client.get(f"{DESK}{payment.pk}/").status_code == 200
    access.revoke_role(grant_id=Grant.objects.get(user=clerk).pk, by=make_user("安全员"), at=now())
    assert client.post(f"{DESK}{payment.pk}/step/approve/").status_code == 403
    payment.refresh_from_db()
    assert payment.state == PayState.ASKED


# -- Days ----------------------------------------------------------------------------------------


def test_a_day_is_the_citys_day(funding: Funding) -> None:
    """A list of 23:30 and an answer of 00:30 lie on two days, though not in UTC."""
    evening = datetime(2026, 11, 28, 15, 30, tzinfo=UTC)
    night = evening + timedelta(hours=1)
    payment = make.approve(make.ask(funding, at=evening), at=evening)
    make.export(make.make_list(payment, at=evening), at=evening)
    said: dict[str, Any] = {"payment": payment, "bank_ref": "JSB0001", "by": make_user("出纳")}
    payment.refresh_from_db()
    with pytest.raises(BadInput, match="不能晚于今天"):
        actions.confirm_payment(on=local_date(night), at=evening, **said)
    with pytest.raises(BadInput, match="不能早于 2026-11-28"):
        actions.confirm_payment(on=local_date(evening) - timedelta(days=1), at=night, **said)
    paid = actions.confirm_payment(on=local_date(night), at=night, **said)
    assert str(paid.paid_on) == "2026-11-29"


def test_a_plan_lies_between_the_award_and_a_year_after_the_project() -> None:
    funding = make_funding()
    first = local_date(funding.opened_at)
    for day in (first - timedelta(days=1), funding.ends_on + timedelta(days=366)):
        with pytest.raises(BadInput, match="计划日期应在"):
            actions.propose_plan(
                funding=funding, lines=[PlanLine(2_000_000, None, day)], reason="",
                handle=make.handle(), by=make_user("经办"), at=NOON,
            )  # fmt: skip
    assert Plan.objects.count() == 0


def test_the_end_of_the_rest_of_an_account_is_told_with_its_hour(funding: Funding) -> None:
    make.make_account(funding, number="9988776655443322")
    with pytest.raises(Refusal, match=r"2026-\d\d-\d\d \d\d:\d\d 起可以拨付"):
        make.ask(funding)


def test_a_receipt_is_asked_for_though_the_day_was_missed() -> None:
    funding = make.make_ready(at=now())
    make.make_paid(funding, at=now())
    assert funding.organization is not None
    make_admin(funding.organization, "管理员小周")
    assert actions.remind_of_receipts(at=now() + timedelta(days=6)) == 0
    assert actions.remind_of_receipts(at=now() + timedelta(days=11)) == 1
    assert actions.remind_of_receipts(at=now() + timedelta(days=12)) == 0


# -- Who hears what ------------------------------------------------------------------------------


def test_money_that_bounced_is_told_as_not_arrived() -> None:
    funding = make.make_ready(at=now())
    assert funding.organization is not None
    admin = make_admin(funding.organization, "管理员小周")
    office = staff(funding, Role.FUND_OFFICE, "基金办")
    payment = make.make_paid(funding, at=now())
    money = actions.enter_bounce(
        payment=payment, plan=make.return_plan(0, at=now(), reason="账户已销户"), proof=None,
        handle=make.handle(), by=make_user("经办"), at=now(),
    )  # fmt: skip
    actions.confirm_return(money=money, by=make_user("复核"), at=now())
    catch_up(at=now())
    told = set(Message.objects.filter(user=admin).values_list("title", flat=True))
    assert "资助款被银行退汇" in told
    assert "退回的资助款已入账" not in told
    assert Message.objects.filter(user=office, title__contains="需要重新申请").exists()


def test_a_request_that_comes_to_nothing_is_told_to_who_heard_of_it() -> None:
    funding = make.make_ready(at=now())
    assert funding.organization is not None
    admin = make_admin(funding.organization, "管理员小周")
    actions.refuse_payment(
        payment=make.ask(funding, at=now()), words="缺协议", by=make_user("复核"), at=now()
    )
    actions.withdraw_payment(
        payment=make.ask(funding, at=now()), words="先等等", by=make_user("经办"), at=now()
    )
    catch_up(at=now())
    told = set(Message.objects.filter(user=admin).values_list("title", flat=True))
    assert {"已为您申请拨付", "拨付申请被退回", "拨付申请已撤回"} <= told


# -- Odd input -----------------------------------------------------------------------------------


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
    from django.core.files.uploadedfile import SimpleUploadedFile

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
    finance = as_(staff(funding, Role.FUND_FINANCE, "财务"))
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
    office = as_(staff(funding, Role.FUND_OFFICE, "基金办"))
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
    office = as_(staff(funding, Role.FUND_OFFICE, "基金办"))
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
        staff(funding, Role.FUND_OFFICE, "甲"),
        staff(funding, Role.FUND_FINANCE, "乙"),
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
    finance = as_(staff(funding, Role.FUND_FINANCE, "财务"))
    new = make.enter(funding, number="9988776655443322", at=now())
    actions.verify_payee(payee=new, words="", by=make_user("复核"), at=now())
    sent = {"fund": funding.fund_id, "payments": [two.pk], "handle": make.handle()}
    answer = finance.post(f"{DESK}lists/new/", sent)
    page = answer.content.decode()
    assert (answer.status_code, "收款账户已经更换" in page) == (422, True)
    assert f'id="id_payment_{two.pk}" checked' in page
    assert f'id="id_payment_{one.pk}">' in page


def test_a_second_press_and_a_second_tab_change_nothing() -> None:
    funding = make.make_ready(at=now())
    office = as_(staff(funding, Role.FUND_OFFICE, "基金办"))
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
    office = as_(staff(funding, Role.FUND_OFFICE, "基金办"))
    page = f"{DESK}projects/{funding.pk}/"
    assert "调整计划" in office.get(page).content.decode()
    make.make_paid(funding, 1, at=now())
    make.make_paid(funding, 2, at=now())
    assert "调整计划" not in office.get(page).content.decode()


# -- Lists stay quick ----------------------------------------------------------------------------


def test_every_list_asks_as_much_for_thirty_as_for_one() -> None:
    """Of each list one row more of every kind: payments, accounts, lists, returns, plans."""
    first = _one_of_everything(None, 1)
    finance = as_(staff(first, Role.FUND_FINANCE, "财务"))
    assert first.organization is not None
    admin = as_(make_admin(first.organization))
    desk = ("", "accounts/", "lists/", "lists/new/", "returns/", "plans/")
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
