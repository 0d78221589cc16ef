"""What follows: people on lists are asked and told, offices hear of claims and of ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.urls import reverse

from voluncity.city.access import queries as access
from voluncity.city.access.permissions import Permission
from voluncity.city.inbox import actions as inbox
from voluncity.city.journal.models import Entry
from voluncity.city.people import queries as people
from voluncity.honor.insurance.models import Claim, Enrollment, Insured, Policy
from voluncity.kernel.clock import local_date

Word = tuple[Iterable[int | None], str, str, str]


def tell_people(entries: list[Entry]) -> None:
    """Tell who is concerned; each of them once for each entry."""
    for entry in entries:
        teller = _TELLERS.get(entry.verb)
        for whom, title, body, url in teller(entry) if teller else ():
            for user_id in whom:
                if user_id is not None and user_id != entry.actor_id:
                    inbox.send(
                        user_id=user_id, key=f"insurance:{entry.pk}:{user_id}", title=title,
                        body=body, url=url, at=entry.at,
                    )  # fmt: skip


def _mine() -> str:
    return reverse("insurance:mine")


def _accounts(rows: Iterable[Insured]) -> list[int | None]:
    return [people.holder_of(row.volunteer) for row in rows]


def _to_guardians(rows: Iterable[Insured], entry: Entry, title: str, body: str) -> Iterable[Word]:
    """Tell the guardians of those who are minors: it is they who agree (保险法第三十四条)."""
    children = [row.volunteer_id for row in rows]
    accounts = people.guardian_accounts(children, on=local_date(entry.at))
    for child, whom in accounts.items():
        yield whom, title, body, reverse("insurance:of_ward", args=[child])


def _asked(entry: Entry) -> Iterable[Word]:
    found = Enrollment.objects.select_related("policy").filter(pk=entry.subject_id).first()
    if found is None:
        return
    policy = found.policy
    rows = found.people.filter(is_left_out=False, answered_at=None).select_related("volunteer")
    who_asks = f"参加需要您同意把姓名、证件号码交给{policy.insurer}。"
    yield (
        _accounts(rows),
        "请确认是否参加志愿者保险",
        f"您符合条件，可以免费参加“{policy}”。{who_asks}请打开“我的保险”选择同意或不参加。",
        _mine(),
    )
    yield from _to_guardians(
        rows, entry, "请确认孩子是否参加志愿者保险",
        f"孩子符合条件，可以免费参加“{policy}”。{who_asks}请打开孩子的保险选择同意或不参加。",
    )  # fmt: skip


def _covered(entry: Entry) -> Iterable[Word]:
    found = Enrollment.objects.select_related("policy").filter(pk=entry.subject_id).first()
    if found is None:
        return
    policy = found.policy
    rows = Insured.objects.counted().filter(enrollment=found).select_related("volunteer")
    terms = (
        f"“{policy}”，{policy.from_on} 至 {policy.until_on}，保单号 {policy.number}。"
        f"发生意外请在 {policy.report_hours} 小时内报案。"
    )
    yield _accounts(rows), "您的志愿者保险已经生效", terms, _mine()
    yield from _to_guardians(rows, entry, "孩子的志愿者保险已经生效", terms)


def _ending(entry: Entry) -> Iterable[Word]:
    policy = (
        Policy.objects.select_related("region", "organization").filter(pk=entry.subject_id).first()
    )
    if policy is None:
        return
    yield (
        _offices(policy.region.path),
        "有保单快到期",
        f"“{policy}”（{policy.number}）到 {policy.until_on} 终止，请及时续保。",
        reverse("insurance:desk_policy", args=[policy.pk]),
    )


def _offices(region_path: str) -> list[int]:
    """Return who looks after insurance nearest to a region."""
    grants = access.people_with(
        Permission.INSURANCE_EDIT, organization_path="", region_path=region_path
    ).select_related("region")
    reach: dict[int, list[int]] = {}
    for grant in grants:
        reach.setdefault(len(grant.region.path) if grant.region else 0, []).append(grant.user_id)
    return sorted(set(reach[max(reach)])) if reach else []


def _reported(entry: Entry) -> Iterable[Word]:
    claim = Claim.objects.select_related("volunteer__region").filter(pk=entry.subject_id).first()
    if claim is None:
        return
    yield (
        _offices(claim.volunteer.region.path),
        "有新的保险理赔",
        f"{claim.number} 已登记，请尽快联系保险公司报案。",
        reverse("insurance:desk_claim", args=[claim.pk]),
    )


def _to_person(title: str) -> Callable[[Entry], Iterable[Word]]:
    def teller(entry: Entry) -> Iterable[Word]:
        claim = Claim.objects.select_related("volunteer").filter(pk=entry.subject_id).first()
        if claim is not None:
            url = reverse("insurance:claim", args=[claim.pk])
            child = claim.volunteer_id
            accounts = people.guardian_accounts([child], on=local_date(entry.at))
            whom = [people.holder_of(claim.volunteer), *accounts.get(child, [])]
            yield whom, title, f"理赔 {claim.number}。", url

    return teller


_TELLERS: dict[str, Callable[[Entry], Iterable[Word]]] = {
    "insurance.confirm_list": _asked,
    "insurance.cover_list": _covered,
    "insurance.remind": _ending,
    "insurance.report": _reported,
    "insurance.assign": _to_person("您的理赔已选定保单，请留意交材料的期限"),
    "insurance.hand_in": _to_person("您的理赔材料已交保险公司"),
    "insurance.settle": _to_person("您的理赔已经赔付"),
    "insurance.decline": _to_person("您的理赔没有获得赔付，请查看原因"),
}
