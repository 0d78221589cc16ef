"""At the shop: codes that change, one hand-over, minutes to take it back; the month's sheet."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from voluncity.city.people.models import User, Volunteer
from voluncity.honor.points import queries as points
from voluncity.honor.rewards import actions, codes, queries
from voluncity.honor.rewards.actions.settling import month_before
from voluncity.honor.rewards.models import Merchant, Redemption, Sheet, SheetLine, Shop, Version
from voluncity.honor.rewards.states import SheetState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, Refusal
from voluncity.testing.make_people import NOON, make_user
from voluncity.testing.make_rewards import (
    make_merchant,
    make_offer,
    make_redemption,
    make_shop,
    make_voucher,
    take,
)
from voluncity.testing.rivals import rival_before

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def refused(code: str, text: str, shop: Shop, by: User, *, at: datetime = NOON) -> None:
    with pytest.raises(Refusal) as refusal:
        actions.find_voucher(text=text, shop=shop, by=by, at=at)
    assert refusal.value.code == code


# -- Codes ---------------------------------------------------------------------------------------


@pytest.mark.row("E3")
def test_the_code_on_the_phone_is_good_for_less_than_a_minute(
    haircut: Version, shop: Shop, clerk: User, volunteer: Volunteer
) -> None:
    voucher = take(haircut, volunteer)
    token = codes.phone_token(voucher.pk, at=NOON)
    address = f"https://zhiyuan.example/rewards/desk/scan/?code={token}"
    for text in (token, f" {token} ", address):
        assert actions.find_voucher(text=text, shop=shop, by=clerk, at=NOON) == voucher
    refused("rewards.code_expired", token, shop, clerk, at=NOON + MINUTE)


def test_ten_digits_do_without_a_camera_also_in_full_width(
    haircut: Version, shop: Shop, clerk: User, volunteer: Volunteer
) -> None:
    voucher = take(haircut, volunteer)
    number = codes.typed_number(voucher.pk, voucher.serial, at=NOON)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in number)
    for text in (number, f"{number[:3]} {number[3:6]} {number[6:]}", wide):
        assert actions.find_voucher(text=text, shop=shop, by=clerk, at=NOON) == voucher
    refused("rewards.no_voucher", number, shop, clerk, at=NOON + MINUTE)


def test_a_paper_is_good_until_the_next_is_printed(
    haircut: Version, shop: Shop, clerk: User, volunteer: Volunteer
) -> None:
    voucher = take(haircut, volunteer)
    papers = []
    for _ in range(2):
        printed = actions.print_voucher(voucher=voucher, by=clerk, at=NOON)
        papers.append(codes.paper_token(voucher.pk, paper_number=printed.paper_number))
    refused("rewards.code_expired", papers[0], shop, clerk, at=NOON + 9 * DAY)
    assert actions.find_voucher(text=papers[1], shop=shop, by=clerk, at=NOON + 9 * DAY) == voucher


NO_CODES = (
    "", "   ", "你好", "12345", "0" * 400, "p,1,1.AAAA", "1,2.AAAA", "\x00\x07", "😀", "https://x/?a",
)  # fmt: skip


def test_what_is_no_code_is_told_so(shop: Shop, clerk: User) -> None:
    for text in NO_CODES:
        with pytest.raises(BadInput) as refusal:
            actions.find_voucher(text=text, shop=shop, by=clerk, at=NOON)
        assert refusal.value.field == "code", text
        assert refusal.value.sentence.endswith("。")


def test_who_guesses_is_stopped_and_may_go_on_after_an_hour(
    haircut: Version, shop: Shop, clerk: User, volunteer: Volunteer
) -> None:
    voucher = take(haircut, volunteer)
    for guess in range(20):
        refused("rewards.no_voucher", f"{voucher.serial}{guess:04d}", shop, clerk, at=NOON)
    right = codes.phone_token(voucher.pk, at=NOON)
    refused("rewards.tries", right, shop, clerk)
    later = NOON + 61 * MINUTE
    token = codes.phone_token(voucher.pk, at=later)
    assert actions.find_voucher(text=token, shop=shop, by=clerk, at=later) == voucher


def test_a_pass_is_one_clerks_for_three_minutes(clerk: User) -> None:
    given = codes.make_pass(7, clerk_id=clerk.pk, at=NOON)
    assert codes.read_pass(given, clerk_id=clerk.pk, at=NOON + 3 * MINUTE) == 7
    for who, at in ((clerk.pk, NOON + 4 * MINUTE), (clerk.pk + 1, NOON)):
        with pytest.raises(codes.CodeExpired):
            codes.read_pass(given, clerk_id=who, at=at)


# -- Hand over -----------------------------------------------------------------------------------


@pytest.mark.row("E3")
def test_a_voucher_is_used_once(
    haircut: Version, shop: Shop, clerk: User, volunteer: Volunteer
) -> None:
    voucher = take(haircut, volunteer)
    redemption = actions.redeem(voucher_id=voucher.pk, shop=shop, by=clerk, at=NOON)
    assert (redemption.fen, redemption.undo_until) == (1500, NOON + 30 * MINUTE)
    with pytest.raises(Refusal, match="已经用过了"):
        actions.redeem(voucher_id=voucher.pk, shop=shop, by=clerk, at=NOON)
    assert Redemption.objects.count() == 1
    assert queries.faults() == []


def test_another_merchant_or_shop_takes_it_not(
    haircut: Version, merchant: Merchant, shop: Shop, clerk: User, volunteer: Volunteer
) -> None:
    token = codes.phone_token(take(haircut, volunteer).pk, at=NOON)
    refused("rewards.other_merchant", token, make_shop(make_merchant()), clerk)
    refused("rewards.other_shop", token, make_shop(merchant, name="迎泽店"), clerk)
    assert haircut.shops.get() == shop


def test_nobody_uses_an_own_voucher_or_one_they_took_for_somebody(
    haircut: Version, shop: Shop, volunteer: Volunteer
) -> None:
    officer = make_user("办事员")
    voucher = take(haircut, volunteer, by=officer)
    for own in (volunteer.user, officer):
        assert own is not None
        refused("rewards.own", codes.phone_token(voucher.pk, at=NOON), shop, own)


def test_it_is_used_on_its_last_day_and_not_on_the_next(
    merchant: Merchant, shop: Shop, clerk: User, volunteer: Volunteer
) -> None:
    voucher = take(make_offer(merchant, use_days=2), volunteer)
    refused(
        "rewards.lapsed", codes.phone_token(voucher.pk, at=NOON + 2 * DAY), shop, clerk,
        at=NOON + 2 * DAY,
    )  # fmt: skip
    assert actions.redeem(voucher_id=voucher.pk, shop=shop, by=clerk, at=NOON + DAY).fen == 1500


def test_a_suspended_merchant_hands_nothing_over(
    haircut: Version, merchant: Merchant, shop: Shop, clerk: User, volunteer: Volunteer
) -> None:
    voucher = take(haircut, volunteer)
    by = make_user("办事员")
    actions.suspend_merchant(merchant=merchant, words="停业整顿", by=by, at=NOON)
    refused("rewards.not_active", codes.phone_token(voucher.pk, at=NOON), shop, clerk)


# -- Take back -----------------------------------------------------------------------------------


def test_the_shop_takes_back_within_minutes_and_the_voucher_is_good_again(
    haircut: Version, shop: Shop, clerk: User, volunteer: Volunteer
) -> None:
    voucher = make_voucher(haircut, volunteer)
    redemption = make_redemption(voucher, by=clerk)
    actions.undo(redemption=redemption, words="扫错了", by=clerk, at=NOON + 30 * MINUTE)
    voucher.refresh_from_db()
    assert (voucher.state, points.balance(volunteer.pk)) == ("taken", 500)
    again = actions.redeem(voucher_id=voucher.pk, shop=shop, by=clerk, at=NOON + 31 * MINUTE)
    with pytest.raises(Refusal, match="撤销时间已经过了"):
        actions.undo(redemption=again, words="扫错了", by=clerk, at=NOON + 62 * MINUTE)
    assert queries.faults() == []


def test_the_office_takes_back_later_and_the_points_return(
    haircut: Version, volunteer: Volunteer
) -> None:
    redemption = make_redemption(make_voucher(haircut, volunteer))
    officer = make_user("办事员")
    actions.undo(
        redemption=redemption, words="没有交付", by=officer, at=NOON + 5 * DAY, is_office=True
    )
    redemption.voucher.refresh_from_db()
    assert (redemption.voucher.state, points.balance(volunteer.pk)) == ("recalled", 600)
    with pytest.raises(Refusal, match="已经撤销过了"):
        actions.undo(
            redemption=redemption, words="没有交付", by=officer, at=NOON + 5 * DAY, is_office=True
        )
    assert queries.faults() == []


# -- Sheets --------------------------------------------------------------------------------------

FIRST_OF_DECEMBER = NOON + 7 * DAY


def drawn(*, at: datetime = FIRST_OF_DECEMBER) -> Sheet:
    actions.draw_sheets(today=local_date(at), at=at)
    return Sheet.objects.get(month=month_before(local_date(at)))


def closed(sheet: Sheet, *, at: datetime = FIRST_OF_DECEMBER) -> Sheet:
    owner, officer = make_user("钱多多"), make_user("办事员")
    sheet = actions.confirm_sheet(sheet=sheet, seen=sheet.version, by=owner, at=at)
    return actions.close_sheet(sheet=sheet, seen=sheet.version, by=officer, at=at)


@pytest.mark.row("E3")
def test_a_month_is_settled_by_two_people_and_never_changes(
    merchant: Merchant, shop: Shop, volunteer: Volunteer
) -> None:
    assert shop.merchant == merchant
    version = make_offer(merchant, per_person=9)
    first, second = (make_redemption(make_voucher(version, volunteer)) for _ in range(2))
    sheet = drawn()
    assert (sheet.month, sheet.count, sheet.total_fen) == ("2026-11", 2, 3000)
    sheet = closed(sheet)
    officer = make_user("办事员")
    later = FIRST_OF_DECEMBER + DAY
    actions.undo(redemption=first, words="没有交付", by=officer, at=later, is_office=True)
    assert drawn().total_fen == 3000
    third = make_redemption(make_voucher(version, volunteer), at=later)
    december = drawn(at=FIRST_OF_DECEMBER + 31 * DAY)
    assert (december.month, december.count, december.corrections) == ("2026-12", 1, 1)
    assert december.total_fen == 0
    lines = SheetLine.objects.order_by("pk").values_list("redemption", "kind", "fen")
    assert list(lines) == [
        (first.pk, "given", 1500), (second.pk, "given", 1500),
        (third.pk, "given", 1500), (first.pk, "corrected", -1500),
    ]  # fmt: skip
    assert queries.faults() == []


def test_what_is_taken_back_while_a_sheet_is_drawn_up_stands_on_none(
    haircut: Version, volunteer: Volunteer
) -> None:
    redemption = make_redemption(make_voucher(haircut, volunteer))
    officer = make_user("办事员")

    def take_back() -> None:
        actions.undo(redemption=redemption, words="重复", by=officer, at=NOON, is_office=True)

    with rival_before('UPDATE "rewards_redemption"', take_back):
        sheet = drawn()
    assert (sheet.count, sheet.total_fen, queries.faults()) == (0, 0, [])


def test_who_confirmed_for_the_merchant_does_not_close(
    haircut: Version, volunteer: Volunteer
) -> None:
    make_redemption(make_voucher(haircut, volunteer))
    sheet, one = drawn(), make_user("一人两岗")
    sheet = actions.confirm_sheet(sheet=sheet, seen=sheet.version, by=one, at=NOON)
    with pytest.raises(Refusal, match="由两个人办理"):
        actions.close_sheet(sheet=sheet, seen=sheet.version, by=one, at=NOON)


def test_a_sheet_that_changed_is_read_again_before_it_is_closed(
    haircut: Version, volunteer: Volunteer
) -> None:
    redemption = make_redemption(make_voucher(haircut, volunteer))
    sheet, officer = drawn(), make_user("办事员")
    sheet = actions.confirm_sheet(
        sheet=sheet, seen=sheet.version, by=make_user("钱多多"), at=FIRST_OF_DECEMBER
    )
    actions.undo(
        redemption=redemption, words="没有交付", by=officer, at=FIRST_OF_DECEMBER, is_office=True
    )
    with pytest.raises(Refusal, match="请核对新的明细"):
        actions.close_sheet(sheet=sheet, seen=sheet.version, by=officer, at=FIRST_OF_DECEMBER)
    sheet.refresh_from_db()
    assert (sheet.state, sheet.count, sheet.total_fen) == (SheetState.DRAWN, 0, 0)
    assert queries.faults() == []


def test_the_books_name_a_closed_sheet_whose_lines_were_changed(
    haircut: Version, volunteer: Volunteer
) -> None:
    make_redemption(make_voucher(haircut, volunteer))
    sheet = closed(drawn())
    SheetLine.objects.update(fen=150)
    Sheet.objects.update(total_fen=150)
    assert queries.faults() == [f"已结清的结算单 {sheet.number} 的明细被改过"]
