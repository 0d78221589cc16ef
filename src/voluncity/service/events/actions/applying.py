"""Apply once for an event, change it, leave it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from secrets import token_hex

from django.db import IntegrityError, transaction

from voluncity.city.access import personal
from voluncity.city.access.permissions import Permission
from voluncity.city.files import actions as files
from voluncity.city.files.rules import Checked
from voluncity.city.journal.actions import record
from voluncity.city.people import queries as people
from voluncity.city.people.models import User, Volunteer
from voluncity.city.people.states import IdentityState
from voluncity.kernel.clock import day_bounds
from voluncity.kernel.refusals import BadInput, Refusal, WrongState
from voluncity.kernel.text import words
from voluncity.service.events.actions.steps import (
    application_of,
    event_of,
    overtaken,
    step_application,
)
from voluncity.service.events.models import Application, AppliedDay, Badge, Event, Group, Liking
from voluncity.service.events.queries.public import bound_to
from voluncity.service.events.rules.plans import said
from voluncity.service.events.states import (
    CHANGEABLE,
    IN_PLAY,
    ApplicationState,
    EventState,
    Size,
)
from voluncity.service.signups import actions as signups
from voluncity.service.signups.rules import require_risks_read
from voluncity.service.signups.states import SignupState

MOST_LIKED = 3
DIET_MOST = 60


@dataclass(frozen=True)
class Wish:
    """What somebody says who wants to help."""

    days: tuple[date, ...]
    group_ids: tuple[int, ...] = ()
    size: str = ""
    diet: str = ""
    experience: str = ""
    photo: Checked | None = None


@transaction.atomic
def apply_for(
    *,
    event_id: int,
    volunteer: Volunteer,
    wish: Wish,
    risks_read: bool,
    by: User,
    at: datetime,
    is_desk: bool = False,
) -> Application:
    """Apply for an event, once; who withdrew may come back while the window is open.

    `is_desk`: the organizer enters somebody who called, also after the window has closed.

    :raises BadInput: at a field that breaks a rule, or when the risks were not read.
    :raises Refusal: when the person may not take part, or the window is closed.
    """
    event = event_of(event_id)
    require_window(event, at=at, is_desk=is_desk)
    require_fit(event, volunteer, is_desk=is_desk)
    require_risks_read(risks_read=risks_read)
    application = _row(event, volunteer, by=by, at=at)
    _write(application, wish, by=by, at=at)
    own = volunteer.user_id == by.pk
    record(
        "events.apply", application, by=by, at=at, on_behalf_of=None if own else volunteer,
        event=event.pk,
    )  # fmt: skip
    return application


def require_window(event: Event, *, at: datetime, is_desk: bool = False) -> None:
    """Refuse applications before, after, and for what is not public.

    :raises Refusal: with the sentence that says when.
    """
    if event.state != EventState.OPEN:
        raise Refusal("这次赛会现在不接受报名，请看看别的活动。", code="events.not_open")
    if is_desk:
        if at >= day_bounds(event.ends_on)[1]:
            raise Refusal("赛会已经结束，不能再登记报名。", code="events.window_over")
        return
    if at < event.apply_from:
        raise Refusal("报名还没有开始，请到时间再来。", code="events.window_before")
    if at >= event.apply_until:
        raise Refusal("报名已经截止，谢谢您的关注。", code="events.window_over")


def require_fit(event: Event, volunteer: Volunteer, *, is_desk: bool = False) -> None:
    """Refuse who may not take part: the age and consent are those of the first day.

    :raises Refusal: with the first reason.
    """
    who = "这位志愿者" if is_desk else "您"
    if volunteer.closed_at is not None:
        raise Refusal("这位志愿者已经注销，不能报名，请核对编号。", code="events.closed")
    if volunteer.identity_state != IdentityState.VERIFIED:
        more = "请先在“实名审核”里办理。" if is_desk else "请到“我的”里提交。"
        raise Refusal(f"报名前要先完成实名认证，{more}", code="events.not_verified")
    age = people.age(volunteer, on=event.starts_on)
    if age < event.min_age:
        raise Refusal(
            f"志愿者须满 {event.min_age} 周岁，赛会第一天{who} {age} 周岁，还不能报名。",
            code="events.too_young",
        )
    if event.max_age is not None and age > event.max_age:
        raise Refusal(
            f"志愿者不超过 {event.max_age} 周岁，赛会第一天{who} {age} 周岁，请看看别的活动。",
            code="events.too_old",
        )
    if not people.guardian_ok(volunteer, on=event.starts_on):
        raise Refusal(
            "未成年人参加赛会需要监护人同意，请监护人登录后，在“我的 · 家庭”里为孩子登记。",
            code="events.no_guardian",
        )


def _row(event: Event, volunteer: Volunteer, *, by: User, at: datetime) -> Application:
    """Return a new row, or the one of somebody who left and comes back."""
    known = Application.objects.filter(event=event, volunteer=volunteer).first()
    if known is not None:
        if known.state != ApplicationState.WITHDRAWN:
            raise WrongState("已经报过名了，请到“我的赛会”里查看或修改。", code="events.already_in")
        return step_application(
            known, "return", by=by, at=at, applied_at=at, applied_by=by, risks_read_at=at,
            reason="", reply_by=None, replied_at=None,
        )  # fmt: skip
    try:
        with transaction.atomic():
            return Application.objects.create(
                event=event, volunteer=volunteer, key=token_hex(16), applied_at=at, applied_by=by,
                risks_read_at=at,
            )  # fmt: skip
    except IntegrityError as error:
        raise overtaken("apply") from error


@transaction.atomic
def change_application(*, application_id: int, wish: Wish, by: User, at: datetime) -> Application:
    """Let somebody change days, groups and the rest until the window closes.

    :raises BadInput: at a field that breaks a rule.
    :raises WrongState: when it was decided already.
    """
    application = application_of(application_id)
    require_window(application.event, at=at)
    if application.state not in CHANGEABLE:
        raise WrongState(
            "已经有了结果，不能再改。要改日子的，请打电话告诉组织者。", code="events.decided"
        )
    _write(application, wish, by=by, at=at)
    record("events.change_application", application, by=by, at=at, event=application.event_id)
    return application


@transaction.atomic
def set_photo(*, application_id: int, photo: Checked, by: User, at: datetime) -> Application:
    """Keep the photo for the badge; the one before it is removed.

    :raises WrongState: when the person does not take part any more, or the event is over.
    """
    application = application_of(application_id)
    if application.state not in IN_PLAY:
        raise WrongState("您已不在名单里，不用再交照片。", code="events.not_in_play")
    if at >= day_bounds(application.event.ends_on)[1]:
        raise WrongState("赛会已经结束，不用再交照片。", code="events.is_over")
    _keep_photo(application, photo, by=by, at=at)
    record("events.set_photo", application, by=by, at=at, event=application.event_id)
    return application


def _write(application: Application, wish: Wish, *, by: User, at: datetime) -> None:
    event = application.event
    days = _days(event, wish.days)
    groups = _groups(event, wish.group_ids)
    if wish.size and wish.size not in Size.values:
        raise BadInput("请从列表中选择尺码。", field="size")
    diet = words(wish.diet, "diet", "饮食说明", DIET_MOST, wanted=False)
    application.size = wish.size
    application.diet_cipher = personal.seal(diet, bound_to=bound_to(application)) if diet else ""
    application.experience = words(
        wish.experience, "experience", "经历和特长", 300, wanted=False, long=True
    )
    application.save(update_fields=["size", "diet_cipher", "experience"])
    application.days.all().delete()
    application.likings.all().delete()
    AppliedDay.objects.bulk_create(AppliedDay(application=application, day=day) for day in days)
    Liking.objects.bulk_create(
        Liking(application=application, group=group, rank=rank)
        for rank, group in enumerate(groups, start=1)
    )
    if wish.photo is not None:
        _keep_photo(application, wish.photo, by=by, at=at)


def _days(event: Event, days: Sequence[date]) -> list[date]:
    if not days:
        raise BadInput("请至少勾选一天。", field="days")
    if set(days) - set(event.days):
        raise BadInput("请从赛会的日子里选择。", field="days")
    return sorted(set(days))


def _groups(event: Event, ids: Sequence[int]) -> list[Group]:
    if len(set(ids)) != len(ids):
        raise BadInput("同一个组只选一次，请修改。", field="group_1")
    known = {group.pk: group for group in event.groups.all()}
    if len(ids) > MOST_LIKED or set(ids) - known.keys():
        raise BadInput("请从列表中选择组别。", field="group_1")
    return [known[pk] for pk in ids]


def _keep_photo(application: Application, photo: Checked, *, by: User, at: datetime) -> None:
    old = application.photo
    application.photo = files.store(
        photo, subject=f"event:{application.event_id}", by=by, at=at,
        organization_id=application.event.project.organization_id,
        seen_with=Permission.EVENT_EDIT,
    )  # fmt: skip
    application.save(update_fields=["photo"])
    if old is not None:
        files.remove(old, at=at)


@transaction.atomic
def withdraw(*, application_id: int, reason: str, by: User | None, at: datetime) -> Application:
    """Leave an event; places that are still to come are given back, the badge ends.

    :raises BadInput: without a reason.
    :raises WrongState: when the person is not in it any more.
    """
    application = application_of(application_id)
    text = said(reason, "reason", "退出原因")
    application = step_application(
        application, "withdraw", by=by, at=at, reason=text, replied_at=at
    )
    give_back(application, reason=text, by=by, at=at)
    end_badge(application, reason="本人退出", by=by, at=at)
    return application


def give_back(application: Application, *, reason: str, by: User | None, at: datetime) -> None:
    """Cancel every place of an application that has not begun."""
    coming = application.assignments.filter(
        signup__state=SignupState.PLACED, signup__shift__starts_at__gt=at
    ).filter(signup__attendance=None)
    for row in coming.order_by("pk"):
        actor = by or application.volunteer.user or application.event.leader
        signups.cancel_signup(signup_id=row.signup_id, reason=reason, by=actor, at=at, is_desk=True)


def end_badge(
    application: Application, *, reason: str, by: User | None, at: datetime
) -> Badge | None:
    """Let the live badge of an application hold no more; return it."""
    badge: Badge | None = application.badges.filter(revoked_at=None).first()
    if badge is None:
        return None
    mine = Badge.objects.filter(pk=badge.pk, revoked_at=None)
    if not mine.update(revoked_at=at, revoked_by=by, revoke_reason=reason[:100]):
        raise overtaken("revoke")
    record("events.revoke_badge", badge, by=by, at=at, application=application.pk)
    return badge
