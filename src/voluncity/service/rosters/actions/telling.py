"""Tell somebody about their turns: the own account, else a guardian's, else a text message."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from voluncity.city.inbox import actions as inbox
from voluncity.city.inbox import queries as texts
from voluncity.city.people import queries as people
from voluncity.city.people.models import Volunteer
from voluncity.kernel.clock import local_date


def tell(volunteer: Volunteer, *, key: str, title: str, body: str, at: datetime) -> bool:
    """Return whether anybody could be reached; the leader has to call everybody else."""
    if volunteer.user_id is not None:
        inbox.send(
            user_id=volunteer.user_id, key=key, title=title, body=body[:500], at=at,
            url=reverse("rosters:mine"),
        )  # fmt: skip
        return True
    guardians = people.guardian_accounts([volunteer.pk], on=local_date(at)).get(volunteer.pk, [])
    for user_id in guardians:
        inbox.send(
            user_id=user_id, key=f"{key}:{user_id}", title=title.replace("您", "孩子"),
            body=f"{volunteer.name}：{body}"[:500], at=at,
            url=reverse("signups:of_ward", args=[volunteer.pk]),
        )  # fmt: skip
    phone = people.contact_phone(volunteer, on=local_date(at)) if texts.can_text() else ""
    if phone:
        inbox.send_text(phone=phone, text=f"{title}：{body}"[:200], key=key, at=at)
    return bool(guardians or phone)
