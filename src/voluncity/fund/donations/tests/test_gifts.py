"""Gifts are written down by one and booked by another, once, with sealed names."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from voluncity.city.people.lists.source import in_memory
from voluncity.fund.books import queries as books
from voluncity.fund.donations import actions, queries, rules
from voluncity.fund.donations.models import Appeal, Gift
from voluncity.fund.donations.queries.finding import bricks
from voluncity.fund.donations.states import BatchState, Channel, DonorKind, GiftState
from voluncity.kernel.refusals import BadInput, NotAllowed, WrongState
from voluncity.testing.make_donations import (
    HEADING,
    gift_plan,
    list_of,
    look_at,
    make_booked,
    make_event,
    make_gift,
)
from voluncity.testing.make_fund import make_purpose
from voluncity.testing.make_people import NOON, make_user

pytestmark = pytest.mark.django_db
ROW = ("PT2026000001", "88.50", "2026-03-05 08:00:00", "王芳", "", "")


def money(appeal: Appeal) -> int:
    return books.available(appeal.fund, appeal.purpose)


def test_a_gift_is_in_the_books_when_a_second_person_agrees(appeal: Appeal) -> None:
    by = make_user("登记人")
    gift = make_gift(appeal, "200.50", by=by)
    assert money(appeal) == 0
    with pytest.raises(NotAllowed, match="是您登记的"):
        actions.book_gift(gift=gift, by=by, at=NOON)
    actions.book_gift(gift=gift, by=make_user("复核人"), at=NOON)
    assert (money(appeal), queries.progress_of(appeal).raised_fen) == (20_050, 20_050)
    assert queries.faults() == []


def test_nobody_books_what_they_wrote_down_whatever_the_code_does(appeal: Appeal) -> None:
    gift = make_gift(appeal)
    with pytest.raises(IntegrityError), transaction.atomic():
        Gift.objects.filter(pk=gift.pk).update(
            state=GiftState.BOOKED, decided_at=NOON, decided_by=gift.recorded_by
        )


def test_a_second_press_is_the_first_gift(appeal: Appeal) -> None:
    by, handle = make_user(), "0" * 32
    first = make_gift(appeal, by=by, handle=handle)
    assert make_gift(appeal, by=by, handle=handle) == first
    assert Gift.objects.count() == 1


def test_a_second_booking_changes_nothing(appeal: Appeal) -> None:
    gift = make_gift(appeal)
    stale = Gift.objects.get(pk=gift.pk)
    actions.book_gift(gift=gift, by=make_user(), at=NOON)
    with pytest.raises(WrongState):
        actions.book_gift(gift=stale, by=make_user(), at=NOON)
    assert money(appeal) == 20_000


def test_names_and_phones_are_sealed_and_shown_as_the_giver_wishes(appeal: Appeal) -> None:
    said: list[dict[str, Any]] = [
        {"donor": "李建国", "phone": "13912345678"},
        {"donor": "李建国", "shows_name": True},
        {"donor": "李建国", "is_anonymous": True, "shows_name": True},
        {"donor": "晋阳机械厂", "donor_kind": DonorKind.UNIT},
        {"donor": "", "is_anonymous": True},
    ]
    gifts = [make_booked(appeal, **one) for one in said]
    row = Gift.objects.filter(pk=gifts[0].pk).values().get()
    assert not [value for value in row.values() if str(value) in {"李建国", "13912345678"}]
    assert [one.name for one in bricks(gifts)] == [
        "李*国", "李建国", rules.ANONYMOUS, "晋阳***", rules.ANONYMOUS,
    ]  # fmt: skip
    assert (queries.donor(gifts[0]), queries.phone(gifts[0])) == ("李建国", "13912345678")


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("amount", {"amount": "-5"}),
        ("amount", {"amount": "1.234"}),
        ("amount", {"amount": "999999999999"}),
        ("amount", {"amount": "😀"}),
        ("donor", {"donor": ""}),
        ("donor", {"donor": "", "is_anonymous": True, "wants_receipt": True}),
        ("phone", {"phone": "12345"}),
        ("receipt_no", {"channel": Channel.TRANSFER}),
        ("receipt_no", {"receipt_no": "号码 <script>"}),
        ("message", {"message": "加我微信 abcde12345"}),
        ("message", {"message": "字" * 61}),
        ("channel", {"channel": Channel.WECHAT}),
        ("purpose", {"purpose_id": 987_654}),
    ],
)
def test_bad_input_is_a_sentence_at_its_field(
    appeal: Appeal, field: str, said: dict[str, Any]
) -> None:
    with pytest.raises(BadInput) as refusal:
        make_gift(appeal, **said)
    assert (refusal.value.field, Gift.objects.count()) == (field, 0)


def test_a_restricted_gift_lies_in_the_purse_of_its_purpose(appeal: Appeal) -> None:
    purpose = make_purpose(appeal.fund)
    make_booked(appeal, purpose_id=purpose.pk)
    assert (books.available(appeal.fund, purpose), books.available(appeal.fund, None)) == (
        20_000,
        0,
    )


def test_a_refused_gift_frees_its_receipt_number(appeal: Appeal) -> None:
    transfer: dict[str, Any] = {"channel": Channel.TRANSFER, "receipt_no": "BANK0001"}
    gift = make_gift(appeal, **transfer)
    with pytest.raises(BadInput, match="已经登记过"):
        make_gift(appeal, **transfer)
    actions.refuse_gift(gift=gift, words="没有到账", by=make_user(), at=NOON)
    make_booked(appeal, **transfer)
    assert money(appeal) == 20_000


def test_a_screen_shows_what_was_checked_and_says_what_waits(appeal: Appeal) -> None:
    event = make_event(appeal)
    make_booked(appeal, "300", event=event)
    make_gift(appeal, "100", event=event)
    make_booked(appeal, "500")
    screen = queries.event_screen(event.pk)
    assert (screen.yuan, screen.count, screen.waiting, screen.waiting_text) == (
        "300", 1, 1, "100 元",
    )  # fmt: skip
    assert not screen.is_long
    make_booked(appeal, "12345678.90", event=event)
    assert queries.event_screen(event.pk).is_long  # 12,345,978.90 stands beside the wall


# -- Lists of platforms --------------------------------------------------------------------------


def test_a_file_is_looked_at_taken_and_booked_by_another(appeal: Appeal) -> None:
    by = make_user("导入人")
    batch = look_at(appeal, ROW, ("PT2", "1,200 元", "2026/3/5", "匿名", "是", "加油"), by=by)
    assert (batch.new, batch.new_fen, Gift.objects.count()) == (2 - 1, 8_850, 0)
    assert batch.faults == [(3, "请填写 4 到 64 位的流水号或凭证号（数字和字母）。")]
    batch = look_at(appeal, ROW, ("PT20", "1,200 元", "2026/3/5", "匿名", "是", "加油"), by=by)
    actions.take_batch(batch=batch, by=by, at=NOON)
    assert (money(appeal), batch.content_cipher) == (0, "")
    with pytest.raises(WrongState):
        actions.take_batch(batch=batch, by=by, at=NOON)  # pressed twice
    with pytest.raises(NotAllowed):
        actions.book_batch(batch=batch, by=by, at=NOON)
    actions.book_batch(batch=batch, by=make_user("复核人"), at=NOON)
    assert (money(appeal), queries.faults()) == (128_850, [])
    assert [one.name for one in bricks(list(queries.wall(appeal)))] == [rules.ANONYMOUS, "王*"]


def test_a_file_that_comes_again_brings_nothing_new(appeal: Appeal) -> None:
    batch = look_at(appeal, ROW)
    actions.take_batch(batch=batch, by=batch.by, at=NOON)
    again = look_at(appeal, ROW)
    assert (again.new, again.known) == (0, 1)
    with pytest.raises(WrongState, match="没有新的捐赠"):
        actions.take_batch(batch=again, by=again.by, at=NOON)
    other = look_at(appeal, (ROW[0], "99", *ROW[2:]))
    assert (other.new, other.wrong) == (0, 1)


def test_two_files_that_were_looked_at_together_book_a_number_once(appeal: Appeal) -> None:
    one, two = look_at(appeal, ROW), look_at(appeal, ROW)
    actions.take_batch(batch=one, by=one.by, at=NOON)
    with pytest.raises(WrongState, match="另一个文件"):
        actions.take_batch(batch=two, by=two.by, at=NOON)
    two.refresh_from_db()
    assert (Gift.objects.count(), two.state) == (1, BatchState.LOOKED_AT)


def test_a_discarded_file_can_come_again(appeal: Appeal) -> None:
    batch = look_at(appeal, ROW)
    actions.take_batch(batch=batch, by=batch.by, at=NOON)
    actions.discard_batch(batch=batch, by=make_user(), at=NOON)
    assert look_at(appeal, ROW).new == 1
    assert (money(appeal), queries.faults()) == (0, [])


def test_a_file_that_nobody_takes_keeps_no_names_for_long(appeal: Appeal) -> None:
    forgotten, taken = look_at(appeal, ROW), look_at(appeal, ROW)
    actions.take_batch(batch=taken, by=taken.by, at=NOON)
    assert actions.discard_forgotten(at=NOON + timedelta(days=29)) == 0
    assert actions.discard_forgotten(at=NOON + timedelta(days=31)) == 1
    forgotten.refresh_from_db()
    assert (forgotten.state, forgotten.content_cipher) == (BatchState.DISCARDED, "")


def test_platforms_write_as_they_like(appeal: Appeal) -> None:
    heading = ("序号", "捐款金额（元）", "支付时间", "订单编号", "昵称")
    rows = [
        ("1", "￥10", "20260305081500", "'PT1001", "小😀明"),
        ("2", "20.00元", "2026年3月5日", "PT1002", "爱心网友"),
        ("3", "-20.00", "2026-03-05", "PT1003", "赵敏"),
        ("4", "五块", "2026-03-05", "PT1004", "赵敏"),
        ("5", "5", "昨天", "PT1005", "赵敏"),
        ("6", "5", "2026-03-05", "PT1001", "赵敏"),
        ("", "", "", "", ""),
        ("合计", "55", "", "", ""),
    ]
    content = list_of(*rows, heading=heading)
    batch = actions.look_at_file(
        appeal=appeal, source=in_memory("a.xlsx", content), by=make_user(), at=NOON
    )
    assert (batch.rows, batch.new, batch.new_fen) == (6, 2, 3_000)
    assert [row for row, _ in batch.faults] == [4, 5, 6, 7]


def test_a_year_that_was_mistyped_is_seen(appeal: Appeal) -> None:
    batch = look_at(appeal, (ROW[0], "5", "0001-01-01 00:00", "", "", ""))
    assert (batch.new, batch.faults) == (0, [(2, "捐赠时间太早，请核对。")])
    with pytest.raises(BadInput, match="年份不对"):
        actions.record_gift(
            appeal=appeal, plan=gift_plan(), given_at=NOON.replace(year=26), event=None,
            handle="", by=make_user(), at=NOON,
        )  # fmt: skip


def test_csv_in_gbk_below_a_title_is_read(appeal: Appeal) -> None:
    text = "某平台捐赠明细\n\n" + ",".join(HEADING) + "\n" + ",".join(ROW) + "\n"
    source = in_memory("a.csv", text.encode("gb18030"))
    assert actions.look_at_file(appeal=appeal, source=source, by=make_user(), at=NOON).new == 1


def test_a_file_without_a_heading_is_refused_with_what_is_wanted(appeal: Appeal) -> None:
    source = in_memory("a.csv", "姓名,金额\n王芳,5\n".encode())
    with pytest.raises(BadInput, match="交易流水号、捐赠金额、捐赠时间"):
        actions.look_at_file(appeal=appeal, source=source, by=make_user(), at=NOON)
