"""Row G2: an appeal is published by two people, people give in every way, and the books agree."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.timezone import now
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.fund.books import queries as books
from voluncity.fund.donations import queries
from voluncity.fund.donations.fakes.server import MCHID
from voluncity.fund.donations.models import Appeal, Batch, Gift, GivingEvent, Order, Refund
from voluncity.kernel.clock import local_date
from voluncity.testing.make_donations import appeal_plan, licensed_fund, list_of, use_fake
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import make_user
from voluncity.testing.pages import as_, markup

pytestmark = [pytest.mark.django_db, pytest.mark.row("G2")]
DESK = "/fund/donations/desk/"


@pytest.fixture(autouse=True)
def _paid_by_a_fake(settings: Settings, tmp_path: Path) -> None:
    use_fake(settings, tmp_path)


class Story:
    """A fund with its office and its accountant, and somebody who gives."""

    def __init__(self) -> None:
        self.fund = licensed_fund(at=now())
        office, finance, self.giver = (make_user(name) for name in ("基金办", "财务", "王芳"))
        give(office, Role.FUND_OFFICE, self.fund.region)
        give(finance, Role.FUND_FINANCE, self.fund.region)
        self.office, self.finance, self.phone = as_(office), as_(finance), as_(self.giver)

    def publish(self) -> Appeal:
        """The office writes and hands in; the accountant publishes; everybody reads it."""
        plan = appeal_plan(at=now(), mode="own", merchant_no=MCHID)
        said = {name: value for name, value in vars(plan).items() if value and name != "purpose_id"}
        answer = self.office.post(f"{DESK}new/", said | {"fund": self.fund.pk})
        assert answer.status_code == 302, markup(answer)
        appeal = Appeal.objects.get()
        page = f"{DESK}{appeal.pk}/step/"
        assert self.office.post(f"{page}submit/", {}).status_code == 422
        self.office.post(f"{page}submit/", {"declares": "on"})
        assert "请由另一位工作人员审核" in markup(self.office.post(f"{page}publish/"))
        self.finance.post(f"{page}publish/")
        assert "为独居老人装一盏夜灯" in markup(Client().get("/fund/donations/"))
        return appeal

    def give_on_the_square(self, appeal: Appeal) -> None:
        """One writes down what comes, the other checks it, the screen shows it."""
        self.office.post(f"{DESK}{appeal.pk}/events/new/", {
            "title": "现场募捐", "place": "五一广场", "on": local_date(now()), "slogan": "",
        })  # fmt: skip
        event = GivingEvent.objects.get()
        self.office.post(f"{DESK}events/{event.pk}/gift/", {
            "amount": "2000000", "donor": "晋阳机械厂", "donor_kind": "unit", "handle": "d" * 32,
            "shows_name": "on",
        })  # fmt: skip
        screen = f"/fund/donations/screen/{event.pk}/"
        assert "另有 1 笔 2,000,000 元 正在复核" in markup(Client().get(screen))
        gift = Gift.objects.get()
        self.finance.post(f"{DESK}gifts/{gift.pk}/book/", {"next": "event"})
        shown = markup(Client().get(screen))
        assert ("2,000,000" in shown, "晋阳机械厂" in shown) == (True, True)

    def pay_by_phone(self, appeal: Appeal) -> Order:
        """The giver pays in WeChat; the service tells us; the giver is thanked."""
        page = f"/fund/donations/{appeal.pk}/give/"
        [handle] = re.findall(r'name="handle" value="(\w+)"', markup(self.phone.get(page)))
        said = {"amount": "88.88", "donor": "王芳", "handle": handle}
        self.phone.post(page, said)
        order = Order.objects.get()
        assert "演示：扮演微信" in markup(self.phone.get(f"/fund/donations/orders/{order.pk}/"))
        for _ in range(2):
            self.phone.post(f"/fund/donations/orders/{order.pk}/pay/", {"how": "agreed"})
        told = markup(self.phone.get(f"/fund/donations/orders/{order.pk}/state/"))
        assert "谢谢您的捐赠" in told
        order.refresh_from_db()
        catch_up(at=now())
        assert Message.objects.get(user=self.giver).title == "谢谢您的捐赠"
        paper = self.phone.get(f"/fund/donations/mine/{order.gift_id}/certificate.pdf")
        assert paper.content.startswith(b"%PDF")
        return order

    def import_list(self, appeal: Appeal) -> None:
        """The list of the platform is looked at, taken, and booked by the other."""
        content = list_of(("PT2026000001", "100", f"{local_date(now())} 00:01", "匿名", "是", ""))
        upload = SimpleUploadedFile("明细.xlsx", content)
        self.office.post(f"{DESK}files/new/", {"appeal": appeal.pk, "file": upload})
        batch = Batch.objects.get()
        self.office.post(f"{DESK}files/{batch.pk}/take/")
        assert self.office.post(f"{DESK}files/{batch.pk}/book/").status_code == 404
        self.finance.post(f"{DESK}files/{batch.pk}/book/")

    def give_back(self, order: Order) -> None:
        """The office asks, the accountant agrees, the service pays back."""
        self.office.post(f"{DESK}gifts/{order.gift_id}/refund/", {
            "amount": "8.88", "reason": "捐赠人填错金额", "seen": "0",
        })  # fmt: skip
        refund = Refund.objects.get()
        self.finance.post(f"{DESK}refunds/{refund.pk}/approve/")
        refund.refresh_from_db()
        assert refund.state == "approved"


def test_an_appeal_from_the_first_word_to_the_books() -> None:
    story = Story()
    appeal = story.publish()
    story.give_on_the_square(appeal)
    order = story.pay_by_phone(appeal)
    story.import_list(appeal)
    story.give_back(order)
    raised = 200_000_000 + 8_888 + 10_000 - 888
    assert books.available(story.fund, None) == raised
    assert queries.progress_of(appeal).raised_fen == raised
    assert queries.faults() == []
