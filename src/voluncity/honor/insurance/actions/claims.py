"""A claim from the report of an accident to the money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any

from django.db import transaction

from voluncity.city.access import personal
from voluncity.city.files import actions as files
from voluncity.city.files.rules import Checked
from voluncity.city.journal.actions import record
from voluncity.city.people import queries as people
from voluncity.city.people.models import User, Volunteer
from voluncity.honor.insurance import queries, rules
from voluncity.honor.insurance.models import Claim, ClaimFile, ClaimMove, Policy
from voluncity.honor.insurance.rules import Report
from voluncity.honor.insurance.states import CLAIM_FLOW, OPEN_CLAIMS
from voluncity.kernel.clock import local_date
from voluncity.kernel.money import parse_yuan
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, WrongState
from voluncity.kernel.text import words
from voluncity.service.projects.models import Activity


@transaction.atomic
def report_claim(*, volunteer: Volunteer, said: Report, by: User, at: datetime) -> Claim:
    """Keep an accident; the policy that covered the person then is proposed.

    :raises BadInput: at the field that is wrong.
    """
    checked = rules.checked_report(said, at=at)
    activity = None
    if checked.activity_id is not None:
        activity = queries.claim_activities(volunteer).filter(pk=checked.activity_id).first()
        if activity is None:
            raise BadInput("请从列表中选择您报名的活动。", field="activity")
    policy = _proposed(volunteer, activity, checked.happened_at)
    handle = token_hex(8)
    claim = Claim.objects.create(
        handle=handle,
        volunteer=volunteer,
        activity=activity,
        organization=_organization_of(activity),
        policy=policy,
        happened_at=checked.happened_at,
        place=checked.place,
        story_cipher=personal.seal(checked.story, bound_to=f"insurance-claim:{handle}"),
        reported_at=at,
        reported_by=by,
        **rules.deadlines(policy, checked.happened_at),
    )
    ClaimMove.objects.create(claim=claim, verb="report", at=at, by=by)
    is_own = people.holder_of(volunteer) == by.pk
    record(
        "insurance.report", claim, by=by, at=at,
        on_behalf_of=None if is_own else volunteer, volunteer=volunteer.pk,
    )  # fmt: skip
    return claim


def _organization_of(activity: Activity | None) -> Any:
    return activity.project.organization if activity else None


def _proposed(
    volunteer: Volunteer, activity: Activity | None, happened_at: datetime
) -> Policy | None:
    """Return the policy of the activity, else the first that covered the person on that day."""
    cover = getattr(activity, "cover", None) if activity else None
    if cover is not None:
        policy: Policy = cover.policy
        return policy
    found = queries.covers_of(volunteer, on=local_date(happened_at))
    return found[0].policy if found else None


def _step(
    claim: Claim, verb: str, *, said: str = "", by: User, at: datetime, **changes: Any
) -> Claim:
    """Take one step, if the claim still is in the state in which it was read."""
    target = CLAIM_FLOW.after(verb, claim.state)
    changes["state"] = target
    if target not in OPEN_CLAIMS:
        changes["ended_at"] = at
    if not Claim.objects.filter(pk=claim.pk, state=claim.state).update(**changes):
        raise WrongState("这项理赔刚刚有人办理过，请刷新页面。", code="insurance.was_faster")
    ClaimMove.objects.create(claim=claim, verb=verb, words=said, at=at, by=by)
    record(f"insurance.{verb}", claim, by=by, at=at, volunteer=claim.volunteer_id)
    claim.refresh_from_db()
    return claim


def _refuse_own(claim: Claim, by: User, at: datetime) -> None:
    if claim.volunteer_id in people.records_for(by, on=local_date(at)):
        raise NotAllowed("这是您自己的理赔，或您孩子的，请由同事办理。", code="insurance.own_claim")


@transaction.atomic
def assign_policy(*, claim: Claim, policy_id: int, by: User, at: datetime) -> Claim:
    """Choose the policy under which a claim is made; its deadlines follow.

    :raises BadInput: when the policy was not in force.
    """
    _refuse_own(claim, by, at)
    policy = queries.policies_for_claim(claim).filter(pk=policy_id).first()
    if policy is None:
        raise BadInput("事故发生时这份保单没有生效，请换一份。", field="policy")
    return _step(
        claim, "assign", said=str(policy), by=by, at=at,
        policy=policy, **rules.deadlines(policy, claim.happened_at),
    )  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """What the insurer answered: its number, a sum in yuan as it was typed, words."""

    number: str = ""
    amount: str = ""
    words: str = ""


@transaction.atomic
def hand_in_claim(*, claim: Claim, said: Outcome, by: User, at: datetime) -> Claim:
    """Note that the insurer has the papers, how much is asked for, and the insurer's number.

    :raises BadInput: at the sum.
    :raises Refusal: when no policy is chosen.
    """
    _refuse_own(claim, by, at)
    if claim.policy_id is None:
        raise Refusal("请先选择按哪份保单理赔。", code="insurance.no_policy")
    return _step(
        claim, "hand_in", said=_words(said), by=by, at=at,
        insurer_number=words(said.number, "number", "赔案号", 40, wanted=False),
        asked_fen=_fen(said.amount),
    )  # fmt: skip


@transaction.atomic
def settle_claim(*, claim: Claim, said: Outcome, by: User, at: datetime) -> Claim:
    """Note what the insurer has paid.

    :raises BadInput: at the sum.
    """
    _refuse_own(claim, by, at)
    return _step(claim, "settle", said=_words(said), by=by, at=at, paid_fen=_fen(said.amount))


def _fen(amount: str) -> int:
    return parse_yuan(amount, field="amount", most_yuan=rules.MOST_YUAN)


def _words(said: Outcome) -> str:
    return words(said.words, "words", "说明", 300, wanted=False)


@transaction.atomic
def decline_claim(*, claim: Claim, said: Outcome, by: User, at: datetime) -> Claim:
    """Note that the insurer pays nothing, and why.

    :raises BadInput: without a reason.
    """
    _refuse_own(claim, by, at)
    return _step(
        claim, "decline", said=words(said.words, "words", "不予赔付的原因", 300), by=by, at=at
    )


@transaction.atomic
def withdraw_claim(*, claim: Claim, reason: str, by: User, at: datetime) -> Claim:
    """Give one's own claim up.

    :raises WrongState: when it is over.
    """
    said = words(reason, "words", "原因", 300, wanted=False)
    return _step(claim, "withdraw", said=said, by=by, at=at)


@transaction.atomic
def add_file(*, claim: Claim, checked: Checked, label: str, by: User, at: datetime) -> ClaimFile:
    """Keep a paper of a claim that is open.

    :raises BadInput: without a name for it.
    :raises Refusal: when there are too many.
    :raises WrongState: when the claim is over.
    """
    said = words(label, "label", "材料名称", rules.LABEL_MOST)
    state = claim.state
    is_open = state in OPEN_CLAIMS and Claim.objects.filter(pk=claim.pk, state=state).update(
        state=state
    )
    if not is_open:
        raise WrongState("这项理赔已经办结，不能再补充材料。", code="insurance.claim_over")
    if claim.files.count() >= rules.FILES_MOST:
        raise Refusal(f"一项理赔最多 {rules.FILES_MOST} 份材料。", code="insurance.too_many_files")
    stored = files.store(checked, subject=f"insurance_claim:{claim.pk}", by=by, at=at)
    paper = ClaimFile.objects.create(claim=claim, file=stored, label=said, added_at=at, added_by=by)
    ClaimMove.objects.create(claim=claim, verb="add_file", words=said, at=at, by=by)
    record("insurance.add_file", claim, by=by, at=at, volunteer=claim.volunteer_id)
    return paper


@transaction.atomic
def note_look(*, claim: Claim, by: User, at: datetime) -> None:
    """Write down that somebody of an office opened the claim; the person sees it."""
    record("insurance.see_claim", claim.volunteer, by=by, at=at, claim=claim.pk)
