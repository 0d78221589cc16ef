"""Take a roster along: signed, for one leader, one activity and one device, until it runs out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.kernel.refusals import BadInput, WrongState
from voluncity.service.offline import queries, rules
from voluncity.service.offline.models import Package
from voluncity.service.projects.models import Activity
from voluncity.service.projects.states import HELD_STATES


@dataclass(frozen=True)
class Taken:
    """A roster with the server's word for it."""

    package: Package
    token: str
    content: dict[str, Any]


def take_roster(*, activity: Activity, device: str, by: User, at: datetime) -> Taken:
    """Give a leader the roster of an activity for one device; who took it is in the journal.

    :raises BadInput: when the browser keeps no mark.
    :raises WrongState: when it does not take place, or not soon.
    """
    if not device:
        raise BadInput(
            "浏览器没有保存设备标记，请允许本站保存 Cookie 后再试。", code="offline.device"
        )
    if activity.state not in HELD_STATES:
        raise WrongState("这个活动没有开放或已经取消，不用签到。", code="offline.not_open")
    found = queries.roster(activity, at=at)
    if found is None:
        raise WrongState(
            "近期没有要签到的班次，请在活动前一天以内下载名单。", code="offline.not_soon"
        )
    with transaction.atomic():  # not before: the tags of many people take seconds
        package = Package.objects.create(
            activity=activity, leader=by, device=device, digest=rules.digest_of(found.content),
            people=found.people, issued_at=at, expires_at=found.expires_at,
        )  # fmt: skip
        record(
            "offline.take_roster", package, by=by, at=at,
            activity=activity.pk, people=found.people,
        )  # fmt: skip
    bond = rules.Bond(package.pk, activity.pk, by.pk, device, package.digest, package.expires_at)
    return Taken(package, bond.token(key=settings.SECRET_KEY.encode()), found.content)
