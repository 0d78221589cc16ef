"""What time does: remind of promises, release those not kept, forget how to reach people."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from voluncity.city.policy import queries as policy
from voluncity.kernel.refusals import WrongState
from voluncity.service.pledges.actions.deciding import release_pledge
from voluncity.service.pledges.actions.steps import note
from voluncity.service.pledges.models import Pledge
from voluncity.service.pledges.states import LIVE, PledgeState
from voluncity.service.projects.states import OVER_STATES

PORTION = 500
_DAY = timedelta(days=1)


def keep_terms(*, today: date, at: datetime) -> None:
    """Remind before and after the promised day, release what was not kept, forget contacts.

    Each pledge in its own transaction: what somebody does meanwhile stands.
    """
    live = Pledge.objects.filter(state__in=LIVE).order_by("pk")
    days = _days(today)
    soon = today + days["pledges.remind_days"] * _DAY
    over = live.filter(need__project__state__in=OVER_STATES)
    for pledge in over.select_related("need__project")[:PORTION]:
        _release(pledge, "项目已经结束", at=at)
    for pledge in live.filter(promised_on__lt=today - days["pledges.grace_days"] * _DAY)[:PORTION]:
        _release(pledge, "过了承诺日期没有交付", at=at)
    for pledge in live.filter(promised_on__lt=today, overdue_at=None)[:PORTION]:
        _tell(pledge, "overdue", "overdue_at", at=at)
    accepted = live.filter(state=PledgeState.ACCEPTED)
    for pledge in accepted.filter(promised_on__gte=today, promised_on__lte=soon, reminded_at=None)[
        :PORTION
    ]:
        _tell(pledge, "remind", "reminded_at", at=at)
    _forget_contacts(before=at - days["pledges.contact_days"] * _DAY)


def _days(today: date) -> dict[str, int]:
    keys = ("pledges.remind_days", "pledges.grace_days", "pledges.contact_days")
    return policy.numbers(keys, on=today)


@transaction.atomic
def _release(pledge: Pledge, words: str, *, at: datetime) -> None:
    try:
        release_pledge(pledge=pledge, words=words, by=None, at=at)
    except WrongState:
        return  # somebody was faster


@transaction.atomic
def _tell(pledge: Pledge, verb: str, column: str, *, at: datetime) -> None:
    untold: dict[str, Any] = {"pk": pledge.pk, "state": pledge.state, column: None}
    if Pledge.objects.filter(**untold).update(**{column: at}):
        note(pledge, verb, by=None, at=at)


def _forget_contacts(*, before: datetime) -> None:
    # What has come needs no more calls, whether or not anybody thanked for it.
    is_done = Q(ended_at__lt=before) | Q(state=PledgeState.DELIVERED, delivered_at__lt=before)
    known = Pledge.objects.filter(is_done).exclude(contact_phone_cipher="")
    known.update(contact_name="", contact_phone_cipher="")
