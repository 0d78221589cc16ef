"""Plan public-welfare days, and let organizations attach their activities."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from voluncity.city.files import actions as files
from voluncity.city.files.rules import Checked
from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.city.publicity import queries as publicity
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotFound, WrongState
from voluncity.kernel.text import clean
from voluncity.service.projects.models import Activity
from voluncity.service.projects.states import ActivityState, ProjectState
from voluncity.service.welfare_days import queries, rules
from voluncity.service.welfare_days.models import Attachment, WelfareDay
from voluncity.service.welfare_days.states import DAY_FLOW, DayState

MONTHS = 12


@transaction.atomic
def generate_year(*, year: int, by: User | None, at: datetime) -> int:
    """Propose the days of a year; harmless to repeat. Return how many are new or changed.

    What was confirmed stays; what is only proposed follows the calendar of working days.

    :raises BadInput: when the year cannot be.
    """
    if not rules.FIRST_YEAR <= year <= rules.LAST_YEAR:
        raise BadInput(f"年份应在 {rules.FIRST_YEAR} 到 {rules.LAST_YEAR} 之间。", field="year")
    calendar, changes = publicity.calendar(), 0
    known = {one.month: one for one in WelfareDay.objects.filter(month__year=year)}
    for number in range(1, MONTHS + 1):
        base = rules.last_saturday(year, number)
        held, hint = rules.suggested(base, calendar)
        day = known.get(base.replace(day=1))
        if day is None:
            _, is_new = WelfareDay.objects.get_or_create(
                month=base.replace(day=1), defaults={"base_on": base, "held_on": held, "hint": hint}
            )
            changes += is_new
        elif (day.held_on, day.hint) != (held, hint):
            proposed = WelfareDay.objects.filter(pk=day.pk, state=DayState.PROPOSED)
            changes += proposed.update(held_on=held, hint=hint)
    if changes:
        record("welfare_days.generate", ("welfareday", None), by=by, at=at, year=year, days=changes)
    return changes


@transaction.atomic
def confirm_day(*, day: WelfareDay, by: User, at: datetime) -> None:
    """Say that a day is held when it is proposed.

    :raises WrongState: when somebody was faster.
    """
    _step(day, "confirm", by=by, at=at)


@transaction.atomic
def move_day(*, day: WelfareDay, held_on: date, reason: str, by: User, at: datetime) -> None:
    """Hold a day on another date of its month.

    :raises BadInput: without a reason, or for a date in another month or in the past.
    :raises WrongState: when the day is over, or somebody was faster.
    """
    today = local_date(at)
    if day.held_on < today:
        raise WrongState("这一天已经过去，不能再改期。", code="welfare_days.over")
    if (held_on.year, held_on.month) != (day.month.year, day.month.month):
        raise BadInput("请选择同一个月里的日期。", field="held_on")
    if held_on < today:
        raise BadInput("日期不能早于今天，请重新选择。", field="held_on")
    words = clean(reason, max_length=rules.REASON_MOST, field="reason", label="改期原因")
    if not words:
        raise BadInput("请填写改期原因，居民看得到。", field="reason")
    _step(day, "move", by=by, at=at, held_on=held_on, reason=words)


def _step(day: WelfareDay, verb: str, *, by: User, at: datetime, **changes: Any) -> None:
    target = DAY_FLOW.after(verb, day.state)
    same = WelfareDay.objects.filter(pk=day.pk, state=day.state, held_on=day.held_on)
    if not same.update(state=target, decided_at=at, decided_by=by, **changes):
        raise WrongState("这一天刚刚有人改过，请刷新页面。", code="welfare_days.was_faster")
    day.refresh_from_db()
    record(f"welfare_days.{verb}", day, by=by, at=at, held_on=day.held_on.isoformat())


@transaction.atomic
def describe_day(
    *, day: WelfareDay, theme: str, words: str, picture: Checked | None, by: User, at: datetime
) -> None:
    """Give a day its theme; without a new picture the old one stays.

    :raises BadInput: when the theme is missing or something is too long.
    """
    name = clean(theme, max_length=rules.THEME_MOST, field="theme", label="主题")
    if not name:
        raise BadInput("请填写主题，例如“学雷锋 送健康”。", field="theme")
    text = clean(words, max_length=rules.WORDS_MOST, field="words", label="说明", multiline=True)
    changes: dict[str, Any] = {"theme": name, "words": text}
    if picture is not None:
        changes["picture"] = files.store(
            picture, subject=f"welfare_day:{day.pk}", by=by, at=at, is_public=True
        )
    WelfareDay.objects.filter(pk=day.pk).update(**changes)
    record("welfare_days.describe", day, by=by, at=at)


@transaction.atomic
def attach(*, day: WelfareDay, activity: Activity, by: User, at: datetime) -> Attachment:
    """Let an activity belong to a day.

    :raises BadInput: when it is held on another day.
    :raises WrongState: when it is no open activity of service, or belongs to a day already.
    """
    if activity.state != ActivityState.OPEN:
        raise WrongState("请先开放报名，再加入公益日。", code="welfare_days.not_open")
    if activity.project.state == ProjectState.TEACHING:
        raise WrongState("培训班不是志愿服务，不能加入公益日。", code="welfare_days.training")
    if not queries.is_within(day, activity):
        first, last = queries.window(day)
        raise BadInput(
            f"活动日期应在 {first.month}月{first.day}日 到 {last.month}月{last.day}日 之间。"
        )
    try:
        with transaction.atomic():
            attachment = Attachment.objects.create(
                day=day, activity=activity, attached_at=at, attached_by=by
            )
    except IntegrityError as error:
        raise WrongState(
            "这场活动已经加入了公益日，请刷新页面。", code="welfare_days.attached"
        ) from error
    record("welfare_days.attach", activity, by=by, at=at, day=day.pk)
    return attachment


@transaction.atomic
def detach(*, activity: Activity, by: User, at: datetime) -> None:
    """Take an activity out of its day.

    :raises NotFound: when it belongs to none.
    """
    attachment = Attachment.objects.filter(activity=activity).first()
    if attachment is None or not Attachment.objects.filter(pk=attachment.pk).delete()[0]:
        raise NotFound("这场活动没有加入公益日，请刷新页面。")
    record("welfare_days.detach", activity, by=by, at=at, day=attachment.day_id)
