"""Revoke honors; look again at those behind which hours were taken back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from voluncity.city.journal.actions import record
from voluncity.city.people import queries as people
from voluncity.city.people.models import User, Volunteer
from voluncity.honor.certification import queries, rules
from voluncity.honor.certification.actions.holding import refuse_own
from voluncity.honor.certification.models import Honor
from voluncity.honor.certification.states import Doubt
from voluncity.honor.recognition import actions as recognition
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import WrongState


@transaction.atomic
def revoke(*, honor_id: int, reason: str, by: User, at: datetime) -> Honor:
    """Take an honor back; its public page says so, and why.

    :raises BadInput: when the reason is missing.
    :raises NotAllowed: when it is one's own.
    :raises WrongState: when it was taken back already.
    """
    honor = _honor(honor_id, by, at)
    said = rules.said(reason, label="撤销原因")
    live = Honor.objects.filter(pk=honor_id, revoked_at=None)
    if not live.update(
        revoked_at=at, revoked_by=by, revoke_reason=said, doubt=Doubt.NONE, doubted_at=None
    ):
        raise WrongState("这项认定已经撤销了，请刷新页面。", code="certification.revoked")
    honor.refresh_from_db()
    record(
        "certification.revoke", honor, by=by, at=at,
        volunteer=honor.volunteer_id, grade=honor.grade,
    )  # fmt: skip
    carry_stars(volunteer_ids=[honor.volunteer_id], at=at)
    return honor


@transaction.atomic
def carry_stars(*, volunteer_ids: Collection[int], at: datetime) -> int:
    """Let people's level be their highest living certified star; return of how many it changed.

    Who certifies and who revokes at the same moment take turns, person by person.
    """
    whose = {*volunteer_ids, *people.families(volunteer_ids)}
    held = Volunteer.objects.filter(pk__in=whose).order_by("pk")
    list(held.select_for_update(no_key=True).values_list("pk"))
    return recognition.carry_certified(queries.best_stars(volunteer_ids), at=at)


def carry_all_stars(*, at: datetime) -> int:
    """Do so for everybody of whom it is not so yet; doing it again changes nothing."""
    return carry_stars(volunteer_ids=queries.uncarried(), at=at)


@transaction.atomic
def keep(*, honor_id: int, reason: str, by: User, at: datetime) -> Honor:
    """Let an honor stand although hours behind it were taken back.

    :raises BadInput: when the reason is missing.
    :raises NotAllowed: when it is one's own.
    :raises WrongState: when nothing is doubted.
    """
    honor = _honor(honor_id, by, at)
    said = rules.said(reason, label="保留的理由")
    doubted = Honor.objects.filter(pk=honor_id, revoked_at=None).exclude(doubt=Doubt.NONE)
    if not doubted.update(
        doubt=Doubt.NONE, doubted_at=None, kept_reason=said, kept_at=at, kept_by=by
    ):
        raise WrongState("这项认定现在不需要复核，请刷新页面。", code="certification.not_doubted")
    honor.refresh_from_db()
    record("certification.keep", honor, by=by, at=at, volunteer=honor.volunteer_id)
    return honor


def _honor(honor_id: int, by: User, at: datetime) -> Honor:
    honor = Honor.objects.get(pk=honor_id)
    refuse_own([honor.volunteer_id], by, on=local_date(at))
    return honor


def mark_doubted(*, volunteer_ids: Collection[int], at: datetime) -> int:
    """Mark the honors of people whose hours were taken back, to be counted anew."""
    live = Honor.objects.filter(volunteer__in=volunteer_ids, revoked_at=None, doubt=Doubt.NONE)
    return live.update(doubt=Doubt.MARKED, doubted_at=at)


def recheck(*, at: datetime) -> int:
    """Count anew what was marked; return how many no longer reach what was asked.

    Reached on the batch's day or today: an honor that later hours carry stays undoubted.
    """
    marked = Honor.objects.filter(doubt=Doubt.MARKED, revoked_at=None)
    short = 0
    for honor in marked.select_related("batch__ladder", "volunteer").order_by("pk"):
        short += _recheck(honor, at)
    return short


@transaction.atomic
def _recheck(honor: Honor, at: datetime) -> bool:
    is_short = not queries.still_earned(honor, today=local_date(at))
    doubt = Doubt.SHORT if is_short else Doubt.NONE
    marked = Honor.objects.filter(pk=honor.pk, doubt=Doubt.MARKED, revoked_at=None)
    changed = marked.update(doubt=doubt, doubted_at=honor.doubted_at if is_short else None)
    if changed and is_short:
        record("certification.doubt", honor, by=None, at=at, volunteer=honor.volunteer_id)
    return bool(changed and is_short)
