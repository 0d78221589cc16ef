"""What follows: organizers and those whom a photo shows hear what concerns them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.urls import reverse

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import people_with
from voluncity.city.inbox import actions as inbox
from voluncity.city.journal.models import Entry
from voluncity.service.archives.models import Archive, HideRequest

Word = tuple[Iterable[int], str, str, str]


def tell_people(entries: list[Entry]) -> None:
    """Tell what was decided about an archive, and who asked to hide a photo."""
    for entry in entries:
        teller = _TELLERS.get(entry.verb)
        word = teller(entry) if teller else None
        if word is None:
            continue
        people, title, body, url = word
        for user_id in people:
            inbox.send(
                user_id=user_id, key=f"archives:{entry.pk}:{user_id}", title=title, body=body,
                url=url, at=entry.at,
            )  # fmt: skip


_DECIDED = {
    "archives.send_back": ("活动归档被退回", "原因请点开查看，补充后再提交。"),
    "archives.accept": ("活动归档已通过审核", "谢谢您的整理。"),
    "archives.reopen": ("活动归档被重新打开", "原因请点开查看，更正后再提交。"),
}


def _to_organizer(entry: Entry) -> Word | None:
    archive = Archive.objects.select_related("activity").filter(pk=entry.subject_id or 0).first()
    if archive is None:
        return None
    title, more = _DECIDED[entry.verb]
    people = {archive.submitted_by_id, archive.activity.leader_id} - {None, entry.actor_id}
    page = reverse("archives:desk_detail", args=[archive.pk])
    return sorted(pk for pk in people if pk), title, f"{archive.activity.name}。{more}", page


def _to_those_who_answer(entry: Entry) -> Word | None:
    request = _request(entry)
    if request is None:
        return None
    activity = request.photo.archive.activity
    organization = activity.project.organization
    grants = people_with(
        Permission.ACTIVITY_EDIT,
        organization_path=organization.path,
        region_path=organization.region.path,
    )
    people = sorted(
        {one.user_id for one in grants if one.organization_id == organization.pk}
        | {activity.leader_id}
    )
    body = f"{activity.name}。请在 {request.due_on:%m月%d日} 前答复。"
    return people, "有人请求下架照片", body, reverse("archives:requests")


def _to_asker(entry: Entry) -> Word | None:
    request = _request(entry)
    if request is None:
        return None
    done = "已经下架" if entry.verb == "archives.hide_request" else "没有下架"
    page = reverse("archives:ask_to_hide", args=[request.photo_id])
    name = request.photo.archive.activity.name
    return [request.asked_by_id], f"您请求下架的照片{done}", f"{name}。答复请点开查看。", page


def _request(entry: Entry) -> HideRequest | None:
    found: HideRequest | None = (
        HideRequest.objects.select_related(
            "photo__archive__activity__project__organization__region"
        )
        .filter(pk=entry.subject_id or 0)
        .first()
    )
    return found


_TELLERS: dict[str, Callable[[Entry], Word | None]] = {
    **dict.fromkeys(_DECIDED, _to_organizer),
    "archives.ask_to_hide": _to_those_who_answer,
    "archives.hide_request": _to_asker,
    "archives.decline_request": _to_asker,
}
