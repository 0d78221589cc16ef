"""Vote once, and take unusual ballots out of the count by two people."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from voluncity.city.journal.actions import record
from voluncity.city.people.actions import limits
from voluncity.city.people.models import User, Volunteer
from voluncity.city.people.states import IdentityState
from voluncity.honor.awards import queries, rules
from voluncity.honor.awards.actions.counting import count_selection
from voluncity.honor.awards.actions.steps import refuse_unless
from voluncity.honor.awards.models import (
    Ballot,
    Category,
    Choice,
    Nomination,
    Selection,
    SetAside,
)
from voluncity.honor.awards.queries.voting import marks_of
from voluncity.honor.awards.states import (
    SET_ASIDE_FLOW,
    AnomalyKind,
    NominationState,
    Phase,
    SelectionState,
    SetAsideState,
)
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, WrongState

TWICE = "您在这一类已经投过票了，每人一票，谢谢您！"


@dataclass(frozen=True)
class Place:
    """From where a ballot comes: digests only."""

    device: str = ""
    address: str = ""


def vote(
    *, category: Category, chosen: Collection[int], voter: Volunteer, place: Place, at: datetime
) -> Ballot:
    """Cast one's only ballot of a category. Not within a transaction: tries must stay counted.

    :raises BadInput: for nobody, or for more than one may choose.
    :raises NotAllowed: for somebody who is not verified, or not of this area.
    :raises Refusal: when one has voted here already, by whatever record.
    :raises TooMany: after many tries, or many of one address.
    :raises WrongState: outside the time of the vote.
    """
    marks = marks_of(voter, category.selection_id)
    limits.use(rules.VOTES, key=marks.record, at=at)
    if place.address:
        limits.use(rules.VOTES_OF_ADDRESS, key=place.address, at=at)
    with transaction.atomic():
        return _cast(category, chosen, voter, place, at=at)


def _cast(
    category: Category, chosen: Collection[int], voter: Volunteer, place: Place, *, at: datetime
) -> Ballot:
    _refuse_voter(category, voter, at)
    wanted = _checked(category, chosen)
    if category.pk in queries.voted_categories(voter, category.selection_id):
        raise Refusal(TWICE, code="awards.voted")
    marks = marks_of(voter, category.selection_id)
    ballot = Ballot(
        category=category, record_mark=marks.record, paper_mark=marks.paper,
        cast_at=rules.minute_of(at), device=place.device, address=place.address,
        is_newcomer=local_date(voter.registered_at) >= category.selection.vote_from,
    )  # fmt: skip
    try:
        with transaction.atomic():
            ballot.save(force_insert=True)  # two constraints decide, whoever comes at once
    except IntegrityError:
        raise Refusal(TWICE, code="awards.voted") from None
    Choice.objects.bulk_create(Choice(ballot=ballot, nomination_id=pk) for pk in wanted)
    # Who voted is told to nobody: neither the person nor the ballot stands in the journal.
    record("awards.vote", category, by=None, at=rules.minute_of(at))
    return ballot


def _refuse_voter(category: Category, voter: Volunteer, at: datetime) -> None:
    refuse_unless(category.selection, Phase.VOTING, today=local_date(at), doing="投票")
    if voter.closed_at is not None or voter.identity_state != IdentityState.VERIFIED:
        raise NotAllowed("投票前要先完成实名认证，请到“我的”里办理。", code="awards.unverified")
    if not queries.votes_in(voter, category.selection):
        raise NotAllowed(
            f"这项评选由{category.selection.region.name}的志愿者投票。", code="awards.out_of_reach"
        )


def _checked(category: Category, chosen: Collection[int]) -> list[int]:
    wanted = sorted(set(chosen))
    if not wanted:
        raise BadInput("请先选择您支持的对象。", field="chosen")
    if len(wanted) > category.choices_most:
        raise BadInput(f"这一类最多选 {category.choices_most} 个，请减少一些。", field="chosen")
    live = Nomination.objects.filter(
        pk__in=wanted, category=category, state=NominationState.ADMITTED, hidden_at=None
    )
    if live.count() != len(wanted):
        raise BadInput("有一个对象已经退出评选，请刷新页面重新选择。", field="chosen")
    return wanted


# -- What is set aside -------------------------------------------------------------------------


@transaction.atomic
def ask_set_aside(
    *, selection: Selection, kind: str, key: str, reason: str, by: User, at: datetime
) -> SetAside:
    """Propose to take a group of ballots out of the count; another officer decides.

    :raises BadInput: without a reason, or when there is no such group.
    :raises Refusal: when it is proposed already.
    :raises WrongState: when the result is decided.
    """
    _refuse_decided(selection)
    said = rules.reason_words(reason)
    if kind not in AnomalyKind.values:
        raise BadInput("没有这类异常，请刷新页面。", field="kind")
    number = queries.ballots_in(selection, kind, key).count()
    if not number:
        raise BadInput("这组选票已经不在了，请刷新页面。", field="key")
    proposal = SetAside(
        selection=selection, kind=kind, key=key, number=number, reason=said, asked_at=at,
        asked_by=by,
    )  # fmt: skip
    try:
        with transaction.atomic():
            proposal.save(force_insert=True)
    except IntegrityError:
        raise Refusal("这组选票已经有人提出剔除，等待决定。", code="awards.asked") from None
    record("awards.ask_set_aside", proposal, by=by, at=at, number=number)
    return proposal


@transaction.atomic
def decide_set_aside(*, proposal: SetAside, is_granted: bool, by: User, at: datetime) -> SetAside:
    """Decide what another officer proposed; ballots that came since then still count.

    :raises NotAllowed: when one proposed it.
    :raises WrongState: when it is decided, or so is the result.
    """
    selection = proposal.selection
    _refuse_decided(selection)
    if proposal.asked_by_id == by.pk:
        raise NotAllowed("这是您自己提出的，请由另一位同事决定。", code="awards.own_proposal")
    verb = "grant" if is_granted else "deny"
    target = SET_ASIDE_FLOW.after(verb, proposal.state)
    still = SetAside.objects.filter(pk=proposal.pk, state=SetAsideState.ASKED)
    if not still.update(state=target, decided_at=at, decided_by=by):
        raise WrongState("刚刚已经决定，请刷新页面。", code="awards.was_faster")
    number = 0
    if is_granted:
        group = queries.ballots_in(selection, proposal.kind, proposal.key)
        ids = list(group.filter(cast_at__lte=proposal.asked_at).values_list("pk", flat=True))
        counting = Ballot.objects.filter(pk__in=ids, set_aside=None)
        number = counting.update(set_aside=proposal)
    record(f"awards.{verb}_set_aside", proposal, by=by, at=at, number=number)
    if selection.state == SelectionState.COUNTED:
        count_selection(selection=selection, by=by, at=at)
    proposal.refresh_from_db()
    return proposal


def _refuse_decided(selection: Selection) -> None:
    if selection.state not in {SelectionState.PUBLISHED, SelectionState.COUNTED}:
        raise WrongState("结果已经评定，选票不能再动。", code="awards.decided")


# -- Two records of one person -----------------------------------------------------------------


def count_once(*, loser: Volunteer, winner: Volunteer) -> list[int]:
    """Let one of two ballots of a merged person count, in votes that are not counted yet.

    The one of the record that stays counts. Return the ballots that do not any more.
    """
    found: list[int] = []
    for selection in Selection.objects.filter(state=SelectionState.PUBLISHED):
        lost, kept = marks_of(loser, selection.pk), marks_of(winner, selection.pk)
        theirs = Ballot.objects.filter(category__selection=selection, is_double=False)
        twice = theirs.filter(record_mark=kept.record).values("category")
        found += theirs.filter(record_mark=lost.record, category__in=twice).values_list(
            "pk", flat=True
        )
    Ballot.objects.filter(pk__in=found).update(is_double=True)
    return found


def uncount_once(*, ballot_ids: Collection[int]) -> int:
    """Let ballots count again because a merge was undone; those of counted votes stay."""
    open_ones = Ballot.objects.filter(
        pk__in=ballot_ids, category__selection__state=SelectionState.PUBLISHED
    )
    return open_ones.update(is_double=False)
