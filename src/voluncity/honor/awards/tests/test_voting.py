"""One ballot for each person and category, whoever comes at once; never with a name on it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

import pytest

from voluncity.city.claims import actions as claims
from voluncity.city.journal.models import Entry
from voluncity.city.people.models import Volunteer
from voluncity.honor.awards import actions, own_data, queries
from voluncity.honor.awards.actions import Place
from voluncity.honor.awards.models import Ballot, Category, Choice, SetAside
from voluncity.honor.awards.tests.conftest import VOTING, Call
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, TooMany, WrongState
from voluncity.testing.at_once import at_once
from voluncity.testing.make_awards import fresh, make_vote
from voluncity.testing.make_claims import make_merge
from voluncity.testing.make_people import (
    NOON,
    TODAY,
    make_county,
    make_user,
    make_volunteer,
    user_of,
)

CLIENTS = 64
VOTE_DAY = TODAY + timedelta(days=12)


@pytest.mark.django_db
def test_a_ballot_counts_once_for_each_name_on_it(call: Call) -> None:
    first, second = call.admit(0), call.admit(1)
    make_vote(call.category, call.voter(), [first, second], at=VOTING)
    make_vote(call.category, call.voter("吴昊"), [first], at=VOTING)
    assert queries.tally(call.selection) == {first.pk: 2, second.pk: 1}
    assert queries.faults() == []


@pytest.mark.django_db
def test_nobody_votes_twice_in_a_category(call: Call) -> None:
    nominee, voter = call.admit(), call.voter()
    make_vote(call.category, voter, [nominee], at=VOTING)
    with pytest.raises(Refusal) as refused:
        make_vote(call.category, voter, [nominee], at=VOTING + timedelta(days=1))
    assert refused.value.code == "awards.voted"
    assert queries.my_ballots(voter, call.selection.pk) == {call.category.pk: [nominee.pk]}


@pytest.mark.django_db
def test_whoever_registers_anew_with_the_same_paper_does_not_vote_again(call: Call) -> None:
    nominee, voter = call.admit(), call.voter()
    make_vote(call.category, voter, [nominee], at=VOTING)
    paper = voter.id_index
    Volunteer.objects.filter(pk=voter.pk).update(closed_at=VOTING, id_index="closed", user=None)
    again = call.voter()
    Volunteer.objects.filter(pk=again.pk).update(id_index=paper)
    again.refresh_from_db()
    with pytest.raises(Refusal) as refused:
        make_vote(call.category, again, [nominee], at=VOTING)
    assert refused.value.code == "awards.voted"


@pytest.mark.django_db
def test_whose_paper_was_corrected_does_not_vote_again(call: Call) -> None:
    nominee, voter = call.admit(), call.voter()
    make_vote(call.category, voter, [nominee], at=VOTING)
    Volunteer.objects.filter(pk=voter.pk).update(id_index="another paper")
    voter.refresh_from_db()
    with pytest.raises(Refusal):
        make_vote(call.category, voter, [nominee], at=VOTING)


@pytest.mark.django_db
def test_two_ballots_of_a_merged_person_count_once_and_come_back_when_undone(call: Call) -> None:
    nominee, loser, winner = call.admit(), call.voter(), call.voter()
    for one in (loser, winner):
        make_vote(call.category, one, [nominee], at=VOTING)
    merge = make_merge(loser, winner, at=VOTING)
    assert queries.tally(call.selection) == {nominee.pk: 1}
    claims.undo(merge_id=merge.pk, by=make_user(), at=VOTING)
    assert queries.tally(call.selection) == {nominee.pk: 2}


@pytest.mark.django_db
def test_after_a_merge_the_person_does_not_vote_with_the_other_record(call: Call) -> None:
    nominee, loser, winner = call.admit(), call.voter(), call.voter()
    make_vote(call.category, loser, [nominee], at=VOTING)
    make_merge(loser, winner, at=VOTING)
    winner.refresh_from_db()
    with pytest.raises(Refusal):
        make_vote(call.category, winner, [nominee], at=VOTING)


@pytest.mark.django_db
@pytest.mark.parametrize("at", [NOON, VOTING - timedelta(days=1), VOTING + timedelta(days=8)])
def test_nobody_votes_before_or_after_the_days_of_the_vote(call: Call, at: datetime) -> None:
    nominee = call.admit()
    with pytest.raises(WrongState) as refused:
        make_vote(call.category, call.voter(), [nominee], at=at)
    assert refused.value.code == "awards.not_now"


@pytest.mark.django_db
def test_a_ballot_names_at_least_one_and_no_more_than_one_may(call: Call) -> None:
    nominees = [call.admit(number) for number in range(3)]
    other = call.voter()
    for chosen in ([], nominees):
        with pytest.raises(BadInput) as refused:
            make_vote(call.category, other, chosen, at=VOTING)
        assert refused.value.field == "chosen"
    with pytest.raises(BadInput):
        actions.vote(
            category=call.category, chosen=[999_999], voter=other, place=Place(), at=VOTING
        )
    assert Ballot.objects.count() == 0


@pytest.mark.django_db
def test_who_is_not_verified_or_lives_elsewhere_does_not_vote(call: Call) -> None:
    nominee = call.admit()
    unknown = make_volunteer(region=call.organization.region, verified=False)
    elsewhere = make_volunteer(region=make_county("万柏林区", code="140109000000"))
    codes = []
    for one in (unknown, elsewhere):
        with pytest.raises(NotAllowed) as refused:
            make_vote(call.category, one, [nominee], at=VOTING)
        codes.append(refused.value.code)
    assert codes == ["awards.unverified", "awards.out_of_reach"]


@pytest.mark.django_db
def test_votes_are_rate_limited_for_each_person_and_address(call: Call) -> None:
    nominee, voter = call.admit(), call.voter()
    make_vote(call.category, voter, [nominee], at=VOTING)
    for _ in range(39):
        with pytest.raises(Refusal):
            make_vote(call.category, voter, [nominee], at=VOTING)
    with pytest.raises(TooMany) as refused:
        make_vote(call.category, voter, [nominee], at=VOTING)
    assert refused.value.code == "people.too_many.award_vote"


@pytest.mark.django_db
def test_nothing_that_is_kept_leads_from_a_ballot_to_a_person(call: Call) -> None:
    nominee, voter = call.admit(), call.voter()
    ballot = make_vote(
        call.category, voter, [nominee], at=VOTING + timedelta(seconds=17), device="d", address="a"
    )
    kept = {name: str(value) for name, value in Ballot.objects.values().get().items()}
    secrets = {voter.number, voter.name, voter.id_index, str(user_of(voter).handle)}
    assert not secrets & set(kept.values())
    assert ballot.cast_at == VOTING  # the minute, no finer
    told: list[Any] = list(
        Entry.objects.filter(verb="awards.vote").values_list(
            "actor", "on_behalf_of", "subject_type", "data"
        )
    )
    assert told == [(None, None, "category", {})]


@pytest.mark.django_db
def test_ones_own_copy_says_for_whom_one_voted(call: Call) -> None:
    nominee, voter = call.admit(), call.voter()
    make_vote(call.category, voter, [nominee], at=VOTING)
    sections = {one.key: one.rows for one in own_data.sections(voter)}
    assert sections["award_votes"] == ((call.selection.title, "最美志愿者", nominee.name),)


# -- What is unusual ---------------------------------------------------------------------------


def _ring(call: Call, nominee: object, *, number: int = 5) -> None:
    for turn in range(number):
        voter = call.voter(f"李{'一二三四五六七八九'[turn]}")
        make_vote(call.category, voter, [nominee], at=VOTING, device="d" * 32, address="a" * 64)  # type: ignore[list-item]


@pytest.mark.django_db
def test_many_ballots_of_one_phone_are_shown_with_whom_they_chose(call: Call) -> None:
    nominee = call.admit()
    _ring(call, nominee)
    make_vote(call.category, call.voter(), [nominee], at=VOTING, device="e" * 32)
    [found] = queries.anomalies(call.selection, on=VOTE_DAY)
    assert (found.kind, found.label, found.number, found.chosen) == (
        "device", "DDDDDD", 5, ((nominee.pk, 5),),
    )  # fmt: skip


@pytest.mark.django_db
def test_whoever_registered_during_the_vote_is_counted_apart(call: Call) -> None:
    nominee = call.admit()
    for turn in range(10):
        late = make_volunteer(region=call.organization.region, registered_at=VOTING)
        make_vote(call.category, late, [nominee], at=VOTING + timedelta(minutes=turn))
    [found] = queries.anomalies(call.selection, on=VOTE_DAY)
    assert (found.kind, found.key, found.number) == ("newcomer", str(nominee.pk), 10)


@pytest.mark.django_db
def test_ballots_are_set_aside_by_two_people_with_a_reason(call: Call) -> None:
    nominee, one, other = call.admit(), make_user("甲"), make_user("乙")
    _ring(call, nominee)
    with pytest.raises(BadInput):
        actions.ask_set_aside(
            selection=call.selection, kind="device", key="d" * 32, reason=" ", by=one, at=VOTING
        )
    proposal = actions.ask_set_aside(
        selection=call.selection, kind="device", key="d" * 32, reason="一部手机投了五票",
        by=one, at=VOTING,
    )  # fmt: skip
    with pytest.raises(NotAllowed) as refused:
        actions.decide_set_aside(proposal=proposal, is_granted=True, by=one, at=VOTING)
    assert refused.value.code == "awards.own_proposal"
    assert queries.tally(call.selection) == {nominee.pk: 5}
    actions.decide_set_aside(proposal=proposal, is_granted=True, by=other, at=VOTING)
    assert queries.tally(call.selection) == {}
    told = Entry.objects.get(verb="awards.grant_set_aside")
    assert (told.actor_id, told.data) == (other.pk, {"number": 5})
    assert queries.faults() == []


@pytest.mark.django_db
def test_a_proposal_is_decided_once_and_another_voter_of_the_phone_counts_later(
    call: Call,
) -> None:
    nominee, one, other = call.admit(), make_user("甲"), make_user("乙")
    _ring(call, nominee)
    proposal = actions.ask_set_aside(
        selection=call.selection, kind="device", key="d" * 32, reason="同一部手机", by=one,
        at=VOTING,
    )  # fmt: skip
    later = VOTING + timedelta(minutes=5)
    make_vote(call.category, call.voter(), [nominee], at=later, device="d" * 32)
    actions.decide_set_aside(proposal=proposal, is_granted=True, by=other, at=later)
    assert queries.tally(call.selection) == {nominee.pk: 1}
    with pytest.raises(WrongState):
        actions.decide_set_aside(
            proposal=SetAside.objects.get(pk=proposal.pk), is_granted=False, by=other, at=later
        )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "key"),
    [("device", ""), ("device", "x"), ("newcomer", "9" * 30), ("minute", "昨天"), ("x", "y")],
)
def test_a_group_that_is_not_there_is_not_set_aside(call: Call, kind: str, key: str) -> None:
    with pytest.raises(BadInput):
        actions.ask_set_aside(
            selection=call.selection, kind=kind, key=key, reason="理由", by=make_user(), at=VOTING
        )


@pytest.mark.django_db
def test_whoever_withdraws_is_not_voted_for_any_more(call: Call) -> None:
    nominee = call.admit()
    actions.withdraw_nomination(nomination=fresh(nominee), words="", by=call.nominator, at=VOTING)
    with pytest.raises(BadInput):
        make_vote(call.category, call.voter(), [nominee], at=VOTING)


# -- Truly side by side ------------------------------------------------------------------------

Voting = Callable[..., object]


def vote_look_then_write(
    *, category: Category, chosen: Collection[int], voter: Volunteer, place: Place, at: datetime
) -> Ballot:
    """Saboteur: see that there is no ballot, and write one a moment later, under a mark by lot."""
    if voter.pk in VOTED:
        raise Refusal("已投过票。", code="awards.voted")
    time.sleep(0.01)
    VOTED.add(voter.pk)
    mark = f"{time.perf_counter_ns()}:{id(object())}"
    ballot = Ballot.objects.create(category=category, record_mark=mark, paper_mark=mark, cast_at=at)
    Choice.objects.bulk_create(Choice(ballot=ballot, nomination_id=pk) for pk in chosen)
    return ballot


VOTED: set[int] = set()


def raced(call: Call, cast: Voting) -> Counter[str]:
    """Let one person vote 64 times in the same moment; say what each try got."""
    nominee, voter = call.admit(), call.voter()

    def ask(_: int) -> None:
        cast(category=call.category, chosen=[nominee.pk], voter=voter, place=Place(), at=VOTING)

    return at_once(ask, CLIENTS)


@pytest.mark.row("D5")
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_64_ballots_of_one_person_in_one_moment_one_counts(call: Call) -> None:
    got = raced(call, actions.vote)
    assert got["done"] == 1, got
    assert set(got) <= {"done", "awards.voted", "people.too_many.award_vote"}
    assert sum(queries.tally(call.selection).values()) == 1
    assert queries.faults() == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_saboteur_who_looks_and_then_writes_lets_one_person_vote_often(call: Call) -> None:
    VOTED.clear()
    assert raced(call, vote_look_then_write)["done"] > 1
