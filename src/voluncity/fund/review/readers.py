"""What follows: decisions take effect after publicity, and everybody hears what concerns them."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from voluncity.city.inbox import actions as inbox
from voluncity.city.journal.models import Entry
from voluncity.city.publicity.states import NoticeKind
from voluncity.fund.calls import queries as calls
from voluncity.fund.calls.states import AppState
from voluncity.fund.review import actions, queries
from voluncity.fund.review.models import Decision, Place
from voluncity.fund.review.states import Outcome

_TO_ORGANIZATION = {
    "review.show": ("基金资助决定正在公示", "公示期满没有异议就生效。"),
    "review.take_effect": ("基金资助决定已生效", "答复函可以点开查看和下载。"),
    "review.overturn": ("基金资助决定已撤销", "基金将对您的申报重新作出决定。"),
}
_WITHDRAWN = "calls.withdraw"


def follow_publicity(entries: list[Entry]) -> None:
    """Let decisions take effect that stood in public; let those fall that an objection hit."""
    for entry in entries:
        data = entry.data
        if data.get("kind") != NoticeKind.FUND or data.get("subject_type") != "decision":
            continue
        if entry.verb == "publicity.take_effect":
            actions.pass_publicity(decision_id=data["subject_id"], at=entry.at)
        elif entry.verb == "publicity.overturn":
            actions.fall(decision_id=data["subject_id"], at=entry.at)


def follow_applications(entries: list[Entry]) -> None:
    """Let decisions fall whose applicants do not want the money any more."""
    for entry in entries:
        if entry.verb == _WITHDRAWN and entry.subject_id is not None:
            actions.fall_withdrawn(application_id=entry.subject_id, at=entry.at)


def tell_people(entries: list[Entry]) -> None:
    """Tell experts, the applicants and the office of the fund."""
    for entry in entries:
        if entry.verb == "review.assign":
            _tell_expert(entry)
        elif entry.verb == "review.declare":
            _tell_of_conflict(entry)
        elif entry.verb == "calls.accept":
            _tell_experts_of_news(entry)
        elif entry.verb in _TO_ORGANIZATION:
            _tell_organization(entry)
        elif entry.verb == "review.hold_up":
            _tell_of_hold_up(entry)


def _place(entry: Entry) -> Place | None:
    found = Place.objects.select_related("review__call__fund__region", "application", "expert")
    return found.filter(pk=entry.subject_id or 0).first()


def _tell_expert(entry: Entry) -> None:
    place = _place(entry)
    if place is not None:
        body = f"{place.review}：请先声明有没有利害关系，再在 {place.review.due_text} 以前评分。"
        page = reverse("review:task", args=[place.pk])
        _send(entry, [place.expert_id], "有一份基金申报请您评审", body, page)


def _tell_experts_of_news(entry: Entry) -> None:
    """Tell the experts of an application that came back that they read and score it anew."""
    owed = queries.owed(at=entry.at).filter(application=entry.subject_id or 0)
    for place in owed.select_related("application"):
        if queries.void_opinions(place).filter(submitted_at__lt=entry.at).exists():
            body = (
                f"“{place.application.number}”补充了材料，您原来的评分不再计入。"
                f"请阅读新的材料，在 {place.review.due_text} 以前重新评分。"
            )
            page = reverse("review:task", args=[place.pk])
            _send(entry, [place.expert_id], "有一份基金申报请您重新评分", body, page)


def _tell_of_conflict(entry: Entry) -> None:
    place = _place(entry)
    if place is not None:
        body = f"{place.expert} 回避了“{place.application}”的评审，请另请一位专家。"
        page = reverse("review:desk_application", args=[place.review_id, place.application_id])
        _send(entry, queries.office_of(place.review.call), "一位专家已回避", body, page)


def _decision(entry: Entry) -> Decision | None:
    found: Decision | None = queries.detailed().filter(pk=entry.subject_id or 0).first()
    return found


def _tell_organization(entry: Entry) -> None:
    """Tell who applied; a decision that was never shown says nothing to them."""
    decision = _decision(entry)
    if decision is None or decision.shown_at is None:
        return
    application = decision.application
    title, more = _TO_ORGANIZATION[entry.verb]
    if entry.verb == "review.overturn":
        _tell_of_fall(entry, decision, title, more)
        return
    result = f"批准立项，{decision.awarded_text}" if decision.outcome == Outcome.AWARDED else (
        "不予资助"
    )  # fmt: skip
    body = f"“{application}”（编号 {application.number}）：{result}。{more}"
    page = reverse("review:own_decision", args=[application.pk])
    _send(entry, calls.staff_of(application.organization), title, body, page)


def _tell_of_fall(entry: Entry, decision: Decision, title: str, more: str) -> None:
    """Tell that what stood in public does not hold; who withdrew knows it."""
    application = decision.application
    if application.state == AppState.WITHDRAWN:
        return
    body = (
        f"“{application}”（编号 {application.number}）此前公示的“{decision.get_outcome_display()}”"
        f"没有生效：{decision.end_reason.rstrip('。')}。{more}"
    )
    page = reverse("calls:own_tasks", args=[application.pk])
    _send(entry, calls.staff_of(application.organization), title, body, page)


def _tell_of_hold_up(entry: Entry) -> None:
    decision = _decision(entry)
    if decision is not None:
        body = f"“{decision.application}”的决定公示期满，暂时不能生效：{decision.held_up}"
        page = reverse("review:desk_decision", args=[decision.pk])
        office = queries.office_of(decision.application.call)
        _send(entry, office, "一项资助决定暂缓生效", body, page)


def _send(entry: Entry, accounts: Iterable[int], title: str, body: str, url: str) -> None:
    for user_id in accounts:
        inbox.send(
            user_id=user_id, key=f"review:{entry.pk}:{user_id}", title=title, body=body, url=url,
            at=entry.at,
        )  # fmt: skip
