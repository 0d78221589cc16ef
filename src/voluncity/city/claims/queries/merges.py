"""What a merge would do, which ones there were, and until when each can be taken back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.module_loading import import_string

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import Person, scope_of
from voluncity.city.claims.models import Claim, DataCorrection, Merge
from voluncity.city.claims.states import ClaimState, CorrectionState
from voluncity.city.people import queries as people
from voluncity.city.people.models import Volunteer
from voluncity.city.policy import queries as policy
from voluncity.kernel.clock import local_date
from voluncity.kernel.merging import MergePart, Pair
from voluncity.kernel.minutes import hours_text
from voluncity.kernel.own_data import Hindrance

Section = tuple[str, list[str]]


def merging_parts() -> list[MergePart]:
    """Return what each slice does when records are merged, in the order of the settings."""
    return [cast(MergePart, import_string(name)) for name in settings.VOLUNCITY_MERGING]


def hindrances(pair: Pair) -> list[Hindrance]:
    """Return what must be settled before two records become one, as every slice says it."""
    found = unfinished(pair)
    for part in merging_parts():
        found += part.hindrances(pair)
    return found


def unfinished(pair: Pair) -> list[Hindrance]:
    """Return the claims and corrections of the two that wait: whose they are, is asked first."""
    both = [pair.loser_id, pair.winner_id]
    claims = Claim.objects.filter(volunteer__in=both, state=ClaimState.ASKED).order_by("pk")
    wanted = DataCorrection.objects.filter(volunteer__in=both, state=CorrectionState.ASKED)
    return [
        *(
            Hindrance(
                "有人正在申请认领其中一份登记，请先办完这次认领，再合并。",
                reverse("claims:desk_claim", args=[one.pk]),
            )
            for one in claims
        ),
        *(
            Hindrance(
                "其中一份登记的信息更正还没有办完，请先办完，再合并。",
                reverse("claims:desk_correction", args=[one.pk]),
            )
            for one in wanted.order_by("pk")
        ),
    ]


def preview(loser: Volunteer, winner: Volunteer, *, viewer: Person, at: datetime) -> list[Section]:
    """Return in sentences what follows from a merge, by subject; nothing is changed."""
    pair = Pair(loser.pk, winner.pk, viewer.pk or 0, at)
    parts = [(part.label, part.preview(pair)) for part in merging_parts()]
    return [
        ("服务时长", _minutes(loser, winner)),
        *((label, said) for label, said in parts if said),
        ("登录账号", [_account(loser, winner)]),
        ("个人资料", ["姓名、证件、社区、专长、监护人和各项授权以保留的登记为准。"]),
    ]


def _minutes(loser: Volunteer, winner: Volunteer) -> list[str]:
    gone, kept = people.minutes_of(loser.pk), people.minutes_of(winner.pk)
    if not gone.total:
        return ["被并入的登记没有已入账的时长。"]
    proven, entered = hours_text(gone.proven), hours_text(gone.entered)
    total = hours_text(gone.total + kept.total)
    moved = f"信用时长 {proven}、荣誉时长 {entered} 转入保留的登记，合并后共 {total}。"
    return [moved, "星级和排行随之重算，服务记录和服务证明都保留。"]


def _account(loser: Volunteer, winner: Volunteer) -> str:
    if loser.user_id is None:
        return "被并入的登记没有登录账号，登录方式不变。"
    if winner.user_id is None:
        return "被并入的登记的手机号和账号转给保留的登记，本人照常登录。"
    return "两份登记各有一个登录账号，只能留一个；另一个账号将退出登录，不再是志愿者账号。"


def merges(viewer: Person) -> QuerySet[Merge]:
    """Return the merges within the viewer's reach, newest first."""
    reach = Merge.objects.in_scope(scope_of(viewer, Permission.RECORD_MERGE))
    return reach.select_related(
        "loser__region", "winner__region", "merged_by", "undone_by"
    ).order_by("-merged_at", "-pk")


def undo_until(merge: Merge) -> datetime:
    """Return from when on a merge stays."""
    days = policy.number("claims.undo_days", on=local_date(merge.merged_at))
    return merge.merged_at + timedelta(days=days)


def users_of(merge: Merge) -> set[int | None]:
    """Return whose accounts had the two records before they were merged."""
    accounts = merge.kept["accounts"]
    return {accounts["loser_user_id"], accounts["winner_user_id"]}
