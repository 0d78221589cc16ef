"""From the opening to the end: who may do what when, and where the money lies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from voluncity.city.access.permissions import Role
from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.city.journal.models import Entry
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.fund.books import queries as books
from voluncity.fund.governance.models import Fund
from voluncity.fund.grants import actions, queries
from voluncity.fund.grants.models import Funding
from voluncity.fund.grants.rules import agreement as texts
from voluncity.fund.grants.rules.plans import LinePlan, MilestonePlan
from voluncity.fund.grants.states import (
    SIGNED,
    AgreementState,
    AgreeStep,
    FundingKind,
    FundingState,
    Waits,
)
from voluncity.fund.review.models import Decision
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, WrongState
from voluncity.testing.make_fund import give_money, make_purpose, make_resolution, scanned
from voluncity.testing.make_grants import (
    bring,
    fresh,
    issue,
    make_change,
    make_county_funding,
    make_funding,
    make_station_funding,
    make_support,
    milestone_plans,
    plan_milestones,
    send_scan,
    support_plan,
)
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import NOON, make_county, make_user
from voluncity.testing.make_review import (
    make_accepted,
    make_decision,
    make_decision_in_force,
    make_scored,
    show,
)
from voluncity.testing.make_stations import make_station

pytestmark = pytest.mark.django_db
S, G = FundingState, AgreeStep
DAY = timedelta(days=1)


@pytest.fixture
def new(fund: Fund, team: Organization, officer: User) -> Funding:
    return make_support(fund, organization=team, by=officer)


@pytest.mark.parametrize("state", S.values)
def test_a_project_comes_to_every_state(state: str) -> None:
    funding = make_funding(state)
    assert funding.state == state
    assert (funding.agreed_on is not None) == (state in SIGNED)
    assert queries.faults() == []


def test_a_decision_that_takes_effect_opens_its_project_once(officer: User) -> None:
    del officer
    decision = make_decision_in_force()
    application = decision.application
    catch_up(at=decision.effective_at or NOON)
    funding = Funding.objects.get()
    assert (funding.number, funding.award, funding.awarded_fen) == (
        application.number, f"application:{application.pk}", decision.awarded_fen,
    )  # fmt: skip
    assert [(one.kind, one.what, one.fen) for one in funding.lines.all()] == [
        (one.kind, one.what, one.fen) for one in decision.lines.all()
    ]
    again = actions.open_funding(decision=Decision.objects.get(pk=decision.pk), at=NOON)
    assert again == funding
    assert (funding.state, funding.waits_for) == (S.AGREEING, Waits.ORGANIZATION)
    assert queries.faults() == []


def test_a_decision_that_is_still_shown_opens_nothing() -> None:
    application = make_accepted()
    give_money(application.call.fund, 10_000_000)
    make_scored(application)
    decision = show(make_decision(application))
    with pytest.raises(WrongState, match="还没有生效"):
        actions.open_funding(decision=decision, at=NOON)


def test_a_support_reserves_its_money_once(fund: Fund, team: Organization, officer: User) -> None:
    give_money(fund, 3_000_000)
    plan = support_plan(fund, organization_id=team.pk)
    for _ in range(2):
        funding = actions.open_support(
            fund=fund, plan=plan, handle="one-support", by=officer, at=NOON
        )
    assert books.available(fund, None) == 1_000_000
    assert books.reserved(fund, funding.award, None) == 2_000_000
    assert (funding.number, funding.award) == ("ZC2026-0001", f"support:{funding.pk}")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"sources": ((None, 100),)}, "两边要相等"),
        ({"lines": ()}, "行预算"),
        ({"resolution_id": 0}, "决议"),
        ({"organization_id": 0}, "状态正常的组织"),
        ({"kind": "station", "station_id": 0}, "站点"),
        ({"kind": "county", "recipient": "区协会"}, "区县"),
        ({"kind": "county", "recipient": ""}, "受资助方"),
        ({"kind": "project"}, "类别"),
        ({"title": " "}, "支持事项"),
        ({"ends_on": local_date(NOON)}, "结束日期"),
        ({"lines": (LinePlan("物资", "", 2_000_000),)}, "用途"),
    ],
)
def test_a_support_that_makes_no_sense_writes_nothing(
    fund: Fund, team: Organization, officer: User, said: dict[str, Any], words: str
) -> None:
    give_money(fund, 3_000_000)
    plan = support_plan(fund, **({"organization_id": team.pk} | said))
    with pytest.raises(BadInput, match=words):
        actions.open_support(fund=fund, plan=plan, handle="a-bad-one", by=officer, at=NOON)
    assert not Funding.objects.exists()


def test_a_support_without_money_or_with_money_of_another_purpose_is_refused(
    fund: Fund, team: Organization, officer: User
) -> None:
    elders, children = make_purpose(fund), make_purpose(fund, "关爱儿童")
    give_money(fund, 2_000_000, elders)
    free = support_plan(fund, organization_id=team.pk)
    other = support_plan(
        fund, organization_id=team.pk, sources=((elders.pk, 2_000_000),), serves_id=children.pk
    )
    for number, plan in enumerate((free, other)):
        with pytest.raises(Refusal):
            actions.open_support(
                fund=fund, plan=plan, handle=f"refused-{number}", by=officer, at=NOON
            )
    assert not Funding.objects.exists()


def test_a_station_and_a_county_are_supported_along_the_same_way(officer: User) -> None:
    station = make_station()
    at_station = make_station_funding(station)
    assert (at_station.organization, at_station.recipient) == (station.organization, station.name)
    county = make_county_funding(make_county())
    assert (county.kind, county.organization, county.waits_for) == (
        FundingKind.COUNTY, None, Waits.OFFICE,
    )  # fmt: skip


def test_the_agreement_is_filled_frozen_and_signed_on_both_days(
    new: Funding, admin: User, officer: User
) -> None:
    funding = send_scan(new, party=admin, office=officer)
    agreement = queries.agreement_of(funding)
    assert agreement is not None
    for words in (
        new.fund.full_name, new.title, new.number, "20,000 元", "贰万元整", new.resolution.number,
        "1. 物资 · 修脚工具和消毒用品：12,000 元", "2. 服务老人 200 人次",
    ):  # fmt: skip
        assert words in agreement.text
    today = local_date(NOON)
    late, early = {"party_signed_on": today + DAY}, {"fund_signed_on": today - DAY}
    for wrong in (late, early):
        days = {"party_signed_on": today, "fund_signed_on": today} | wrong
        with pytest.raises(BadInput, match="签字日期"):
            actions.sign_agreement(
                funding=fresh(funding), seen=funding.edition, by=officer, at=NOON, **days
            )
    signed = actions.sign_agreement(
        funding=funding, party_signed_on=today, fund_signed_on=today, seen=funding.edition,
        by=officer, at=NOON,
    )  # fmt: skip
    assert (signed.state, signed.agreed_on, signed.waits_for) == (
        S.RUNNING, today, Waits.ORGANIZATION,
    )  # fmt: skip
    agreement.refresh_from_db()
    assert agreement.state == AgreementState.SIGNED


def test_a_text_of_the_fund_holds_from_its_day_on(new: Funding, admin: User, officer: User) -> None:
    text = "【甲方】资助【乙方】“【项目名称】”（【编号】）【资助金额】。\n【里程碑】"
    today = local_date(NOON)
    made = actions.add_template(fund=new.fund, text=text, valid_from=today, by=officer, at=NOON)
    for wrong, words in ((text + "【电话】", "不认识"), ("【甲方】", "缺少"), ("", "协议文本")):
        with pytest.raises(BadInput, match=words):
            actions.add_template(
                fund=new.fund, text=wrong, valid_from=today + DAY, by=officer, at=NOON
            )
    for day, words in ((today, "已经有"), (today - DAY, "不能早于")):
        with pytest.raises(BadInput, match=words):
            actions.add_template(fund=new.fund, text=text, valid_from=day, by=officer, at=NOON)
    agreement = queries.agreement_of(issue(new, party=admin, office=officer))
    assert agreement is not None
    assert agreement.template == made
    assert agreement.text.startswith(f"{new.fund.full_name}资助{new.recipient}")
    assert texts.mark(agreement.text) != texts.mark(agreement.text + "。")


def test_a_plan_goes_back_its_text_is_void_and_a_new_one_is_written(
    new: Funding, admin: User, officer: User
) -> None:
    funding = issue(new, party=admin, office=officer)
    actions.return_plan(
        funding=funding, words="第二个里程碑太晚。", seen=funding.edition, by=officer, at=NOON
    )
    assert (funding.step, funding.waits_for) == (G.PLANNING, Waits.ORGANIZATION)
    funding = issue(fresh(funding), party=admin, office=officer)
    assert [(one.number, one.state) for one in funding.agreements.all()] == [
        (2, AgreementState.ISSUED), (1, AgreementState.VOID),
    ]  # fmt: skip


def test_a_paper_goes_back_with_the_reason_and_comes_again(
    new: Funding, admin: User, officer: User
) -> None:
    funding = send_scan(new, party=admin, office=officer)
    with pytest.raises(BadInput, match="退回的原因"):
        actions.return_scan(funding=funding, words="", seen=funding.edition, by=officer, at=NOON)
    actions.return_scan(
        funding=funding, words="少了第二页。", seen=funding.edition, by=officer, at=NOON
    )
    assert (funding.step, funding.waits_for) == (G.ISSUED, Waits.ORGANIZATION)
    actions.upload_scan(funding=funding, checked=scanned(), seen=funding.edition, by=admin, at=NOON)
    assert [one.state for one in queries.scans_of(funding)] == ["sent", "returned"]


def test_nobody_of_the_organization_decides_and_nobody_confirms_their_own_paper(
    new: Funding, admin: User, officer: User, colleague: User
) -> None:
    funding = plan_milestones(new, party=admin)
    with pytest.raises(NotAllowed):
        actions.agree_plan(funding=funding, seen=funding.edition, by=admin, at=NOON)
    county = make_county_funding(make_county(), "agreeing", officer=officer)
    county = send_scan(county, party=officer, office=colleague)
    today = local_date(NOON)
    said: dict[str, Any] = {
        "party_signed_on": today,
        "fund_signed_on": today,
        "seen": county.edition,
        "at": NOON,
    }
    with pytest.raises(NotAllowed, match="另一位"):
        actions.sign_agreement(funding=county, by=officer, **said)
    assert actions.sign_agreement(funding=county, by=colleague, **said).state == S.RUNNING


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda rows: [], "1 到 12 个"),
        (lambda rows: rows * 5, "1 到 12 个"),
        (lambda rows: [rows[0], rows[0]], "名称一样"),
        (lambda rows: [MilestonePlan("", "照片", rows[0].due_on)], "里程碑名称"),
        (lambda rows: [MilestonePlan("培训", "", rows[0].due_on)], "验收方式"),
        (lambda rows: [MilestonePlan("培训", "照片", local_date(NOON))], "项目时间内"),
    ],
)
def test_milestones_that_make_no_sense_are_refused_and_nothing_is_written(
    new: Funding,
    admin: User,
    change: Callable[[list[MilestonePlan]], list[MilestonePlan]],
    words: str,
) -> None:
    with pytest.raises(BadInput, match=words):
        actions.save_plan(
            funding=new, lead="李桂芳", milestones=change(milestone_plans(new)), seen=new.edition,
            by=admin, at=NOON,
        )  # fmt: skip
    assert not new.milestones.exists()
    with pytest.raises(WrongState, match="里程碑并保存"):
        actions.hand_in_plan(funding=fresh(new), seen=new.edition, by=admin, at=NOON)


def test_who_read_an_older_edition_decides_nothing(
    new: Funding, admin: User, officer: User
) -> None:
    funding = plan_milestones(new, party=admin)
    old = funding.edition - 1
    with pytest.raises(WrongState, match="刷新页面"):
        actions.agree_plan(funding=funding, seen=old, by=officer, at=NOON)
    with pytest.raises(WrongState, match="刷新页面"):
        actions.cancel(funding=funding, words="不做了", seen=old, by=officer, at=NOON)
    assert funding.agreements.count() == 0


def test_what_is_cancelled_gives_its_money_back(new: Funding, officer: User) -> None:
    actions.cancel(funding=new, words="受资助方放弃。", seen=new.edition, by=officer, at=NOON)
    assert books.available(new.fund, None) == 2_000_000
    assert books.reserved(new.fund, new.award, None) == 0
    assert (new.state, new.waiting_for, new.ended_at) == (S.CANCELLED, "", NOON)
    signed = make_funding("running")
    with pytest.raises(WrongState):
        actions.cancel(funding=signed, words="晚了", seen=signed.edition, by=officer, at=NOON)


def test_a_pause_counts_its_days_and_ends_when_the_project_goes_on(officer: User) -> None:
    funding = make_funding("suspended")
    later = NOON + 9 * DAY
    assert queries.stage(funding, later) == ("已暂停", "office", 9)
    assert queries.stage(funding, later).sentence == "等待基金办公室已 9 天"
    milestone = funding.milestones.all()[0]
    with pytest.raises(WrongState, match="不在执行中"):
        actions.accept_milestone(milestone=milestone, by=officer, at=later)
    actions.resume(funding=funding, words="已核实。", seen=funding.edition, by=officer, at=later)
    pause = funding.pauses.get()
    assert (pause.ended_at, pause.days(later + DAY)) == (later, 9)
    assert (funding.state, funding.reason) == (S.RUNNING, "")


def test_a_project_is_terminated_by_a_resolution_of_its_fund_only(officer: User) -> None:
    funding = make_funding("suspended")
    foreign = make_resolution(make_funding("agreeing").fund, "别的基金")
    said: dict[str, Any] = {
        "words": "不再实施。",
        "seen": funding.edition,
        "by": officer,
        "at": NOON,
    }
    with pytest.raises(BadInput, match="这个基金"):
        actions.terminate(funding=funding, resolution=foreign, **said)
    actions.terminate(funding=funding, resolution=make_resolution(funding.fund, "终止"), **said)
    assert (funding.state, funding.pauses.get().ended_at) == (S.TERMINATED, NOON)
    # Its money is settled as at a closing: here it stays reserved.
    assert books.reserved(funding.fund, funding.award, None) == 2_000_000


def test_a_milestone_is_accepted_once_and_never_by_the_organization(
    fund: Fund, team: Organization, admin: User, officer: User
) -> None:
    funding = make_funding(fund=fund, organization=team, admin=admin, officer=officer)
    milestone = funding.milestones.all()[0]
    with pytest.raises(NotAllowed):
        actions.accept_milestone(milestone=milestone, by=admin, at=NOON)
    actions.accept_milestone(milestone=milestone, by=officer, at=NOON)
    with pytest.raises(WrongState, match="已经验收"):
        actions.accept_milestone(milestone=milestone, by=officer, at=NOON)
    assert (milestone.state, milestone.accepted_by) == ("accepted", officer)


def test_a_project_does_not_close_or_end_while_a_change_waits(officer: User) -> None:
    funding = make_funding()
    make_change(funding)
    resolution = make_resolution(funding.fund, "终止")
    with pytest.raises(WrongState, match="变更申请"):
        actions.begin_closing(funding=fresh(funding), by=officer, at=NOON)
    with pytest.raises(WrongState, match="变更申请"):
        actions.terminate(
            funding=fresh(funding), resolution=resolution, words="不做了", by=officer, at=NOON,
            seen=fresh(funding).edition,
        )  # fmt: skip


def test_the_closing_goes_back_or_to_its_end(officer: User) -> None:
    funding = make_funding("closing")
    actions.wait_for(funding=funding, who=Waits.OFFICE, at=NOON + DAY)
    assert queries.stage(funding, NOON + 3 * DAY) == ("结项中", "office", 2)
    actions.reopen(funding=funding, words="还有活动没做完。", by=officer, at=NOON)
    assert (funding.state, funding.waits_for) == (S.RUNNING, Waits.ORGANIZATION)
    actions.begin_closing(funding=funding, by=officer, at=NOON)
    actions.close(funding=funding, by=officer, at=NOON)
    assert (funding.state, funding.waiting_for, funding.is_live) == (S.CLOSED, "", False)
    with pytest.raises(WrongState):
        actions.wait_for(funding=funding, who=Waits.OFFICE, at=NOON)


def test_an_organization_with_a_running_project_cannot_end(
    fund: Fund, team: Organization, admin: User, officer: User
) -> None:
    funding = make_funding(fund=fund, organization=team, admin=admin, officer=officer)
    [work] = queries.open_work(organization_id=team.pk, at=NOON)
    assert "1 个资助项目没有结项" in work.sentence
    bring_end = make_resolution(fund, "终止")
    actions.terminate(
        funding=funding, resolution=bring_end, words="组织解散。", seen=funding.edition,
        by=officer, at=NOON,
    )  # fmt: skip
    assert queries.open_work(organization_id=team.pk, at=NOON) == []


def test_the_journal_holds_ids_and_no_words(new: Funding, officer: User) -> None:
    actions.cancel(funding=new, words="受资助方放弃。", seen=new.edition, by=officer, at=NOON)
    entry = Entry.objects.get(verb="grants.cancel")
    assert (entry.subject_type, entry.subject_id) == ("funding", new.pk)
    assert entry.data == {"fund": new.fund_id, "organization": new.organization_id}


# -- Reminders -------------------------------------------------------------------------------------


def told(user: User) -> list[str]:
    return list(Message.objects.filter(user=user).order_by("pk").values_list("title", flat=True))


def test_who_is_late_is_reminded_again_and_then_the_leaders_hear(
    new: Funding, admin: User, officer: User
) -> None:
    supervisor = make_user("周明")
    give(supervisor, Role.FUND_SUPERVISOR, make_county())
    assert queries.leaders_of(new, on=local_date(NOON)) == [supervisor.pk]
    actions.keep_terms(at=NOON + 10 * DAY)
    assert (told(admin), told(officer)) == ([], [])
    for _ in range(2):  # safe to repeat
        actions.keep_terms(at=NOON + 11 * DAY)
    assert (told(admin), told(officer), told(supervisor)) == (
        ["资助项目有事项超期"], ["资助项目有事项超期"], [],
    )  # fmt: skip
    actions.keep_terms(at=NOON + 18 * DAY)
    assert len(told(admin)) == 2
    actions.keep_terms(at=NOON + 21 * DAY)
    assert told(supervisor) == ["资助项目超期未办，请督促"]
    assert fresh(new).state == S.AGREEING  # overdue never moves by itself


def test_a_milestone_is_reminded_of_before_and_after_its_day_but_not_during_a_pause(
    fund: Fund, team: Organization, admin: User, officer: User
) -> None:
    funding = make_funding(fund=fund, organization=team, admin=admin, officer=officer)
    due = NOON + (funding.milestones.all()[0].due_on - local_date(NOON))
    actions.keep_terms(at=due - 8 * DAY)
    assert told(admin) == []
    actions.keep_terms(at=due - 7 * DAY)
    actions.keep_terms(at=due)
    assert told(admin) == ["里程碑快到期了"]
    actions.keep_terms(at=due + DAY)
    assert told(admin)[-1] == "资助项目有事项超期"
    before = len(told(admin))
    actions.suspend(
        funding=fresh(funding),
        words="核查。",
        seen=fresh(funding).edition,
        by=officer,
        at=due + DAY,
    )
    actions.keep_terms(at=due + 9 * DAY)
    assert len(told(admin)) == before


def test_a_change_that_nobody_answers_is_told_to_the_office(fund: Fund, officer: User) -> None:
    funding = make_funding(fund=fund, officer=officer)
    make_change(funding)
    actions.keep_terms(at=NOON + 6 * DAY)
    assert told(officer) == ["资助项目有事项超期"]


def test_faults_name_a_budget_that_does_not_add_up(new: Funding) -> None:
    new.lines.filter(place=1).update(fen=1)
    [fault] = queries.faults()
    assert f"the lines of funding {new.pk}" in fault


def test_a_project_is_brought_where_a_test_needs_it(
    new: Funding, admin: User, officer: User
) -> None:
    assert bring(new, S.CLOSED, party=admin, office=officer, at=NOON).state == S.CLOSED
