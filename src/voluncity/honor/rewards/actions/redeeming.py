"""At the shop: find the voucher that a code means, hand over, take it back."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.city.policy import queries as policy
from voluncity.honor.rewards import codes
from voluncity.honor.rewards.actions.settling import take_off_sheet
from voluncity.honor.rewards.actions.taking import end_unused
from voluncity.honor.rewards.models import Merchant, Miss, Redemption, Shop, Voucher
from voluncity.honor.rewards.rules import said
from voluncity.honor.rewards.states import VOUCHER_FLOW, VoucherState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, Refusal, TooMany, WrongState

S = VoucherState
AN_HOUR = timedelta(hours=1)
_GONE = {
    S.REDEEMED: "这张券已经用过了，不能再用。",
    S.GIVEN_BACK: "这张券已经退还，不能使用。",
    S.LAPSED: "这张券已经过期，不能使用。",
    S.RECALLED: "这张券已经收回，不能使用。",
}


def find_voucher(*, text: str, shop: Shop, by: User, at: datetime) -> Voucher:
    """Return the voucher that a scanned or typed code means, if this shop may take it now.

    Who sends wrong codes again and again is stopped for a while: digits cannot be guessed.

    :raises BadInput: when the code means nothing.
    :raises TooMany: after too many wrong ones within an hour.
    :raises Refusal: with the reason why the voucher cannot be used here now.
    """
    most = policy.number("rewards.tries_hour", on=local_date(at))
    if Miss.objects.filter(by=by, at__gt=at - AN_HOUR).count() >= most:
        raise TooMany("错误的码太多了，请一小时后再试，或请同事办理。", code="rewards.tries")
    try:
        voucher = _meant(codes.read(text, at=at), shop, at=at)
    except codes.CodeExpired:
        raise
    except (BadInput, NotFound):
        Miss.objects.create(by=by, at=at)
        raise
    _refuse_unusable(voucher, shop, by=by, at=at)
    return voucher


def _meant(meant: codes.Meant, shop: Shop, *, at: datetime) -> Voucher:
    found = Voucher.objects.select_related("version", "merchant__organization", "volunteer")
    if meant.voucher_id is None:
        live = found.filter(merchant=shop.merchant_id, serial=meant.serial, state=S.TAKEN)
        voucher: Voucher | None = live.first()
        if voucher is None or not codes.is_check_of(voucher.pk, meant.check, at=at):
            raise NotFound(
                "没有找到这张券。数字每 15 秒更换，请照顾客手机上现在的数字再输入一次。",
                code="rewards.no_voucher", field="code",
            )  # fmt: skip
        return voucher
    named: Voucher | None = found.filter(pk=meant.voucher_id).first()
    if named is None:
        raise NotFound("没有找到这张券。", code="rewards.no_voucher", field="code")
    if meant.paper_number is not None and meant.paper_number != named.paper_number:
        raise codes.CodeExpired("这张纸质券已经重新打印过，请用最新的一张。", field="code")
    return named


def _refuse_unusable(voucher: Voucher, shop: Shop, *, by: User, at: datetime) -> None:
    if not voucher.is_live:
        raise WrongState(_GONE[S(voucher.state)], code="rewards.used", field="code")
    if voucher.merchant_id != shop.merchant_id:
        raise Refusal(
            f"这是“{voucher.merchant}”的券，请到那家门店使用。",
            code="rewards.other_merchant", field="code",
        )  # fmt: skip
    if not voucher.merchant.is_active or shop.closed_at is not None:
        raise WrongState("商家已经暂停，现在不能核销。", code="rewards.not_active", field="code")
    if not voucher.version.shops.filter(pk=shop.pk).exists():
        names = "、".join(voucher.version.shops.values_list("name", flat=True))
        raise Refusal(f"这张券只能在{names}使用。", code="rewards.other_shop", field="code")
    if local_date(at) > voucher.use_until:
        raise WrongState(_GONE[S.LAPSED], code="rewards.lapsed", field="code")
    if by.pk in {voucher.volunteer.user_id, voucher.taken_by_id}:
        raise NotAllowed("不能核销自己的券，请由同事办理。", code="rewards.own", field="code")


@transaction.atomic
def redeem(*, voucher_id: int, shop: Shop, by: User, at: datetime) -> Redemption:
    """Hand over what a voucher promises: of many who press at once one does.

    :raises NotFound: when there is no such voucher.
    :raises Refusal: with the reason why it cannot be used here now.
    """
    found = Voucher.objects.select_related("version", "merchant__organization", "volunteer")
    voucher = found.filter(pk=voucher_id).first()
    if voucher is None:
        raise NotFound("没有找到这张券。", code="rewards.no_voucher")
    _refuse_unusable(voucher, shop, by=by, at=at)
    target = VOUCHER_FLOW.after("redeem", voucher.state)
    live = Voucher.objects.filter(pk=voucher.pk, state=S.TAKEN, use_until__gte=local_date(at))
    if not live.update(state=target):
        raise WrongState(_GONE[S.REDEEMED], code="rewards.used")
    minutes = policy.number("rewards.undo_minutes", on=local_date(at))
    redemption = Redemption.objects.create(
        voucher=voucher, merchant_id=voucher.merchant_id, shop=shop, at=at, by=by,
        fen=voucher.version.settlement_fen, undo_until=at + timedelta(minutes=minutes),
    )  # fmt: skip
    Merchant.objects.filter(pk=voucher.merchant_id).update(given=F("given") + 1)
    record(
        "rewards.redeem", voucher, by=by, at=at, on_behalf_of=voucher.volunteer, shop=shop.pk,
        redemption=redemption.pk, fen=redemption.fen,
    )  # fmt: skip
    return redemption


@transaction.atomic
def undo(
    *, redemption: Redemption, words: str, by: User, at: datetime, is_office: bool = False
) -> Redemption:
    """Take a redemption back: the shop within minutes, the office at any time.

    The voucher is good again; where its time is over, or the office takes it back, it ends and the
    points return. On a closed sheet it stays, and the next month's has a correction.

    :raises BadInput: without a reason.
    :raises WrongState: when it was taken back already, or it is too late for the shop.
    """
    reason = said(words, "撤销原因")
    if not is_office and at > redemption.undo_until:
        raise WrongState("撤销时间已经过了，请联系文明办办理。", code="rewards.too_late_to_undo")
    live = Redemption.objects.filter(pk=redemption.pk, undone_at=None)
    if not live.update(undone_at=at, undone_by=by, undo_reason=reason):
        raise WrongState("这次核销已经撤销过了。", code="rewards.undone")
    Merchant.objects.filter(pk=redemption.merchant_id).update(given=F("given") - 1)
    take_off_sheet(redemption, at=at)
    voucher = Voucher.objects.select_related("volunteer").get(pk=redemption.voucher_id)
    if is_office or local_date(at) > voucher.use_until:
        words = f"核销已撤销：{reason}"[:200]
        end_unused(voucher, "recall", returns=True, words=words, by=by, at=at)
    else:
        _make_good_again(voucher)
    record(
        "rewards.undo", voucher, by=by, at=at, on_behalf_of=voucher.volunteer,
        redemption=redemption.pk, fen=redemption.fen,
    )  # fmt: skip
    redemption.refresh_from_db()
    return redemption


def _make_good_again(voucher: Voucher) -> None:
    used = Voucher.objects.filter(pk=voucher.pk, state=S.REDEEMED)
    try:
        with transaction.atomic():
            changed = used.update(state=VOUCHER_FLOW.after("undo", voucher.state))
    except IntegrityError:  # its serial belongs to another live voucher by now
        changed = used.update(state=S.TAKEN, serial=_free_serial(voucher))
    if not changed:
        raise WrongState("这张券刚刚有了变化，请刷新页面。", code="rewards.was_faster")


def _free_serial(voucher: Voucher) -> str:
    taken = set(
        Voucher.objects.filter(merchant=voucher.merchant_id, state=S.TAKEN).values_list(
            "serial", flat=True
        )
    )
    return next(text for n in range(10**6) if (text := f"{n:06d}") not in taken)
