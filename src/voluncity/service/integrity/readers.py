"""What follows in people's inboxes: the accused hear what they are asked, and what was decided."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse

from voluncity.city.inbox import actions as inbox
from voluncity.city.journal.models import Entry
from voluncity.city.policy import queries as policy
from voluncity.kernel.clock import local_date, span_text
from voluncity.service.integrity import queries
from voluncity.service.integrity.models import Absence, Case

Words = tuple[str, str]


def tell_people(entries: list[Entry]) -> None:
    """Tell those whom it concerns."""
    for entry in entries:
        if entry.verb in CASE_WORDS:
            _tell_about_case(entry)
        elif entry.verb in ABSENCE_WORDS:
            _tell_about_absence(entry)


def _tell_about_case(entry: Entry) -> None:
    case = Case.objects.select_related("organization", "volunteer").get(pk=entry.subject_id)
    if case.asked_at is None:
        return  # nobody was asked, so nobody knew
    title, body = CASE_WORDS[entry.verb](case)
    for user_id in queries.accused_users(case, on=local_date(entry.at)):
        inbox.send(
            user_id=user_id, key=f"integrity:{entry.pk}:{user_id}", title=title, body=body,
            url=reverse("integrity:own_case", args=[case.pk]), at=entry.at,
        )  # fmt: skip


def _about(case: Case) -> str:
    return f"时长核查第 {case.pk} 号（{case.organization.name}）"


def _asked(case: Case) -> Words:
    due = case.answer_due_on
    until = f"请在 {due.month}月{due.day}日前" if due else "请"
    return "请您说明一些时长的情况", f"{_about(case)}：{until}打开核查页说明，可以上传照片。"


def _cleared(case: Case) -> Words:
    return "时长核查已办结：查无问题", f"{_about(case)}。感谢您的配合。"


def _founded(case: Case) -> Words:
    due = case.appeal_due_on
    until = f"{due.month}月{due.day}日前" if due else "期限内"
    return "时长核查有了认定", f"{_about(case)}。如不同意，请在{until}申诉，由另一位工作人员办理。"


def _confirmed(case: Case) -> Words:
    return "时长核查：维持认定", f"{_about(case)}已办结，处理措施已执行。"


def _lifted(case: Case) -> Words:
    return "时长核查：申诉成立", f"{_about(case)}的认定已撤销，有关限制已解除。"


CASE_WORDS: dict[str, Callable[[Case], Words]] = {
    "integrity.ask": _asked,
    "integrity.clear": _cleared,
    "integrity.find": _founded,
    "integrity.confirm": _confirmed,
    "integrity.settle": _confirmed,
    "integrity.lift": _lifted,
}


def _tell_about_absence(entry: Entry) -> None:
    one = Absence.objects.select_related("signup__volunteer", "signup__shift__activity").get(
        pk=entry.subject_id
    )
    volunteer = one.signup.volunteer
    title, body = ABSENCE_WORDS[entry.verb](one)
    if entry.verb == "integrity.confirm_absence":
        today = local_date(entry.at)
        days = policy.number("integrity.absence_days", on=today)
        number = queries.recent_absences(volunteer.pk, at=entry.at, days=days)
        if number >= policy.number("integrity.absences_to_warn", on=today):
            body += f"\n近 {days} 天您已有 {number} 次缺席。来不了请尽早取消，把名额留给别人。"
    for user_id in queries.users_answering_for(volunteer, on=local_date(entry.at)):
        inbox.send(
            user_id=user_id, key=f"absence:{entry.pk}:{user_id}", title=title, body=body,
            url=reverse("integrity:own_absence", args=[one.pk]), at=entry.at,
        )  # fmt: skip


def _what(one: Absence) -> str:
    shift = one.signup.shift
    return f"“{shift.activity.name}”（{span_text(shift.starts_at, shift.ends_at)}）"


def _absent(one: Absence) -> Words:
    return (
        f"一次报名记为{one.get_kind_display()}",
        f"{_what(one)}。核实情况：{one.reason}\n如果不是这样，可以申诉。",
    )


def _upheld(one: Absence) -> Words:
    return "缺席申诉已答复：维持", f"{_what(one)}。答复：{one.answer}"


def _forgiven(one: Absence) -> Words:
    return "缺席申诉成立，记录已撤销", f"{_what(one)}。答复：{one.answer}"


ABSENCE_WORDS: dict[str, Callable[[Absence], Words]] = {
    "integrity.confirm_absence": _absent,
    "integrity.uphold_absence": _upheld,
    "integrity.lift_absence": _forgiven,
}
