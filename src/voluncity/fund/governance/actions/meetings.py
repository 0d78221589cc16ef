"""Call a meeting and make its agenda."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.fund.governance import rules
from voluncity.fund.governance.models import Fund, Item, Meeting
from voluncity.fund.governance.states import MEETING_FLOW
from voluncity.kernel.refusals import BadInput, Refusal, WrongState
from voluncity.kernel.text import words

_FARTHEST = timedelta(days=366)


@dataclass(frozen=True)
class MeetingPlan:
    """What, when and where."""

    title: str
    starts_at: datetime
    place: str


@dataclass(frozen=True)
class ItemPlan:
    """One point of the agenda."""

    title: str
    text: str = ""
    is_vote: bool = True
    is_important: bool = False


@transaction.atomic
def plan_meeting(*, fund: Fund, plan: MeetingPlan, handle: str, by: User, at: datetime) -> Meeting:
    """Call a meeting; the same mark of the browser again returns the first one.

    :raises BadInput: at the field that is wrong.
    """
    said = _checked(plan, at)
    meeting = Meeting(
        fund=fund, handle=handle, title=said.title, starts_at=said.starts_at, place=said.place,
        made_at=at, made_by=by,
    )  # fmt: skip
    try:
        with transaction.atomic():
            meeting.save(force_insert=True)
    except IntegrityError as error:
        first = Meeting.objects.filter(handle=handle, fund=fund).first()
        if first is None:
            raise Refusal("没有保存成功，请刷新页面再试。", code="governance.handle") from error
        return first  # type: ignore[no-any-return]  # the scoped manager is untyped
    record("governance.plan_meeting", ("fund_meeting", meeting.pk), by=by, at=at, fund=fund.pk)
    return meeting


def _checked(plan: MeetingPlan, at: datetime) -> MeetingPlan:
    if plan.starts_at > at + _FARTHEST:
        raise BadInput("会议时间太远，请核对年份。", field="starts_at")
    rules.day(plan.starts_at.date(), "starts_at")
    return MeetingPlan(
        words(plan.title, "title", "会议名称", 60),
        plan.starts_at,
        words(plan.place, "place", "地点", rules.PLACE_MOST),
    )


@transaction.atomic
def change_meeting(*, meeting: Meeting, plan: MeetingPlan, by: User, at: datetime) -> Meeting:
    """Change what, when or where before the meeting is held.

    :raises BadInput: at the field that is wrong.
    :raises WrongState: when it is held or cancelled.
    """
    said = _checked(plan, at)
    hold(meeting, "change", title=said.title, starts_at=said.starts_at, place=said.place)
    record("governance.change_meeting", ("fund_meeting", meeting.pk), by=by, at=at,
           fund=meeting.fund_id)  # fmt: skip
    return meeting


@transaction.atomic
def add_item(*, meeting: Meeting, plan: ItemPlan, by: User, at: datetime) -> Item:
    """Put one point more on the agenda; before the meeting only.

    :raises BadInput: when there is no title, or there are too many points.
    :raises WrongState: when the meeting is held or cancelled.
    """
    hold(meeting, "change")
    last = meeting.items.aggregate(last=Max("position"))["last"] or 0
    if meeting.items.count() >= rules.ITEMS_MOST:
        raise BadInput(f"一次会议最多 {rules.ITEMS_MOST} 个议题。", field="title")
    item: Item = Item.objects.create(
        meeting=meeting,
        position=last + 1,
        title=words(plan.title, "title", "议题", rules.TITLE_MOST),
        text=words(plan.text, "text", "议题内容", rules.TEXT_MOST, wanted=False, long=True),
        is_vote=plan.is_vote,
        is_important=plan.is_vote and plan.is_important,
    )
    record("governance.add_item", ("fund_item", item.pk), by=by, at=at, fund=meeting.fund_id)
    return item


@transaction.atomic
def remove_item(*, item: Item, by: User, at: datetime) -> None:
    """Take a point off the agenda; before the meeting only.

    :raises WrongState: when the meeting is held or cancelled.
    """
    meeting = item.meeting
    hold(meeting, "change")
    record("governance.remove_item", ("fund_item", item.pk), by=by, at=at, fund=meeting.fund_id)
    item.delete()


@transaction.atomic
def cancel_meeting(*, meeting: Meeting, reason: str, by: User, at: datetime) -> Meeting:
    """Call a meeting off, also one to which too few came.

    :raises BadInput: when there is no reason.
    :raises WrongState: when it is closed or cancelled.
    """
    said = words(reason, "reason", "取消原因", rules.REASON_MOST)
    hold(meeting, "cancel", cancel_reason=said)
    record("governance.cancel_meeting", ("fund_meeting", meeting.pk), by=by, at=at,
           fund=meeting.fund_id)  # fmt: skip
    return meeting


def hold(meeting: Meeting, verb: str, **changes: object) -> None:
    """Take one step with a meeting, or hold its row where the state stays.

    :raises WrongState: when the table has no such step, or somebody was faster.
    """
    target = MEETING_FLOW.after(verb, meeting.state)
    same = Meeting.objects.filter(pk=meeting.pk, state=meeting.state)
    if not same.update(**({"state": target, "place": F("place")} | changes)):
        raise WrongState("这次会议刚刚有了变化，请刷新页面查看。", code="governance.was_faster")
    meeting.refresh_from_db()
