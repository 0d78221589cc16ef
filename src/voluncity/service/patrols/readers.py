"""What follows: patrols, units and desks hear what concerns them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.urls import reverse

from voluncity.city.inbox import actions as inbox
from voluncity.city.journal.models import Entry
from voluncity.service.patrols import queries
from voluncity.service.patrols.models import Problem

Word = tuple[Iterable[int], str, str, str]


def tell_people(entries: list[Entry]) -> None:
    """Tell who has to do something about a problem, and those who reported it."""
    for entry in entries:
        tellers = _TELLERS.get(entry.verb, ())
        if not tellers:
            continue
        problem: Problem | None = (
            Problem.objects.select_related("kind", "region", "unit", "volunteer", "same_as")
            .filter(pk=entry.subject_id or 0)
            .first()
        )
        if problem is None:
            continue
        for teller in tellers:
            _send(teller(problem, entry), entry)


def _send(word: Word | None, entry: Entry) -> None:
    if word is None:
        return
    people, title, body, url = word
    for user_id in people:
        inbox.send(
            user_id=user_id,
            key=f"patrols:{entry.pk}:{user_id}",
            title=title,
            body=body,
            url=url,
            at=entry.at,
        )


def _to_desk(problem: Problem, entry: Entry) -> Word | None:
    """Tell the nearest desk what no unit answers for."""
    if entry.data.get("unit") is not None and entry.verb == "patrols.report":
        return None
    title = "巡防问题待分派" if entry.verb == "patrols.report" else "巡防问题被退回，请重新分派"
    return queries.nearest_desk(problem.region), title, _about(problem), _desk(problem)


def _to_unit(problem: Problem, entry: Entry) -> Word | None:
    if problem.unit is None:
        return None
    again = entry.verb == "patrols.reject"
    title = "巡防问题没有解决，请再办理" if again else "有新的巡防问题要办理"
    until = f"请在 {problem.due_on:%m月%d日} 前办结。" if problem.due_on else ""
    return queries.unit_people(problem.unit), title, _about(problem) + until, _desk(problem)


def _overdue(problem: Problem, _entry: Entry) -> Word:
    people = set(queries.offices(problem.region))
    if problem.unit is not None:
        people |= set(queries.unit_people(problem.unit))
    who = f"责任单位：{problem.unit}。" if problem.unit else "还没有分派。"
    return sorted(people), "巡防问题超过期限", _about(problem) + who, _desk(problem)


_TOLD = {
    "patrols.solve": ("您反映的问题办好了", "请您看看是不是真的解决了。"),
    "patrols.lapse": ("您反映的问题已办结", "期限内没有收到不同意见，已自动办结。"),
    "patrols.refuse": ("您反映的问题没有受理", "原因请点开查看。"),
    "patrols.join": ("您反映的问题并案办理", "有人也反映了这件事，一起办理。"),
}


def _to_patrol(problem: Problem, entry: Entry) -> Word:
    """Tell everybody who reported it, also those whose report was joined to it."""
    title, more = _TOLD[entry.verb]
    people = {problem.volunteer.user_id}
    if entry.verb in {"patrols.solve", "patrols.lapse", "patrols.refuse"}:
        people |= set(problem.joined.values_list("volunteer__user_id", flat=True))
    page = reverse("patrols:mine")
    return sorted(pk for pk in people if pk), title, _about(problem) + more, page


def _about(problem: Problem) -> str:
    return f"{problem.number} {problem.kind.name}（{problem.region.name}）。"


def _desk(problem: Problem) -> str:
    return reverse("patrols:desk_detail", args=[problem.pk])


_TELLERS: dict[str, tuple[Callable[[Problem, Entry], Word | None], ...]] = {
    "patrols.report": (_to_desk,),
    "patrols.route": (_to_unit,),
    "patrols.dispatch": (_to_unit,),
    "patrols.return": (_to_desk,),
    "patrols.reject": (_to_unit,),
    "patrols.escalate": (_overdue,),
    **dict.fromkeys(_TOLD, (_to_patrol,)),
}
