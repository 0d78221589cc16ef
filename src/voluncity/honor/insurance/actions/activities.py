"""The cover of an activity: the word about its danger, its policy, its roster at the start."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.honor.insurance import queries, rules
from voluncity.honor.insurance.models import ActivityCover, Insured, RiskMark
from voluncity.honor.insurance.queries.activities import late_on_roster, on_roster
from voluncity.kernel.refusals import Refusal, WrongState
from voluncity.kernel.text import words
from voluncity.service.projects.models import Activity
from voluncity.service.projects.states import HELD_STATES
from voluncity.service.signups.models import Signup


@transaction.atomic
def mark_risk(*, activity_id: int, is_risky: bool, reason: str, by: User, at: datetime) -> RiskMark:
    """Say of one activity that it is dangerous, or that it is not though its category is.

    :raises BadInput: without a reason.
    :raises Refusal: when it is open, becomes dangerous by that, and has no cover.
    """
    said = words(reason, "reason", "理由", rules.REASON_MOST)
    activity = _activity(activity_id)
    mark, _ = RiskMark.objects.update_or_create(
        activity=activity,
        defaults={"is_risky": is_risky, "reason": said, "set_at": at, "set_by": by},
    )
    record("insurance.mark_risk", activity, by=by, at=at, is_risky=is_risky)
    _refuse_uncovered(activity, at)
    return mark


@transaction.atomic
def unmark_risk(*, activity_id: int, by: User, at: datetime) -> None:
    """Take the word about an activity back: its category decides again.

    :raises Refusal: when it is open, dangerous by its category, and has no cover.
    """
    activity = _activity(activity_id)
    RiskMark.objects.filter(activity=activity).delete()
    record("insurance.unmark_risk", activity, by=by, at=at)
    _refuse_uncovered(activity, at)


@transaction.atomic
def attach_policy(*, activity_id: int, policy_id: int, by: User, at: datetime) -> ActivityCover:
    """Choose the policy under which an activity takes place, or another one.

    :raises Refusal: when the policy does not cover this activity.
    :raises WrongState: when the roster is frozen, or the activity has begun.
    """
    activity = _activity(activity_id)
    if not queries.attachable(activity).filter(pk=policy_id).exists():
        raise Refusal(
            "这份保单不能用于这场活动，请核对保险期间、年龄和投保组织。",
            code="insurance.does_not_fit", field="policy",
        )  # fmt: skip
    values = {"policy_id": policy_id, "attached_at": at, "attached_by": by}
    open_covers = ActivityCover.objects.filter(activity=activity, frozen_at=None)
    if not open_covers.update(**values):
        if ActivityCover.objects.filter(activity=activity).exists():
            raise WrongState("名单已经固定，不能再换保单。", code="insurance.frozen")
        ActivityCover.objects.create(activity=activity, **values)
    _refuse_begun(activity, at)
    cover: ActivityCover = ActivityCover.objects.get(activity=activity)
    record("insurance.attach", activity, by=by, at=at, policy=policy_id)
    return cover


@transaction.atomic
def detach_policy(*, activity_id: int, by: User, at: datetime) -> None:
    """Let an activity take place without the policy.

    :raises Refusal: when it is dangerous and open.
    :raises WrongState: when the roster is frozen, the activity has begun, or there was none.
    """
    activity = _activity(activity_id)
    deleted, _ = ActivityCover.objects.filter(activity=activity, frozen_at=None).delete()
    if not deleted:
        raise WrongState("名单已经固定，或者没有选择保单。", code="insurance.frozen")
    _refuse_begun(activity, at)
    record("insurance.detach", activity, by=by, at=at)
    _refuse_uncovered(activity, at)


def _activity(activity_id: int) -> Activity:
    found = Activity.objects.select_related("project__organization__region")
    activity: Activity = found.get(pk=activity_id)
    return activity


def _refuse_begun(activity: Activity, at: datetime) -> None:
    """Nobody is insured, or not any more, for what may have happened already."""
    if activity.starts_at <= at:
        raise WrongState("活动已经开始，不能再选择或更换保单。", code="insurance.begun")


def _refuse_uncovered(activity: Activity, at: datetime) -> None:
    activity.refresh_from_db(fields=["state", "ends_at"])  # it may just have been opened
    if activity.state not in HELD_STATES or activity.ends_at <= at:
        return
    for hindrance in queries.hindrances_to_open(activity, at=at):
        raise Refusal(hindrance.sentence, code="insurance.needs_cover")


def freeze_rosters(*, at: datetime) -> int:
    """Freeze the rosters of activities that have begun; add who came late; return how many rows.

    Each activity in a transaction of its own, so that one that fails stops no other.
    """
    frozen = [_freeze(cover, at=at) for cover in list(queries.covers_to_freeze(at=at))]
    late = [_add_late(cover, at=at) for cover in list(queries.frozen_lately(at=at))]
    return sum(frozen) + sum(late)


@transaction.atomic
def _freeze(cover: ActivityCover, *, at: datetime) -> int:
    if not ActivityCover.objects.filter(pk=cover.pk, frozen_at=None).update(frozen_at=at):
        return 0  # another worker was quicker
    number = _list_people(cover, on_roster(cover), is_late=False, at=at)
    record("insurance.freeze", cover.activity, by=None, at=at, people=number)
    return number


@transaction.atomic
def _add_late(cover: ActivityCover, *, at: datetime) -> int:
    # Touched first, so that two workers take turns and nobody is on the roster twice.
    ActivityCover.objects.filter(pk=cover.pk).update(frozen_at=cover.frozen_at)
    number = _list_people(cover, late_on_roster(cover), is_late=True, at=at)
    if number:
        record("insurance.add_late", cover.activity, by=None, at=at, people=number)
    return number


def _list_people(
    cover: ActivityCover, signups: Iterable[Signup], *, is_late: bool, at: datetime
) -> int:
    ids = dict.fromkeys(signup.volunteer_id for signup in signups)
    rows = [
        Insured(
            policy_id=cover.policy_id, cover=cover, volunteer_id=pk, listed_at=at, is_late=is_late
        )
        for pk in ids
    ]
    return len(Insured.objects.bulk_create(rows, batch_size=500))
