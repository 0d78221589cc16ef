"""At the edges: both sides in one person, closed organizations, days, roles lost, accounts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import QuerySet
from django.utils.timezone import now

from voluncity.city.access import actions as access
from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import Permission, Role
from voluncity.city.access.queries import scope_of
from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import OrgState
from voluncity.city.people.models import User
from voluncity.fund.grants import actions as grants
from voluncity.fund.grants.models import Funding
from voluncity.fund.payouts import actions, queries
from voluncity.fund.payouts.models import Plan
from voluncity.fund.payouts.rules import PlanLine
from voluncity.fund.payouts.states import PayState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal
from voluncity.testing import make_payouts as make
from voluncity.testing.make_calls import make_admin
from voluncity.testing.make_fund import make_resolution
from voluncity.testing.make_grants import fresh, make_county_funding, make_funding
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import NOON, make_county, make_user
from voluncity.testing.pages import as_

pytestmark = pytest.mark.django_db
DESK, OWN = "/fund/payouts/desk/", "/fund/payouts/own/"


def team_of(funding: Funding) -> QuerySet[Organization]:
    """Return the organization of a project, to change it."""
    assert funding.organization is not None
    return Organization.objects.filter(pk=funding.organization.pk)


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
    with pytest.raises(NotAllowed, match="受资助组织"):
        actions.confirm_return(money=money, by=by, at=NOON)
    with pytest.raises(NotAllowed, match="受资助组织"):
        actions.refuse_return(money=money, words="没到", by=by, at=NOON)
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
    team_of(funding).update(state=state)
    with pytest.raises(Refusal, match=word):
        make.export(made)
    second = funding.installments.get(number=2)
    waits = queries.missing(second, funding=Funding.objects.get(pk=funding.pk), at=NOON)
    assert f"受资助组织现在是“{word}”，不能拨付。" in waits
    team_of(funding).update(state=OrgState.ACTIVE)
    assert make.export(made)


def test_whose_role_was_taken_back_meanwhile_decides_nothing() -> None:
    funding = make.make_ready(at=now())
    payment = make.ask(funding, at=now())
    clerk = make.make_staff(funding, Role.FUND_FINANCE, "调走的会计")
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
    office = make.make_staff(funding, Role.FUND_OFFICE, "基金办")
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


def test_who_asks_for_payments_hears_when_one_may_be_asked_for() -> None:
    funding = make.make_ready(at=now())
    office = make.make_staff(funding, Role.FUND_OFFICE, "基金办")
    client = as_(office)
    page = f"{DESK}ready/"
    assert "第 1 期 10,000 元" in client.get(page).content.decode()
    assert "可以申请的拨付" in client.get("/desk/").content.decode()
    make.make_paid(funding, 1, at=now())
    assert "没有可以申请的拨付" in client.get(page).content.decode()
    make.accept(funding, funding.installments.get(number=2).milestone, at=now())
    assert "第 2 期 10,000 元" in client.get(page).content.decode()
    catch_up(at=now())
    assert Message.objects.filter(user=office, title="第 2 期拨付可以申请了").count() == 1


def test_what_is_ready_needs_an_account_a_running_project_and_a_standing_organization() -> None:
    funding = make_funding(at=now())
    make.make_plan(funding, at=now())
    reach = scope_of(make.make_staff(funding, Role.FUND_OFFICE, "基金办"), Permission.PAYOUT_MAKE)
    assert list(queries.ready(reach)) == []
    make.make_account(funding, at=now())
    assert [one.number for one in queries.ready(reach)] == [1]
    team_of(funding).update(state=OrgState.SUSPENDED)
    assert list(queries.ready(reach)) == []
    team_of(funding).update(state=OrgState.ACTIVE)
    Funding.objects.filter(pk=funding.pk).update(state="suspended", reason="等说明")
    assert list(queries.ready(reach)) == []


def test_the_installment_of_a_county_is_ready_with_its_own_account() -> None:
    funding = make_county_funding(make_county(), at=now())
    make.make_account(funding, at=now())
    make.make_plan(funding, at=now())
    reach = scope_of(make.make_staff(funding, Role.FUND_OFFICE, "基金办"), Permission.PAYOUT_MAKE)
    assert [one.number for one in queries.ready(reach)] == [1]


def test_a_project_says_for_whom_its_payment_waits(funding: Funding) -> None:
    def waits() -> list[tuple[str, str]]:
        return sorted((turn.who, turn.what) for _, turn in queries.turns([funding.pk]))

    assert waits() == [("office", "申请拨付第 1 期")]
    payment = make.ask(funding)
    assert waits() == [("finance", "复核拨付申请")]
    make.approve(payment)
    assert waits() == [("finance", "列入拨付清单")]
    made = make.make_list(payment)
    assert waits() == [("finance", "导出拨付清单")]
    make.export(made)
    assert waits() == [("finance", "确认付款结果")]
    make.confirm(payment)
    assert waits() == []
    make.enter_return(funding, 100)
    make.propose(funding, 1_000_000, reason="调整")
    assert waits() == [("finance", "同意拨付计划"), ("finance", "确认退回到账")]


def test_what_is_over_is_not_late(funding: Funding) -> None:
    later = NOON + timedelta(days=400)
    assert any(one.is_late for one in queries.places(funding, at=later, today=local_date(later)))
    grants.terminate(
        funding=fresh(funding), resolution=make_resolution(funding.fund, "终止"),
        words="不再实施。", seen=fresh(funding).edition, by=make_user("官员"), at=NOON,
    )  # fmt: skip
    over = Funding.objects.get(pk=funding.pk)
    shown = queries.places(over, at=later, today=local_date(later))
    assert not any(one.is_late for one in shown)
    assert {tuple(one.waits_for) for one in shown} == {("项目已终止，这一期不再拨付。",)}


# -- Accounts ------------------------------------------------------------------------------------


def test_another_account_in_another_fund_rests_too(funding: Funding) -> None:
    second = make_funding(organization=funding.organization)
    assert second.fund_id != funding.fund_id
    same = make.make_account(second)
    assert same.usable_from == NOON
    third = make_funding(organization=funding.organization)
    other = make.make_account(third, number="9988776655443322")
    assert other.usable_from == NOON + timedelta(days=3)


def test_a_recipient_with_a_new_name_enters_its_account_anew(funding: Funding) -> None:
    approved = make.approve(make.ask(funding))
    team_of(funding).update(name="桥东街社区志愿服务中心")
    with pytest.raises(Refusal, match="已更名为“桥东街社区志愿服务中心”"):
        make.make_list(approved)
    second = funding.installments.get(number=2)
    now_named = Funding.objects.get(pk=funding.pk)
    waits = queries.missing(second, funding=now_named, at=NOON)
    assert "受资助方已更名为“桥东街社区志愿服务中心”，请按新的名称更换收款账户。" in waits
    make.make_account(now_named)
    waits = queries.missing(second, funding=now_named, at=NOON + timedelta(days=3))
    assert not any("更名" in one for one in waits)


def test_one_account_of_two_recipients_is_explained() -> None:
    funding, other = make_funding(), make_funding()
    make.make_account(funding)
    payee = make.enter(other)
    checker = make_user("复核")
    with pytest.raises(BadInput, match="别的受资助方名下"):
        actions.verify_payee(payee=payee, words="", by=checker, at=NOON)
    page = as_(make.make_staff(other, Role.FUND_FINANCE, "财务")).get(f"{DESK}accounts/{payee.pk}/")
    assert "同一个账号还登记在这些受资助方名下" in page.content.decode()
    actions.verify_payee(payee=payee, words="两个队共用挂靠单位的账户。", by=checker, at=NOON)
