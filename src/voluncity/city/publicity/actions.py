"""Show decisions to the public, take objections, and let what stood take effect."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import Exists, F, OuterRef

from voluncity.city.journal.actions import record, record_many
from voluncity.city.journal.models import Entry
from voluncity.city.publicity import queries
from voluncity.city.publicity.models import CalendarDay, Notice, NoticePart, Objection
from voluncity.city.publicity.states import (
    NOTICE_FLOW,
    OBJECTION_FLOW,
    NoticeKind,
    NoticeState,
    ObjectionState,
)
from voluncity.city.regions.models import Region
from voluncity.kernel.clock import local_date, weekday_text
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal
from voluncity.kernel.text import clean
from voluncity.kernel.workdays import Calendar

_FILE = Path(__file__).parent / "data" / "holidays.json"
LEAST_WORDS, MOST_WORDS = 5, 1000
FALLEN = "公示已撤销，不再显示名单。"


@dataclass(frozen=True)
class Case:
    """What is to be shown: in which words, about what, and where."""

    title: str
    body: str
    subject: models.Model
    region: Region


def show(  # noqa: PLR0913 -- what is shown, where, how long, by whom
    *,
    kind: NoticeKind | str,
    title: str,
    body: str,
    subject: models.Model,
    region: Region,
    workdays: int,
    at: datetime,
    by: models.Model | None,
) -> Notice:
    """Show a decision for so many working days; with 0 it takes effect at once and is listed.

    The day of showing does not count; the decision takes effect after the last day has ended.
    :raises Refusal: when the same thing is being shown already.
    """
    case = Case(title=title, body=body, subject=subject, region=region)
    [notice] = show_many([case], kind=kind, workdays=workdays, at=at, by=by)
    return notice


@transaction.atomic
def show_many(
    cases: Sequence[Case],
    *,
    kind: NoticeKind | str,
    workdays: int,
    at: datetime,
    by: models.Model | None,
) -> list[Notice]:
    """Show many decisions of one kind at once, each as `show` does; all or none.

    :raises Refusal: when one of these things is being shown already.
    """
    today = local_date(at)
    until = queries.due_on(today, workdays)
    notices = [
        Notice(
            kind=kind,
            title=case.title,
            body=case.body,
            subject_type=case.subject._meta.model_name or "",  # noqa: SLF001 -- Django's documented API
            subject_id=case.subject.pk,
            region=case.region,
            workdays=workdays,
            shown_from=today,
            shown_until=until,
            shown_by_id=by.pk if by else None,
        )
        for case in cases
    ]
    try:
        with transaction.atomic():
            Notice.objects.bulk_create(notices)
    except IntegrityError as error:
        raise Refusal("这项内容正在公示，不能重复公示。", code="publicity.twice") from error
    told = [(one, {"workdays": workdays, **_subject(one)}) for one in notices]
    record_many("publicity.show", told, by=by, at=at)
    if workdays == 0:
        _end_at_once(notices, by=by, at=at)
    return notices


def _end_at_once(notices: Sequence[Notice], *, by: models.Model | None, at: datetime) -> None:
    target = NOTICE_FLOW.after("take_effect", NoticeState.SHOWN)
    shown = Notice.objects.filter(pk__in=[one.pk for one in notices])
    shown.update(state=target, decided_at=at)
    for one in notices:
        one.state, one.decided_at = target, at
    told = [(one, _subject(one)) for one in notices]
    record_many("publicity.take_effect", told, by=by, at=at)


@transaction.atomic
def list_parts(notice: Notice, parts: Sequence[tuple[int, str]]) -> None:
    """Say what a notice shows together, in its order: (key, what the public reads of it).

    An objection may then be about one part alone; upheld, it takes that part out, and the others
    take effect (`publicity.take_out` in the journal names notice, subject and key).
    """
    NoticePart.objects.bulk_create(
        [
            NoticePart(notice=notice, number=number, key=key, label=label)
            for number, (key, label) in enumerate(parts, start=1)
        ],
        batch_size=500,
    )


@transaction.atomic
def take_part_out(*, notice_id: int, key: int, by: models.Model | None, at: datetime) -> bool:
    """Take one part out of a running notice; return whether it was in.

    A notice of which nothing is left falls.
    """
    if not Notice.objects.filter(pk=notice_id, state=NoticeState.SHOWN).update(
        shown_until=F("shown_until")
    ):
        return False  # over: nobody takes anything out of what took effect
    parts = NoticePart.objects.filter(notice=notice_id, taken_out_at=None)
    if not parts.filter(key=key).update(taken_out_at=at):
        return False
    notice = Notice.objects.get(pk=notice_id)
    record("publicity.take_out", notice, by=by, at=at, key=key, **_subject(notice))
    if not parts.exists():
        _end(Notice.objects.filter(pk=notice_id), notice, "overturn", by=by, at=at)
    return True


@transaction.atomic
def reword(
    *,
    kind: NoticeKind | str,
    subject: models.Model,
    body: str,
    by: models.Model | None,
    at: datetime,
    title: str = "",
) -> None:
    """Say anew what notices about a subject say, as when somebody may no longer be named there.

    A notice that fell says nothing of it any more; one without another title keeps its own.
    """
    told = Notice.objects.filter(
        kind=kind,
        subject_type=subject._meta.model_name,  # noqa: SLF001 -- Django's documented API
        subject_id=subject.pk,
    )
    if title:
        told.update(title=title)
    told.exclude(state=NoticeState.OVERTURNED).update(body=body)
    told.filter(state=NoticeState.OVERTURNED).update(body=FALLEN)
    record_many("publicity.reword", [(one, _subject(one)) for one in told], by=by, at=at)


@transaction.atomic
def object_to(
    *, notice_id: int, text: str, by: models.Model, at: datetime, number: int | None = None
) -> Objection:
    """Object to what is being shown, or to one `number` of its list.

    Each person has one open objection at a time.
    :raises BadInput: when the text is too short or too long, or the list has no such number.
    :raises Refusal: when the time is over, or the person's last objection is still open.
    """
    words = clean(text, max_length=MOST_WORDS, field="text", multiline=True, label="异议内容")
    if len(words) < LEAST_WORDS:
        raise BadInput("请写清楚您对哪一点有异议，至少 5 个字。", field="text")
    notice = _running(notice_id, today=local_date(at))
    part = _part(notice, number)
    try:
        with transaction.atomic():
            objection = Objection.objects.create(
                notice=notice, part=part, by_id=by.pk, text=words, made_at=at
            )
    except IntegrityError as error:
        raise Refusal(
            "您对这项公示的异议还在办理，请等待答复后再提。", code="publicity.objection_open"
        ) from error
    record("publicity.object", objection, by=by, at=at, notice=notice.pk)
    return objection


def _part(notice: Notice, number: int | None) -> NoticePart | None:
    if number is None:
        return None
    part: NoticePart | None = notice.parts.filter(number=number, taken_out_at=None).first()
    if part is None:
        raise BadInput("名单里没有这个序号，请核对后再填。", field="number")
    return part


def _running(notice_id: int, *, today: date) -> Notice:
    """Hold the notice while it runs: the update makes a simultaneous end wait its turn."""
    running = Notice.objects.filter(
        pk=notice_id, state=NoticeState.SHOWN, shown_until__gte=today
    ).update(shown_until=F("shown_until"))
    if not running:
        raise Refusal("公示已经结束，不能再提异议。如有问题，请联系文明办。", code="publicity.over")
    return Notice.objects.get(pk=notice_id)


@transaction.atomic
def answer(
    *, objection_id: int, is_upheld: bool, text: str, by: models.Model, at: datetime
) -> Objection:
    """Answer an objection; if it is upheld the decision falls at once, or its part of a list.

    Nobody answers an objection of their own, nor one against a decision of their own.
    :raises BadInput: when there are no words for the person.
    :raises NotAllowed: when it is one's own case.
    :raises WrongState: when it was answered already.
    """
    words = clean(text, max_length=MOST_WORDS, field="answer", multiline=True, label="答复")
    if not words:
        raise BadInput("请写明答复内容，提出异议的人会看到。", field="answer")
    objection: Objection = Objection.objects.select_related("notice", "part").get(pk=objection_id)
    _refuse_own_case(objection, by)
    verb = "uphold" if is_upheld else "dismiss"
    target = OBJECTION_FLOW.after(verb, objection.state)
    answered = Objection.objects.filter(pk=objection_id, state=ObjectionState.OPEN).update(
        state=target, answer=words, answered_by_id=by.pk, answered_at=at
    )
    objection.refresh_from_db()
    if not answered:  # somebody was faster: the table says what to tell
        OBJECTION_FLOW.after(verb, objection.state)
    record(
        "publicity.answer", objection, by=by, at=at, notice=objection.notice_id, is_upheld=is_upheld
    )
    notice = objection.notice
    if is_upheld and objection.part is not None:
        take_part_out(notice_id=notice.pk, key=objection.part.key, by=by, at=at)
    elif is_upheld:
        _end(Notice.objects.filter(pk=notice.pk), notice, "overturn", by=by, at=at)
    return objection


def _refuse_own_case(objection: Objection, by: models.Model) -> None:
    if objection.by_id == by.pk:
        raise NotAllowed(
            "不能答复自己提出的异议，请由其他工作人员办理。", code="publicity.own_objection"
        )
    if objection.notice.shown_by_id == by.pk:
        raise NotAllowed(
            "这项决定是您作出的，异议请由另一位工作人员答复。", code="publicity.own_decision"
        )


def finish_due(*, today: date, at: datetime) -> int:
    """Let every notice take effect whose time is over and that nobody objects to any more.

    Return how many took effect. Running twice at once does nothing twice.
    """
    due = Notice.objects.filter(state=NoticeState.SHOWN, shown_until__lt=today).order_by("pk")
    return sum(_finish(notice, today=today, at=at) for notice in due)


@transaction.atomic
def _finish(notice: Notice, *, today: date, at: datetime) -> bool:
    # Waits for an objection that is being written; the next statement then sees it.
    Notice.objects.filter(pk=notice.pk).update(shown_until=F("shown_until"))
    is_open = Objection.objects.filter(notice=OuterRef("pk"), state=ObjectionState.OPEN)
    due = Notice.objects.filter(~Exists(is_open), pk=notice.pk, shown_until__lt=today)
    return _end(due, notice, "take_effect", by=None, at=at)


def _end(
    candidates: models.QuerySet[Notice],
    notice: Notice,
    verb: str,
    *,
    by: models.Model | None,
    at: datetime,
) -> bool:
    """Take the last step of a notice if it is still running; the update is the decision."""
    target = NOTICE_FLOW.after(verb, NoticeState.SHOWN)
    if not candidates.filter(state=NoticeState.SHOWN).update(state=target, decided_at=at):
        return False
    record(f"publicity.{verb}", notice, by=by, at=at, **_subject(notice))
    return True


def _subject(notice: Notice) -> dict[str, Any]:
    return {
        "kind": notice.kind,
        "subject_type": notice.subject_type,
        "subject_id": notice.subject_id,
    }


@transaction.atomic
def load_calendar() -> int:
    """Add the days of the data file that the office neither set nor removed; return how many."""
    rows = json.loads(_FILE.read_text(encoding="utf-8"))
    known = {str(day) for day in CalendarDay.objects.values_list("day", flat=True)}
    removed = Entry.objects.filter(verb="publicity.remove_day").values_list("data", flat=True)
    left_alone = known | {entry["day"] for entry in removed}
    added = [CalendarDay(**row) for row in rows if row["day"] not in left_alone]
    CalendarDay.objects.bulk_create(added)
    return len(added)


@transaction.atomic
def set_day(
    *, day: date, is_workday: bool, name: str, by: models.Model, at: datetime
) -> CalendarDay:
    """Say that a day is a holiday, or a make-up working day; times already running stay.

    :raises BadInput: when the weekday says the same already, or the day has no name.
    """
    name = clean(name, max_length=40, field="name", label="名称")
    if not name:
        raise BadInput("请填写名称，如“国庆节”或“国庆节调休上班”。", field="name")
    if Calendar().is_workday(day) == is_workday:
        usual = "上班" if is_workday else "休息"
        raise BadInput(f"{day} 是{weekday_text(day)}，本来就{usual}，不用登记。", field="day")
    row, _ = CalendarDay.objects.update_or_create(
        day=day, defaults={"is_workday": is_workday, "name": name}
    )
    record("publicity.set_day", row, by=by, at=at, day=str(day), is_workday=is_workday)
    return row


@transaction.atomic
def remove_day(*, day: date, by: models.Model, at: datetime) -> None:
    """Let a day be again what its weekday says.

    :raises Refusal: when it is that already.
    """
    row = CalendarDay.objects.filter(day=day).first()
    if row is None:
        raise Refusal("这一天已经不在日历里了，请刷新页面。", code="publicity.no_day")
    record("publicity.remove_day", row, by=by, at=at, day=str(day), was_workday=row.is_workday)
    row.delete()
