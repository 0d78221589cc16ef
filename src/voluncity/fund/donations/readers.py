"""What follows: givers are thanked, who asked hears of the decision, who leaves is not shown."""

from __future__ import annotations

from django.urls import reverse

from voluncity.city.inbox import actions as inbox
from voluncity.city.journal.models import Entry
from voluncity.fund.donations import actions
from voluncity.fund.donations.models import Appeal, Gift, Refund


def follow_closings(entries: list[Entry]) -> None:
    """Take the name off the wall of whoever has closed the account."""
    for entry in entries:
        if entry.verb == "people.close" and (user_id := entry.data.get("user")):
            actions.leave(user_id=user_id, at=entry.at)


def tell_people(entries: list[Entry]) -> None:
    """Thank givers; tell them of money that went back; tell who submitted an appeal."""
    for entry in entries:
        if entry.verb == "donations.book":
            _thank(entry)
        elif entry.verb == "donations.finish_refund":
            _tell_of_refund(entry)
        elif entry.verb in {"donations.publish", "donations.send_back"}:
            _tell_author(entry)


def _thank(entry: Entry) -> None:
    rows = Gift.objects.select_related("appeal")
    gift = rows.filter(pk=entry.subject_id or 0, user__isnull=False).first()
    if gift is None or gift.user_id is None:
        return
    inbox.send(
        user_id=gift.user_id, key=f"donations:thanks:{gift.pk}", at=entry.at,
        title="谢谢您的捐赠",
        body=(
            f"您为“{gift.appeal.title}”捐赠的 {gift.amount_text} "
            f"已由{gift.appeal.raiser_name}收到。捐赠证书可以在“我的捐赠”里下载，资金的使用会在募捐页面公开。"
        ),
        url=reverse("donations:mine"),
    )  # fmt: skip


def _tell_of_refund(entry: Entry) -> None:
    rows = Refund.objects.select_related("gift__appeal")
    refund = rows.filter(pk=entry.subject_id or 0, gift__user__isnull=False).first()
    if refund is None or refund.gift.user_id is None:
        return
    inbox.send(
        user_id=refund.gift.user_id, key=f"donations:refund:{refund.pk}", at=entry.at,
        title="捐赠已经退还",
        body=f"您为“{refund.gift.appeal.title}”的捐赠已退还 {refund.amount_text}，请留意到账。",
        url=reverse("donations:mine"),
    )  # fmt: skip


def _tell_author(entry: Entry) -> None:
    appeal = Appeal.objects.filter(pk=entry.subject_id or 0).first()
    if appeal is None:
        return
    is_shown = entry.verb == "donations.publish"
    inbox.send(
        user_id=appeal.made_by_id, key=f"donations:{entry.pk}", at=entry.at,
        title="募捐已经发布" if is_shown else "募捐被退回修改",
        body=f"“{appeal.title}”" + ("人人可以看到了。" if is_shown else "请按说明修改后重新提交。"),
        url=reverse("donations:desk_appeal", args=[appeal.pk]),
    )  # fmt: skip
