"""What follows: wishers, claimants and desks hear what concerns them; who leaves is forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.urls import reverse

from voluncity.care.wishes import actions, queries
from voluncity.care.wishes.models import Claim, Wish
from voluncity.city.inbox import actions as inbox
from voluncity.city.journal.models import Entry
from voluncity.city.people import queries as people

Word = tuple[Iterable[int | None], str, str, str]


def follow_closings(entries: list[Entry]) -> None:
    """Withdraw wishes and give back claims of whoever has closed the account."""
    for entry in entries:
        if entry.verb != "people.close":
            continue
        is_volunteer = entry.subject_type == "volunteer" and entry.subject_id
        actions.leave(
            user_id=entry.data.get("user"),
            volunteer_ids=people.records_of(entry.subject_id or 0) if is_volunteer else [],
            at=entry.at,
        )


def tell_people(entries: list[Entry]) -> None:
    """Tell who has something to do about a wish, or waits for it."""
    for entry in entries:
        tellers = _TELLERS.get(entry.verb, ())
        if not tellers:
            continue
        found = Wish.objects.select_related("region", "kind", "user")
        wish = found.filter(pk=entry.subject_id or 0).first()
        if wish is None:
            continue
        for number, teller in enumerate(tellers):
            _send(teller(wish, entry), entry, number)


def _send(word: Word, entry: Entry, number: int) -> None:
    whom, title, body, url = word
    for user_id in whom:
        if user_id is not None:
            inbox.send(
                user_id=user_id,
                key=f"wishes:{entry.pk}:{number}:{user_id}",
                title=title,
                body=body,
                url=url,
                at=entry.at,
            )


def _about(wish: Wish) -> str:
    return f"“{wish.title}”（{wish.number}）。"


def _own(wish: Wish) -> str:
    return reverse("wishes:own", args=[wish.pk])


def _to_wisher(title: str, more: str) -> Callable[[Wish, Entry], Word]:
    def teller(wish: Wish, entry: Entry) -> Word:
        # Nobody is told what they did themselves.
        whom = [] if entry.actor_id == wish.user_id else [wish.user_id]
        return whom, title, _about(wish) + more, _own(wish)

    return teller


def _to_claimant(title: str, more: str) -> Callable[[Wish, Entry], Word]:
    def teller(wish: Wish, entry: Entry) -> Word:
        claim = _last_claim(wish)
        whom = [claim.user_id] if claim is not None and claim.user_id != entry.actor_id else []
        url = reverse("wishes:mine")
        if claim is not None and queries.is_held_by(wish, claim.user):
            url = reverse("wishes:held", args=[wish.pk])
        return whom, title, _about(wish) + more, url

    return teller


def _last_claim(wish: Wish) -> Claim | None:
    return wish.claims.select_related("user").order_by("-pk").first()


def _to_desk(title: str) -> Callable[[Wish, Entry], Word]:
    def teller(wish: Wish, _entry: Entry) -> Word:
        return queries.nearest_desk(wish.region), title, _about(wish), _desk(wish)

    return teller


def _to_offices(title: str) -> Callable[[Wish, Entry], Word]:
    def teller(wish: Wish, _entry: Entry) -> Word:
        whom = {*queries.nearest_desk(wish.region), *queries.offices(wish.region)}
        return sorted(whom), title, _about(wish), _desk(wish)

    return teller


def _desk(wish: Wish) -> str:
    return reverse("wishes:desk_detail", args=[wish.pk])


def _ended(wish: Wish, entry: Entry) -> Word:
    """Tell whoever was at a wish that was withdrawn or taken down in this very moment."""
    claim = wish.claims.filter(ended_at=entry.at).exclude(user=entry.actor_id).first()
    whom = [claim.user_id] if claim is not None else []
    more = "它已经撤回或下架，不用再做了，谢谢您！"
    return whom, "您认领的心愿结束了", _about(wish) + more, reverse("wishes:mine")


def _answered(wish: Wish, entry: Entry) -> Word:
    """Tell whoever complained what the office has found."""
    settled = wish.complaints.filter(settled_at=entry.at)
    answer = settled.values_list("answer", flat=True).first() or ""
    whom = settled.values_list("by", flat=True)
    return whom, "您反映的心愿已处理", f"{_about(wish)}答复：{answer}", reverse("wishes:wall")


_TELLERS: dict[str, tuple[Callable[[Wish, Entry], Word], ...]] = {
    "wishes.post": (_to_desk("有新的微心愿要审核"),),
    "wishes.nudge": (_to_offices("微心愿超过审核期限"),),
    "wishes.approve": (_to_wisher("您的心愿已公开", "等志愿者来认领。"),),
    "wishes.reject": (_to_wisher("您的心愿没有发布", "原因请点开查看。"),),
    "wishes.claim": (_to_wisher("有志愿者认领了您的心愿", "志愿者会和您联系。"),),
    "wishes.release": (
        _to_wisher("认领人把心愿放回了", "正在等别的志愿者认领。"),
        _to_claimant("您认领的心愿已放回", "原因请看心愿的经过。"),
    ),
    "wishes.remind": (_to_claimant("您认领的心愿快到日期了", "做不了的请及时放回，让别人来。"),),
    "wishes.lapse": (
        _to_wisher("认领到期没有完成", "心愿已重新放回心愿墙。"),
        _to_claimant("您认领的心愿已放回", "超过承诺的日期没有完成，已自动放回。"),
    ),
    "wishes.finish": (_to_wisher("您的心愿做好了吗？", "请看一看，然后确认。"),),
    "wishes.ask_office": (_to_desk("微心愿等您代为确认"),),
    "wishes.deny": (_to_claimant("许愿人说还没有实现", "还差什么请点开查看。"),),
    "wishes.complete": (
        _to_claimant("心愿实现了，谢谢您！", "时长已经入账。"),
        _to_wisher("您的心愿已确认实现", "可以向志愿者道声谢。"),
    ),
    "wishes.thank": (_to_claimant("许愿人向您道谢", "请点开看看。"),),
    "wishes.withdraw": (_ended,),
    "wishes.remove": (_ended, _to_wisher("您的心愿已下架", "原因请点开查看。")),
    "wishes.expire": (_to_wisher("您的心愿过期了", "没有等到志愿者，还需要的请再许一次。"),),
    "wishes.complain": (_to_desk("有人举报一个微心愿"),),
    "wishes.settle": (_answered,),
    "wishes.ask_revoke": (_to_offices("请决定是否撤销一个心愿的确认"),),
    "wishes.revoke": (_to_claimant("一个心愿的确认已撤销", "时长已冲回，有疑问请拨打服务电话。"),),
}
