"""Nobody is shown before they said yes; what is asked is frozen; in time only."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from voluncity.city.access.permissions import Role
from voluncity.city.files.rules import check_document
from voluncity.city.people.models import User
from voluncity.honor.awards import actions, queries, rules
from voluncity.honor.awards.models import Nomination
from voluncity.honor.awards.states import NominationState, NomineeKind
from voluncity.honor.awards.tests.conftest import VOTING, Call
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, WrongState
from voluncity.testing.make_awards import (
    REVIEWED,
    STORY,
    VOTED,
    category_of,
    fresh,
    make_admitted,
    make_award_plan,
    make_checking,
    make_draft_selection,
    make_nomination,
    make_nominator,
    make_selection,
)
from voluncity.testing.make_files import make_paper
from voluncity.testing.make_hours import make_officer
from voluncity.testing.make_integrity import make_case, make_finding
from voluncity.testing.make_orgs import give, make_member, make_organization
from voluncity.testing.make_people import (
    NOON,
    make_child,
    make_county,
    make_user,
    make_volunteer,
    user_of,
)
from voluncity.testing.rivals import rival_before

pytestmark = pytest.mark.django_db
N = NominationState


def test_a_nomination_is_checked_only_after_the_nominee_said_yes(call: Call) -> None:
    nomination = make_nomination(call.category, call.members[0], by=call.nominator)
    actions.submit_nomination(nomination=nomination, by=call.nominator, at=NOON)
    assert nomination.state == N.ASKED
    with pytest.raises(WrongState):
        actions.admit_nomination(nomination=nomination, by=make_user(), at=NOON)
    actions.consent(
        nomination=nomination, version=1, is_named=False, by=user_of(call.members[0]), at=NOON
    )
    assert (nomination.state, nomination.shown_name) == (N.CHECKING, "李*")
    admitted = actions.admit_nomination(nomination=nomination, by=make_user(), at=NOON)
    assert (admitted.state, admitted.number) == (N.ADMITTED, 1)
    assert [fact["label"] for fact in admitted.facts] == ["实名状态", "时长核查"]


def test_of_two_units_the_one_that_knows_the_nominee_puts_forward(call: Call) -> None:
    second = make_organization("桥东巡逻队", region=call.organization.region)
    give(call.nominator, Role.ORG_ADMIN, second)
    member = make_volunteer("冯一", region=second.region)
    make_member(member, second)
    found = [
        make_nomination(call.category, one, by=call.nominator) for one in (call.members[0], member)
    ]
    assert [one.nominator for one in found] == ["青年路志愿服务队", "桥东巡逻队"]


def test_two_categories_of_a_selection_have_two_titles(call: Call) -> None:
    twice = rules.CategoryPlan(NomineeKind.ORGANIZATION, "最美志愿者", 1, 1)
    with pytest.raises(BadInput) as refused:
        make_draft_selection(
            call.selection.region,
            categories=(*make_award_plan(call.selection.region).categories[:1], twice),
        )
    assert refused.value.field == "organization_title"


def test_nobody_but_the_nominee_says_yes(call: Call) -> None:
    nomination = make_nomination(call.category, call.members[0], by=call.nominator)
    actions.submit_nomination(nomination=nomination, by=call.nominator, at=NOON)
    for other in (call.nominator, user_of(call.members[1])):
        with pytest.raises(NotAllowed) as refused:
            actions.consent(nomination=nomination, version=1, is_named=True, by=other, at=NOON)
        assert refused.value.code == "awards.not_yours"


def test_for_a_minor_the_guardian_says_yes_and_the_whole_name_is_never_shown(call: Call) -> None:
    guardian = make_user("王建国", phone="13900001111")
    child = make_child(guardian=guardian, region=call.organization.region)
    make_member(child, call.organization)
    nomination = make_nomination(call.category, child, by=call.nominator)
    actions.submit_nomination(nomination=nomination, by=call.nominator, at=NOON)
    actions.consent(nomination=nomination, version=1, is_named=True, by=guardian, at=NOON)
    assert (nomination.is_named, nomination.shown_name) == (False, "王*满")


def test_a_consent_is_for_the_story_that_was_read(call: Call) -> None:
    nomination = make_checking(call.category, call.members[0], by=call.nominator)
    actions.send_back_nomination(
        nomination=nomination, remarks="请写具体些", by=make_user(), at=NOON
    )
    said = replace(STORY, headline="新的事迹")
    actions.write_story(nomination=nomination, said=said, photo=None, by=call.nominator, at=NOON)
    assert (nomination.version, nomination.consented_at) == (2, None)
    actions.submit_nomination(nomination=nomination, by=call.nominator, at=NOON)
    with pytest.raises(WrongState) as refused:
        actions.consent(
            nomination=nomination, version=1, is_named=True, by=user_of(call.members[0]), at=NOON
        )
    assert refused.value.code == "awards.newer_version"


def test_a_story_that_changed_in_the_last_moment_is_not_agreed_to(call: Call) -> None:
    nomination = make_nomination(call.category, call.members[0], by=call.nominator)
    actions.submit_nomination(nomination=nomination, by=call.nominator, at=NOON)

    def other() -> None:
        Nomination.objects.filter(pk=nomination.pk).update(version=2)

    with (
        rival_before('UPDATE "awards_nomination"', other),
        pytest.raises(WrongState) as refused,
    ):
        actions.consent(
            nomination=nomination, version=1, is_named=True, by=user_of(call.members[0]), at=NOON
        )
    assert refused.value.code == "awards.was_faster"


def test_nobody_is_put_forward_twice_in_a_category(call: Call) -> None:
    make_nomination(call.category, call.members[0], by=call.nominator)
    other = make_nominator(call.organization)
    with pytest.raises(Refusal) as refused:
        make_nomination(call.category, call.members[0], by=other)
    assert (refused.value.code, refused.value.field) == ("awards.twice", "nominee")


def test_a_unit_puts_forward_no_more_than_the_selection_takes(call: Call) -> None:
    for member in call.members:
        make_nomination(call.category, member, by=call.nominator)
    late = make_volunteer(region=call.organization.region)
    make_member(late, call.organization)
    with pytest.raises(Refusal) as refused:
        make_nomination(call.category, late, by=make_nominator(call.organization))
    assert refused.value.code == "awards.enough"
    actions.withdraw_nomination(
        nomination=Nomination.objects.select_related("category__selection").first(),  # type: ignore[arg-type]
        words="", by=call.nominator, at=NOON,
    )  # fmt: skip
    make_nomination(call.category, late, by=call.nominator)


def test_strangers_of_ones_reach_are_not_put_forward(call: Call) -> None:
    stranger = make_volunteer("外人", region=call.organization.region)
    with pytest.raises(NotAllowed) as refused:
        make_nomination(call.category, stranger, by=call.nominator)
    assert refused.value.code == "awards.out_of_reach"


def test_a_community_worker_puts_forward_a_neighbor_of_the_community(call: Call) -> None:
    worker = make_user("社区干部")
    give(worker, Role.COMMUNITY_WORKER, call.organization.region)
    neighbor = make_volunteer("郭梅", region=call.organization.region)
    nomination = make_nomination(call.category, neighbor, by=worker)
    assert (nomination.nominator, nomination.home) == ("青年路社区", call.organization.region)


@pytest.mark.parametrize("later", [REVIEWED, VOTED])
def test_nothing_is_put_forward_after_the_last_day(call: Call, later: timedelta) -> None:
    with pytest.raises(WrongState) as refused:
        make_nomination(call.category, call.members[0], by=call.nominator, at=NOON + later)
    assert refused.value.code == "awards.not_now"


def test_a_draft_is_not_handed_in_after_the_last_day_what_was_sent_back_is(call: Call) -> None:
    late = make_nomination(call.category, call.members[0], by=call.nominator)
    with pytest.raises(WrongState):
        actions.submit_nomination(nomination=late, by=call.nominator, at=NOON + REVIEWED)
    mended = make_checking(call.category, call.members[1], by=call.nominator)
    actions.send_back_nomination(nomination=mended, remarks="再改", by=make_user(), at=NOON)
    actions.submit_nomination(nomination=mended, by=call.nominator, at=NOON + REVIEWED)
    assert mended.state == N.ASKED


def test_an_unfinished_story_is_not_handed_in_and_says_what_it_lacks(call: Call) -> None:
    short = rules.Story("一句话", "太短", "")
    nomination = make_nomination(call.category, call.members[0], by=call.nominator, said=short)
    with pytest.raises(BadInput) as refused:
        actions.submit_nomination(nomination=nomination, by=call.nominator, at=NOON)
    assert refused.value.sentence == (
        "还不能提交，请先补齐：事迹简介至少 10 个字、主要事迹至少 50 个字。"
    )


def test_whoever_does_not_reach_what_is_asked_does_not_take_part(call: Call) -> None:
    plan = rules.CategoryPlan(
        NomineeKind.VOLUNTEER, "百时志愿者", 2, 1, least_minutes=6000, least_stars=1
    )
    county = call.selection.region
    selection = make_selection(county, categories=(plan,))
    nomination = make_checking(category_of(selection), call.members[0], by=call.nominator)
    facts = queries.facts_of(nomination, on=date(2026, 11, 24))
    assert [(one.label, one.value, one.needed, one.is_met) for one in facts] == [
        ("实名状态", "已实名", "已实名", True),
        ("累计服务时长", "0 分钟", "不少于 100 小时", False),
        ("星级", "0 星", "不低于 1 星", False),
        ("时长核查", "没有", "没有正在办理的核查", True),
    ]
    with pytest.raises(Refusal) as refused:
        actions.admit_nomination(nomination=nomination, by=make_user(), at=NOON)
    assert refused.value.code == "awards.not_eligible"


def test_whose_hours_are_being_looked_into_does_not_take_part(call: Call) -> None:
    finding = make_finding(call.organization, volunteer=call.members[0])
    make_case(finding, by=make_officer(call.organization))
    nomination = make_checking(call.category, call.members[0], by=call.nominator)
    with pytest.raises(Refusal, match="时长核查"):
        actions.admit_nomination(nomination=nomination, by=make_user(), at=NOON)


def test_nobody_checks_what_they_wrote_or_are(call: Call) -> None:
    nomination = make_checking(call.category, call.members[0], by=call.nominator)
    for own in (call.nominator, user_of(call.members[0])):
        with pytest.raises(NotAllowed) as refused:
            actions.admit_nomination(nomination=nomination, by=own, at=NOON)
        assert refused.value.code == "awards.own_case"


def test_an_organization_puts_itself_forward_with_one_step(call: Call) -> None:
    teams = category_of(call.selection, NomineeKind.ORGANIZATION)
    nomination = make_nomination(teams, call.organization, by=call.nominator)
    actions.submit_nomination(nomination=nomination, by=call.nominator, at=NOON)
    assert (nomination.state, nomination.consented_by) == (N.CHECKING, call.nominator)


def test_one_puts_oneself_forward_where_the_selection_allows_it(call: Call) -> None:
    me = user_of(call.members[0])
    nomination = actions.nominate_self(
        category=call.category, said=STORY, photo=None, by=me, at=NOON
    )
    actions.submit_nomination(nomination=nomination, by=me, at=NOON)
    assert (nomination.state, nomination.nominator, nomination.is_named) == (
        N.CHECKING, "自荐", True,
    )  # fmt: skip
    closed = make_selection(call.selection.region, allows_self=False)
    with pytest.raises(NotAllowed) as refused:
        actions.nominate_self(category=category_of(closed), said=STORY, photo=None, by=me, at=NOON)
    assert refused.value.code == "awards.no_self"


def test_whoever_lives_elsewhere_or_is_not_verified_does_not_come_by_themself(
    call: Call,
) -> None:
    elsewhere = make_volunteer(region=make_county("万柏林区", code="140109000000"))
    unknown = make_volunteer(region=call.organization.region, verified=False)
    codes = []
    for one in (elsewhere, unknown):
        with pytest.raises(NotAllowed) as refused:
            actions.nominate_self(
                category=call.category, said=STORY, photo=None, by=user_of(one), at=NOON
            )
        codes.append(refused.value.code)
    assert codes == ["awards.out_of_reach", "awards.unverified"]


def test_a_nominee_takes_the_yes_back_and_is_gone_at_once(call: Call) -> None:
    nomination = call.admit()
    actions.withdraw_nomination(
        nomination=nomination, words="", by=user_of(call.members[0]), at=VOTING
    )
    assert queries.open_nominees(call.selection) == {}


def test_whoever_closes_the_account_is_gone_from_the_selection(call: Call) -> None:
    nomination = call.admit()
    actions.leave(volunteer_ids=[call.members[0].pk], at=VOTING)
    assert fresh(nomination).state == N.WITHDRAWN


def test_no_more_than_three_papers_lie_beside_a_story(call: Call) -> None:
    nomination = make_nomination(call.category, call.members[0], by=call.nominator)
    for _ in range(3):
        actions.add_paper(
            nomination=nomination, paper=check_document(make_paper()), by=call.nominator, at=NOON
        )
    with pytest.raises(Refusal) as refused:
        actions.add_paper(
            nomination=nomination, paper=check_document(make_paper()), by=call.nominator, at=NOON
        )
    assert refused.value.field == "paper"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (replace(STORY, headline=""), "headline"),
        (replace(STORY, headline="好" * 41), "headline"),
        (replace(STORY, headline="好人🎉"), "headline"),
        (replace(STORY, summary="好" * 201), "summary"),
        (replace(STORY, story="好" * 3001), "story"),
    ],
)
def test_a_wrong_story_is_refused_at_its_field(call: Call, said: rules.Story, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        make_nomination(call.category, call.members[0], by=call.nominator, said=said)
    assert refused.value.field == field
    assert Nomination.objects.count() == 0


# -- Setting up --------------------------------------------------------------------------------


def _office() -> User:
    return make_user("评选经办")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"nominate_until": date(2026, 11, 1)}, "nominate_until"),
        ({"vote_from": date(2026, 12, 3)}, "vote_from"),
        ({"vote_until": date(2026, 12, 5)}, "vote_until"),
        ({"review_until": date(2026, 12, 3)}, "review_until"),
        ({"expert_weight": 50}, "office_weight"),
        ({"criteria": (("实效", 90),)}, "weight_1"),
        ({"criteria": (("实效", 50), ("实效", 50))}, "criterion_1"),
        ({"categories": ()}, "title"),
        ({"title": "评" * 41}, "title"),
        ({"region_id": 0}, "region"),
    ],
)
def test_a_plan_that_does_not_fit_together_is_refused_at_its_field(
    call: Call, changes: dict[str, Any], field: str
) -> None:
    plan = make_award_plan(call.selection.region, **changes)
    with pytest.raises(BadInput) as refused:
        actions.make_selection(plan=plan, by=_office(), at=NOON)
    assert refused.value.field == field


def test_what_is_published_is_frozen(call: Call) -> None:
    with pytest.raises(WrongState):
        actions.change_selection(
            selection=call.selection, plan=make_award_plan(call.selection.region), by=_office(),
            at=NOON,
        )  # fmt: skip
    draft = make_draft_selection(call.selection.region)
    plan = make_award_plan(call.selection.region, title="改过的名称", expert_weight=40,
                           vote_weight=60)  # fmt: skip
    changed = actions.change_selection(selection=draft, plan=plan, by=_office(), at=NOON)
    assert (changed.title, changed.vote_weight, changed.categories.count()) == ("改过的名称", 60, 2)


def test_a_vote_that_is_over_is_not_opened_again(call: Call) -> None:
    days = actions.Days(
        nominate_until=call.selection.nominate_until, review_until=call.selection.review_until,
        vote_from=call.selection.vote_from, vote_until=date(2027, 1, 31),
    )  # fmt: skip
    with pytest.raises(BadInput) as refused:
        actions.move_days(
            selection=call.selection, days=days, reason="再投几天", by=_office(),
            at=VOTING + REVIEWED,
        )  # fmt: skip
    assert refused.value.field == "vote_until"
    moved = actions.move_days(
        selection=call.selection, days=days, reason="再投几天", by=_office(), at=VOTING
    )
    assert moved.vote_until == date(2027, 1, 31)


def test_two_who_are_admitted_in_one_moment_have_two_numbers(call: Call) -> None:
    first, second = call.admit(0), call.admit(1)
    assert (first.number, second.number) == (1, 2)


def test_another_organization_of_the_county_is_no_own_reach(call: Call) -> None:
    other = make_organization(region=call.organization.region)
    with pytest.raises(NotAllowed):
        make_admitted(call.category, call.members[0], by=make_nominator(other))
