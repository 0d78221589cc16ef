"""Close an account: fifteen days to change one's mind, then nothing tells any more who it was.

The law lets a person end the handling of their data at any time (PIPL art. 15, 47); records of
service must be kept for ten years all the same (GB/T 40143-2021), without the person.
"""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from voluncity.city.access.models import Grant
from voluncity.city.claims.actions import forgetting as claims
from voluncity.city.inbox import actions as inbox
from voluncity.city.journal.actions import record
from voluncity.city.orgs.actions import leaving as orgs
from voluncity.city.people import queries as records
from voluncity.city.people.actions import closing as people
from voluncity.city.people.actions import ownership
from voluncity.city.people.models import User, Volunteer
from voluncity.city.privacy import queries
from voluncity.city.privacy.models import Closing
from voluncity.city.privacy.queries import Subject
from voluncity.city.privacy.rules import CLOSING_WAIT
from voluncity.city.privacy.states import CLOSING_FLOW, ClosingState, DeskReason
from voluncity.kernel.clock import day_text, local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, WrongState


@transaction.atomic
def ask_to_close(*, subject: Subject, by: User, at: datetime) -> Closing:
    """Write down that an account shall end; it does so after fifteen days.

    :raises NotAllowed: when a guardian does not hold the child's record.
    :raises Refusal: when something must be settled before.
    :raises WrongState: when it was asked for already.
    """
    if not subject.may_close:
        raise NotAllowed("年满 14 周岁的，由本人登录后申请注销；需要帮助的，请到志愿服务站办理。")
    closing = _asked(subject, reason="", by=by, at=at)
    _tell(closing, "asked", "已收到您的注销申请", _asked_words(closing, at), at=at)
    return closing


def _asked(subject: Subject, *, reason: str, by: User, at: datetime) -> Closing:
    if found := queries.hindrances(subject.user, subject.volunteer):
        raise Refusal(found[0].sentence, code="privacy.unfinished")
    closing = Closing(
        user=subject.user,
        volunteer=subject.volunteer,
        reason=reason,
        asked_at=at,
        asked_by=by,
        due_at=at + CLOSING_WAIT,
    )
    try:
        with transaction.atomic():
            closing.save(force_insert=True)
    except IntegrityError as error:
        raise WrongState("已经申请过注销，请刷新页面查看。", code="privacy.asked") from error
    _journal("privacy.ask_close", closing, by=by, at=at)
    return closing


@transaction.atomic
def ask_to_close_at_desk(*, volunteer: Volunteer, reason: str, by: User, at: datetime) -> Closing:
    """Write the same down for somebody without an account, who stands at the desk.

    :raises BadInput: without a reason from the list.
    :raises NotAllowed: when an account, one's own or a guardian's, can ask.
    :raises Refusal: when something must be settled before.
    :raises WrongState: when it was asked for already, or the record is closed.
    """
    if reason not in DeskReason.values:
        raise BadInput("请选择原因，它会记入操作记录。", field="reason")
    ownership.hold_records(volunteer.pk)
    if Volunteer.objects.filter(pk=volunteer.pk, user__isnull=False).exists():
        raise NotAllowed("本人有账号，请本人登录后在“隐私中心”申请；手机丢了的，先换绑手机。")
    if volunteer.guardians.filter(is_holder=True, withdrawn_at=None).exists():
        raise NotAllowed("这份登记由监护人的账号保管，请监护人登录后在“隐私中心”申请。")
    return _asked(Subject(None, volunteer), reason=reason, by=by, at=at)


def _asked_words(closing: Closing, at: datetime) -> str:
    day = day_text(local_date(closing.due_at), local_date(at))
    return f"账号将在 {day} 注销。这之前您随时可以在“隐私中心”里点“不注销了”。"


def _journal(verb: str, closing: Closing, *, by: User | None, at: datetime) -> None:
    """Append what happened to an account; whose it is stays known by ids alone."""
    subject = closing.volunteer or closing.user
    assert subject is not None, "a constraint says so"  # noqa: S101
    is_other = by is not None and closing.user_id != by.pk
    behalf = closing.volunteer if is_other else None
    why = {"reason": closing.reason} if closing.reason else {}
    record(verb, subject, by=by, at=at, on_behalf_of=behalf, user=closing.user_id, **why)


def _tell(closing: Closing, what: str, title: str, body: str, *, at: datetime) -> None:
    """Tell who asked; what a desk asked for is told to the person there, on paper."""
    if closing.reason:
        return
    inbox.send(
        user_id=closing.asked_by_id,
        key=f"closing:{closing.pk}:{what}",
        title=title,
        body=body[:500],
        url="/me/privacy/close/",
        at=at,
    )


@transaction.atomic
def withdraw_closing(*, closing_id: int, by: User, at: datetime) -> Closing:
    """Keep the account after all.

    :raises WrongState: when it was withdrawn before, or the account is closed.
    """
    closing = _end(closing_id, "withdraw", at=at)
    _journal("privacy.withdraw_close", closing, by=by, at=at)
    _tell(closing, "withdrawn", "您的账号不注销了", "已撤回注销申请，一切照旧。", at=at)
    return closing


def _end(closing_id: int, verb: str, *, at: datetime) -> Closing:
    """Take the step that ends a wish; one conditional update decides who was first."""
    closing = Closing.objects.select_related("user", "volunteer", "asked_by").get(pk=closing_id)
    target = CLOSING_FLOW.after(verb, closing.state)
    asked = Closing.objects.filter(pk=closing_id, state=ClosingState.ASKED)
    if not asked.update(state=target, ended_at=at):
        raise WrongState("这项注销申请刚刚已经办结，请刷新页面查看。")
    closing.state, closing.ended_at = target, at
    return closing


@transaction.atomic
def close_account(*, closing_id: int, at: datetime) -> Closing:
    """End an account whose day has come: all of it, in one transaction, once.

    What other slices do about it (places to come, keys for programs) they do when they read the
    journal; nobody can log in, sign up or be found from this moment on.

    :raises Refusal: when something must be settled before.
    :raises WrongState: when it was closed or withdrawn before.
    """
    closing = _end(closing_id, "close", at=at)
    volunteer = closing.volunteer
    if closing.user_id is None and volunteer is not None and volunteer.user_id is not None:
        raise Refusal("本人已经认领了这份登记，请本人登录后自己决定。", code="privacy.claimed")
    if found := queries.hindrances(closing.user, closing.volunteer):
        raise Refusal(found[0].sentence, code="privacy.unfinished")
    if closing.volunteer is not None:
        _close_records(closing.volunteer, by=closing.asked_by, at=at)
    if closing.user is not None:
        _close_user(closing.user, by=closing.asked_by, at=at)
    _journal("people.close", closing, by=closing.asked_by, at=at)
    return closing


def _close_records(volunteer: Volunteer, *, by: User, at: datetime) -> None:
    """Close the record, and those that were merged into it."""
    same = records.records_of(volunteer)
    claims.forget_person(volunteer_ids=same, user_id=volunteer.user_id)
    for pk in same:
        orgs.leave_all(volunteer_id=pk, by=by, at=at)
        people.anonymize_volunteer(volunteer_id=pk, by=by, at=at)


def _close_user(user: User, *, by: User, at: datetime) -> None:
    # A role that was given in this very moment opens nothing: the account is closed.
    Grant.objects.filter(user=user, revoked_at=None).update(revoked_at=at, revoked_by=by)
    people.anonymize_account(user_id=user.pk, at=at)
    inbox.forget_messages(user_id=user.pk)


def close_due(*, at: datetime) -> int:
    """Close every account whose day has come; return how many. Not within a transaction.

    What is unfinished holds one up: the person is told once, and it is tried again.
    """
    return sum(_close_or_tell(closing, at=at) for closing in list(queries.due_closings(at=at)))


def _close_or_tell(closing: Closing, *, at: datetime) -> bool:
    try:
        close_account(closing_id=closing.pk, at=at)
    except WrongState:
        return False  # withdrawn, or closed by another worker, in this moment
    except Refusal as refusal:
        _hold_up(closing, refusal.sentence, at=at)
        return False
    return True


@transaction.atomic
def _hold_up(closing: Closing, sentence: str, *, at: datetime) -> None:
    if Closing.objects.filter(pk=closing.pk, held_up_at=None).update(held_up_at=at):
        words = f"还有一件事没有办完：{sentence}办完以后，账号会自动注销。"
        _tell(closing, "held-up", "您的账号暂时还不能注销", words, at=at)
        _tell_desk(closing, sentence, at=at)


def _tell_desk(closing: Closing, sentence: str, *, at: datetime) -> None:
    """Tell who asked at the desk: only they can tell the person, who has no account."""
    if not closing.reason or closing.volunteer is None:
        return
    number = closing.volunteer.number
    inbox.send(
        user_id=closing.asked_by_id,
        key=f"closing:{closing.pk}:held-up",
        title="代为申请的注销暂时办不了",
        body=f"志愿者 {number}：{sentence}办完以后会自动注销；请告诉本人。"[:500],
        url=f"/me/privacy/desk/{closing.volunteer.pk}/close/",
        at=at,
    )
