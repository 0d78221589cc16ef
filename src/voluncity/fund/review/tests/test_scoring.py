"""Experts: who is asked, what connects them, what they score; nobody sees another's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from voluncity.city.access.permissions import Role
from voluncity.city.people.models import User
from voluncity.fund.calls.models import Application
from voluncity.fund.governance.models import Fund
from voluncity.fund.review import actions, queries
from voluncity.fund.review.models import Criteria, Opinion, Place, ReviewMove
from voluncity.fund.review.queries.hints import Hint
from voluncity.fund.review.rules import draw, ranking
from voluncity.fund.review.rules.scoring import average, outliers, points_text
from voluncity.fund.review.states import PlaceState, ReviewState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, Refusal, WrongState
from voluncity.testing.make_calls import make_officer
from voluncity.testing.make_orgs import give, make_member, make_organization
from voluncity.testing.make_people import NOON, make_user, make_volunteer
from voluncity.testing.make_review import (
    hand_in_again,
    make_expert,
    make_opinion,
    make_place,
    make_review,
    make_review_plan,
    make_scored,
    reread,
    scores,
)

LATER = NOON + timedelta(days=11)


@pytest.fixture
def expert(fund: Fund) -> User:
    return make_expert(fund.region)


# -- Sums ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("totals", "mean"),
    [([], None), ([8050], 8050), ([8050, 8051], 8051), ([1, 1, 2], 1), ([0, 0], 0)],
)
def test_a_mean_is_rounded_half_up_to_a_hundredth(totals: list[int], mean: int | None) -> None:
    assert average(totals) == mean


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=9))
def test_a_mean_lies_among_its_scores(totals: list[int]) -> None:
    mean = average(totals)
    assert mean is not None
    assert min(totals) <= mean <= max(totals)


def test_equal_means_share_a_place_and_are_named() -> None:
    found = ranking([(1, [8000]), (2, [9000]), (3, [7900, 8100]), (4, [])], limit=2000)
    assert [(one.application_id, one.place, one.is_tied) for one in found] == [
        (2, 1, False), (1, 2, True), (3, 2, True), (4, None, False),
    ]  # fmt: skip
    assert (found[2].spread_text, found[3].average_text) == ("2.00", "—")


def test_a_score_far_from_the_others_is_shown_but_of_two_nobody_is_far() -> None:
    assert outliers([9000, 8900, 5000], limit=3000) == [False, False, True]
    assert outliers([9000, 1000], limit=2000) == [False, False]


def test_points_are_read_with_two_places() -> None:
    assert (points_text(8605), points_text(None)) == ("86.05", "—")


# -- The lot ---------------------------------------------------------------------------------------


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    needs=st.dictionaries(st.integers(1, 8), st.integers(0, 3), max_size=6),
    experts=st.sets(st.integers(100, 108), max_size=6),
    barred=st.sets(st.tuples(st.integers(1, 8), st.integers(100, 108)), max_size=20),
    seed=st.integers(0, 2**48),
)
def test_a_draw_is_fair_whole_and_the_same_for_a_seed(
    needs: dict[int, int], experts: set[int], barred: set[tuple[int, int]], seed: int
) -> None:
    loads = dict.fromkeys(experts, 0)
    drawn = draw(needs, loads, barred, seed=seed)
    assert drawn == draw(needs, loads, barred, seed=seed)
    assert not set(drawn.pairs) & barred
    assert len(set(drawn.pairs)) == len(drawn.pairs)
    for pk, wanted in needs.items():
        able = {one for one in experts if (pk, one) not in barred}
        got = sum(of == pk for of, _ in drawn.pairs)
        assert got == min(wanted, len(able))
        assert got + drawn.short.get(pk, 0) == wanted


def test_a_draw_levels_what_experts_read_already() -> None:
    drawn = draw({1: 1, 2: 1, 3: 1}, {10: 3, 11: 0}, frozenset(), seed=1)
    assert [expert for _, expert in drawn.pairs] == [11, 11, 11]


# -- Who is asked ----------------------------------------------------------------------------------


def test_the_draw_takes_nobody_whom_records_connect(fund: Fund, application: Application) -> None:
    near = make_expert(fund.region, "李近邻")  # the family name of the applicant
    far = [make_expert(fund.region, name) for name in ("顾评审", "柏评审")]
    review = make_review(application.call)
    drawn = actions.draw_experts(review=review, by=make_officer(fund.region), at=NOON, seed=7)
    assert {expert for _, expert in drawn.pairs} == {one.pk for one in far}
    assert near.pk not in {one.expert_id for one in Place.objects.all()}
    assert "抽签号 7" in ReviewMove.objects.filter(verb="draw").get().words


def test_a_draw_that_finds_too_few_says_so(fund: Fund, application: Application) -> None:
    make_expert(fund.region, "顾评审")
    review, officer = make_review(application.call), make_officer(fund.region)
    drawn = actions.draw_experts(review=review, by=officer, at=NOON)
    assert (len(drawn.pairs), sum(drawn.short.values())) == (1, 1)
    make_expert(fund.region, "柏评审")
    actions.draw_experts(review=review, by=officer, at=NOON)
    with pytest.raises(Refusal, match="不用再抽取"):
        actions.draw_experts(review=review, by=officer, at=NOON)


def test_a_draw_without_experts_names_the_role(fund: Fund, application: Application) -> None:
    review = make_review(application.call)
    with pytest.raises(Refusal, match="评审专家"):
        actions.draw_experts(review=review, by=make_officer(fund.region), at=NOON)


def _codes(application: Application, expert: User) -> set[str]:
    found: list[Hint] = queries.hints([application], [expert]).get((application.pk, expert.pk), [])
    return {one.code for one in found}


def test_each_hint_has_a_name(fund: Fund, application: Application, expert: User) -> None:
    assert _codes(application, expert) == set()
    give(expert, Role.ORG_ADMIN, make_organization())
    assert _codes(application, expert) == set()
    sibling = make_volunteer("潘志远")
    sibling.user = expert
    sibling.save(update_fields=["user"])
    make_member(sibling, application.organization)
    assert _codes(application, expert) == {"member"}
    assert _codes(application, make_expert(fund.region, "李同姓")) == {"family"}
    near = make_expert(fund.region, "柏任职")
    give(near, Role.ORG_ADMIN, application.organization)
    assert {"acts", "grant"} <= _codes(application, near)


def test_where_records_hint_the_office_decides_with_a_reason(
    fund: Fund, application: Application
) -> None:
    review, expert = make_review(application.call), make_expert(fund.region, "李同姓")
    said: dict[str, Any] = {
        "review": review, "application": application, "expert": expert,
        "by": make_officer(fund.region), "at": NOON,
    }  # fmt: skip
    with pytest.raises(BadInput, match="同姓"):
        actions.assign(**said, despite=" ")
    place = actions.assign(**said, despite="不是亲属，已核实。")
    assert (place.hints, place.despite) == (["family"], "不是亲属，已核实。")
    with pytest.raises(Refusal, match="已经在评"):
        actions.assign(**said, despite="再指定一次。")


def test_nobody_is_asked_about_their_own_organization_nor_asks_themself(
    fund: Fund, application: Application
) -> None:
    review, officer = make_review(application.call), make_officer(fund.region)
    near = make_expert(fund.region, "柏任职")
    give(near, Role.ORG_ADMIN, application.organization)
    said: dict[str, Any] = {
        "review": review,
        "application": application,
        "despite": "没有关系",
        "at": NOON,
    }
    with pytest.raises(NotAllowed, match="办过事"):
        actions.assign(**said, expert=near, by=officer)
    with pytest.raises(NotAllowed, match="不能办理它的评审"):
        actions.assign(**said, expert=make_expert(fund.region), by=application.started_by)
    both = make_officer(fund.region, "顾两边")
    give(both, Role.EXPERT, fund.region)
    with pytest.raises(NotAllowed, match="不能指定自己"):
        actions.assign(**said, expert=both, by=both)
    with pytest.raises(NotAllowed, match="不是本基金的评审专家"):
        actions.assign(**said, expert=both, by=officer)  # who runs the review sees all scores
    with pytest.raises(NotAllowed, match="不是本基金的评审专家"):
        actions.assign(**said, expert=make_user("路人"), by=officer)


def test_who_steps_back_frees_the_place_and_never_comes_back(
    fund: Fund, application: Application, expert: User
) -> None:
    review = make_review(application.call)
    place = make_place(review, application, expert, declared=False)
    with pytest.raises(BadInput, match="利害关系"):
        actions.declare_conflict(place=place, words=" ", by=expert, at=NOON)
    actions.declare_conflict(place=place, words="做过顾问。", by=expert, at=NOON)
    assert (place.state, place.reason) == (PlaceState.CONFLICTED, "做过顾问。")
    [standing] = queries.standings(reread(review), on=local_date(NOON))
    assert (standing.missing, [one.reason for one in standing.left]) == (2, ["做过顾问。"])
    with pytest.raises(Refusal, match="已经回避"):
        make_place(review, application, expert)


def test_a_late_expert_is_replaced_and_their_score_does_not_count(
    fund: Fund, application: Application, expert: User
) -> None:
    review, officer = make_review(application.call), make_officer(fund.region)
    place = make_place(review, application, expert)
    make_opinion(place)
    place = queries.own_place(expert, place.pk)
    with pytest.raises(BadInput, match="更换的原因"):
        actions.release(place=place, words="", by=officer, at=NOON)
    actions.release(place=place, words="长期出差。", by=officer, at=NOON)
    assert not queries.counted().exists()
    with pytest.raises(NotFound):
        queries.own_place(expert, place.pk)
    assert make_place(review, application, expert).state == PlaceState.READING


# -- Scores ----------------------------------------------------------------------------------------


def test_nothing_is_scored_before_declaring(application: Application, expert: User) -> None:
    place = make_place(make_review(application.call), application, expert, declared=False)
    with pytest.raises(WrongState, match="请先声明"):
        actions.save_opinion(place=place, scores=scores(place), seen=0, by=expert, at=NOON)


def test_an_expert_writes_only_in_their_own_place(
    fund: Fund, application: Application, expert: User
) -> None:
    place = make_place(make_review(application.call), application, expert)
    other = make_expert(fund.region, "柏评审")
    with pytest.raises(NotFound):
        actions.save_opinion(place=place, scores=scores(place), seen=0, by=other, at=NOON)
    with pytest.raises(NotFound):
        queries.own_place(other, place.pk)


def test_the_last_minute_counts_and_the_next_one_does_not(
    application: Application, expert: User
) -> None:
    review = make_review(application.call)
    place = make_place(review, application, expert)
    mine = queries.own_place(expert, place.pk)
    with pytest.raises(WrongState, match="评分期限已过"):
        actions.save_opinion(place=mine, scores=scores(mine), seen=0, by=expert, at=review.due_at)
    last = review.due_at - timedelta(seconds=1)
    actions.submit_opinion(place=mine, scores=scores(mine), seen=0, by=expert, at=last)
    assert queries.counted().count() == 1


def test_a_newer_submission_makes_a_score_void_until_it_is_scored_anew(
    fund: Fund, application: Application, expert: User
) -> None:
    review, officer = make_review(application.call), make_officer(fund.region)
    place = make_place(review, application, expert)
    make_opinion(place)
    again = hand_in_again(application, by=officer).current
    [standing] = queries.standings(reread(review), on=local_date(NOON))
    assert (standing.done, [one.is_void for one in standing.seats]) == (0, [True])
    mine = queries.own_place(expert, place.pk)
    assert queries.void_opinions(mine).count() == 1
    old = actions.Scores(application.current_id or 0, scores(mine).points)
    with pytest.raises(WrongState, match="原来的评分不计入"):
        actions.submit_opinion(place=mine, scores=old, seen=0, by=expert, at=NOON)
    make_opinion(mine)
    assert queries.counted().get().submission == again


def test_what_is_scored_by_is_frozen_with_the_first_score(
    fund: Fund, application: Application, expert: User
) -> None:
    officer, review = make_officer(fund.region), make_review(application.call)
    plan = make_review_plan(experts_each=3, criteria=(("需求", "", 50), ("方案", "", 50)))
    actions.change_review(review=review, plan=plan, seen=review.edition, by=officer, at=NOON)
    assert Criteria.objects.count() == 2  # what was said before is kept
    review = reread(review)
    place = make_place(review, application, expert)
    draft = scores(place, words="")
    half = actions.Scores(draft.submission_id, {"c1": 80, "c2": None})
    actions.save_opinion(
        place=queries.own_place(expert, place.pk), scores=half, seen=0, by=expert, at=NOON
    )
    review = reread(review)
    with pytest.raises(WrongState, match="不能再改"):
        actions.change_review(
            review=review, plan=make_review_plan(), seen=review.edition, by=officer, at=NOON
        )
    later = review.due_at + timedelta(days=2)
    actions.postpone(
        review=review, due_at=later, words="专家出差。", seen=review.edition, by=officer, at=NOON
    )
    assert reread(review).due_at == later


def test_scoring_ends_once_and_is_taken_up_again_only_before_decisions(
    fund: Fund, application: Application
) -> None:
    review, officer = make_scored(application), make_officer(fund.region)
    review = reread(review)
    assert review.state == ReviewState.CLOSED
    said: dict[str, Any] = {"words": "说明", "by": officer, "at": NOON}
    with pytest.raises(WrongState):
        actions.close_review(review=review, seen=review.edition, **said)
    with pytest.raises(WrongState, match="刚刚变过"):
        actions.reopen_review(review=review, seen=0, due_at=LATER, **said)
    actions.reopen_review(review=review, seen=review.edition, due_at=LATER, **said)
    assert reread(review).state == ReviewState.OPEN


def test_nothing_is_closed_that_nobody_scored(fund: Fund, application: Application) -> None:
    review = make_review(application.call)
    with pytest.raises(WrongState, match="还没有专家提交"):
        actions.close_review(
            review=review, words="着急", seen=review.edition, by=make_officer(fund.region), at=NOON
        )


def test_who_owes_a_score_is_reminded_by_the_office_and_before_the_end(
    fund: Fund, application: Application, expert: User
) -> None:
    review, officer = make_review(application.call), make_officer(fund.region)
    with pytest.raises(Refusal, match="没有需要提醒"):
        actions.remind(review=review, by=officer, at=NOON)
    place = make_place(review, application, expert)
    assert actions.remind(review=review, by=officer, at=NOON) == 1
    assert queries.owed(at=NOON).count() == 1
    make_opinion(place)
    assert not queries.owed(at=NOON).exists()
    assert Opinion.objects.count() == 1
