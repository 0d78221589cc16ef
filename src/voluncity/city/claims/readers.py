"""What follows: people are told, and minutes posted to a merged record go on with its person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from voluncity.city.access import personal
from voluncity.city.claims import actions
from voluncity.city.claims.rules import DECLINE_ADVICE, REFUSE_ADVICE
from voluncity.city.claims.states import DeclineReason, RefuseReason
from voluncity.city.inbox import actions as inbox
from voluncity.city.inbox import queries as texts
from voluncity.city.journal.models import Entry
from voluncity.city.people.models import User, Volunteer

# What brings something to an account; the slices that say so lie above this one.
BROUGHT = {"hours.post", "wishes.credit"}


def follow_minutes(entries: list[Entry]) -> None:
    """Carry what was posted to merged records up to the record in which the person lives."""
    brought = {e.data["volunteer"]: e for e in entries if e.verb in BROUGHT}
    merged = Volunteer.objects.filter(pk__in=brought, merged_into__isnull=False)
    for pk in merged.order_by("pk").values_list("pk", flat=True):
        entry = brought[pk]
        actions.carry_up(volunteer_id=pk, key=f"entry:{entry.sequence}", by=None, at=entry.at)


@dataclass(frozen=True)
class _Word:
    """What one account is told; `with_text` also by a text message to its phone."""

    user_id: int | None
    title: str
    body: str
    url: str = ""
    with_text: bool = False


def tell_people(entries: list[Entry]) -> None:
    """Tell claimants, the accounts that had the record, and volunteers whose data was corrected."""
    for entry in entries:
        teller = _TELLERS.get(entry.verb)
        for number, word in enumerate(teller(entry) if teller else []):
            if word.user_id is not None:
                _send(entry, number, word)


def _send(entry: Entry, number: int, word: _Word) -> None:
    key = f"claims:{entry.sequence}:{number}"
    inbox.send(
        user_id=word.user_id or 0, key=key, title=word.title, body=word.body, url=word.url,
        at=entry.at,
    )  # fmt: skip
    if not (word.with_text and texts.can_text()):
        return
    user = User.objects.get(pk=word.user_id or 0)
    phone = personal.unseal(user.phone_cipher, bound_to=f"user:{user.handle}")
    if phone:
        inbox.send_text(phone=phone, text=f"{word.title}：{word.body}"[:200], key=key, at=entry.at)


def _asked(entry: Entry) -> list[_Word]:
    body = (
        "有人用证件照片申请认领您账号里的志愿者登记，工作人员正在核对。"
        "如果不是您本人换了手机号，请马上拨打服务电话。"
    )
    return [_Word(entry.data["holder"], "有人申请认领您的登记", body, with_text=True)]


def _accepted(entry: Entry) -> list[_Word]:
    lost = (
        "核对证件后，您账号里的志愿者登记已转到本人现在使用的账号，这个账号已退出登录。"
        "如有疑问，请拨打服务电话。"
    )
    return [
        _Word(
            entry.data["claimant"], "认领成功",
            "这份志愿者登记现在是您的了，今后用这个手机号登录。", reverse("people:me"),
        ),
        _Word(entry.data["holder"], "您账号里的登记已被认领", lost, with_text=True),
    ]  # fmt: skip


def _separated(entry: Entry) -> list[_Word]:
    own = (
        "您登记时填写的证件号码属于另一个人，现已取消。服务记录都在，"
        "请重新填写您自己的证件号码，核对通过后就能继续报名。"
    )
    stranger = Volunteer.objects.filter(pk=entry.data["volunteer"]).first()
    return [
        _Word(
            entry.data["claimant"], "您的证件号码已经空出",
            "核对后确认是别人登记时填错了号码，现在您可以用自己的证件登记了。",
            reverse("people:register"),
        ),
        _Word(
            stranger.user_id if stranger else None, "请重新填写证件号码", own,
            reverse("people:identity"),
        ),
    ]  # fmt: skip


def _declined(entry: Entry) -> list[_Word]:
    reason = DeclineReason(entry.data["reason"])
    body = f"原因：{reason.label}。{DECLINE_ADVICE[reason]}"
    return [_Word(entry.data["claimant"], "认领没有通过", body, reverse("claims:mine"))]


def _holder(volunteer_id: Any) -> int | None:
    found = Volunteer.objects.filter(pk=volunteer_id).values_list("user_id", flat=True)
    return found.first()


def _applied(entry: Entry) -> list[_Word]:
    body = "登记的信息已经按证件更正，实名信息正在重新核对，有了结果会再通知您。"
    user_id = _holder(entry.data["volunteer"])
    return [_Word(user_id, "信息更正已办理", body, reverse("people:identity"))]


def _refused(entry: Entry) -> list[_Word]:
    reason = RefuseReason(entry.data["reason"])
    body = f"原因：{reason.label}。{REFUSE_ADVICE[reason]}"
    user_id = _holder(entry.data["volunteer"])
    return [_Word(user_id, "信息更正没有办理", body, reverse("claims:correct"))]


def _merged(entry: Entry) -> list[_Word]:
    body = (
        "您的两份志愿者登记已合并为一份，时长、报名和组织都在这里。"
        "如果不是您的登记，请拨打服务电话。"
    )
    return [_Word(_holder(entry.data["winner"]), "登记已合并", body, reverse("people:me"))]


def _undone(entry: Entry) -> list[_Word]:
    body = "之前合并的两份志愿者登记已经分开，各自的时长和报名都恢复了。"
    concerned = [entry.data["winner"], entry.data["loser"]]
    return [_Word(_holder(pk), "登记合并已撤销", body, reverse("people:me")) for pk in concerned]


_TELLERS: dict[str, Callable[[Entry], list[_Word]]] = {
    "claims.ask": _asked,
    "claims.accept": _accepted,
    "claims.separate": _separated,
    "claims.decline": _declined,
    "claims.apply_correction": _applied,
    "claims.refuse_correction": _refused,
    "claims.merge": _merged,
    "claims.undo": _undone,
}
