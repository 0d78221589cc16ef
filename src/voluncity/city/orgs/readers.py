"""What follows in this slice: organizations become active, people are told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from voluncity.city.access import queries as access
from voluncity.city.access.permissions import Permission
from voluncity.city.inbox import actions as inbox
from voluncity.city.journal.models import Entry
from voluncity.city.orgs import actions
from voluncity.city.orgs.models import JoinRequest, MemberDuty, Membership, Merger, Organization


def follow_publicity(entries: list[Entry]) -> None:
    """Make organizations active whose publicity ended well; send back the others."""
    for entry in entries:
        if entry.data.get("subject_type") != "organization":
            continue
        if entry.verb == "publicity.take_effect":
            actions.publish(organization_id=entry.data["subject_id"], at=entry.at)
        elif entry.verb == "publicity.overturn":
            actions.fall_back(organization_id=entry.data["subject_id"], at=entry.at)


@dataclass(frozen=True)
class _Word:
    """What one person is told."""

    user_id: int | None
    title: str
    body: str
    url: str


def tell_people(entries: list[Entry]) -> None:
    """Tell applicants and volunteers what was decided, and administrators who asks to join."""
    for entry in entries:
        teller = _TELLERS.get(entry.verb)
        for number, word in enumerate(teller(entry) if teller else []):
            if word.user_id is not None:
                inbox.send(
                    user_id=word.user_id,
                    key=f"orgs:{entry.sequence}:{number}",
                    title=word.title,
                    body=word.body,
                    url=word.url,
                    at=entry.at,
                )


_DECIDED = {
    "orgs.send_back": ("组织申请被退回修改", "“{name}”的申请需要修改：{reason}"),
    "orgs.refuse": ("组织申请未通过", "“{name}”的申请未通过：{reason}"),
    "orgs.approve": ("组织申请已审核通过", "“{name}”已通过审核，按规定公示后生效。"),
    "orgs.fall_back": ("组织公示有异议", "“{name}”：{reason}"),
    "orgs.suspend": ("组织已被暂停", "“{name}”已被暂停：{reason}"),
    "orgs.resume": ("组织已恢复", "“{name}”已恢复，可以继续开展活动。"),
    "orgs.move": ("组织的隶属已变更", "“{name}”的上级已变更为“{parent}”。"),
    "orgs.merge": ("组织已并入其他组织", "“{name}”：{reason}"),
    "orgs.dissolve": ("组织已注销", "“{name}”已注销：{reason}"),
    "orgs.publish": ("组织已正式成立", "“{name}”已生效，您是管理员，可以进入工作台发布项目。"),
}


def _about_application(entry: Entry) -> list[_Word]:
    organization = Organization.objects.select_related("parent").get(pk=entry.subject_id or 0)
    title, body = _DECIDED[entry.verb]
    # A reason may be as long as a message: the page shows it whole.
    words = body.format(
        name=organization.name,
        reason=organization.state_reason[:300],
        parent=organization.parent.name if organization.parent else "",
    )
    url = reverse("orgs:applied", args=[organization.pk])
    return [_Word(organization.applied_by_id, title, words, url)]


def _about_ending(entry: Entry) -> list[_Word]:
    """Tell the applicant, and everybody who belonged to it until that moment."""
    merger = Merger.objects.select_related("into").filter(organization=entry.subject_id).first()
    left = Membership.objects.filter(organization=entry.subject_id, left_at=entry.at)
    rows = left.order_by("pk").values_list(
        "volunteer__user", "left_reason", "organization__name", "organization"
    )
    page = reverse("orgs:detail", args=[merger.into_id if merger else entry.subject_id])
    more = "您已是新组织的成员，时长不受影响。" if merger else "已经记录的时长不受影响。"
    return _about_application(entry) + [
        _Word(user, "您的组织有变化", f"“{name}”：{reason}。{more}", page)
        for user, reason, name, _ in rows
    ]


def _about_duty(entry: Entry) -> list[_Word]:
    held = MemberDuty.objects.select_related(
        "duty", "membership__organization", "membership__volunteer"
    ).get(pk=entry.subject_id or 0)
    team, name = held.membership.organization, held.duty.name
    is_new = entry.verb == "orgs.give_duty"
    title = f"您担任了{name}" if is_new else f"您不再担任{name}"
    more = "，可以进入工作台带队活动。" if is_new and held.grant_id else "。"
    page = reverse("orgs:detail", args=[team.pk])
    words = f"{title[:1]}在“{team.name}”{title[1:]}{more}"
    return [_Word(held.membership.volunteer.user_id, title, words, page)]


def _about_request(entry: Entry) -> list[_Word]:
    request = JoinRequest.objects.select_related("organization__region", "volunteer").get(
        pk=entry.subject_id or 0
    )
    name = request.organization.name
    page = reverse("orgs:detail", args=[request.organization_id])
    told = request.volunteer.user_id
    if entry.verb == "orgs.accept_join":
        return [_Word(told, "入队申请已通过", f"欢迎加入“{name}”！", page)]
    if entry.verb == "orgs.decline_join":
        return [_Word(told, "入队申请未通过", f"“{name}”：{request.reason}", page)]
    desk = reverse("orgs:desk_requests")
    administrators = access.people_with(
        Permission.MEMBER_REVIEW,
        organization_path=request.organization.path,
        region_path=request.organization.region.path,
    )
    ids = sorted({grant.user_id for grant in administrators})
    return [_Word(pk, "有人申请加入", f"有志愿者申请加入“{name}”。", desk) for pk in ids]


def _about_leaving(entry: Entry) -> list[_Word]:
    membership = Membership.objects.select_related("organization", "volunteer").get(
        pk=entry.subject_id or 0
    )
    body = f"您已不再是“{membership.organization.name}”的成员：{membership.left_reason}"
    page = reverse("orgs:detail", args=[membership.organization_id])
    return [_Word(membership.volunteer.user_id, "您已离开组织", body, page)]


_TELLERS: dict[str, Callable[[Entry], list[_Word]]] = {
    **dict.fromkeys(_DECIDED, _about_application),
    "orgs.merge": _about_ending,
    "orgs.dissolve": _about_ending,
    "orgs.give_duty": _about_duty,
    "orgs.take_duty": _about_duty,
    "orgs.ask_to_join": _about_request,
    "orgs.accept_join": _about_request,
    "orgs.decline_join": _about_request,
    "orgs.remove_member": _about_leaving,
}
