"""What follows: points come with service and deeds and go when those end; people are told."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse

from voluncity.city.journal.models import Entry
from voluncity.city.people import queries as people
from voluncity.city.people.actions import Letter, tell_person
from voluncity.city.people.models import Volunteer
from voluncity.honor.points import actions, queries
from voluncity.honor.points.models import Adjustment, RuleSet
from voluncity.honor.points.states import AdjustmentKind

Word = tuple[str, str]


def earn_points(entries: list[Entry]) -> None:
    """Give what these entries earn, and take back what they end; nothing before there are rules."""
    if not RuleSet.objects.exists():
        return
    if told := queries.happenings(entries):
        actions.settle(told, at=entries[-1].at)


def follow_closings(entries: list[Entry]) -> None:
    """Let the points of closed accounts lapse."""
    for entry in entries:
        if entry.verb == "people.close" and entry.subject_type == "volunteer":
            actions.lapse_points(volunteer_id=entry.subject_id or 0, at=entry.at)


def tell_people(entries: list[Entry]) -> None:
    """Tell people about points that came by hand, went wrong, or will be lost with the account."""
    for entry in entries:
        teller = _TELLERS.get(entry.verb)
        whom = _volunteer(entry) if teller else None
        word = teller(entry) if teller and whom is not None else None
        if word is not None and whom is not None:
            theirs = reverse("points:of_ward", args=[people.living_record(whom.pk)])
            letter = Letter(*word, reverse("points:mine"), theirs)
            tell_person(volunteer=whom, key=f"points:{entry.pk}", letter=letter, at=entry.at)


def _volunteer(entry: Entry) -> Volunteer | None:
    pk = entry.data.get("volunteer")
    if pk is None and entry.subject_type == "volunteer":
        pk = entry.subject_id
    return Volunteer.objects.filter(pk=pk).first() if pk else None


def _delivered(entry: Entry) -> Word:
    return f"收到 {entry.data['points']} 积分", "一位志愿者把积分送给了您，可以在“我的积分”里查看。"


def _returned(_: Entry) -> Word:
    return "赠送的积分已退回", "对方的账号已经注销，积分退回到您这里，有效期不变。"


def _given_back(entry: Entry) -> Word:
    return (
        f"{entry.data['points']} 积分已退回",
        "兑换已取消，积分退回到您的账户，有效期不变；有欠分的先抵扣。",
    )


def _adjusted(entry: Entry) -> Word | None:
    asked = Adjustment.objects.filter(pk=entry.subject_id or 0).first()
    if asked is None:
        return None
    title = {
        AdjustmentKind.GRANT: f"收到爱心积分 {asked.amount} 分",
        AdjustmentKind.RAISE: f"更正补发 {asked.amount} 积分",
        AdjustmentKind.LOWER: f"更正扣减 {asked.amount} 积分",
    }[AdjustmentKind(asked.kind)]
    return title, f"事由：{asked.reason}"


def _leaving(entry: Entry) -> Word | None:
    held = queries.balance(entry.subject_id or 0)
    if not held:
        return None
    return (
        f"注销后 {held} 积分失效",
        "账号注销时积分一并失效，不能恢复。注销前可以兑换，或送给有需要的人。",
    )


_TELLERS: dict[str, Callable[[Entry], Word | None]] = {
    "points.deliver_gift": _delivered,
    "points.return_gift": _returned,
    "points.give_back": _given_back,
    "points.adjust": _adjusted,
    "privacy.ask_close": _leaving,
}
