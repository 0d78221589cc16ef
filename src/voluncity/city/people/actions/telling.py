"""Tell somebody what concerns them; of a child without an account the guardians hear."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.urls import reverse

from voluncity.city.inbox import actions as inbox
from voluncity.city.people import queries
from voluncity.city.people.models import Volunteer
from voluncity.kernel.clock import local_date


class Letter(NamedTuple):
    """A message that says 您; `ward_url` is where a guardian reads more, else the child's page."""

    title: str
    body: str
    url: str
    ward_url: str = ""


def tell_person(
    *,
    volunteer: Volunteer,
    key: str,
    letter: Letter,
    at: datetime,
    guardians: Iterable[int] | None = None,
) -> None:
    """Tell a person something once, or the guardians of a child without an account.

    `guardians` are their accounts, where they were asked of many children at once.
    """
    holder = queries.holder_of(volunteer)
    if holder is not None:
        inbox.send(
            user_id=holder, key=key, title=letter.title, body=letter.body, url=letter.url, at=at
        )
        return
    is_merged = volunteer.merged_into_id is not None
    child = queries.living_record(volunteer.pk) if is_merged else volunteer.pk
    if guardians is None:
        guardians = queries.guardian_accounts([child], on=local_date(at)).get(child, [])
    for user_id in guardians:
        inbox.send(
            user_id=user_id, key=f"{key}:{user_id}",
            title=f"{volunteer.name}：{_of_child(letter.title)}", body=_of_child(letter.body),
            url=letter.ward_url or reverse("people:ward", args=[child]), at=at,
        )  # fmt: skip


def _of_child(words: str) -> str:
    return words.replace("您", "孩子")
