"""Name and papers are wrong: the volunteer says what is right, staff compare it with the paper."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from voluncity.city.access import personal
from voluncity.city.claims import queries, rules
from voluncity.city.claims.models import DataCorrection
from voluncity.city.claims.states import CORRECTION_FLOW, CorrectionState, RefuseReason
from voluncity.city.files import actions as files
from voluncity.city.files.rules import Checked
from voluncity.city.journal.actions import record
from voluncity.city.people import queries as people
from voluncity.city.people.actions import ownership
from voluncity.city.people.models import User, Volunteer
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, Refusal, WrongState


@transaction.atomic
def ask_correction(
    *,
    volunteer_id: int,
    asked: rules.Asked,
    photos: Sequence[Checked],
    by: User,
    at: datetime,
) -> DataCorrection:
    """Ask for name and papers to be corrected (PIPL art. 46).

    :raises BadInput: without a photo of the paper, or when nothing differs.
    :raises Refusal: when a request is open.
    """
    if not photos:
        raise BadInput("请上传证件照片，工作人员要核对。", code="claims.no_photo", field="photo")
    volunteer = Volunteer.objects.get(pk=volunteer_id)
    if not _differs(volunteer, asked):
        raise BadInput(
            "填写的内容和现在登记的一样，请改成证件上的内容再提交。",
            code="claims.nothing_differs",
        )
    key = secrets.token_hex(8)
    wanted = DataCorrection(
        key=key,
        volunteer=volunteer,
        asked_by=by,
        name=asked.name,
        id_type=asked.identity.id_type,
        id_cipher=personal.seal(asked.identity.number, bound_to=f"correction:{key}"),
        born_on=asked.identity.born_on,
        sex=asked.identity.sex,
        words=rules.checked_words(asked.words),
        asked_at=at,
    )
    try:
        with transaction.atomic():
            wanted.save(force_insert=True)
    except IntegrityError as error:
        raise Refusal(
            "您的更正申请正在办理，请等候答复；要改内容的，先撤回再提交。",
            code="claims.correction_open",
        ) from error
    for photo in photos[: rules.PHOTOS_MOST]:
        files.store(photo, subject=wanted.subject, by=by, at=at)
    behalf = None if volunteer.user_id == by.pk else volunteer
    record("claims.ask_correction", wanted, by=by, at=at, on_behalf_of=behalf,
           volunteer=volunteer_id)  # fmt: skip
    return wanted


def _differs(volunteer: Volunteer, asked: rules.Asked) -> bool:
    kept = (
        volunteer.name, volunteer.id_type, people.id_number_of(volunteer), volunteer.born_on,
        volunteer.sex,
    )  # fmt: skip
    said = asked.identity
    return kept != (asked.name, said.id_type, said.number, said.born_on, said.sex)


@transaction.atomic
def apply_correction(*, correction_id: int, by: User, at: datetime) -> DataCorrection:
    """Write what the paper says; the real name is checked anew.

    :raises NotAllowed: when it is one's own.
    :raises Refusal: when another record has the number; the database decides.
    :raises WrongState: when it was decided, while a check runs, or when the record was closed.
    """
    wanted = _open_one(correction_id, by)
    _decide(wanted, "apply", by=by, at=at)
    ownership.replace_papers(
        volunteer_id=wanted.volunteer_id,
        name=wanted.name,
        identity=queries.identity_wanted(wanted),
        by=by,
        at=at,
    )
    record("claims.apply_correction", wanted, by=by, at=at, volunteer=wanted.volunteer_id)
    return wanted


@transaction.atomic
def refuse_correction(*, correction_id: int, reason: str, by: User, at: datetime) -> DataCorrection:
    """Leave it as it is, with a reason from the list.

    :raises BadInput: without such a reason.
    :raises NotAllowed: when it is one's own.
    :raises WrongState: when it was decided.
    """
    if reason not in RefuseReason.values:
        raise BadInput("请选择不予更正的原因，让对方知道怎样做。", field="reason")
    wanted = _open_one(correction_id, by)
    _decide(wanted, "refuse", by=by, at=at, reason=reason)
    record(
        "claims.refuse_correction", wanted, by=by, at=at,
        volunteer=wanted.volunteer_id, reason=reason,
    )  # fmt: skip
    return wanted


@transaction.atomic
def withdraw_correction(*, correction_id: int, by: User, at: datetime) -> None:
    """Take one's own request back.

    :raises NotFound: when it is somebody else's.
    :raises WrongState: when it was decided.
    """
    found = DataCorrection.objects.filter(pk=correction_id, volunteer__user=by)
    wanted = found.select_related("volunteer").first()
    if wanted is None:
        raise NotFound("没有找到您的这项更正申请。")
    _decide(wanted, "withdraw", by=by, at=at)
    record("claims.withdraw_correction", wanted, by=by, at=at, volunteer=wanted.volunteer_id)


def _open_one(correction_id: int, by: User) -> DataCorrection:
    found = DataCorrection.objects.select_related("volunteer").filter(pk=correction_id)
    wanted: DataCorrection | None = found.first()
    if wanted is None:
        raise NotFound("没有找到这项更正申请，请回到列表。")
    if by.pk in (wanted.asked_by_id, wanted.volunteer.user_id):
        raise NotAllowed("自己提出的或自己的更正申请，请由另一位同事办理。", code="claims.own_case")
    return wanted


def _decide(wanted: DataCorrection, verb: str, *, by: User, at: datetime, reason: str = "") -> None:
    state = CORRECTION_FLOW.after(verb, wanted.state)
    open_one = DataCorrection.objects.filter(pk=wanted.pk, state=CorrectionState.ASKED)
    if not open_one.update(state=state, reason=reason, decided_at=at, decided_by=by):
        raise WrongState("这项申请刚刚办理过了，请刷新页面。", code="claims.decided")
    wanted.state, wanted.reason = CorrectionState(state), reason
