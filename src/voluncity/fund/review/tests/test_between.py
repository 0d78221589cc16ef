"""What happens between the steps: material that changes, hands that change, applicants that go."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import now

from voluncity.city.access.permissions import Role
from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.city.people.models import User
from voluncity.city.publicity import actions as publicity
from voluncity.city.publicity.models import Notice
from voluncity.fund.calls import actions as calls
from voluncity.fund.calls import queries as in_calls
from voluncity.fund.calls.models import Application
from voluncity.fund.calls.states import AppState
from voluncity.fund.governance import actions as governance
from voluncity.fund.governance.models import Fund
from voluncity.fund.review import actions, queries
from voluncity.fund.review.actions import deciding, judging
from voluncity.fund.review.models import Decision, Opinion, Place, Review
from voluncity.fund.review.states import DecisionState, PlaceState, ReviewState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotAllowed, WrongState
from voluncity.testing.at_once import at_once
from voluncity.testing.make_calls import fresh, make_admin, make_officer, make_open_call
from voluncity.testing.make_fund import give_money, make_fund, make_resolution
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import NOON, make_county, make_user
from voluncity.testing.make_review import (
    award_plan,
    hand_in_again,
    let_publicity_end,
    make_accepted,
    make_another,
    make_decision,
    make_expert,
    make_opinion,
    make_place,
    make_review,
    make_scored,
    refusal_plan,
    reread,
    reread_decision,
    scores,
    show,
)
from voluncity.testing.pages import as_

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("money")]
D = DecisionState
LATER = NOON + timedelta(days=45)
DUE = NOON + timedelta(days=5)
HOUR = timedelta(hours=1)


def send_back(application: Application, by: User) -> None:
    now_it = fresh(application)
    calls.send_back(
        application=now_it, submission_id=now_it.current_id or 0, remarks={}, words="请补充。",
        due_at=DUE, by=by, at=NOON,
    )  # fmt: skip


# -- The material does not change under a decision -------------------------------------------------


def changes_under_a_decision(application: Application, officer: User) -> bool:
    """Return whether an application is sent back while its decision stands."""
    try:
        send_back(application, officer)
    except WrongState:
        return False
    return True


def test_nothing_is_sent_back_while_a_decision_stands(
    application: Application, officer: User
) -> None:
    make_scored(application)
    decision = make_decision(fresh(application))
    with pytest.raises(WrongState, match="请先撤销这项决定"):
        send_back(application, officer)
    shown = show(decision)
    with pytest.raises(WrongState, match="正在公示"):
        send_back(application, officer)
    publicity.finish_due(today=LATER.date(), at=LATER)
    Decision.objects.filter(pk=shown.pk).update(passed_at=LATER, held_up="钱不够。")
    with pytest.raises(WrongState, match="请先撤销这项决定"):
        send_back(application, officer)
    actions.overturn_decision(
        decision=reread_decision(shown), words="重新研究。", by=officer, at=LATER
    )
    send_back(application, officer)
    assert fresh(application).state == AppState.RETURNED


def test_saboteur_without_the_guard_changes_what_was_decided(
    application: Application, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_scored(application)
    make_decision(fresh(application))
    assert not changes_under_a_decision(application, officer)
    monkeypatch.setattr(in_calls, "against_sending_back", lambda _one, _by: "")
    assert changes_under_a_decision(application, officer)


def test_the_office_reads_on_the_page_why_it_cannot_send_back(
    application: Application, officer: User
) -> None:
    make_scored(application)
    make_decision(fresh(application))
    browser = as_(officer)
    page = f"/fund/calls/desk/{application.pk}/"
    shown = browser.get(page).content.decode()
    assert "请先撤销这项决定" in shown
    assert "退回补正</button>" not in shown
    due = str(local_date(now() + timedelta(days=5)))
    said = {"submission": str(application.current_id), "words": "请补充。", "due_on": due}
    answer = browser.post(f"{page}send-back/", said)
    assert answer.status_code == 422
    assert fresh(application).state == AppState.ACCEPTED


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_a_decision_and_a_return_at_once_one_happens() -> None:
    made = make_fund(make_county())
    give_money(made, 10_000_000)
    office = make_officer(made.region)
    application = make_accepted(make_open_call(made))
    make_scored(application)
    resolution = make_resolution(made, "资助项目")

    def act(number: int) -> None:
        if number % 2:
            send_back(application, office)
            return
        actions.enter_decision(
            application=fresh(application), submission_id=application.current_id or 0,
            resolution=resolution, plan=award_plan(application), handle=f"race-{number:06d}",
            by=office, at=NOON,
        )  # fmt: skip

    found = at_once(act, 6)
    assert found["done"] == 1
    is_back = fresh(application).state == AppState.RETURNED
    assert is_back != Decision.objects.exists()


# -- An applicant goes -----------------------------------------------------------------------------


def test_who_withdraws_while_it_is_shown_ends_the_decision(
    fund: Fund, application: Application
) -> None:
    make_scored(application)
    admin = make_admin(application.organization, "李新来")
    decision = show(make_decision(fresh(application)))
    calls.withdraw(application=fresh(application), words="已另有资金。", by=admin, at=NOON)
    for _ in range(2):
        catch_up(at=NOON)
    decision = reread_decision(decision)
    assert (decision.state, decision.end_reason) == (D.OVERTURNED, "申报组织撤回了申报。")
    notice = queries.notice_of(decision)
    assert notice is not None
    assert notice.title.startswith("已撤销的资助决定")
    assert "申报组织撤回了申报" in notice.body
    publicity.finish_due(today=LATER.date(), at=LATER)
    catch_up(at=LATER)
    assert fresh(application).state == AppState.WITHDRAWN
    titles = set(Message.objects.filter(user=admin).values_list("title", flat=True))
    assert "基金资助决定已撤销" not in titles  # they did it
    assert queries.faults() == []


def test_a_decision_that_was_only_entered_falls_with_its_application(
    application: Application,
) -> None:
    make_scored(application)
    decision = make_decision(fresh(application))
    calls.withdraw(
        application=fresh(application), words="不申请了。", by=application.started_by, at=NOON
    )
    catch_up(at=NOON)
    assert reread_decision(decision).state == D.OVERTURNED
    assert not Notice.objects.filter(kind="fund").exists()
    assert not actions.fall_withdrawn(application_id=application.pk, at=NOON)  # once


def test_the_word_about_a_fallen_decision_leads_to_a_page_that_exists(
    application: Application,
) -> None:
    make_scored(application)
    admin = make_admin(application.organization, "李新来")
    decision = show(make_decision(fresh(application)))
    notice = queries.notice_of(decision)
    assert notice is not None
    objection = publicity.object_to(
        notice_id=notice.pk, text="项目和去年的重复了。", by=make_user("群众"), at=NOON
    )
    publicity.answer(
        objection_id=objection.pk, is_upheld=True, text="属实，重新研究。", by=make_user("督办"),
        at=NOON,
    )  # fmt: skip
    for _ in range(3):
        catch_up(at=NOON)
    told = Message.objects.get(user=admin, title="基金资助决定已撤销")
    assert "此前公示的“批准立项”没有生效" in told.body
    browser = as_(admin)
    assert browser.get(told.url).status_code == 200


# -- Nobody on both sides --------------------------------------------------------------------------


def test_who_stepped_back_or_scored_has_no_hand_in_the_decision(
    fund: Fund, application: Application
) -> None:
    tied, scorer = make_expert(fund.region, "柏评审"), make_expert(fund.region, "顾评审")
    review = make_review(application.call, experts_each=1)
    gone = make_place(review, application, tied, declared=False)
    actions.declare_conflict(place=gone, words="负责人是我的姐夫。", by=tied, at=NOON)
    make_opinion(make_place(review, application, scorer))
    actions.close_review(
        review=reread(review), words="", seen=reread(review).edition, by=make_user("韩梅"), at=NOON
    )
    for one in (tied, scorer):
        give(one, Role.FUND_OFFICE, fund.region)
        with pytest.raises(NotAllowed, match="是这份申报的评审专家"):
            make_decision(fresh(application), by=one)
        with pytest.raises(WrongState, match="是这份申报的评审专家"):
            send_back(application, one)
    decision = make_decision(fresh(application))
    with pytest.raises(NotAllowed):
        show(decision, by=tied)


def releases_a_rival(application: Application, fund: Fund) -> int:
    """Let an expert who came to the office replace the other expert; return the answer."""
    mine, other = make_expert(fund.region, "柏评审"), make_expert(fund.region, "顾评审")
    review = make_review(application.call)
    make_place(review, application, mine)
    rival = make_place(review, application, other)
    give(mine, Role.FUND_OFFICE, fund.region)
    browser = as_(mine)
    answer = browser.post(f"/fund/review/desk/places/{rival.pk}/release/", {"words": "太慢。"})
    assert Place.objects.get(pk=rival.pk).state == PlaceState.READING
    return answer.status_code


def test_an_expert_who_comes_to_the_office_replaces_no_colleague(
    application: Application, fund: Fund
) -> None:
    assert releases_a_rival(application, fund) == 403


def scores_own(application: Application, expert: User) -> bool:
    """Return whether somebody hands in scores after they began to act for the organization."""
    place = make_place(make_review(application.call), application, expert)
    give(expert, Role.ORG_ADMIN, application.organization)
    try:
        make_opinion(place)
    except NotAllowed:
        return False
    return Opinion.objects.filter(submitted_at__isnull=False).exists()


def test_who_came_to_act_for_the_applicant_scores_no_more(
    application: Application, fund: Fund
) -> None:
    assert not scores_own(application, make_expert(fund.region))


def test_saboteur_who_asks_only_once_lets_an_applicant_score(
    application: Application, fund: Fund, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "_refuse_tied", lambda _place, _by: None)
    assert scores_own(application, make_expert(fund.region))


# -- What was decided stays, what is not decided is scored -----------------------------------------


def test_what_came_back_after_scoring_is_scored_anew_beside_a_decision(
    fund: Fund, application: Application, officer: User
) -> None:
    second = make_another(application)
    make_scored(application, close=False)
    review = make_scored(second)
    make_decision(fresh(application))
    again = hand_in_again(second, by=officer)
    with pytest.raises(WrongState, match="还没有专家评分"):
        make_decision(again)
    review = reread(review)
    said: dict[str, Any] = {"words": "补充了材料。", "by": officer, "at": NOON}
    actions.reopen_review(review=review, seen=review.edition, due_at=LATER, **said)
    [standing] = [
        one for one in queries.standings(reread(review), on=NOON.date()) if one.is_in_review
    ]
    assert standing.application == second
    decided = Place.objects.filter(application=application)[0]
    extra = make_expert(fund.region, "邸评审")
    with pytest.raises(WrongState, match="已经登记会议决定"):
        make_place(reread(review), application, extra)
    mine = queries.own_place(decided.expert, decided.pk)
    assert not queries.is_open(mine, at=NOON)
    with pytest.raises(WrongState, match="已不在评审中"):
        actions.submit_opinion(place=mine, scores=scores(mine), seen=1, by=decided.expert, at=NOON)
    assert {one.application_id for one in queries.owed(at=NOON)} == {second.pk}
    for place in Place.objects.filter(application=second):
        make_opinion(queries.own_place(place.expert, place.pk))
    review = reread(review)
    actions.close_review(review=review, words="", seen=review.edition, by=officer, at=NOON)
    assert make_decision(fresh(second)).state == D.ENTERED


def test_scoring_is_not_taken_up_again_when_all_is_decided(
    application: Application, officer: User
) -> None:
    review = reread(make_scored(application))
    make_decision(fresh(application))
    with pytest.raises(WrongState, match="都已经登记了会议决定"):
        actions.reopen_review(
            review=review, seen=review.edition, due_at=LATER, words="再评。", by=officer, at=NOON
        )
    assert Review.objects.get().state == ReviewState.CLOSED


def test_without_a_score_nothing_is_awarded_but_it_may_be_refused(
    application: Application,
) -> None:
    second = make_another(application)
    make_scored(application)
    with pytest.raises(WrongState, match="还没有专家评分"):
        make_decision(second)
    assert make_decision(fresh(second), refusal_plan()).awarded_fen == 0


def test_saboteur_who_asks_for_no_score_awards_what_nobody_read(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = make_another(application)
    make_scored(application)
    monkeypatch.setattr(deciding, "_refuse_unscored", lambda _application: None)
    assert make_decision(second).awarded_fen


def test_experts_hear_that_they_score_anew(fund: Fund, officer: User) -> None:
    application, expert = make_accepted(make_open_call(fund)), make_expert(fund.region)
    make_opinion(make_place(make_review(application.call), application, expert), at=NOON + HOUR)
    hand_in_again(application, by=officer, at=NOON + 2 * HOUR)
    for _ in range(2):
        catch_up(at=NOON + 3 * HOUR)
    told = Message.objects.get(user=expert, title="有一份基金申报请您重新评分")
    assert str(application.number) in told.body


# -- A resolution that was repealed ----------------------------------------------------------------


def test_nothing_is_shown_or_takes_effect_by_a_repealed_resolution(
    fund: Fund, application: Application, officer: User
) -> None:
    make_scored(application)
    first, second = make_resolution(fund, "资助项目"), make_resolution(fund, "收回资助")
    entered = make_decision(fresh(application), resolution=first)
    shown = show(entered)
    governance.repeal(resolution=first, by_resolution=second, by=officer, at=NOON)
    waiting = let_publicity_end(shown)
    assert waiting.state == D.SHOWN
    assert "决议已经废止" in waiting.held_up
    assert fresh(application).state == AppState.ACCEPTED
    actions.overturn_decision(decision=waiting, words="决议废止。", by=officer, at=LATER)
    third = make_resolution(fund, "再次资助")
    anew = make_decision(fresh(application), resolution=third)
    governance.repeal(
        resolution=third, by_resolution=make_resolution(fund, "再收回"), by=officer, at=NOON
    )
    with pytest.raises(WrongState, match="决议已经废止"):
        show(reread_decision(anew))
