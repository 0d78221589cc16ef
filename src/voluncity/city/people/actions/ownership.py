"""Whose a record is: handed to another account, merged into another record, its papers replaced.

The desk's slice for claims decides; here the records themselves are changed, each time by a
conditional update that finds only a record still as it was when somebody decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from voluncity.city.access import personal
from voluncity.city.access.models import Session
from voluncity.city.journal.actions import record
from voluncity.city.people import queries, rules
from voluncity.city.people.actions.identity import reopen_identity
from voluncity.city.people.models import IdentityCheck, User, Volunteer
from voluncity.city.people.states import IdentityState, RejectReason
from voluncity.kernel import text
from voluncity.kernel.clock import local_date
from voluncity.kernel.identity import age_on
from voluncity.kernel.refusals import BadInput, Refusal, WrongState


def hold_records(*volunteer_ids: int) -> None:
    """Let every other change of whose these records are wait for us; lowest id first.

    :raises WrongState: when one was closed, or merged into another record.
    """
    for pk in sorted(volunteer_ids):
        living = Volunteer.objects.filter(pk=pk, closed_at=None, merged_into=None)
        if not living.update(registered_at=F("registered_at")):
            raise WrongState(
                "这份登记刚刚注销或并入了另一份登记，请刷新后核对。", code="people.not_living"
            )


@transaction.atomic
def hand_over(
    *, volunteer_id: int, user: User, holder_id: int | None, by: User, at: datetime
) -> Volunteer:
    """Give a record to the account of whose it really is; the holder so far is logged out.

    `holder_id` is the account that had it when somebody decided (None: nobody).

    :raises Refusal: when the account has a record already, or no proven phone, or the person is
        so young that a guardian holds the record.
    :raises WrongState: when the record went to somebody else meanwhile.
    """
    hold_records(volunteer_id)
    volunteer = Volunteer.objects.get(pk=volunteer_id)
    _refuse_child(volunteer, at)
    phone = personal.unseal(user.phone_cipher, bound_to=f"user:{user.handle}")
    if not phone:
        raise Refusal(
            "这个账号没有绑定手机号，请用手机验证码登录后再认领。", code="people.no_phone"
        )
    mine = Volunteer.objects.filter(pk=volunteer_id, user=holder_id)
    try:
        with transaction.atomic():
            moved = mine.update(user=user, **sealed_phone(volunteer, phone))
    except IntegrityError as error:
        raise Refusal(
            "这个账号已经有一份志愿者登记。两份都是同一个人的，请由工作人员合并登记。",
            code="people.registered",
        ) from error
    if not moved:
        raise WrongState(
            "这份登记的账号刚刚换过，请刷新页面，核对后再办。", code="people.holder_changed"
        )
    User.objects.filter(pk=user.pk).update(display_name=volunteer.name)
    end_sessions(holder_id)
    record("people.hand_over", volunteer, by=by, at=at, taken_from=holder_id, given_to=user.pk)
    return Volunteer.objects.get(pk=volunteer_id)


def _refuse_child(volunteer: Volunteer, at: datetime) -> None:
    today = local_date(at)
    youngest = queries.youngest_age(on=today)
    if age_on(volunteer.born_on, today) < youngest:
        raise Refusal(
            f"未满 {youngest} 周岁的登记由监护人的账号代管，请监护人带证件到志愿服务站办理。",
            code="people.held_by_guardian",
        )


def sealed_phone(volunteer: Volunteer, phone: str) -> dict[str, str]:
    """Return the columns of a volunteer's own phone."""
    return personal.phone_columns(phone, bound_to=f"volunteer:{volunteer.number}")


def end_sessions(user_id: int | None) -> None:
    """Log an account out everywhere."""
    if user_id is not None:
        Session.objects.filter(user_id=user_id).delete()


@transaction.atomic
def void_papers(*, volunteer_id: int, by: User, at: datetime) -> None:
    """Take a number that is somebody else's out of a record; the record asks for its own anew.

    :raises WrongState: when the record was closed or merged.
    """
    hold_records(volunteer_id)
    volunteer = Volunteer.objects.get(pk=volunteer_id)
    Volunteer.objects.filter(pk=volunteer_id).update(
        id_cipher="",
        id_index=f"void:{volunteer_id}",  # no digest looks like this: the paper is free again
        identity_state=IdentityState.REJECTED,
        identity_reason=RejectReason.NUMBER,
    )
    IdentityCheck.objects.filter(volunteer=volunteer, decided_at=None).update(
        decided_at=at, decided_by=by, is_match=False, reason=RejectReason.NUMBER
    )
    record("people.void_papers", volunteer, by=by, at=at)


@transaction.atomic
def replace_papers(
    *, volunteer_id: int, name: str, identity: rules.Identity, by: User, at: datetime
) -> IdentityCheck:
    """Write what somebody proved to be right about them, and ask for another real-name check.

    :raises BadInput: when name or age cannot be.
    :raises Refusal: when another record has these papers.
    :raises WrongState: while a check runs, or when the record was closed or merged.
    """
    hold_records(volunteer_id)
    volunteer = Volunteer.objects.get(pk=volunteer_id)
    if volunteer.identity_state == IdentityState.PENDING:
        raise WrongState("实名审核正在进行，请等有了结果再更正。", code="people.check_running")
    changes = {
        "name": text.person_name(name),
        "sex": identity.sex,
        "born_on": identity.born_on,
        "id_type": identity.id_type,
        "id_cipher": personal.seal(identity.number, bound_to=f"volunteer:{volunteer.number}"),
        "id_index": personal.index(identity.index_text, purpose="id"),
    }
    _refuse_minor_alone(volunteer, identity, at)
    try:
        with transaction.atomic():
            Volunteer.objects.filter(pk=volunteer_id).update(**changes)
    except IntegrityError as error:
        raise Refusal(
            "这个证件号码在另一份登记上。请先核对是不是同一个人，是的话合并两份登记。",
            code="people.id_taken",
            field="id_number",
        ) from error
    User.objects.filter(volunteer=volunteer_id).update(display_name=changes["name"])
    record("people.replace_papers", volunteer, by=by, at=at, on_behalf_of=volunteer)
    return reopen_identity(volunteer_id=volunteer_id, by=by, at=at)


def _refuse_minor_alone(volunteer: Volunteer, identity: rules.Identity, at: datetime) -> None:
    is_adult = queries.is_adult(identity.born_on, on=local_date(at))
    if not is_adult and queries.live_guardian(volunteer) is None:
        raise BadInput(
            "更正后未满 18 周岁，需要先登记监护人的同意，请本人和监护人一起到志愿服务站办理。",
            code="people.guardian_needed",
            field="id_number",
        )


@dataclass(frozen=True)
class Accounts:
    """Who held two records before they were merged, as it is needed to give them back."""

    loser_user_id: int | None
    winner_user_id: int | None
    winner_phone_cipher: str
    winner_phone_index: str


@transaction.atomic
def merge_records(
    *, loser_id: int, winner_id: int, keeps_loser_account: bool, at: datetime
) -> Accounts:
    """Close a record in favor of another one, with the account that is to stay.

    The caller holds both records, has moved what hangs on them, and journals.
    """
    loser = Volunteer.objects.select_related("user").get(pk=loser_id)
    winner = Volunteer.objects.select_related("user").get(pk=winner_id)
    before = Accounts(loser.user_id, winner.user_id, winner.phone_cipher, winner.phone_index)
    Volunteer.objects.filter(pk=loser_id).update(user=None, merged_into=winner_id, closed_at=at)
    if loser.user is not None and (keeps_loser_account or winner.user is None):
        phone = queries.phone_of(loser)
        changes = sealed_phone(winner, phone) if phone else {}
        Volunteer.objects.filter(pk=winner_id).update(user=loser.user, **changes)
        User.objects.filter(pk=loser.user_id).update(display_name=winner.name)
        end_sessions(winner.user_id)
    else:
        end_sessions(loser.user_id)
    return before


@transaction.atomic
def part_records(*, loser_id: int, winner_id: int, before: Accounts) -> bool:
    """Open a merged record again and give the accounts back; return whether both came back.

    An account that registered anew meanwhile keeps its new record: then the desk binds a phone.
    """
    Volunteer.objects.filter(pk=loser_id).update(merged_into=None, closed_at=None)
    winner = Volunteer.objects.get(pk=winner_id)
    kept = before.loser_user_id if winner.user_id == before.loser_user_id else None
    if kept is not None:
        phone = personal.unseal(before.winner_phone_cipher, bound_to=f"volunteer:{winner.number}")
        Volunteer.objects.filter(pk=winner_id).update(
            user=None,
            phone_cipher=before.winner_phone_cipher,
            phone_index=before.winner_phone_index,
            phone_tail_index=personal.tail_index(phone),
        )
    came_back = _give_back(loser_id, before.loser_user_id)
    if winner.user_id != before.winner_user_id:
        came_back = _give_back(winner_id, before.winner_user_id) and came_back
    return came_back


def _give_back(volunteer_id: int, user_id: int | None) -> bool:
    if user_id is None:
        return True
    free = Volunteer.objects.filter(pk=volunteer_id, user=None)
    try:
        with transaction.atomic():
            free.update(user=user_id)
    except IntegrityError:
        return False
    name = Volunteer.objects.values_list("name", flat=True).get(pk=volunteer_id)
    User.objects.filter(pk=user_id).update(display_name=name)
    return True
