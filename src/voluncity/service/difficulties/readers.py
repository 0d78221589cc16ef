"""What follows: reporters, units and offices hear what concerns them."""

from __future__ import annotations

from django.urls import reverse

from voluncity.city.inbox import actions as inbox
from voluncity.city.journal.models import Entry
from voluncity.service.difficulties import queries

# Title and sentence for who has to answer; for who reported; whether the city's office hears it.
_TO_ANSWERER = {
    "difficulties.route": ("有新的困难事项要答复", "请在期限内答复。"),
    "difficulties.pass": ("有困难事项转交给您", "期限不变，请尽快答复。"),
    "difficulties.supply": ("困难事项补充了情况", "计时继续，请答复。"),
    "difficulties.reject": ("有困难事项没有解决", "上报人认为没有解决，请您答复。"),
    "difficulties.escalate": ("有困难事项超期上交", "下一级没有按期答复，请您答复。"),
    "difficulties.remind": ("困难事项快到期了", "请尽快答复。"),
    "difficulties.overdue": ("困难事项超过期限", "请马上答复，再不答复会交给上一级。"),
    "difficulties.drop": ("困难事项按撤回办结", "上报人没有按期补充情况，不用再答复。"),
}
_TO_REPORTER = {
    "difficulties.accept": ("您上报的困难已受理", "请等待答复。"),
    "difficulties.answer": ("您上报的困难有了答复", "请看看是不是能解决。"),
    "difficulties.ask": ("请补充困难的情况", "补充后才继续办理。"),
    "difficulties.remind_ask": ("请尽快补充困难的情况", "到期没有补充，就按撤回办结。"),
    "difficulties.drop": (
        "您上报的困难按撤回办结",
        "没有按期补充情况。还需要帮助的，请重新上报。",
    ),
    "difficulties.pass": ("您上报的困难转交办理", "点开可以看到由谁答复。"),
    "difficulties.escalate": ("您上报的困难已交给上一级", "下一级没有按期答复。"),
    "difficulties.lapse": ("您上报的困难已办结", "没有收到不同意见，已自动办结。"),
}


def tell_people(entries: list[Entry]) -> None:
    """Tell who has to answer, who reported; what is overdue also the city's office."""
    for entry in entries:
        if entry.verb in _TO_ANSWERER or entry.verb in _TO_REPORTER:
            _tell(entry)


def _tell(entry: Entry) -> None:
    difficulty = queries.detailed().filter(pk=entry.subject_id or 0).first()
    if difficulty is None:
        return
    about = f"{difficulty.number} {difficulty.organization.name}：{difficulty.kind.name}。"
    page = reverse("difficulties:detail", args=[difficulty.pk])
    if entry.verb in _TO_REPORTER:
        title, more = _TO_REPORTER[entry.verb]
        _send(entry, [difficulty.reported_by_id], title, about + more, page)
    if entry.verb in _TO_ANSWERER:
        title, more = _TO_ANSWERER[entry.verb]
        people = set(queries.answerers(difficulty))
        if entry.verb == "difficulties.overdue":
            people |= set(queries.city_office())
        _send(entry, sorted(people), title, about + more, page)


def _send(entry: Entry, people: list[int], title: str, body: str, url: str) -> None:
    for user_id in people:
        inbox.send(
            user_id=user_id, key=f"difficulties:{entry.pk}:{user_id}", title=title, body=body,
            url=url, at=entry.at,
        )  # fmt: skip
