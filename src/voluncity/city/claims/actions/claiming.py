"""Say that a record is one's own: with a code from a desk, or with photos for staff to look at."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from voluncity.city.access import personal
from voluncity.city.claims import queries, rules
from voluncity.city.claims.models import Claim, ClaimCode
from voluncity.city.claims.states import CLAIM_FLOW, ClaimState, Way
from voluncity.city.files import actions as files
from voluncity.city.files.rules import Checked
from voluncity.city.journal.actions import record
from voluncity.city.people.actions import limits, ownership
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions import queries as regions
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, Refusal, WrongState


@transaction.atomic
def make_code(*, volunteer_id: int, by: User, at: datetime) -> str:
    """Return a new code for who has shown the paper of this record at the desk.

    The code before is worth nothing from then on.

    :raises NotAllowed: for one's own record.
    :raises WrongState: when the record was closed or merged.
    """
    ownership.hold_records(volunteer_id)
    volunteer = Volunteer.objects.get(pk=volunteer_id)
    if volunteer.user_id == by.pk:
        raise NotAllowed("不能给自己的登记开认领码，请由同事办理。", code="claims.own_case")
    code = f"{secrets.randbelow(1_000_000):06d}"
    fresh = {
        "digest": _digest(volunteer_id, code),
        "made_at": at,
        "made_by": by,
        "expires_at": at + rules.CODE_LIFE,
        "used_at": None,
        "wrong_tries": 0,
    }
    ClaimCode.objects.update_or_create(volunteer=volunteer, defaults=fresh)
    record("claims.make_code", volunteer, by=by, at=at, on_behalf_of=volunteer)
    return code


class _WrongCode(Exception):
    """Leaves the transaction, so that the wrong try can be counted outside."""


def claim_by_code(*, asked: rules.Asked, code: str, by: User, at: datetime) -> Claim:
    """Take over the record whose paper somebody at a desk has seen.

    A wrong name, number or code gives the same answer, also where there is no such record. Not
    within a transaction: wrong tries must stay counted.

    :raises BadInput: when something does not fit.
    :raises NotAllowed: when the person at the desk claims it for themself.
    :raises Refusal: when this account has a record already.
    :raises TooMany: after five tries in an hour.
    """
    _require_fit(by)
    digits = rules.checked_code(code)
    limits.use(rules.CLAIMS, key=str(by.pk), at=at)
    volunteer = queries.record_with(asked.identity, name=asked.name)
    try:
        with transaction.atomic():
            return _take_over(volunteer, asked, digits, by=by, at=at)
    except _WrongCode:
        if volunteer is not None:
            _live_codes(volunteer.pk, at).update(wrong_tries=F("wrong_tries") + 1)
        raise BadInput(
            "姓名、证件号码或认领码不对，或者认领码已经过期。请逐项核对；还是不行的，请工作人员重新给一个认领码。",
            code="claims.code_wrong",
            field="code",
        ) from None


def _take_over(
    volunteer: Volunteer | None, asked: rules.Asked, digits: str, *, by: User, at: datetime
) -> Claim:
    if volunteer is None:
        raise _WrongCode
    right = _live_codes(volunteer.pk, at).filter(digest=_digest(volunteer.pk, digits))
    if not right.update(used_at=at):
        raise _WrongCode
    made_by = ClaimCode.objects.select_related("made_by").get(volunteer=volunteer).made_by
    if made_by.pk == by.pk:
        raise NotAllowed("不能用自己开的认领码认领，请由同事办理。", code="claims.own_case")
    holder_id = Volunteer.objects.values_list("user_id", flat=True).get(pk=volunteer.pk)
    claim = _insert(
        _drafted(volunteer, asked, Way.CODE, by=by, at=at), holder_id=holder_id,
        state=ClaimState.ACCEPTED, decided_at=at, decided_by=made_by,
    )  # fmt: skip
    ownership.hand_over(volunteer_id=volunteer.pk, user=by, holder_id=holder_id, by=made_by, at=at)
    record(
        "claims.accept", claim, by=made_by, at=at, on_behalf_of=volunteer,
        volunteer=volunteer.pk, claimant=by.pk, holder=holder_id,
    )  # fmt: skip
    return claim


def ask_claim(*, asked: rules.Asked, photos: Sequence[Checked], by: User, at: datetime) -> Claim:
    """Ask staff to look at photos of the paper; the answer now is the same for any number.

    Not within a transaction: tries must stay counted.

    :raises BadInput: without a photo, or with too many words.
    :raises Refusal: when this account has a record already, or an open claim.
    :raises TooMany: after five tries in an hour.
    """
    _require_fit(by)
    if not photos:
        raise BadInput("请上传证件照片，工作人员要核对。", code="claims.no_photo", field="photo")
    limits.use(rules.CLAIMS, key=str(by.pk), at=at)
    volunteer = queries.record_with(asked.identity)
    with transaction.atomic():
        draft = _drafted(volunteer, asked, Way.EVIDENCE, by=by, at=at)
        claim = _insert(draft, holder_id=volunteer.user_id if volunteer else None)
        for photo in photos[: rules.PHOTOS_MOST]:
            files.store(photo, subject=claim.subject, by=by, at=at)
        record(
            "claims.ask", claim, by=by, at=at,
            volunteer=volunteer.pk if volunteer else None, holder=claim.holder_id,
        )  # fmt: skip
    return claim


def _drafted(
    volunteer: Volunteer | None, asked: rules.Asked, way: Way, *, by: User, at: datetime
) -> Claim:
    key = secrets.token_hex(8)
    return Claim(
        key=key,
        claimant=by,
        volunteer=volunteer,
        region=volunteer.region if volunteer else regions.city(),
        way=way,
        name=asked.name,
        id_type=asked.identity.id_type,
        id_cipher=personal.seal(asked.identity.number, bound_to=f"claim:{key}"),
        words=rules.checked_words(asked.words),
        asked_at=at,
    )


def _insert(claim: Claim, *, holder_id: int | None, **decided: object) -> Claim:
    claim.holder_id = holder_id
    for name, value in decided.items():
        setattr(claim, name, value)
    try:
        with transaction.atomic():
            claim.save(force_insert=True)
    except IntegrityError as error:
        raise Refusal(
            "您已经提交过认领，工作人员正在核对，请等候通知。", code="claims.asked_already"
        ) from error
    return claim


def _require_fit(user: User) -> None:
    if user.phone_index is None:
        raise Refusal("请先用手机验证码登录，再来认领。", code="people.no_phone")
    if Volunteer.objects.filter(user=user).exists():
        raise Refusal(
            "这个账号已经有一份志愿者登记。还有另一份也是您的，请联系志愿服务站合并两份登记。",
            code="people.registered",
        )


@transaction.atomic
def withdraw_claim(*, claim_id: int, by: User, at: datetime) -> None:
    """Take one's own claim back.

    :raises NotFound: when it is somebody else's.
    :raises WrongState: when it was decided.
    """
    claim = Claim.objects.filter(pk=claim_id, claimant=by).first()
    if claim is None:
        raise NotFound("没有找到您的这次认领。")
    state = CLAIM_FLOW.after("withdraw", claim.state)
    mine = Claim.objects.filter(pk=claim_id, state=ClaimState.ASKED)
    if not mine.update(state=state, decided_at=at, decided_by=by):
        raise WrongState("这次认领刚刚办理过了，请刷新页面查看结果。")
    record("claims.withdraw", claim, by=by, at=at)


def _live_codes(volunteer_id: int, at: datetime) -> QuerySet[ClaimCode]:
    return ClaimCode.objects.filter(
        volunteer=volunteer_id,
        used_at=None,
        expires_at__gt=at,
        wrong_tries__lt=rules.WRONG_TRIES,
    )


def _digest(volunteer_id: int, code: str) -> str:
    return personal.index(f"claim:{volunteer_id}:{code}", purpose="code")
