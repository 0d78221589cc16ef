"""Scores, places, the decision of two, publicity, the award and its end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction

from voluncity.city.access.permissions import Role
from voluncity.city.journal.actions import catch_up
from voluncity.city.publicity import actions as publicity
from voluncity.city.publicity.models import Notice
from voluncity.honor.awards import actions, queries, rules
from voluncity.honor.awards.actions import Decision, Scores
from voluncity.honor.awards.models import Award, Nomination, Result, Review
from voluncity.honor.awards.rules import CategoryPlan, Place, Standing, Weights
from voluncity.honor.awards.states import AwardState, NomineeKind, SelectionState
from voluncity.honor.awards.tests.conftest import VOTING, Call
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, Refusal, WrongState
from voluncity.testing.make_awards import (
    DECIDED,
    REVIEWED,
    category_of,
    fresh,
    make_awarded,
    make_checking,
    make_decided,
    make_judge,
    make_nominator,
    make_score,
    make_selection,
    make_vote,
)
from voluncity.testing.make_orgs import give, make_member
from voluncity.testing.make_people import NOON, make_user, make_volunteer, user_of

pytestmark = pytest.mark.django_db
AT = NOON + DECIDED
REVIEW_AT = NOON + REVIEWED
TODAY = date(2026, 12, 14)


# -- Experts -----------------------------------------------------------------------------------


def _said(review: Review, given: int = 80, **changes: object) -> Scores:
    criteria = review.nomination.category.selection.criteria.all()
    usual = {
        "version": review.nomination.version, "points": {one.pk: given for one in criteria},
        "comment": "", "is_independent": True,
    }  # fmt: skip
    return Scores(**(usual | changes))  # type: ignore[arg-type]


def test_criteria_weigh_as_the_selection_says(call: Call) -> None:
    nominee = call.admit()
    review = Review.objects.get(judge=make_judge(call.selection), nomination=nominee)
    criteria = list(call.selection.criteria.all())
    points = dict(zip([one.pk for one in criteria], [100, 80, 60, 50], strict=True))
    actions.score(
        review=review, said=_said(review, points=points), by=review.judge.user, at=REVIEW_AT
    )
    assert [one.weight for one in criteria] == [25, 35, 20, 20]
    assert review.points == 7500  # 25 + 28 + 12 + 10


def test_a_score_is_for_the_version_that_was_read(call: Call) -> None:
    nominee = call.admit()
    review = Review.objects.get(judge=make_judge(call.selection), nomination=nominee)
    with pytest.raises(WrongState) as refused:
        actions.score(
            review=review, said=_said(review, version=0), by=review.judge.user, at=REVIEW_AT
        )
    assert refused.value.code == "awards.newer_version"
    make_score(review, 90, at=REVIEW_AT)
    Nomination.objects.filter(pk=nominee.pk).update(version=2, consented_version=2)
    [standing] = queries.standings(call.category)
    assert (standing.reviews, standing.expert) == (0, 0)


def test_an_expert_who_is_close_does_not_score(call: Call) -> None:
    nominee = call.admit()
    close = {
        "nominator": call.nominator, "nominee": user_of(call.members[0]),
        "colleague": user_of(call.members[1]),
    }  # fmt: skip
    for user in close.values():
        give(user, Role.EXPERT, call.selection.region)
        judge = actions.add_judge(selection=call.selection, user=user, by=make_user(), at=NOON)
        review = Review.objects.get(judge=judge, nomination=nominee)
        with pytest.raises(NotAllowed) as refused:
            actions.score(review=review, said=_said(review), by=user, at=REVIEW_AT)
        assert refused.value.code == "awards.too_close"


def test_the_same_family_name_is_a_hint_and_no_verdict(call: Call) -> None:
    nominee = call.admit()
    judge = make_judge(call.selection, "李教授")
    found = queries.hints(judge.user, nominee, on=TODAY)
    assert [(one.words, one.is_blocking) for one in found] == [
        ("您和推荐对象同姓，请确认没有亲属关系", False)
    ]
    review = Review.objects.get(judge=judge, nomination=nominee)
    with pytest.raises(BadInput) as refused:
        actions.score(
            review=review, said=_said(review, is_independent=False), by=judge.user, at=REVIEW_AT
        )
    assert refused.value.field == "is_independent"


def test_whoever_steps_back_does_not_count_and_does_not_score_again(call: Call) -> None:
    nominee = call.admit()
    review = Review.objects.get(judge=make_judge(call.selection), nomination=nominee)
    make_score(review, 90, at=REVIEW_AT)
    actions.recuse(review=review, reason="以前的同事", by=review.judge.user, at=REVIEW_AT)
    assert queries.standings(call.category)[0].reviews == 0
    with pytest.raises(WrongState):
        actions.score(review=review, said=_said(review), by=review.judge.user, at=REVIEW_AT)


@pytest.mark.parametrize("points", [-1, 101])
def test_points_are_0_to_100_and_none_is_missing(call: Call, points: int) -> None:
    nominee = call.admit()
    review = Review.objects.get(judge=make_judge(call.selection), nomination=nominee)
    for said in (_said(review, points), _said(review, points={})):
        with pytest.raises(BadInput, match="0 到 100"):
            actions.score(review=review, said=said, by=review.judge.user, at=REVIEW_AT)


def test_an_expert_does_not_score_the_review_of_another_nor_too_late(call: Call) -> None:
    nominee = call.admit()
    first, second = make_judge(call.selection), make_judge(call.selection, "周教授")
    review = Review.objects.get(judge=first, nomination=nominee)
    with pytest.raises(NotAllowed):
        actions.score(review=review, said=_said(review), by=second.user, at=REVIEW_AT)
    with pytest.raises(WrongState):
        actions.score(review=review, said=_said(review), by=first.user, at=AT)


def test_only_experts_are_invited_once_and_never_oneself(call: Call) -> None:
    judge = make_judge(call.selection)
    codes = []
    for user, by in (
        (make_user("路人"), make_user()), (judge.user, judge.user), (judge.user, make_user()),
    ):  # fmt: skip
        with pytest.raises(Refusal) as refused:
            actions.add_judge(selection=call.selection, user=user, by=by, at=NOON)
        codes.append(refused.value.code)
    assert codes == ["awards.no_expert", "awards.own_judge", "awards.judge_twice"]


# -- Places ------------------------------------------------------------------------------------


def _standing(pk: int, expert: int, votes: int, county: str = "") -> Standing:
    return Standing(pk, county, pk, expert * 100, 3, votes, 0)


def _told(found: list[Place]) -> list[tuple[int, int, int, bool]]:
    return [(one.standing.nomination_id, one.total, one.place, one.by_rule) for one in found]


def test_places_follow_the_weights_and_the_most_voted_for_has_100_points() -> None:
    rows = [_standing(1, 90, 50), _standing(2, 80, 100), _standing(3, 70, 0)]
    found = rules.places(rows, Weights(60, 40, 0), quota=2, county_most=0)
    assert _told(found) == [(2, 8800, 1, True), (1, 7400, 2, True), (3, 4200, 3, False)]


def test_of_equal_points_the_experts_decide_then_the_votes() -> None:
    rows = [_standing(1, 60, 100), _standing(2, 100, 60), _standing(3, 80, 80)]
    found = rules.places(rows, Weights(50, 50, 0), quota=1, county_most=0)
    assert _told(found) == [(2, 8000, 1, True), (3, 8000, 1, False), (1, 8000, 1, False)]


def test_who_is_equal_in_everything_at_the_border_is_left_to_the_office() -> None:
    rows = [_standing(1, 90, 10), _standing(2, 80, 10), _standing(3, 80, 10)]
    found = rules.places(rows, Weights(100, 0, 0), quota=2, county_most=0)
    assert _told(found) == [(1, 9000, 1, True), (2, 8000, 2, False), (3, 8000, 2, False)]


def test_of_one_county_no_more_are_chosen_than_it_may_have() -> None:
    rows = [_standing(1, 90, 0, "A"), _standing(2, 80, 0, "A"), _standing(3, 70, 0, "B")]
    found = rules.places(rows, Weights(100, 0, 0), quota=2, county_most=1)
    assert [one.standing.nomination_id for one in found if one.by_rule] == [1, 3]


def test_nothing_is_computed_before_votes_and_reviews_are_over_or_without_reviews(
    call: Call,
) -> None:
    call.admit()
    with pytest.raises(WrongState):
        actions.count_selection(selection=call.selection, by=make_user(), at=VOTING)
    with pytest.raises(Refusal) as refused:
        actions.count_selection(selection=call.selection, by=make_user(), at=AT)
    assert refused.value.code == "awards.few_reviews"


def test_nothing_is_computed_while_a_nomination_waits(call: Call) -> None:
    call.scored(90)
    make_checking(call.category, call.members[1], by=call.nominator)
    with pytest.raises(Refusal) as refused:
        actions.count_selection(selection=call.selection, by=make_user(), at=AT)
    assert refused.value.code == "awards.unchecked"


# -- The decision ------------------------------------------------------------------------------


def _counted(call: Call) -> list[Nomination]:
    nominees = call.scored(70, 90, 80)
    for name in ("周宁", "吴昊", "郑新"):
        make_vote(call.category, call.voter(name), [nominees[0]], at=VOTING)
    make_vote(call.category, call.voter("冯一"), [nominees[1]], at=VOTING)
    actions.count_selection(selection=call.selection, by=make_user(), at=AT)
    return nominees


def test_the_result_is_computed_anew_from_the_rows(call: Call) -> None:
    nominees = _counted(call)
    found = Result.objects.order_by("nomination").values_list(
        "nomination", "expert_points", "votes", "total", "place", "by_rule"
    )
    first, second, third = (one.pk for one in nominees)
    assert list(found) == [
        (first, 7000, 3, 8200, 1, True),
        (second, 9000, 1, 6733, 2, True),
        (third, 8000, 0, 4800, 3, False),
    ]
    assert queries.faults() == []
    Result.objects.filter(nomination=first).update(votes=300)
    assert len(queries.faults()) == 1


def test_another_choice_than_the_rule_needs_a_reason_at_its_field(call: Call) -> None:
    first, _, third = _counted(call)
    decision = Decision(frozenset({first.pk, third.pk}), {third.pk: "县区平衡"})
    with pytest.raises(BadInput) as refused:
        actions.decide_selection(selection=call.selection, decision=decision, by=make_user(), at=AT)
    second = Result.objects.get(place=2).nomination_id
    assert refused.value.field == f"reason_{second}"
    both = Decision(decision.chosen, {third.pk: "县区平衡", second: "县区平衡"})
    actions.decide_selection(selection=call.selection, decision=both, by=make_user(), at=AT)
    chosen = Result.objects.filter(is_chosen=True).values_list("nomination", flat=True)
    assert set(chosen) == {first.pk, third.pk}


def test_no_more_than_the_quota_and_not_nobody_is_chosen(call: Call) -> None:
    nominees = _counted(call)
    codes = []
    for chosen in (frozenset[int](), frozenset(one.pk for one in nominees)):
        with pytest.raises(Refusal) as refused:
            actions.decide_selection(
                selection=call.selection, decision=Decision(chosen, {}), by=make_user(), at=AT
            )
        codes.append(refused.value.code)
    assert codes == ["awards.nobody", "awards.over_quota"]


def test_whoever_decides_does_not_confirm_and_is_no_nominee(call: Call) -> None:
    first, second, _ = _counted(call)
    decision = Decision(frozenset({first.pk, second.pk}), {})
    with pytest.raises(NotAllowed) as refused:
        actions.decide_selection(
            selection=call.selection, decision=decision, by=user_of(call.members[0]), at=AT
        )
    assert refused.value.code == "awards.own_case"
    maker, checker = make_user("评定人"), make_user("复核人")
    actions.decide_selection(selection=call.selection, decision=decision, by=maker, at=AT)
    with pytest.raises(NotAllowed) as refused:
        actions.confirm_decision(selection=call.selection, by=maker, at=AT)
    assert refused.value.code == "awards.own_decision"
    actions.confirm_decision(selection=call.selection, by=checker, at=AT)
    assert (call.selection.state, Award.objects.count()) == (SelectionState.SHOWN, 2)


def test_a_returned_decision_is_made_anew(call: Call) -> None:
    first, second, _ = _counted(call)
    decision = Decision(frozenset({first.pk, second.pk}), {})
    actions.decide_selection(selection=call.selection, decision=decision, by=make_user(), at=AT)
    actions.return_decision(selection=call.selection, reason="再议", by=make_user("复核人"), at=AT)
    assert (call.selection.state, Result.objects.filter(is_chosen=None).count()) == (
        SelectionState.COUNTED, 3,
    )  # fmt: skip
    told = call.selection.moves.values_list("verb", "words")
    assert list(told) == [("publish", ""), ("count", ""), ("decide", ""), ("return", "再议")]


def test_whoever_takes_the_yes_back_before_the_confirmation_gets_no_award(call: Call) -> None:
    first, second, _ = _counted(call)
    decision = Decision(frozenset({first.pk, second.pk}), {})
    actions.decide_selection(selection=call.selection, decision=decision, by=make_user(), at=AT)
    actions.hide_story(nomination=fresh(first), by=user_of(call.members[0]), at=AT)
    with transaction.atomic():
        actions.confirm_decision(selection=call.selection, by=make_user("复核人"), at=AT)
        assert Award.objects.get().nomination_id == second.pk
        assert queries.faults() == []
        transaction.set_rollback(True)
    call.selection.refresh_from_db()
    actions.hide_story(nomination=fresh(second), by=user_of(call.members[1]), at=AT)
    with pytest.raises(Refusal) as refused:
        actions.confirm_decision(selection=call.selection, by=make_user("复核人"), at=AT)
    assert refused.value.code == "awards.nobody"


def test_whoever_was_put_forward_hears_why_the_selection_was_given_up(call: Call) -> None:
    call.admit()
    actions.cancel_selection(
        selection=call.selection, reason="经费没有落实", by=make_user(), at=NOON
    )
    catch_up(at=NOON)
    told = user_of(call.members[0]).inbox_messages.get(title="评选已取消")
    assert told.body.endswith("最美志愿者。经费没有落实。谢谢您的参与。")


def test_the_offices_points_count_where_the_selection_says_so(call: Call) -> None:
    county = call.selection.region
    selection = make_selection(county, expert_weight=0, vote_weight=0, office_weight=100)
    call.selection, call.category = selection, category_of(selection)
    call.admit(0), call.admit(1)
    actions.count_selection(selection=selection, by=make_user(), at=AT)
    for points, result in zip((40, 90), list(queries.results_of(selection)), strict=True):
        actions.give_office_points(
            nomination=fresh(result.nomination), points=points, by=make_user(), at=AT
        )
    found = queries.results_of(selection).values_list("total", "place")
    assert list(found) == [(9000, 1), (4000, 2)]


# -- Publicity and awards ----------------------------------------------------------------------


def test_an_objection_against_one_takes_that_one_out_the_others_are_awarded(call: Call) -> None:
    first, second, _ = _counted(call)
    actions.decide_selection(
        selection=call.selection, decision=Decision(frozenset({first.pk, second.pk}), {}),
        by=make_user("评定人"), at=AT,
    )  # fmt: skip
    actions.confirm_decision(selection=call.selection, by=make_user("复核人"), at=AT)
    notices = {one.subject_id: one for one in Notice.objects.filter(kind="awards")}
    fallen = Award.objects.get(nomination=first)
    objection = publicity.object_to(
        notice_id=notices[fallen.pk].pk, text="事迹和事实不符合", by=make_user(), at=AT
    )
    publicity.answer(objection_id=objection.pk, is_upheld=True, text="属实", by=make_user(), at=AT)
    later = AT + timedelta(days=14)
    publicity.finish_due(today=TODAY + timedelta(days=14), at=later)
    catch_up(at=later)
    states = dict(Award.objects.values_list("nomination", "state"))
    assert states == {first.pk: AwardState.OVERTURNED, second.pk: AwardState.EFFECTIVE}
    call.selection.refresh_from_db()
    assert call.selection.state == SelectionState.AWARDED
    assert [one.name for one in queries.honored(2026)] == ["赵静"]
    assert queries.faults() == []


def test_a_revoked_award_says_so_and_leaves_the_page_of_honor(call: Call) -> None:
    [nominee] = call.scored(90)
    [award] = make_awarded(call.selection, [nominee], at=AT)
    with pytest.raises(NotAllowed):
        actions.revoke_award(award=award, reason="弄虚作假", by=user_of(call.members[0]), at=AT)
    actions.revoke_award(award=award, reason="弄虚作假", by=make_user(), at=AT)
    assert queries.honor_years() == []
    assert queries.found_award(award.serial.lower()).state == AwardState.REVOKED
    with pytest.raises(NotFound):
        queries.found_award("BZ202600000000")


def test_whoever_was_awarded_is_not_put_forward_within_the_years_of_rest(call: Call) -> None:
    [nominee] = call.scored(90)
    make_awarded(call.selection, [nominee], at=AT)
    plan = CategoryPlan(NomineeKind.VOLUNTEER, "最美志愿者", 2, 2, gap_years=2)
    at = NOON + timedelta(days=365)
    again = make_selection(call.selection.region, at=at, categories=(plan,))
    nomination = make_checking(category_of(again), call.members[0], by=call.nominator, at=at)
    with pytest.raises(Refusal, match="以往表彰"):
        actions.admit_nomination(nomination=nomination, by=make_user(), at=at)


def test_who_takes_the_yes_back_after_the_award_keeps_it_without_name_and_story(
    call: Call,
) -> None:
    [nominee] = call.scored(90)
    make_awarded(call.selection, [nominee], at=AT)
    notice = Notice.objects.get(kind="awards")
    assert ("李明" in notice.title, nominee.summary in notice.body) == (True, True)
    actions.hide_story(nomination=fresh(nominee), by=user_of(call.members[0]), at=AT)
    notice.refresh_from_db()
    shown = notice.title + notice.body
    assert ("李明" in shown, "李*" in shown, nominee.summary in shown) == (False, True, False)
    [award] = queries.honored(2026)
    assert (award.shown_name, award.nomination.is_open) == ("李*", False)
    assert queries.faults() == []


def test_everybody_hears_what_concerns_them(call: Call) -> None:
    [nominee] = call.scored(90)
    make_decided(call.selection, [nominee], at=AT)
    catch_up(at=AT)
    told = {
        str(name): sorted(user.inbox_messages.values_list("title", flat=True))
        for name, user in (("推荐", call.nominator), ("对象", user_of(call.members[0])))
    }
    assert told == {
        "推荐": ["推荐对象已入围", "推荐对象已同意参评"],
        "对象": ["您已入围评选", "有人推荐您参加评选", "评选结果开始公示"],
    }


def test_the_beginning_of_a_vote_is_told_once(call: Call) -> None:
    call.admit()
    assert [actions.start_votes(at=NOON), actions.start_votes(at=VOTING)] == [0, 1]
    assert actions.start_votes(at=VOTING) == 0


def test_an_organizations_other_administrator_is_as_close_as_the_nominator(call: Call) -> None:
    nominee = call.admit()
    other = make_nominator(call.organization, "另一位管理员")
    member = make_volunteer("外队员", region=call.organization.region)
    make_member(member, call.organization)
    assert [one.is_blocking for one in queries.hints(other, nominee, on=TODAY)] == [True, True]
    assert [one.is_blocking for one in queries.hints(user_of(member), nominee, on=TODAY)] == [
        True, True,
    ]  # fmt: skip
