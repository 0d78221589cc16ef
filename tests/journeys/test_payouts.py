"""Row G6: money reaches a project by an account, a plan, two people and the bank's answer."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils.timezone import now

from voluncity.city.access.permissions import Role
from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.fund.books import queries as books
from voluncity.fund.grants import actions as grants
from voluncity.fund.payouts import queries
from voluncity.fund.payouts.models import Disbursement, Payee, PaymentList, Plan, Receipt, Return
from voluncity.kernel.clock import local_date
from voluncity.testing.make_calls import make_admin, make_officer
from voluncity.testing.make_files import make_paper
from voluncity.testing.make_fund import make_fund
from voluncity.testing.make_grants import make_funding
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_payouts import NUMBER, handle
from voluncity.testing.make_people import make_user
from voluncity.testing.pages import as_, markup
from voluncity.testing.taking import body_of

pytestmark = [pytest.mark.django_db, pytest.mark.row("G6")]
DESK, OWN = "/fund/payouts/desk/", "/fund/payouts/own/"


class Story:
    """A project that was just signed, its organization, the fund's office and its accountant."""

    def __init__(self) -> None:
        at = now()
        fund, team = make_fund(at=at), make_organization()
        admin, self.officer = make_admin(team), make_officer(fund.region)
        self.funding = make_funding(
            fund=fund, organization=team, admin=admin, officer=self.officer, at=at
        )
        finance = make_user("财务")
        give(finance, Role.FUND_FINANCE, fund.region)
        self.team, self.office, self.finance = as_(admin), as_(self.officer), as_(finance)
        self.admin = admin
        self.day = str(local_date(at))

    def enter_account(self) -> None:
        """The organization enters its account; the accountant compares it with the paper."""
        page = f"{OWN}{self.funding.pk}/"
        assert "登记并核对以后才能拨付" in markup(self.team.get(page))
        self.team.post(f"{page}account/", {
            "holder": self.funding.recipient, "number": NUMBER, "bank": "晋商银行并州路支行",
            "why_other": "", "proof": make_paper(), "handle": handle(),
        })  # fmt: skip
        payee = Payee.objects.get()
        assert "收款账户待核对" in markup(self.finance.get("/desk/"))
        self.finance.post(f"{DESK}accounts/{payee.pk}/step/verify/", {"words": ""})

    def plan(self) -> None:
        """The office plans half at once and half with the first milestone; finance agrees."""
        page = f"{DESK}projects/{self.funding.pk}/"
        milestone = self.funding.milestones.order_by("number")[0]
        self.office.post(f"{page}plan/", {
            "rows": "2", "handle": handle(), "fen-1": "10000", "due_on-1": self.day,
            "fen-2": "10000", "due_on-2": self.day, "milestone-2": milestone.pk,
        })  # fmt: skip
        self.finance.post(f"{DESK}plans/{Plan.objects.get().pk}/agree/")

    def ask(self, number: int) -> Any:
        """The office asks for an installment."""
        installment = self.funding.installments.get(number=number)
        return self.office.post(
            f"{DESK}installments/{installment.pk}/ask/", {"handle": handle()}, follow=True
        )

    def send(self) -> PaymentList:
        """Finance approves what waits and gives it to the bank."""
        payment = Disbursement.objects.get(state="asked")
        self.finance.post(f"{DESK}{payment.pk}/step/approve/")
        self.finance.post(f"{DESK}lists/new/", {
            "fund": self.funding.fund_id, "payments": [payment.pk], "handle": handle(),
        })  # fmt: skip
        made: PaymentList | None = PaymentList.objects.order_by("pk").last()
        assert made is not None
        assert self.export(made) == self.export(made)
        return made

    def export(self, made: PaymentList) -> bytes:
        """Return the file for the bank."""
        answer: Any = self.finance.post(f"{DESK}lists/{made.pk}/export/xlsx/")
        return body_of(answer)

    def answer(self, made: PaymentList, *, is_good: bool) -> None:
        """The bank answers by a file."""
        [payment] = made.lines.all()
        result = f"成功,JSB{payment.pk:08d}," if is_good else "失败,,户名不符"
        heading = "付款编号,处理结果,银行流水号,失败原因,付款日期"
        text = f"{heading}\n{payment.number},{result},{self.day}\n"
        upload = SimpleUploadedFile("结果.csv", text.encode())
        answer = self.finance.post(f"{DESK}lists/{made.pk}/answers/", {"file": upload})
        assert answer.status_code == 302, markup(answer)


def test_money_reaches_a_project_and_some_comes_back() -> None:
    story = Story()
    funding = story.funding
    story.enter_account()
    story.plan()
    assert "等里程碑" in markup(story.ask(2))
    assert Disbursement.objects.count() == 0

    story.ask(1)
    assert "拨付待复核" in markup(story.finance.get("/desk/"))
    assert story.office.post(f"{DESK}{Disbursement.objects.get().pk}/step/approve/").status_code \
        == 404  # fmt: skip
    story.answer(story.send(), is_good=False)
    assert "户名不符" in markup(story.team.get(f"{OWN}{funding.pk}/"))
    assert books.reserved(funding.fund, funding.award, None) == 2_000_000

    story.ask(1)
    story.answer(story.send(), is_good=True)
    milestone = funding.milestones.order_by("number")[0]
    grants.accept_milestone(milestone=milestone, by=story.officer, at=now())
    story.ask(2)
    story.answer(story.send(), is_good=True)
    assert (queries.paid(funding), books.reserved(funding.fund, funding.award, None)) == (
        2_000_000, 0,
    )  # fmt: skip
    _some_comes_back(story)
    _everybody_knows(story)


def _some_comes_back(story: Story) -> None:
    funding = story.funding
    payment = Disbursement.objects.filter(state="paid").order_by("pk")[0]
    story.team.post(f"{OWN}payments/{payment.pk}/receipt/", {"paper": make_paper()})
    assert Receipt.objects.count() == 1

    story.office.post(f"{DESK}projects/{funding.pk}/return/", {
        "fen": "123.45", "on": story.day, "bank_ref": "TK0001", "reason": "剩余资金退回",
        "handle": handle(),
    })  # fmt: skip
    story.finance.post(f"{DESK}returns/{Return.objects.get().pk}/confirm/")
    assert queries.returned(funding) == 12_345
    assert books.paid(funding.fund, funding.award, None) == 2_000_000 - 12_345


def _everybody_knows(story: Story) -> None:
    catch_up(at=now())
    told = set(Message.objects.filter(user=story.admin).values_list("title", flat=True))
    assert {"资助款已拨付", "资助款没有付成功", "退回的资助款已入账", "收款账户已核对"} <= told
    page = markup(story.office.get(f"{DESK}?state=paid"))
    assert story.funding.title in page
    assert NUMBER not in page
    assert queries.faults() == []
    call_command("check_books", verbosity=0)
