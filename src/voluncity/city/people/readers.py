"""What follows from what happened to people: messages to them, questions to the authority."""

from __future__ import annotations

from voluncity.city.journal.models import Entry
from voluncity.city.people import actions, identity_gateway, queries, tasks
from voluncity.city.people.actions import Letter
from voluncity.city.people.models import Volunteer
from voluncity.city.people.rules import ADVICE
from voluncity.city.people.states import RejectReason
from voluncity.kernel.clock import local_date

_TOLD = {"people.register", "people.decide_identity", "people.bind_phone"}


def tell_people(entries: list[Entry]) -> None:
    """Welcome new volunteers, tell the result of a real-name check and of a new phone."""
    told = [entry for entry in entries if entry.verb in _TOLD]
    people = Volunteer.objects.in_bulk([entry.subject_id for entry in told if entry.subject_id])
    alone = [volunteer.pk for volunteer in people.values() if volunteer.user_id is None]
    guardians = queries.guardian_accounts(alone, on=local_date(told[-1].at)) if alone else {}
    for entry in told:
        if volunteer := people.get(entry.subject_id or 0):
            _tell(entry, volunteer, guardians.get(volunteer.pk, []))


def _tell(entry: Entry, volunteer: Volunteer, guardians: list[int]) -> None:
    letter = Letter(*_words(entry, volunteer))
    actions.tell_person(
        volunteer=volunteer, key=f"people:{entry.sequence}", letter=letter, at=entry.at,
        guardians=guardians,
    )  # fmt: skip


def _words(entry: Entry, volunteer: Volunteer) -> tuple[str, str, str]:
    if entry.verb == "people.register":
        body = (
            f"{volunteer.name}，您好！您的志愿者编号是 {volunteer.number}。"
            "实名审核通过后就可以报名活动，可以先看看附近有什么适合您的。"
        )
        return "欢迎加入志愿者", body, "/me/"
    if entry.verb == "people.bind_phone":
        body = (
            "工作人员核对证件后，为您绑定了新的登录手机号。如果不是您本人办理，请马上拨打服务电话。"
        )
        return "登录手机号已绑定", body, "/me/profile/"
    if entry.data["is_match"]:
        body = "您的实名信息已经核对通过，现在可以报名志愿活动了。"
        return "实名审核已通过", body, "/find/"
    reason = RejectReason(entry.data["reason"])
    return "实名审核没有通过", f"原因：{reason.label}。{ADVICE[reason]}", "/me/identity/"


def start_checks(entries: list[Entry]) -> None:
    """Ask the authority about every real-name check that was submitted, or asked for anew."""
    if not identity_gateway.exists():
        return
    for entry in entries:
        if entry.verb in {"people.submit_identity", "people.reopen_identity"}:
            tasks.ask_authority.enqueue(entry.data["check"])
