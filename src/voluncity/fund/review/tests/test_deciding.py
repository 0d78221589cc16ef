"""Decisions: entered, shown, in force or fallen; whose money, whose hands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection

from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.city.journal.models import Entry
from voluncity.city.people.models import User
from voluncity.city.publicity import actions as publicity
from voluncity.fund.books import actions as moving
from voluncity.fund.books import queries as books
from voluncity.fund.calls.models import Application, Submission
from voluncity.fund.calls.states import AppState
from voluncity.fund.governance.models import Fund, Resolution
from voluncity.fund.review import actions, queries
from voluncity.fund.review.actions import deciding
from voluncity.fund.review.models import Decision, DecisionMove
from voluncity.fund.review.states import DecisionState, Outcome
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, WrongState
from voluncity.testing.at_once import at_once
from voluncity.testing.make_calls import fresh, make_admin, make_officer, make_open_call
from voluncity.testing.make_fund import give_money, make_fund, make_purpose, make_resolution
from voluncity.testing.make_people import NOON, make_county, make_user
from voluncity.testing.make_review import (
    award_plan,
    let_publicity_end,
    make_accepted,
    make_decision,
    make_decision_in_force,
    make_scored,
    refusal_plan,
    reread_decision,
    show,
)

pytestmark = pytest.mark.django_db
D = DecisionState
LATER = NOON + timedelta(days=45)


@pytest.fixture
def application(fund: Fund) -> Application:
    """Return a scored application of a fund that has 10,000 yuan."""
    give_money(fund, 1_000_000)
    accepted = make_accepted(make_open_call(fund, most_each=9))
    make_scored(accepted)
    return fresh(accepted)


def test_an_award_in_force_reserves_its_money_and_lets_the_application_become_a_project() -> None:
    decision = make_decision_in_force()
    assert decision.state == D.IN_FORCE
    assert fresh(decision.application).state == AppState.AWARDED
    name = f"application:{decision.application_id}"
    fund = decision.application.call.fund
    assert books.reserved(fund, name, None) == decision.awarded_fen == 200_000
    assert Entry.objects.filter(verb="review.take_effect", subject_type="decision").count() == 1
    assert queries.faults() == []


def test_a_refusal_in_force_ends_the_application_with_its_reason() -> None:
    decision = make_decision_in_force(outcome=Outcome.REFUSED)
    application = fresh(decision.application)
    assert (decision.state, application.state) == (D.IN_FORCE, AppState.REFUSED)
    assert application.reason == decision.reason
    assert application.ended_at is not None


def test_money_comes_out_of_bound_and_free_purses_alike(fund: Fund) -> None:
    purpose = make_purpose(fund)
    decision = make_decision_in_force(
        fund=fund, serves=purpose, sources=[(purpose, 150_000), (None, 50_000)]
    )
    name = f"application:{decision.application_id}"
    assert books.reserved(fund, name, purpose) == 150_000
    assert books.reserved(fund, name, None) == 50_000


def test_bound_money_goes_only_where_it_was_given_for(fund: Fund, application: Application) -> None:
    purpose, other = make_purpose(fund), make_purpose(fund, "关爱儿童")
    give_money(fund, 500_000, purpose)
    plan = award_plan(application, serves=other, sources=[(purpose, 200_000)])
    with pytest.raises(BadInput, match="只能用于关爱老人"):
        make_decision(application, plan)
    assert not Decision.objects.exists()


def test_what_other_decisions_promise_is_not_promised_again(
    fund: Fund, application: Application
) -> None:
    second = make_accepted(
        application.call, organization=application.organization, by=application.started_by
    )
    give_money(fund, 1_000, None)
    plan = award_plan(application)
    make_decision(application, plan)
    [promised] = [free for name, free in queries.bounds(second).purses.values() if name == "非限定"]
    assert promised == 1_001_000 - 200_000


def test_too_little_money_is_said_at_the_purse(fund: Fund) -> None:
    application = make_accepted(make_open_call(fund))
    make_scored(application)
    with pytest.raises(BadInput, match="可用 0 元") as refused:
        make_decision(fresh(application))
    assert refused.value.field == "source-0"


def test_a_decision_waits_for_money_and_takes_effect_when_it_is_there(
    fund: Fund, application: Application
) -> None:
    decision = show(make_decision(application))
    elsewhere = make_resolution(fund, "其他支出")
    moving.reserve(
        fund=fund, purpose=None, serves=None, award="support:1", amount_fen=900_000, key="else",
        resolution=elsewhere, reason="支持站点", at=NOON, by=None,
    )  # fmt: skip
    decision = let_publicity_end(decision)
    assert (decision.state, "不" in decision.held_up) == (D.SHOWN, True)
    assert fresh(application).state == AppState.ACCEPTED
    assert actions.retry_effects(at=LATER) == 0
    assert Entry.objects.filter(verb="review.hold_up").count() == 1  # told once
    give_money(fund, 500_000)
    assert actions.retry_effects(at=LATER) == 1
    decision = reread_decision(decision)
    assert (decision.state, decision.held_up) == (D.IN_FORCE, "")
    assert actions.retry_effects(at=LATER) == 0


def test_an_objection_that_holds_lets_the_decision_fall_and_it_is_decided_anew(
    application: Application,
) -> None:
    decision = show(make_decision(application))
    notice = queries.notice_of(decision)
    assert notice is not None
    objection = publicity.object_to(
        notice_id=notice.pk, text="项目和去年的重复了。", by=make_user("群众"), at=NOON
    )
    publicity.answer(
        objection_id=objection.pk, is_upheld=True, text="属实，重新研究。", by=make_user("督办"),
        at=NOON,
    )  # fmt: skip
    catch_up(at=LATER)
    decision = reread_decision(decision)
    assert (decision.state, fresh(application).state) == (D.OVERTURNED, AppState.ACCEPTED)
    assert queries.decision_for(application) is None
    anew = let_publicity_end(show(make_decision(fresh(application), refusal_plan())))
    assert anew.state == D.IN_FORCE


def test_the_readers_let_a_decision_take_effect_and_tell_people(
    fund: Fund, application: Application
) -> None:
    admin, officer = make_admin(application.organization, "李新来"), make_officer(fund.region)
    decision = show(make_decision(application), by=officer)
    publicity.finish_due(today=local_date(LATER), at=LATER)
    for _ in range(2):
        catch_up(at=LATER)
    assert reread_decision(decision).state == D.IN_FORCE
    told = set(Message.objects.filter(user=admin).values_list("title", flat=True))
    assert {"基金资助决定正在公示", "基金资助决定已生效"} <= told


def test_the_office_takes_back_only_what_is_not_being_shown(application: Application) -> None:
    officer = make_user("韩梅")
    entered = make_decision(application)
    with pytest.raises(BadInput, match="撤销的原因"):
        actions.overturn_decision(decision=entered, words=" ", by=officer, at=NOON)
    actions.overturn_decision(decision=entered, words="金额登记错了。", by=officer, at=NOON)
    again = show(make_decision(application))
    with pytest.raises(WrongState, match="正在公示"):
        actions.overturn_decision(decision=again, words="反悔", by=officer, at=NOON)
    force = let_publicity_end(again)
    with pytest.raises(WrongState):
        actions.overturn_decision(decision=force, words="反悔", by=officer, at=NOON)


def test_a_newer_submission_keeps_a_decision_from_its_effect(application: Application) -> None:
    officer = make_user("韩梅")
    decision = show(make_decision(application))
    older = application.current
    assert older is not None
    newer = Submission.objects.create(
        application=application, number=2, title=older.title, asked_fen=older.asked_fen,
        starts_on=older.starts_on, ends_on=older.ends_on, content=older.content, made_at=NOON,
        made_by=older.made_by,
    )  # fmt: skip
    Application.objects.filter(pk=application.pk).update(current=newer)
    decision = let_publicity_end(decision)
    assert decision.state == D.SHOWN
    assert "请看过最新一次提交" in decision.held_up
    actions.overturn_decision(decision=decision, words="材料已更新。", by=officer, at=NOON)
    assert reread_decision(decision).state == D.OVERTURNED


def test_nothing_is_decided_while_experts_score(fund: Fund) -> None:
    give_money(fund, 1_000_000)
    application = make_accepted(make_open_call(fund))
    with pytest.raises(WrongState, match="专家评分还没有结束"):
        make_decision(application)
    make_scored(application, close=False)
    with pytest.raises(WrongState, match="专家评分还没有结束"):
        make_decision(fresh(application))


def test_a_resolution_of_another_fund_decides_nothing(application: Application) -> None:
    with pytest.raises(BadInput, match="这个基金现行有效的决议") as refused:
        make_decision(application, resolution=make_resolution(make_fund(), "别的基金"))
    assert refused.value.field == "resolution"


# -- Nobody decides about their own organization ---------------------------------------------------


def decides_own(application: Application) -> bool:
    """Return whether somebody of the organization gets a decision entered."""
    mine = application.started_by
    try:
        make_decision(application, by=mine)
    except NotAllowed:
        return False
    return True


def test_nobody_decides_about_their_own_organization(application: Application) -> None:
    assert not decides_own(application)
    decision = make_decision(application)
    mine = application.started_by
    with pytest.raises(NotAllowed):
        actions.show_decision(decision=decision, by=mine, at=NOON)
    with pytest.raises(NotAllowed):
        actions.overturn_decision(decision=decision, words="不服", by=mine, at=NOON)


def test_saboteur_who_asks_nobody_lets_an_applicant_decide(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deciding, "refuse_own", lambda _application, _by: None)
    assert decides_own(application)


# -- One decision that stands ----------------------------------------------------------------------


def enter_many(application: Application, resolution: Resolution, by: User) -> Counter[str]:
    """Let six enter a decision at once, each with a form of their own."""

    def act(number: int) -> None:
        actions.enter_decision(
            application=fresh(application), submission_id=application.current_id or 0,
            resolution=resolution, plan=award_plan(application), handle=f"racing-{number:04d}",
            by=by, at=NOON,
        )  # fmt: skip

    return at_once(act, 6)


def test_a_second_decision_is_refused_while_one_stands(application: Application) -> None:
    make_decision(application)
    with pytest.raises(WrongState, match="已经登记过决定"):
        make_decision(application)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_six_who_decide_at_once_one_does() -> None:
    fund = make_fund(make_county())
    give_money(fund, 10_000_000)
    application = make_accepted(make_open_call(fund))
    make_scored(application)
    found = enter_many(fresh(application), make_resolution(fund, "资助项目"), make_user("韩梅"))
    assert found == {"done": 1, "review.decided_twice": 5}
    assert Decision.objects.count() == 1


@pytest.fixture
def _without_the_constraint() -> Iterator[None]:
    [rule] = [
        one for one in Decision._meta.constraints if one.name == "review_one_standing_decision"
    ]
    with connection.schema_editor() as editor:
        editor.remove_constraint(Decision, rule)
    yield
    Decision.objects.all().delete()
    with connection.schema_editor() as editor:
        editor.add_constraint(Decision, rule)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_without_the_constraint")
def test_saboteur_without_the_constraint_decides_more_than_once() -> None:
    fund = make_fund(make_county())
    give_money(fund, 10_000_000)
    application = make_accepted(make_open_call(fund))
    make_scored(application)
    enter_many(fresh(application), make_resolution(fund, "资助项目"), make_user("韩梅"))
    assert Decision.objects.count() > 1
    DecisionMove.objects.all().delete()
