"""What follows: takers, organizers and offices hear what concerns them."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from voluncity.city.inbox import actions as inbox
from voluncity.city.journal.models import Entry
from voluncity.service.pledges import queries
from voluncity.service.pledges.models import Adoption, Pledge

# To whom, title, sentence after the name of what was promised.
_TO_TAKER = {
    "pledges.accept": ("您的认领被接受了", "请按承诺的日期交付。"),
    "pledges.decline": ("您的认领没有被接受", "原因请点开查看。"),
    "pledges.deliver": ("您认领的已经收到", "谢谢您！可以点开查看登记的数量。"),
    "pledges.thank": ("收到一封感谢状", "谢谢您的爱心，可以点开下载感谢状。"),
    "pledges.remind": ("认领的承诺日期快到了", "请按时交付；来不了请及时撤回。"),
    "pledges.overdue": ("认领过了承诺日期", "请尽快交付，或撤回让别人认领。"),
    "pledges.lapse": ("认领已到期释放", "没有按时交付，名额已经让给别人。"),
}
_TO_ORGANIZER = {
    "pledges.take": ("有新的认领要确认", "请尽快联系并答复。"),
    "pledges.withdraw": ("一项认领被撤回", "名额已经重新开放。"),
    "pledges.overdue": ("一项认领过了承诺日期", "请联系认领人。"),
    "pledges.lapse": ("一项认领到期释放", "名额已经重新开放。"),
}


def tell_people(entries: list[Entry]) -> None:
    """Tell takers and organizers; offices hear of money that the foundation should receive."""
    for entry in entries:
        if entry.verb in _TO_TAKER or entry.verb in _TO_ORGANIZER:
            _tell_of_pledge(entry)
        elif entry.verb in _OF_ADOPTIONS:
            _tell_of_adoption(entry)


def _tell_of_pledge(entry: Entry) -> None:
    pledge = queries.detailed().filter(pk=entry.subject_id or 0).first()
    if pledge is None:
        return
    about = f"{pledge.number} {pledge.need.name}，{pledge.amount_text}。"
    desk = reverse("pledges:desk_detail", args=[pledge.pk])
    if entry.verb in _TO_TAKER:
        title, more = _TO_TAKER[entry.verb]
        page = reverse("pledges:one", args=[pledge.pk])
        _send(entry, [pledge.pledged_by_id], title, about + more, page)
    if entry.verb in _TO_ORGANIZER:
        title, more = _TO_ORGANIZER[entry.verb]
        people = queries.organizers(pledge.need.project.organization)
        _send(entry, people, title, about + more, desk)
    if entry.verb == "pledges.accept" and pledge.need.is_money:
        _tell_offices(entry, pledge, about, desk)


def _tell_offices(entry: Entry, pledge: Pledge, about: str, desk: str) -> None:
    people = queries.offices(pledge.need.project.organization.region)
    words = about + "收到基金会票据后，请在这里登记票据号。"
    _send(entry, people, "有一项捐资意向要跟进", words, desk)


_OF_ADOPTIONS = {
    "pledges.ask_adoption": ("有单位想认领项目", "organizer"),
    "pledges.accept_adoption": ("项目认领被接受了", "unit"),
    "pledges.decline_adoption": ("项目认领没有被接受", "unit"),
    "pledges.end_adoption": ("项目认领已结束", "unit"),
}


def _tell_of_adoption(entry: Entry) -> None:
    found = Adoption.objects.select_related("project__organization", "unit")
    adoption = found.filter(pk=entry.subject_id or 0).first()
    if adoption is None:
        return
    title, who = _OF_ADOPTIONS[entry.verb]
    words = f"{adoption.unit}：{adoption.project}。{adoption.reason}"
    if who == "organizer":
        people = queries.organizers(adoption.project.organization)
        _send(entry, people, title, words, reverse("pledges:desk_needs"))
    else:
        _send(entry, [adoption.asked_by_id], title, words, reverse("pledges:mine"))


def _send(entry: Entry, people: Iterable[int], title: str, body: str, url: str) -> None:
    for user_id in people:
        inbox.send(
            user_id=user_id, key=f"pledges:{entry.pk}:{user_id}", title=title,
            body=body, url=url, at=entry.at,
        )  # fmt: skip
