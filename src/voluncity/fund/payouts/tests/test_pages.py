"""The pages: both sides see what concerns them, two people work, everybody else sees nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from voluncity.city.access import personal
from voluncity.city.access.permissions import Role
from voluncity.city.inbox.models import Message, TextMessage
from voluncity.city.journal.actions import catch_up
from voluncity.city.journal.models import Entry as JournalEntry
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.fund.grants.models import Funding
from voluncity.fund.payouts import actions, queries
from voluncity.fund.payouts.models import Disbursement, Payee, Plan, Receipt, Return
from voluncity.kernel.clock import local_date
from voluncity.testing import make_payouts as make
from voluncity.testing.counting import queries_for
from voluncity.testing.make_calls import make_admin
from voluncity.testing.make_files import make_paper
from voluncity.testing.make_grants import make_county_funding, make_funding, make_station_funding
from voluncity.testing.make_people import make_user
from voluncity.testing.make_stations import make_station
from voluncity.testing.pages import as_, markup
from voluncity.testing.taking import body_of

pytestmark = pytest.mark.django_db
DESK, OWN = "/fund/payouts/desk/", "/fund/payouts/own/"


def opened(client: Client, page: str) -> int:
    """Return how a file is answered."""
    answer = client.get(page)
    body_of(answer)
    return int(answer.status_code)


@pytest.fixture
def ready() -> Funding:
    return make.make_ready(at=now())


def office_of(funding: Funding) -> User:
    return make.make_staff(funding, Role.FUND_OFFICE, "基金办")


def finance_of(funding: Funding, name: str = "财务") -> User:
    return make.make_staff(funding, Role.FUND_FINANCE, name)


def admin_of(funding: Funding) -> User:
    assert funding.organization is not None
    return make_admin(funding.organization, "管理员小周")


def account_form(funding: Funding, **said: Any) -> dict[str, Any]:
    return {
        "holder": funding.recipient, "number": make.NUMBER, "bank": "晋商银行并州路支行",
        "why_other": "", "proof": make_paper(), "handle": make.handle(),
    } | said  # fmt: skip


def test_an_account_is_entered_by_the_organization_and_verified_at_the_desk() -> None:
    funding = make_funding(at=now())
    admin, finance = as_(admin_of(funding)), as_(finance_of(funding))
    page = f"{OWN}{funding.pk}/account/"
    answer = admin.post(page, account_form(funding, number="6222 12", holder="别的协会"))
    assert (answer.status_code, Payee.objects.count()) == (422, 0)
    assert "8 到 30 位" in markup(answer)
    answer = admin.post(page, account_form(funding, holder="别的协会"))
    assert "请核对；确实不同的" in markup(answer)
    assert admin.post(page, account_form(funding)).status_code == 302
    payee = Payee.objects.get()
    assert "等待基金工作人员核对" in markup(admin.get(f"{OWN}{funding.pk}/"))
    desk_page = markup(finance.get(f"{DESK}accounts/{payee.pk}/"))
    assert make.NUMBER not in desk_page
    assert "****************0123" in desk_page
    assert finance.post(f"{DESK}accounts/{payee.pk}/reveal/", {}).status_code == 422
    shown = markup(finance.post(f"{DESK}accounts/{payee.pk}/reveal/", {"reason": "verify"}))
    assert "1405 0110 2345 0000 0123" in shown
    finance.post(f"{DESK}accounts/{payee.pk}/step/verify/", {"words": ""})
    assert queries.account_of(funding) == payee
    assert JournalEntry.objects.filter(verb="payouts.reveal").count() == 1


def test_the_paper_of_an_account_is_opened_only_by_who_works_and_written_down(
    ready: Funding,
) -> None:
    payee = Payee.objects.get()
    page = f"/fund/payouts/papers/accounts/{payee.pk}/"
    supervisor = make.make_staff(ready, Role.FUND_SUPERVISOR, "监事")
    assert as_(supervisor).get(page).status_code == 403
    assert opened(as_(finance_of(ready)), page) == 200
    assert JournalEntry.objects.filter(verb="payouts.open_paper").count() == 1


def test_two_people_pay_an_installment_by_the_pages(ready: Funding) -> None:
    office, finance = as_(office_of(ready)), as_(finance_of(ready))
    first = ready.installments.get(number=1)
    hub = markup(office.get(f"{DESK}projects/{ready.pk}/"))
    assert "申请拨付 10,000 元" in hub
    assert "等里程碑“培训志愿者 30 人”验收" in hub
    office.post(f"{DESK}installments/{first.pk}/ask/", {"handle": make.handle()})
    payment = Disbursement.objects.get()
    assert office.post(f"{DESK}{payment.pk}/step/approve/").status_code == 404
    finance.post(f"{DESK}{payment.pk}/step/approve/")
    made = finance.post(
        f"{DESK}lists/new/",
        {"fund": ready.fund_id, "payments": [payment.pk], "handle": make.handle()},
    )
    payment.refresh_from_db()
    assert made.status_code == 302
    page = f"{DESK}lists/{payment.list_id}/"
    answer = finance.post(f"{page}export/csv/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert make.NUMBER.encode() in body_of(answer)
    assert office.post(f"{page}export/csv/").status_code == 403
    said = {"bank_ref": "JSB20260001", "on": str(local_date(now()))}
    wrong = finance.post(f"{DESK}{payment.pk}/step/confirm/", said | {"bank_ref": "!"})
    assert (wrong.status_code, "4 到 64 位" in markup(wrong)) == (422, True)
    finance.post(f"{DESK}{payment.pk}/step/confirm/", said)
    assert queries.paid(ready) == 1_000_000
    detail = markup(office.get(f"{DESK}{payment.pk}/"))
    assert "JSB20260001" in detail
    assert "非限定" in detail
    assert make.NUMBER not in detail


def test_a_plan_is_proposed_and_agreed_to_by_the_pages() -> None:
    funding = make_funding(at=now())
    office, finance = as_(office_of(funding)), as_(finance_of(funding))
    page, day = f"{DESK}projects/{funding.pk}/plan/", str(local_date(now()))
    assert "20,000 元" in markup(office.get(page))
    milestone = funding.milestones.all()[0]
    said = {
        "rows": "3", "handle": make.handle(), "fen-1": "12000", "due_on-1": day,
        "fen-2": "7999.99", "due_on-2": day, "milestone-2": milestone.pk,
    }  # fmt: skip
    answer = office.post(page, said)
    assert (answer.status_code, "少了 0.01 元" in markup(answer)) == (422, True)
    assert "请填写计划日期" in markup(office.post(page, said | {"due_on-2": ""}))
    assert office.post(page, said | {"fen-2": "8,000"}).status_code == 302
    plan = Plan.objects.get()
    assert "由另一位同事同意" in markup(office.get(f"{DESK}projects/{funding.pk}/"))
    assert office.post(f"{DESK}plans/{plan.pk}/agree/").status_code == 404
    assert finance.post(f"{DESK}plans/{plan.pk}/refuse/", {"words": ""}).status_code == 422
    finance.post(f"{DESK}plans/{plan.pk}/agree/")
    assert [one.state for one in funding.installments.all()] == ["open", "open"]


def test_the_bank_answers_by_an_upload(ready: Funding) -> None:
    payment = make.make_listed(ready, at=now())
    finance = as_(finance_of(ready))
    page = f"{DESK}lists/{payment.list_id}/answers/"

    def sent(text: str) -> Any:
        from django.core.files.uploadedfile import SimpleUploadedFile

        content = "付款编号,处理结果,银行流水号,付款日期\n" + text
        return finance.post(page, {"file": SimpleUploadedFile("结果.csv", content.encode())})

    wrong = sent("BF99999999,成功,JSB1234,2026-01-01\n")
    assert (wrong.status_code, "没有这个付款编号" in markup(wrong)) == (422, True)
    assert finance.post(page, {}).status_code == 422
    day = local_date(now())
    assert sent(f"{payment.number},成功,JSB1234,{day}\n").status_code == 302
    payment.refresh_from_db()
    assert payment.bank_ref == "JSB1234"


def test_money_that_came_back_is_entered_and_confirmed_by_the_pages(ready: Funding) -> None:
    make.make_paid(ready, at=now())
    office, finance = as_(office_of(ready)), as_(finance_of(ready))
    page = f"{DESK}projects/{ready.pk}/return/"
    said = {
        "fen": "20000", "on": str(local_date(now())), "bank_ref": "TK0001",
        "reason": "剩余资金退回", "handle": make.handle(), "proof": make_paper(),
    }  # fmt: skip
    answer = office.post(page, said)
    assert (answer.status_code, "不超过 10,000 元" in markup(answer)) == (422, True)
    office.post(page, said | {"fen": "100.5", "proof": make_paper()})
    money = Return.objects.get()
    assert money.fen == 10_050
    finance.post(f"{DESK}returns/{money.pk}/confirm/")
    assert queries.returned(ready) == 10_050
    assert opened(office, f"/fund/payouts/papers/returns/{money.pk}/") == 200
    assert "100.50 元" in markup(as_(admin_of(ready)).get(f"{OWN}{ready.pk}/"))


def test_the_bank_sends_a_payment_back_by_the_page(ready: Funding) -> None:
    payment = make.make_paid(ready, at=now())
    office = as_(office_of(ready))
    said = {
        "on": str(local_date(now())), "bank_ref": "TH0001", "reason": "账户已销户",
        "handle": make.handle(),
    }  # fmt: skip
    assert office.post(f"{DESK}{payment.pk}/step/bounce/", said).status_code == 302
    actions.confirm_return(money=Return.objects.get(), by=make_user("复核"), at=now())
    payment.refresh_from_db()
    assert payment.state == "bounced"


def test_the_organization_sees_what_comes_when_and_hands_in_its_receipt(ready: Funding) -> None:
    payment, admin = make.make_paid(ready, at=now()), as_(admin_of(ready))
    page = markup(admin.get(f"{OWN}{ready.pk}/"))
    assert "已拨付" in page
    assert "等里程碑“培训志愿者 30 人”验收" in page
    assert make.NUMBER not in page
    assert ready.title in markup(admin.get(OWN))
    upload = f"{OWN}payments/{payment.pk}/receipt/"
    admin.post(upload, {"paper": ""})
    assert Receipt.objects.count() == 0
    admin.post(upload, {"paper": make_paper()})
    receipt = Receipt.objects.get()
    paper = f"/fund/payouts/papers/receipts/{receipt.pk}/"
    assert opened(as_(finance_of(ready)), paper) == 200
    assert as_(make_user("路人")).get(paper).status_code == 403


def test_another_organization_sees_nothing(ready: Funding) -> None:
    stranger = as_(admin_of(make_funding(at=now())))
    assert stranger.get(f"{OWN}{ready.pk}/").status_code == 404
    assert stranger.get(f"{OWN}{ready.pk}/account/").status_code == 404
    assert stranger.get(f"{DESK}projects/{ready.pk}/").status_code == 403


def test_a_supervisor_reads_and_does_nothing(ready: Funding) -> None:
    payment = make.ask(ready, at=now())
    supervisor = as_(make.make_staff(ready, Role.FUND_SUPERVISOR, "监事"))
    page = markup(supervisor.get(f"{DESK}{payment.pk}/"))
    assert "办理" not in page.split("</h1>")[-1].replace("办理中", "")
    assert supervisor.post(f"{DESK}{payment.pk}/step/approve/").status_code == 403
    assert supervisor.get(f"{DESK}accounts/").status_code == 403


def test_a_step_that_does_not_exist_is_not_found(ready: Funding) -> None:
    finance = as_(finance_of(ready))
    payment = make.ask(ready, at=now())
    for page in (
        f"{DESK}{payment.pk}/step/melt/", f"{DESK}accounts/{payment.payee_id}/step/melt/",
        f"{DESK}plans/{ready.payment_plans.get().pk}/melt/",
    ):  # fmt: skip
        assert finance.post(page).status_code == 404


def test_supports_of_stations_and_counties_go_the_same_way() -> None:
    station = make_station_funding(make_station(), at=now())
    county = make_county_funding(make_user_region(), at=now())
    for funding in (station, county):
        make.make_account(funding, at=now())
        make.make_plan(funding, at=now())
        make.make_paid(funding, at=now())
        assert queries.paid(funding) == 1_000_000
    assert county.organization is None
    assert queries.faults() == []


def make_user_region() -> Any:
    from voluncity.testing.make_people import make_county

    return make_county()


def test_both_sides_hear_of_it_and_the_old_contacts_of_a_changed_account(ready: Funding) -> None:
    admin, office, finance = admin_of(ready), office_of(ready), finance_of(ready)
    old = queries.account_of(ready)
    assert old is not None
    team = ready.organization
    assert team is not None
    Organization.objects.filter(pk=team.pk).update(
        contact_phone_cipher=personal.seal("13800138000", bound_to=f"organization:{team.pk}")
    )
    make.make_paid(ready, at=now())
    new = make.enter(ready, number="9988776655443322", at=now())
    actions.verify_payee(payee=new, words="", by=finance, at=now())
    catch_up(at=now())
    titles = {
        user: set(Message.objects.filter(user=user).values_list("title", flat=True))
        for user in (admin, office, finance, old.made_by)
    }
    assert {"拨付计划已确定", "资助款已拨付", "收款账户待核对", "收款账户已核对"} <= titles[admin]
    assert {"一笔拨付待复核", "收款账户待核对"} <= titles[finance]
    assert {"收款账户待核对", "收款账户已核对"} <= titles[old.made_by]
    bodies = " ".join(Message.objects.values_list("body", flat=True))
    assert "3322" in bodies
    assert "9988776655443322" not in bodies
    texts = [
        personal.unseal(one.phone_cipher, bound_to=f"text:{one.key}")
        for one in TextMessage.objects.all()
    ]
    assert texts == ["13800138000", "13800138000"]  # entered, verified; not the first account


def test_a_receipt_is_asked_for_some_days_later_once(ready: Funding) -> None:
    make.make_paid(ready, at=now())
    admin, later = admin_of(ready), now() + timedelta(days=7)
    assert actions.remind_of_receipts(at=later) == 1
    actions.remind_of_receipts(at=later)
    assert Message.objects.filter(user=admin, title="请上传收款收据").count() == 1
    assert actions.remind_of_receipts(at=later + timedelta(days=1)) == 0


def test_an_end_of_a_project_withdraws_its_requests(ready: Funding) -> None:
    from voluncity.fund.grants import actions as grants
    from voluncity.testing.make_fund import make_resolution
    from voluncity.testing.make_grants import fresh

    payment, held = make.ask(ready, at=now()), fresh(ready)
    grants.terminate(
        funding=held, resolution=make_resolution(ready.fund, "终止", at=now()), words="不再实施。",
        seen=held.edition, by=make_user("官员"), at=now(),
    )  # fmt: skip
    catch_up(at=now())
    payment.refresh_from_db()
    assert payment.state == "withdrawn"


def test_the_hub_of_the_project_tells_of_its_money(ready: Funding) -> None:
    from voluncity.fund.payouts.sections import sections

    make.make_paid(ready, at=now())
    [one] = sections(ready, "own", make_user("甲"), now())
    assert dict(one.rows)["已拨付"] == "10,000 元，未拨付 10,000 元"
    assert "等里程碑“培训志愿者 30 人”验收" in dict(one.rows)["下一期 10,000 元"]


def test_the_list_and_export_ask_no_more_for_thirty_rows(ready: Funding) -> None:
    finance = as_(finance_of(ready))
    make.ask(ready, at=now())
    pages = (DESK, f"{DESK}accounts/", f"{DESK}lists/", f"{DESK}lists/new/", f"{DESK}returns/")
    before = [queries_for(finance, page) for page in pages]
    for _ in range(29):
        payment = Disbursement.objects.get(state="asked")
        actions.refuse_payment(payment=payment, words="再补", by=make_user("复核"), at=now())
        make.ask(ready, at=now())
    after = [queries_for(finance, page) for page in pages]
    assert after == before
    assert "拨付" in markup(finance.get(f"{DESK}?q={ready.title}&state=asked&year=2026&fund=x"))
