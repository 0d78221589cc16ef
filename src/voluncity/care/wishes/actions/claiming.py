"""Claim a wish, give it back, say what was done; and see how to reach each other meanwhile."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from voluncity.care.wishes import queries, rules
from voluncity.care.wishes.actions.steps import end_claim, live_claim, said, step
from voluncity.care.wishes.models import Claim, Look, Wish
from voluncity.care.wishes.rules import Contact
from voluncity.care.wishes.states import HELD, ClaimState
from voluncity.city.access import personal
from voluncity.city.files import actions as files
from voluncity.city.files.rules import Checked
from voluncity.city.journal.actions import record
from voluncity.city.orgs.models import Organization
from voluncity.city.people import queries as people
from voluncity.city.people.models import User, Volunteer
from voluncity.city.policy import queries as policy
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotAllowed, TooMany, WrongState

TAKEN = "这个心愿刚刚被别人认领了，请看看其他心愿。"
TRIES = 5


@transaction.atomic
def claim_wish(
    *,
    wish_id: int,
    volunteer: Volunteer,
    promised_on: date,
    by: User,
    at: datetime,
    organization: Organization | None = None,
    is_named: bool = False,
) -> Claim:
    """Give the wish to one volunteer, who promises a day.

    The wish itself is written first: of many who come in the same moment one finds it open.

    :raises BadInput: when the day is not right.
    :raises NotAllowed: when this volunteer may not claim it.
    :raises TooMany: when they have claimed as many as one may at once.
    :raises WrongState: when somebody else was faster.
    """
    wish = queries.shown(wish_id)
    _refuse_who_may_not(wish, volunteer, by=by, today=local_date(at))
    if wish.state in HELD:
        raise WrongState(TAKEN, code="wishes.taken")
    day = rules.promise(
        promised_on, today=local_date(at), wanted_on=wish.wanted_on,
        most_days=policy.number("wishes.promise_days", on=local_date(at)),
    )  # fmt: skip
    step(wish, "claim", by=by, at=at, too_slow=TAKEN, claimed_by=by)
    claim = Claim(
        wish=wish, volunteer=volunteer, user=by, organization=organization, claimed_at=at,
        promised_on=day, is_named=is_named,
    )  # fmt: skip
    return _at_a_free_place(claim, most=policy.number("wishes.claims_most", on=local_date(at)))


def _refuse_who_may_not(wish: Wish, volunteer: Volunteer, *, by: User, today: date) -> None:
    reason = queries.why_not(wish, volunteer, today=today)
    if reason:
        raise NotAllowed(reason, code="wishes.may_not_claim")
    if by.pk != volunteer.user_id:
        raise NotAllowed("只能用自己的账号认领心愿。", code="wishes.other_account")


def _at_a_free_place(claim: Claim, *, most: int) -> Claim:
    for _ in range(TRIES):
        taken = set(
            Claim.objects.filter(volunteer=claim.volunteer)
            .exclude(slot=None)
            .values_list("slot", flat=True)
        )
        claim.slot = next((one for one in range(1, most + 1) if one not in taken), None)
        if claim.slot is None:
            raise TooMany(
                f"您已经认领了 {most} 个心愿，请先完成或放回一个再来。", code="wishes.claims_most"
            )
        try:
            with transaction.atomic():
                claim.save(force_insert=True)
        except IntegrityError:
            continue
        return claim
    raise WrongState("刚才同时认领了好几个心愿，请稍后再试。", code="wishes.busy")


@transaction.atomic
def release_claim(*, wish: Wish, words: str, by: User, at: datetime) -> Wish:
    """Give a wish back, so that somebody else may claim it; the contact is closed at once.

    :raises BadInput: without a reason.
    :raises WrongState: when nobody is at it.
    """
    claim = live_claim(wish)
    if claim.user_id != by.pk and wish.user_id == by.pk:
        raise NotAllowed("请联系工作人员换人，或者撤回心愿。", code="wishes.not_yours")
    step(wish, "release", by=by, at=at, words=said(words, "放回的原因"), claimed_by=None)
    end_claim(wish, ClaimState.RELEASED, at=at)
    return wish


@transaction.atomic
def finish_wish(*, wish: Wish, words: str, photo: Checked | None, by: User, at: datetime) -> Wish:
    """Say what was done; the wisher looks whether the wish has come true.

    :raises BadInput: without words.
    :raises NotAllowed: when somebody else has claimed it.
    :raises WrongState: when it is not being worked at.
    """
    claim = live_claim(wish)
    if claim.user_id != by.pk:
        raise NotAllowed("请由认领人提交完成情况。", code="wishes.not_yours")
    done = said(words, "完成情况")
    step(wish, "finish", by=by, at=at, words=done, asked_office_at=None)
    stored = files.store(photo, subject="wish", by=by, at=at) if photo is not None else None
    wish.claims.filter(pk=claim.pk).update(done_text=done, done_at=at, done_photo=stored)
    return wish


@transaction.atomic
def see_contact(*, wish: Wish, by: User, at: datetime, is_office: bool = False) -> Contact:
    """Return whom to meet, for the claimant while the claim lasts, or for the office.

    Every look is written down; the wisher reads it.

    :raises NotAllowed: when the claim has ended, or it is somebody else's.
    :raises WrongState: when the address was forgotten already.
    """
    if not is_office and not (wish.state in HELD and wish.claimed_by_id == by.pk):
        raise NotAllowed("认领期间才能看到联系方式。", code="wishes.contact_closed")
    if not wish.name_cipher:
        raise WrongState("联系方式已经按规定删除。", code="wishes.contact_forgotten")
    _write_look(wish, by=by, at=at, is_office=is_office, of_claimant=False)
    return unsealed(wish)


@transaction.atomic
def see_claimant(*, wish: Wish, by: User, at: datetime) -> Contact:
    """Return who comes, for the wisher while the claim lasts.

    :raises NotAllowed: when it is somebody else's wish.
    :raises WrongState: when nobody is at it.
    """
    if wish.user_id != by.pk:
        raise NotAllowed("只有许愿人能看到认领人的电话。", code="wishes.not_yours")
    if wish.state not in HELD:
        raise WrongState("现在没有人认领。", code="wishes.nobody_claims")
    claim = live_claim(wish)
    _write_look(wish, by=by, at=at, is_office=False, of_claimant=True)
    phone = people.contact_phone(claim.volunteer, on=local_date(at))
    return Contact(claim.volunteer.name, phone, "")


def unsealed(wish: Wish) -> Contact:
    """Return whom to meet, in plain words."""
    plain = {
        name: personal.unseal(
            getattr(wish, f"{name}_cipher"), bound_to=f"wish:{wish.handle}:{name}"
        )
        for name in ("name", "phone", "address")
    }
    return Contact(**plain)


def _write_look(wish: Wish, *, by: User, at: datetime, is_office: bool, of_claimant: bool) -> None:
    """Write a look down for the page of the wish and in the journal.

    Where the one who was looked at is a volunteer, their privacy center lists it.
    """
    Look.objects.create(wish=wish, by=by, at=at, is_office=is_office, of_claimant=of_claimant)
    whose = queries.claimant(wish) if of_claimant else queries.wisher_record(wish)
    verb = "wishes.reveal" if is_office else "wishes.see_contact"
    verb = "wishes.see_claimant" if of_claimant else verb
    record(verb, whose or wish, by=by, at=at, wish=wish.pk, reason=wish.number)
