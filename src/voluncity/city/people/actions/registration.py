"""Become a volunteer: by oneself on a phone, or with somebody's help at a desk."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from voluncity.city.access import personal
from voluncity.city.journal.actions import record
from voluncity.city.people import queries, rules
from voluncity.city.people.actions import codes, limits
from voluncity.city.people.actions.consents import give_consent
from voluncity.city.people.actions.identity import id_taken, submit_identity
from voluncity.city.people.actions.profile import chosen_region, write_offers
from voluncity.city.people.models import Guardian, User, Volunteer
from voluncity.city.people.states import Channel, CodePurpose, Purpose
from voluncity.kernel import text
from voluncity.kernel.clock import local_date
from voluncity.kernel.identity import age_on, parse_mobile
from voluncity.kernel.refusals import BadInput, Refusal, WrongState

_MOST_NUMBER_DRAWS = 5


class _WrongGuardianCode(Exception):
    """Leaves the transaction, so that the wrong try can be counted outside."""


def register_volunteer(
    *, applicant: rules.Applicant, user: User | None, by: User, at: datetime
) -> Volunteer:
    """Make somebody a volunteer and ask for the real-name check.

    With `user` the person registers on a phone that is proven; without, `by` enters it at a desk,
    where papers and signatures (also a guardian's) were seen. Somebody who was entered at a desk
    and now gives the same phone, name and number gets that record. Not within a transaction:
    wrong tries must stay counted.

    :raises BadInput: when an answer is missing or wrong, at its field.
    :raises Refusal: when the identity number is registered already.
    :raises WrongState: when the account has a volunteer already.
    :raises TooMany: after ten tries in an hour.
    """
    if user is not None:
        limits.use(rules.REGISTRATIONS, key=str(user.pk), at=at)
    try:
        with transaction.atomic():
            return _register(applicant, user, by, at)
    except _WrongGuardianCode:
        guardian = applicant.guardian or rules.GuardianAnswer("", "", "")
        index = personal.index(parse_mobile(guardian.phone, "guardian_phone"), purpose="phone")
        codes.refuse_wrong(index=index, purpose=CodePurpose.GUARDIAN, at=at, field="guardian_code")


def _register(applicant: rules.Applicant, user: User | None, by: User, at: datetime) -> Volunteer:
    today = local_date(at)
    name = text.person_name(applicant.name)
    identity = identity_of(applicant, today=today)
    rules.refuse_too_young(age_on(identity.born_on, today), youngest=queries.youngest_age(on=today))
    if user is not None and (claimed := _claimed(name, identity, user)):
        record("people.claim", claimed, by=by, at=at)
        return claimed
    volunteer = enroll(applicant, identity, user=user, by=by, at=at)
    if not queries.is_adult(identity.born_on, on=today):
        _write_guardian(volunteer, applicant.guardian, user, at)
    return complete(volunteer, applicant, by=by, at=at)


def enroll(
    applicant: rules.Applicant,
    identity: rules.Identity,
    *,
    user: User | None,
    by: User,
    at: datetime,
) -> Volunteer:
    """Write the row of a new volunteer; who may be one was decided before.

    :raises BadInput: at the field that is wrong.
    :raises Refusal: when the identity number is registered already.
    """
    region = chosen_region(applicant.region_id, on=local_date(at))
    if Purpose.TERMS not in applicant.consents:
        raise BadInput("请阅读并勾选这项同意，才能登记。", code="people.no_terms", field="terms")
    if applicant.channel not in Channel.values:
        raise BadInput("没有这种招募渠道，请重新选择。", field="channel")
    draft = Volunteer(
        user=user,
        name=text.person_name(applicant.name),
        sex=identity.sex,
        born_on=identity.born_on,
        id_type=identity.id_type,
        id_index=personal.index(identity.index_text, purpose="id"),
        region=region,
        is_party_member=applicant.is_party_member,
        channel=applicant.channel,
        recruited_by_id=queries.recruiter(applicant.organization_id),
        poster_id=applicant.poster_id,
        registered_at=at,
        registered_by=None if user else by,
    )
    return _insert(draft, identity.number, phone=_phone_of(applicant, user))


def complete(
    volunteer: Volunteer, applicant: rules.Applicant, *, by: User, at: datetime, wording: str = ""
) -> Volunteer:
    """Write offers and consents of a new volunteer, journal it, and ask for the real-name check.

    `wording` is the version of the text of the first consent where it is not the usual one.
    """
    write_offers(volunteer, applicant)
    record(
        "people.register", volunteer, by=by, at=at,
        on_behalf_of=volunteer if volunteer.user_id is None else None,
        channel=volunteer.channel, region=volunteer.region_id,
        organization=applicant.organization_id, poster=applicant.poster_id,
    )  # fmt: skip
    for purpose in sorted(applicant.consents):
        give_consent(
            volunteer_id=volunteer.pk, purpose=purpose, by=by, at=at,
            text_version=wording if purpose == Purpose.TERMS else "",
        )  # fmt: skip
    submit_identity(volunteer_id=volunteer.pk, by=by, at=at)
    volunteer.refresh_from_db()
    return volunteer


def identity_of(applicant: rules.Applicant, *, today: date) -> rules.Identity:
    """Return who the applicant is by the papers.

    :raises BadInput: at the field that is wrong.
    """
    return rules.identity_of(
        id_type=applicant.id_type,
        number=applicant.id_number,
        born_on=applicant.born_on,
        sex=applicant.sex,
        today=today,
    )


def _claimed(name: str, identity: rules.Identity, user: User) -> Volunteer | None:
    """Give a record from a desk to who proves its phone and knows its name and number."""
    index = personal.index(identity.index_text, purpose="id")
    at_desk = Volunteer.objects.filter(id_index=index, name=name, user=None, closed_at=None)
    mine = at_desk.filter(phone_index=user.phone_index).exclude(phone_index="")
    try:
        with transaction.atomic():
            claimed = user.phone_index is not None and mine.update(user=user)
    except IntegrityError as error:
        raise _registered_already() from error
    if not claimed:
        return None
    _name_account(user, name)
    return Volunteer.objects.get(id_index=index)


def _insert(draft: Volunteer, id_number: str, *, phone: str) -> Volunteer:
    """Save the volunteer under a number drawn by lot, so that it tells nothing."""
    for _ in range(_MOST_NUMBER_DRAWS):
        draft.number = _drawn_number()
        bound_to = f"volunteer:{draft.number}"
        draft.id_cipher = personal.seal(id_number, bound_to=bound_to)
        for name, value in personal.phone_columns(phone, bound_to=bound_to).items():
            setattr(draft, name, value)
        try:
            with transaction.atomic():
                draft.save(force_insert=True)
        except IntegrityError as error:
            _refuse_second(draft, error)
        else:
            if draft.user:
                _name_account(draft.user, draft.name)
            return draft
    raise Refusal("编号分配没有成功，请再提交一次。", code="people.no_number")


def _drawn_number() -> str:
    return queries.drawn_numbers(1)[0]


def _refuse_second(draft: Volunteer, error: IntegrityError) -> None:
    """Say which second registration the database refused; return when only the number was taken."""
    if draft.user and Volunteer.objects.filter(user=draft.user).exists():
        raise _registered_already() from error
    if Volunteer.objects.filter(id_index=draft.id_index).exists():
        raise id_taken() from error


def _registered_already() -> WrongState:
    return WrongState(
        "您已经登记为志愿者，不用重复登记。请打开“我的”查看。", code="people.registered"
    )


def _name_account(user: User, name: str) -> None:
    User.objects.filter(pk=user.pk).update(display_name=name)
    user.display_name = name


def _phone_of(applicant: rules.Applicant, user: User | None) -> str:
    if user is not None:
        return personal.unseal(user.phone_cipher, bound_to=f"user:{user.handle}")
    return parse_mobile(applicant.phone) if applicant.phone.strip() else ""


def _write_guardian(
    volunteer: Volunteer, guardian: rules.GuardianAnswer | None, user: User | None, at: datetime
) -> None:
    guardian = rules.checked_guardian(guardian)
    index = personal.index(guardian.phone, purpose="phone")
    account = None
    if user is not None:
        _prove_guardian(guardian, index, user, at)
        account = User.objects.filter(phone_index=index, is_active=True).first()
    # Without a proof the guardian says later whose guardian this is (`family.link_ward`).
    Guardian.objects.create(
        volunteer=volunteer,
        user=account,
        name=guardian.name,
        relation=guardian.relation,
        phone_cipher=personal.seal(guardian.phone, bound_to=f"volunteer:{volunteer.number}"),
        phone_index=index,
        consented_at=at,
    )


def _prove_guardian(guardian: rules.GuardianAnswer, index: str, user: User, at: datetime) -> None:
    if index == user.phone_index:
        raise BadInput(
            "监护人的手机号不能和登录手机号相同。如果您用的就是监护人的手机，请和监护人一起到志愿服务站登记。",
            code="people.guardian_same_phone",
            field="guardian_phone",
        )
    code = rules.checked_code(guardian.code, field_name="guardian_code")
    if not codes.take(index=index, code=code, purpose=CodePurpose.GUARDIAN, at=at):
        raise _WrongGuardianCode
