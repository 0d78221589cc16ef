"""What follows: volunteers and merchants hear what concerns them."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from voluncity.city.inbox import actions as inbox
from voluncity.city.journal.models import Entry
from voluncity.city.people import queries as people
from voluncity.honor.rewards import queries
from voluncity.honor.rewards.models import Merchant, Offer, Sheet, Voucher
from voluncity.kernel.clock import local_date

# Title, and the sentence after the name of what it is about.
_TO_TAKER = {
    "rewards.redeem": ("兑换券已使用", "如果不是您本人使用，请马上拨打服务电话。"),
    "rewards.undo": ("一次核销被撤销", "可以点开查看这张券现在的情况。"),
    "rewards.remind": ("兑换券快到期了", "请在有效期内使用；来不及的，看看还能不能退还。"),
    "rewards.lapse": ("兑换券已过期", "是否退还积分，可以点开查看。"),
    "rewards.recall": ("兑换券已收回", "所用的积分已经退还。"),
}
_TO_MERCHANT = {
    "rewards.approve": ("加入回馈激励的申请通过了", "现在可以编写兑换项目了。"),
    "rewards.send_back": ("加入回馈激励的申请被退回", "请按说明修改后重新提交。"),
    "rewards.refuse": ("加入回馈激励的申请没有通过", "原因请点开查看。"),
    "rewards.suspend": ("回馈激励被暂停", "原因请点开查看。"),
    "rewards.resume": ("回馈激励已恢复", "可以继续接待志愿者了。"),
    "rewards.end": ("已退出回馈激励", "没有使用的券会收回，积分退还志愿者。"),
    "rewards.publish_offer": ("兑换项目已上架", "志愿者可以兑换了。"),
    "rewards.send_back_offer": ("兑换项目被退回", "请按说明修改后重新提交。"),
}


def tell_people(entries: list[Entry]) -> None:
    """Tell takers, guardians of children, and those who look after a merchant."""
    for entry in entries:
        if entry.verb in _TO_TAKER:
            _tell_taker(entry)
        elif entry.verb in _TO_MERCHANT:
            _tell_merchant(entry)
        elif entry.verb == "rewards.change":
            _tell_offices(entry)
        elif entry.verb in {"rewards.draw", "rewards.close_sheet"}:
            _tell_of_sheet(entry)


def _tell_taker(entry: Entry) -> None:
    found = Voucher.objects.select_related("volunteer", "version", "merchant__organization")
    voucher = found.filter(pk=entry.subject_id or 0).first()
    if voucher is None:
        return
    title, more = _TO_TAKER[entry.verb]
    until = f"，有效期至 {voucher.use_until:%Y年%m月%d日}" if voucher.is_live else ""
    body = f"{voucher.version.title}（{voucher.merchant}）{until}。{more}"
    page = reverse("rewards:voucher", args=[voucher.pk])
    _send(entry, _accounts_of(voucher, entry), title, body, page)


def _accounts_of(voucher: Voucher, entry: Entry) -> list[int]:
    holder = people.holder_of(voucher.volunteer)
    if holder is not None:
        return [holder]
    day = local_date(entry.at)
    guardians = people.guardian_accounts([voucher.volunteer_id], on=day)
    return guardians.get(voucher.volunteer_id, [])


def _tell_merchant(entry: Entry) -> None:
    found = Merchant.objects.select_related("organization__region")
    merchant = found.filter(pk=entry.data.get("merchant", 0)).first()
    if merchant is None:
        return
    title, more = _TO_MERCHANT[entry.verb]
    page, about = reverse("rewards:desk_merchant", args=[merchant.pk]), merchant.name
    if entry.verb.endswith("_offer"):
        page = reverse("rewards:desk_offer", args=[entry.subject_id])
        offer = Offer.objects.filter(pk=entry.subject_id or 0).first()
        about = f"{about} {offer.number}" if offer else about
    _send(entry, queries.staff_of(merchant), title, f"{about}：{more}", page)


def _tell_offices(entry: Entry) -> None:
    found = Merchant.objects.select_related("organization__region")
    merchant = found.filter(pk=entry.subject_id or 0).first()
    if merchant is not None and merchant.is_active:
        page = reverse("rewards:desk_merchant", args=[merchant.pk])
        words = f"{merchant}：公开的资料有变化，请看一看；不合适的可以暂停。"
        _send(entry, queries.offices_of(merchant), "爱心商家修改了资料", words, page)


def _tell_of_sheet(entry: Entry) -> None:
    found = Sheet.objects.select_related("merchant__organization__region")
    sheet = found.filter(pk=entry.subject_id or 0).first()
    if sheet is None:
        return
    is_new = entry.verb == "rewards.draw"
    title = "有一张结算单要确认" if is_new else "结算单已结清"
    body = f"{sheet.merchant} {sheet.month}，{sheet.total_text}。"
    page = reverse("rewards:desk_sheet", args=[sheet.pk])
    _send(entry, queries.staff_of(sheet.merchant), title, body, page)


def _send(entry: Entry, accounts: Iterable[int], title: str, body: str, url: str) -> None:
    for user_id in accounts:
        inbox.send(
            user_id=user_id, key=f"rewards:{entry.pk}:{user_id}", title=title,
            body=body, url=url, at=entry.at,
        )  # fmt: skip
