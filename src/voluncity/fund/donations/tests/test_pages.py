"""Pages of appeals and gifts: what they say, to whom, and by how many questions."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from voluncity.city.access.permissions import Role
from voluncity.city.journal.models import Entry
from voluncity.city.people.models import User
from voluncity.fund.donations import actions
from voluncity.fund.donations.models import Appeal, Batch, Gift, Refund
from voluncity.fund.governance.models import Fund
from voluncity.testing.counting import queries_for
from voluncity.testing.make_donations import (
    list_of,
    make_appeal,
    make_booked,
    make_draft,
    make_event,
    make_gift,
)
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import make_user
from voluncity.testing.pages import as_, markup

pytestmark = pytest.mark.django_db


def _as(fund: Fund, role: Role) -> Client:
    user, client = make_user(str(role)), Client()
    give(user, role, fund.region)
    client.force_login(user)
    return client


@pytest.fixture
def today(fund: Fund) -> Appeal:
    """Return an appeal that takes gifts at this hour."""
    return make_appeal(fund, at=now())


@pytest.fixture
def office(fund: Fund) -> Client:
    return _as(fund, Role.FUND_OFFICE)


@pytest.fixture
def finance(fund: Fund) -> Client:
    return _as(fund, Role.FUND_FINANCE)


def test_everybody_reads_who_raises_and_what_is_late(fund: Fund) -> None:
    appeal = make_appeal(
        fund, at=now(), from_on=date(2025, 1, 1), until_on=date(2027, 6, 1), title="助学"
    )
    page = markup(Client().get(reverse("donations:appeal", args=[appeal.pk])))
    for said in (
        fund.foundation_name, fund.foundation_code, fund.license_number, appeal.filing_no,
        fund.full_name, "信息公开逾期", "进展公开（应在2025年4月1日前）、", "去指定平台捐赠",
        "咨询电话",
    ):  # fmt: skip
        assert said in page


def test_a_draft_is_nobodys_business(fund: Fund) -> None:
    draft = make_draft(fund, at=now())
    for name in ("appeal", "wall"):
        assert Client().get(reverse(f"donations:{name}", args=[draft.pk])).status_code == 404


def test_the_wall_and_the_screen_hide_names(today: Appeal) -> None:
    event = make_event(today, at=now())
    make_booked(today, "66", at=now(), event=event, donor="欧阳建国")
    for name, pk in (("appeal", today.pk), ("wall", today.pk), ("screen", event.pk)):
        page = markup(Client().get(reverse(f"donations:{name}", args=[pk])))
        assert ("欧**国" in page, "欧阳建国" in page) == (True, False)
    live = Client().get(
        reverse("donations:screen", args=[event.pk]), headers={"HX-Request": "true"}
    )
    assert ("现场已收到" in markup(live), "<html" in markup(live)) == (True, False)


def test_lists_ask_as_many_questions_for_thirty_rows(
    fund: Fund, today: Appeal, office: Client
) -> None:
    pages = [
        reverse("donations:list"), reverse("donations:appeal", args=[today.pk]),
        reverse("donations:wall", args=[today.pk]), reverse("donations:desk_list"),
        reverse("donations:desk_gifts"),
    ]  # fmt: skip
    make_booked(today, at=now())
    before = [queries_for(office, page) for page in pages]
    _copies(Gift.objects.get(), "key", donor_cipher="")  # what is sealed is bound to its own key
    _copies(today, "filing_no")
    assert [queries_for(office, page) for page in pages] == before


def _copies(row: Any, unique: str, **changed: str) -> None:
    """Add twenty-nine of the same, each with a name of its own."""
    copies = [type(row).objects.get(pk=row.pk) for _ in range(29)]
    for number, one in enumerate(copies):
        one.pk = None
        for name, value in ({unique: f"{number:032d}"} | changed).items():
            setattr(one, name, value)
    type(row).objects.bulk_create(copies)


def test_the_desk_writes_down_and_another_person_books(
    today: Appeal, office: Client, finance: Client
) -> None:
    page = reverse("donations:desk_gift_new")
    said = {
        "appeal": today.pk, "amount": "１２０元", "donor": "赵敏", "donor_kind": "person",
        "channel": "transfer", "receipt_no": "", "given_on": "2026-03-05", "handle": "a" * 32,
    }  # fmt: skip
    wrong = office.post(page, said)
    assert (wrong.status_code, "请填写 4 到 64 位的流水号" in markup(wrong)) == (422, True)
    office.post(page, said | {"receipt_no": "BANK00017"})
    gift = Gift.objects.get()
    assert gift.amount_fen == 12_000
    shown = markup(finance.get(reverse("donations:desk_gift", args=[gift.pk])))
    assert ("赵敏" in shown, "复核入账" in shown) == (True, True)
    assert "赵敏" not in markup(finance.get(reverse("donations:desk_gifts")))
    finance.post(reverse("donations:desk_gift_step", args=[gift.pk, "book"]))
    gift.refresh_from_db()
    assert gift.state == "booked"


def test_days_beyond_the_calendar_are_only_wide(office: Client) -> None:
    page = reverse("donations:desk_gifts")
    assert office.get(page, {"since": "0001-01-01", "until": "9999-12-31"}).status_code == 200


def test_a_supervisor_reads_masked_names_and_writes_nothing(fund: Fund, today: Appeal) -> None:
    supervisor, gift = _as(fund, Role.FUND_SUPERVISOR), make_gift(today, at=now(), donor="欧阳建国")
    page = markup(supervisor.get(reverse("donations:desk_gift", args=[gift.pk])))
    assert ("欧**国" in page, "欧阳建国" in page, "复核入账" in page) == (True, False, False)
    step = reverse("donations:desk_gift_step", args=[gift.pk, "book"])
    assert supervisor.post(step).status_code == 403


def test_the_desk_of_an_event_takes_the_next_gift_at_once(
    today: Appeal, office: Client, finance: Client
) -> None:
    event = make_event(today, at=now())
    page = reverse("donations:desk_event_gift", args=[event.pk])
    said = {"amount": "66", "donor": "王芳", "donor_kind": "person", "handle": "b" * 32}
    for _ in range(2):  # pressed twice
        assert office.post(page, said).status_code == 302
    assert office.post(page, said | {"amount": "", "handle": "c" * 32}).status_code == 422
    gift = Gift.objects.get()
    shown = markup(finance.get(reverse("donations:desk_event", args=[event.pk])))
    assert ("王*" in shown, "复核入账" in shown) == (True, True)
    book = reverse("donations:desk_gift_step", args=[gift.pk, "book"])
    answer = finance.post(book, {"next": "event"})
    assert answer.headers["Location"] == reverse("donations:desk_event", args=[event.pk])


def test_a_file_and_a_refund_go_through_the_desk(
    today: Appeal, office: Client, finance: Client
) -> None:
    content = list_of(("PT2026000001", "88", "2026-03-05 08:00", "王芳", "", ""))
    upload = SimpleUploadedFile("明细.xlsx", content)
    office.post(reverse("donations:desk_batch_new"), {"appeal": today.pk, "file": upload})
    batch = Batch.objects.get()
    for client, verb in ((office, "take"), (finance, "book")):
        client.post(reverse("donations:desk_batch_step", args=[batch.pk, verb]))
    gift = Gift.objects.get()
    office.post(
        reverse("donations:desk_gift_step", args=[gift.pk, "refund"]),
        {"amount": "8", "reason": "多捐了", "seen": "0"},
    )
    refund = Refund.objects.get()
    for verb, sent in (("approve", {}), ("finish", {"paid_no": "BACK0001"})):
        finance.post(reverse("donations:desk_refund_step", args=[refund.pk, verb]), sent)
    refund.refresh_from_db()
    assert refund.state == "done"
    for name in ("desk_batches", "desk_refunds", "desk_bills"):
        assert finance.get(reverse(f"donations:{name}")).status_code == 200


def test_a_wrong_upload_is_a_sentence(today: Appeal, office: Client) -> None:
    page = reverse("donations:desk_batch_new")
    upload = SimpleUploadedFile("a.pdf", b"%PDF-1.7 nothing")
    answer = office.post(page, {"appeal": today.pk, "file": upload})
    assert (answer.status_code, "这是 PDF 文件" in markup(answer)) == (422, True)
    assert office.post(page, {"appeal": "x"}).status_code == 422


def test_somebody_elses_gift_is_not_found(today: Appeal) -> None:
    gift = make_booked(today, at=now())
    mine, other = make_user("王芳"), make_user("李强")
    Gift.objects.filter(pk=gift.pk).update(user=mine)
    paper = reverse("donations:certificate", args=[gift.pk])
    assert (_get(mine, paper), _get(other, paper)) == (200, 404)
    with pytest.raises(AssertionError):
        _show(other, gift)
    _show(mine, gift)
    assert Gift.objects.get().shows_name


def test_the_desk_prints_the_certificate_of_a_donor_without_account(
    today: Appeal, finance: Client
) -> None:
    gift, waiting = make_booked(today, at=now()), make_gift(today)
    page = finance.get(reverse("donations:desk_gift", args=[gift.pk])).content.decode()
    paper = reverse("donations:desk_certificate", args=[gift.pk])
    assert paper in page
    assert b"".join(finance.get(paper)).startswith(b"%PDF")
    assert Entry.objects.filter(verb="donations.print_certificate", subject_id=gift.pk).count() == 1
    early = finance.get(reverse("donations:desk_certificate", args=[waiting.pk]))
    assert early.status_code == 409


def _get(user: User, page: str) -> int:
    client = as_(user)
    return client.get(page).status_code


def _show(user: User, gift: Gift) -> None:
    client = as_(user)
    answer = client.post(reverse("donations:show", args=[gift.pk]), {"shows": "1"})
    assert answer.status_code == 302


def test_who_closes_the_account_leaves_the_wall_but_not_the_books(today: Appeal) -> None:
    giver, gift = make_user("王芳"), make_booked(today, at=now(), shows_name=True, message="平安")
    Gift.objects.filter(pk=gift.pk).update(user=giver)
    actions.leave(user_id=giver.pk, at=now())
    gift.refresh_from_db()
    assert (gift.shows_name, gift.message, gift.state) == (False, "", "booked")


def test_files_refunds_and_bills_stand_under_gifts_in_the_rail(
    today: Appeal, finance: Client
) -> None:
    for name in ("desk_gifts", "desk_batches", "desk_refunds", "desk_bills"):
        rail = finance.get(reverse(f"donations:{name}")).context["rail"]
        assert [one["label"] for one in rail if one["active"]] == ["捐赠登记"], name
