"""What follows: stars are certified after publicity, and the organization hears of it."""

from __future__ import annotations

from django.urls import reverse

from voluncity.city.access import queries as access
from voluncity.city.access.permissions import Permission
from voluncity.city.inbox import actions as inbox
from voluncity.city.journal.models import Entry
from voluncity.honor.ratings import actions
from voluncity.honor.ratings.models import Rating
from voluncity.honor.ratings.rules import STAR_WORDS


def follow_publicity(entries: list[Entry]) -> None:
    """Certify what stood in public; take back what met an objection that holds."""
    for entry in entries:
        if entry.data.get("subject_type") != "batch" or entry.data.get("kind") != "ratings":
            continue
        pk = entry.data["subject_id"]
        if entry.verb == "publicity.take_effect":
            actions.certify_batch(batch_id=pk, at=entry.at)
        elif entry.verb == "publicity.overturn":
            actions.reopen_batch(batch_id=pk, at=entry.at)


def tell_people(entries: list[Entry]) -> None:
    """Tell an organization's administrators which stars it got."""
    ids = [entry.subject_id for entry in entries if entry.verb == "ratings.rate"]
    if not ids:
        return
    found = Rating.objects.select_related("organization").in_bulk([pk for pk in ids if pk])
    for entry in entries:
        if entry.verb == "ratings.rate":
            _tell(found[entry.subject_id or 0], entry)


def _tell(rating: Rating, entry: Entry) -> None:
    holders = access.people_with(
        Permission.ORG_EDIT, organization_path=rating.organization.path, region_path=""
    )
    for user_id in sorted({grant.user_id for grant in holders}):
        inbox.send(
            user_id=user_id,
            key=f"ratings:{rating.pk}:{user_id}",
            title=f"{rating.year}年度认定为{STAR_WORDS[rating.stars]}志愿服务组织",
            body=f"“{rating.organization.name}”公示结束，星级已认定。感谢大家一年来的付出！",
            url=reverse("orgs:detail", args=[rating.organization_id]),
            at=entry.at,
        )
