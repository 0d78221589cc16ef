"""Load the courses, and keep who has passed one (民政部令第 67 号第八条)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from importlib.resources import files

from django.db import transaction

from voluncity.city.journal.actions import record, record_many
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User, Volunteer
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, Refusal, WrongState
from voluncity.kernel.text import clean
from voluncity.service.training.models import Course, TrainingRecord

MAX_MINUTES = 24 * 60
MAX_AT_ONCE = 200
OLDEST = timedelta(days=10 * 366)


@transaction.atomic
def load_courses() -> int:
    """Write the courses as the data file says; return how many."""
    text = files("voluncity.service.training").joinpath("data/courses.json").read_text("utf-8")
    rows = json.loads(text)
    for row in rows:
        Course.objects.update_or_create(key=row.pop("key"), defaults=row)
    return len(rows)


@transaction.atomic
def record_training(
    *,
    course_id: int,
    organization_id: int,
    numbers: Sequence[str],
    passed_on: date,
    minutes: int,
    by: User,
    at: datetime,
) -> list[TrainingRecord]:
    """Write down that volunteers, named by their numbers, have passed a course on a day.

    :raises BadInput: when one number is unknown or recorded already, or the day or time is wrong;
        then nobody is recorded.
    """
    _check_day_and_time(passed_on, minutes, today=local_date(at))
    if not Course.objects.filter(pk=course_id).exists():
        raise BadInput("请从列表中选择培训。", field="course")
    if not Organization.objects.filter(pk=organization_id).exists():
        raise BadInput("请从列表中选择组织。", field="organization")
    people = _people(numbers)
    _check_not_recorded(people, course_id, passed_on)
    records = TrainingRecord.objects.bulk_create(
        TrainingRecord(
            course_id=course_id,
            volunteer=volunteer,
            organization_id=organization_id,
            passed_on=passed_on,
            minutes=minutes,
            recorded_by=by,
            recorded_at=at,
        )
        for volunteer in people
    )
    entries = [
        (one, {"course": course_id, "volunteer": one.volunteer_id, "minutes": minutes})
        for one in records
    ]
    record_many("training.record", entries, by=by, at=at)
    return records


@transaction.atomic
def record_learned(
    *,
    course_id: int,
    volunteer_id: int,
    organization_id: int,
    passed_on: date,
    minutes: int,
    by: User | None,
    at: datetime,
) -> TrainingRecord:
    """Give one volunteer a certificate for a day; one that was written down already is taken."""
    made, is_new = TrainingRecord.objects.get_or_create(
        course_id=course_id, volunteer_id=volunteer_id, passed_on=passed_on, revoked_at=None,
        defaults={
            "organization_id": organization_id, "minutes": minutes, "recorded_by": by,
            "recorded_at": at,
        },
    )  # fmt: skip
    if is_new:
        record(
            "training.record", made, by=by, at=at,
            course=course_id, volunteer=volunteer_id, minutes=minutes,
        )  # fmt: skip
    return made


@transaction.atomic
def revoke_training(*, record_id: int, reason: str, by: User, at: datetime) -> TrainingRecord:
    """Declare a certificate void: conditions of projects stop accepting it at once.

    :raises BadInput: without a reason.
    :raises Refusal: when it is one's own.
    :raises WrongState: when it was revoked before.
    """
    why = clean(reason, max_length=200, field="reason", label="撤销原因")
    if not why:
        raise BadInput("请填写撤销原因，证书查验页会公布。", field="reason")
    one: TrainingRecord = TrainingRecord.objects.select_related("volunteer").get(pk=record_id)
    if one.volunteer.user_id == by.pk:
        raise Refusal("不能撤销自己的培训证书，请由同事办理。", code="training.own_record")
    live = TrainingRecord.objects.filter(pk=record_id, revoked_at=None)
    if not live.update(revoked_at=at, revoked_by=by, revoke_reason=why):
        raise WrongState("这份证书已经撤销，请刷新页面。", code="wrong_state.revoke")
    one.refresh_from_db()
    record("training.revoke", one, by=by, at=at, volunteer=one.volunteer_id, course=one.course_id)
    return one


def _check_day_and_time(passed_on: date, minutes: int, *, today: date) -> None:
    if passed_on > today:
        raise BadInput("培训日期不能晚于今天，请修改。", field="passed_on")
    if passed_on < today - OLDEST:
        raise BadInput("培训日期不能早于十年前，请修改。", field="passed_on")
    if not 1 <= minutes <= MAX_MINUTES:
        raise BadInput(f"学习时长应为 1 到 {MAX_MINUTES} 分钟，请修改。", field="minutes")


def _people(numbers: Sequence[str]) -> list[Volunteer]:
    wanted = list(dict.fromkeys(numbers))
    if not wanted:
        raise BadInput("请填写至少一个志愿者编号。", field="numbers")
    if len(wanted) > MAX_AT_ONCE:
        raise BadInput(f"一次最多登记 {MAX_AT_ONCE} 人，请分几次登记。", field="numbers")
    known = {one.number: one for one in Volunteer.objects.filter(number__in=wanted, closed_at=None)}
    unknown = [number for number in wanted if number not in known]
    if unknown:
        shown = "、".join(number[:20] for number in unknown[:5])
        raise BadInput(f"没有找到志愿者编号 {shown}，请核对后再提交。", field="numbers")
    return [known[number] for number in wanted]


def _check_not_recorded(people: Sequence[Volunteer], course_id: int, passed_on: date) -> None:
    twice = TrainingRecord.objects.filter(
        volunteer__in=people, course_id=course_id, passed_on=passed_on, revoked_at=None
    ).values_list("volunteer__number", flat=True)
    if twice:
        shown = "、".join(sorted(twice)[:5])
        raise BadInput(f"{shown} 这一天的这项培训已经登记过，请去掉后再提交。", field="numbers")
