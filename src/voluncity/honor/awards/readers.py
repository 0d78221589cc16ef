"""What follows: awards count after publicity, and everybody hears what concerns them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.urls import reverse

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import people_with
from voluncity.city.inbox import actions as inbox
from voluncity.city.journal.models import Entry
from voluncity.city.people import queries as people
from voluncity.honor.awards import actions, queries
from voluncity.honor.awards.models import Award, Judge, Nomination, Selection, SelectionMove
from voluncity.honor.awards.states import NominationState
from voluncity.kernel.clock import local_date

Told = tuple[Iterable[int], str, str, str]


def follow_publicity(entries: list[Entry]) -> None:
    """Let awards count that stood in public; let those fall that met an objection that holds."""
    for entry in entries:
        if entry.data.get("kind") != "awards" or entry.data.get("subject_type") != "award":
            continue
        pk = entry.data["subject_id"]
        if entry.verb == "publicity.take_effect":
            actions.take_effect(award_id=pk, at=entry.at)
        elif entry.verb == "publicity.overturn":
            actions.overturn_award(award_id=pk, at=entry.at)


def follow_closings(entries: list[Entry]) -> None:
    """Take back what concerns whoever has closed the account."""
    for entry in entries:
        if entry.verb == "people.close" and entry.subject_type == "volunteer":
            actions.leave(volunteer_ids=people.records_of(entry.subject_id or 0), at=entry.at)


def tell_people(entries: list[Entry]) -> None:
    """Tell nominees, nominators, experts and the office what concerns them."""
    for entry in entries:
        for number, teller in enumerate(_TELLERS.get(entry.verb, ())):
            for whom, title, body, url in teller(entry):
                _send(entry, number, whom, title, body, url)


def _send(entry: Entry, number: int, whom: Iterable[int], title: str, body: str, url: str) -> None:
    for user_id in whom:
        if user_id == entry.actor_id:
            continue  # nobody is told what they did themselves
        inbox.send(
            user_id=user_id, key=f"awards:{entry.pk}:{number}:{user_id}", title=title, body=body,
            url=url, at=entry.at,
        )  # fmt: skip


def _nomination(entry: Entry) -> Nomination | None:
    found: Nomination | None = queries.detailed().filter(pk=entry.subject_id or 0).first()
    return found


def _to_nominee(title: str, more: str) -> Callable[[Entry], list[Told]]:
    def teller(entry: Entry) -> list[Told]:
        one = _nomination(entry)
        if one is None:
            return []
        whom = queries.speakers(one, on=local_date(entry.at))
        body = f"{one.category.selection.title} · {one.category.title}：{one.headline}。{more}"
        return [(whom, title, body, reverse("awards:own", args=[one.pk]))]

    return teller


def _to_nominator(title: str, more: str) -> Callable[[Entry], list[Told]]:
    def teller(entry: Entry) -> list[Told]:
        one = _nomination(entry)
        if one is None:
            return []
        body = f"{one.category.selection.title} · {one.category.title}：{one.name}。{more}"
        page = "awards:own" if one.is_self else "awards:desk_nomination"
        return [(queries.nominators(one), title, body, reverse(page, args=[one.pk]))]

    return teller


def _to_office(title: str) -> Callable[[Entry], list[Told]]:
    def teller(entry: Entry) -> list[Told]:
        one = _nomination(entry)
        if one is None or one.state != NominationState.CHECKING:
            return []
        selection = one.category.selection
        body = f"{selection.title} · {one.category.title}：{one.name}。"
        url = reverse("awards:desk_nomination", args=[one.pk])
        return [(_office(selection), title, body, url)]

    return teller


def _office(selection: Selection) -> list[int]:
    held = people_with(
        Permission.AWARD_EDIT, organization_path="", region_path=selection.region.path
    )
    return sorted(set(held.values_list("user_id", flat=True)))


def _to_judge(entry: Entry) -> list[Told]:
    judge = Judge.objects.select_related("selection").filter(pk=entry.subject_id or 0).first()
    if judge is None:
        return []
    body = f"{judge.selection.title}：请在 {judge.selection.review_until:%m月%d日} 以前完成评分。"
    return [([judge.user_id], "请您担任评审专家", body, reverse("awards:desk_reviews"))]


def _to_everybody_in(title: str, more: str) -> Callable[[Entry], list[Told]]:
    """Tell every nominee of a selection who takes part, or waits; with the reason, if any."""

    def teller(entry: Entry) -> list[Told]:
        verb = entry.verb.removeprefix("awards.").removesuffix("_selection")
        said = SelectionMove.objects.filter(selection=entry.subject_id or 0, verb=verb).last()
        why = f"{said.words.rstrip('。')}。" if said is not None and said.words else ""
        live = queries.detailed().filter(
            category__selection=entry.subject_id or 0,
            state__in=[NominationState.ADMITTED, NominationState.CHECKING, NominationState.ASKED],
        )
        return [
            (
                queries.speakers(one, on=local_date(entry.at)), title,
                f"{one.category.selection.title} · {one.category.title}。{why}{more}",
                reverse("awards:own", args=[one.pk]),
            )
            for one in live
        ]  # fmt: skip

    return teller


def _to_checkers(title: str) -> Callable[[Entry], list[Told]]:
    def teller(entry: Entry) -> list[Told]:
        found = Selection.objects.select_related("region").filter(pk=entry.subject_id or 0)
        selection = found.first()
        if selection is None:
            return []
        whom = [pk for pk in _office(selection) if pk != selection.decided_by_id]
        url = reverse("awards:desk_results", args=[selection.pk])
        return [(whom, title, f"{selection.title}。", url)]

    return teller


def _to_awarded(title: str, more: str) -> Callable[[Entry], list[Told]]:
    def teller(entry: Entry) -> list[Told]:
        award = Award.objects.filter(pk=entry.subject_id or 0).first()
        if award is None:
            return []
        one = queries.detailed().get(pk=award.nomination_id)
        whom = queries.speakers(one, on=local_date(entry.at))
        body = f"{award.name}：{award.year}年度“{award.title}”。{award.reason or more}"
        return [(whom, title, body, reverse("awards:own", args=[one.pk]))]

    return teller


_TELLERS: dict[str, tuple[Callable[[Entry], list[Told]], ...]] = {
    "awards.submit": (_to_nominee("有人推荐您参加评选", "请看看材料，同意后才会公开。"),),
    "awards.propose": (_to_office("有一份评选推荐要审核"),),
    "awards.consent": (
        _to_nominator("推荐对象已同意参评", "正在等主办单位审核。"),
        _to_office("有一份评选推荐要审核"),
    ),
    "awards.decline": (_to_nominator("推荐对象不同意参评", "可以推荐别人。"),),
    "awards.send_back": (_to_nominator("推荐材料退回修改", "意见请点开查看，改好再提交。"),),
    "awards.admit": (
        _to_nominator("推荐对象已入围", "投票开始后大家就能看到。"),
        _to_nominee("您已入围评选", "投票开始后大家就能看到您的事迹。"),
    ),
    "awards.refuse": (
        _to_nominator("推荐没有通过审核", "原因请点开查看。"),
        _to_nominee("这次评选没有通过审核", "原因请点开查看。"),
    ),
    "awards.withdraw": (
        _to_nominator("一份推荐已撤回", ""),
        _to_nominee("您的参评已撤回", "材料不再公开。"),
    ),
    "awards.add_judge": (_to_judge,),
    "awards.start_vote": (_to_everybody_in("投票开始了", "可以请大家看看您的事迹。"),),
    "awards.cancel_selection": (_to_everybody_in("评选已取消", "谢谢您的参与。"),),
    "awards.decide_selection": (_to_checkers("评选结果等待复核"),),
    "awards.confirm_selection": (_to_everybody_in("评选结果开始公示", "结果请点开查看。"),),
    "awards.take_effect": (_to_awarded("祝贺您获得表彰", "公示结束，证书可以下载了。"),),
    "awards.overturn": (_to_awarded("公示期异议成立", "这项表彰没有生效，有疑问请拨打服务电话。"),),
    "awards.revoke": (_to_awarded("一项表彰已撤销", ""),),
}
