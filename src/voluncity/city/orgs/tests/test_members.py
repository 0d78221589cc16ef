"""A volunteer asks to join, is accepted or declined, and leaves."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from voluncity.city.access.permissions import Role
from voluncity.city.inbox.models import Message
from voluncity.city.journal.models import Entry
from voluncity.city.journal.tasks import catch_up
from voluncity.city.orgs import actions, queries
from voluncity.city.orgs.models import JoinRequest, Membership, Organization
from voluncity.city.orgs.states import JoinState, Kind, OrgState
from voluncity.city.people.models import User, Volunteer
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, Refusal, WrongState
from voluncity.testing.make_orgs import give, make_member, make_organization
from voluncity.testing.make_people import NOON, make_user, make_volunteer, user_of
from voluncity.testing.rivals import rival_before

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def team() -> Organization:
    return make_organization("护河队")


@pytest.fixture
def volunteer() -> Volunteer:
    return make_volunteer("李强")


def _ask(team: Organization, volunteer: Volunteer, message: str = "周末有空") -> JoinRequest:
    return actions.ask_to_join(
        organization_id=team.pk,
        volunteer=volunteer,
        message=message,
        by=user_of(volunteer),
        at=NOON,
    )


def _decide(request: JoinRequest, by: User, *, is_accepted: bool, reason: str = "") -> JoinRequest:
    return actions.decide_join(
        request_id=request.pk, is_accepted=is_accepted, reason=reason, by=by, at=NOON + HOUR
    )


def test_an_accepted_volunteer_is_a_member(team: Organization, volunteer: Volunteer) -> None:
    leader = make_user("队长")
    asked = _decide(_ask(team, volunteer), leader, is_accepted=True)
    assert (asked.state, asked.decided_by, asked.decided_at) == (
        JoinState.ACCEPTED,
        leader,
        NOON + HOUR,
    )
    membership = Membership.objects.get()
    assert (membership.organization, membership.volunteer) == (team, volunteer)
    assert (membership.joined_at, membership.left_at) == (NOON + HOUR, None)
    assert queries.is_member(organization_id=team.pk, volunteer_id=volunteer.pk)
    verbs = list(Entry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["orgs.ask_to_join", "orgs.accept_join"]


def test_a_declined_volunteer_reads_the_reason_and_may_ask_again(
    team: Organization, volunteer: Volunteer
) -> None:
    asked = _decide(_ask(team, volunteer), make_user(), is_accepted=False, reason="本队已满员。")
    assert (asked.state, asked.reason) == (JoinState.DECLINED, "本队已满员。")
    assert Membership.objects.count() == 0
    _ask(team, volunteer)
    assert JoinRequest.objects.count() == 2


@pytest.mark.parametrize("reason", ["", " \u200b", "字" * 201])
def test_declining_gives_a_short_reason(
    team: Organization, volunteer: Volunteer, reason: str
) -> None:
    asked = _ask(team, volunteer)
    with pytest.raises(BadInput) as refused:
        _decide(asked, make_user(), is_accepted=False, reason=reason)
    assert refused.value.field == "reason"
    asked.refresh_from_db()
    assert asked.state == JoinState.ASKED


def test_nobody_decides_on_their_own_request(team: Organization, volunteer: Volunteer) -> None:
    give(user_of(volunteer), Role.ORG_ADMIN, team)
    with pytest.raises(NotAllowed, match="不能审核自己的入队申请"):
        _decide(_ask(team, volunteer), user_of(volunteer), is_accepted=True)


def test_a_second_request_waits_for_the_first(team: Organization, volunteer: Volunteer) -> None:
    _ask(team, volunteer)
    with pytest.raises(Refusal, match="您已经申请过") as refused:
        _ask(team, volunteer)
    assert refused.value.code == "orgs.asked_already"


def test_a_member_does_not_ask_again(team: Organization, volunteer: Volunteer) -> None:
    make_member(volunteer, team)
    with pytest.raises(Refusal, match="已经是这个组织的成员"):
        _ask(team, volunteer)


def test_a_message_is_not_too_long(team: Organization, volunteer: Volunteer) -> None:
    with pytest.raises(BadInput, match="留言最多 200 个字") as refused:
        _ask(team, volunteer, "字" * 201)
    assert refused.value.field == "message"


@pytest.mark.parametrize("state", [OrgState.APPLIED, OrgState.SUSPENDED, OrgState.DISSOLVED])
def test_nobody_joins_what_is_not_active(volunteer: Volunteer, state: OrgState) -> None:
    with pytest.raises(NotFound, match="暂时不能加入"):
        _ask(make_organization(state=state), volunteer)


def test_nobody_joins_an_office(volunteer: Volunteer) -> None:
    with pytest.raises(Refusal, match="文明办不招收队员"):
        _ask(make_organization(kind=Kind.OFFICE), volunteer)


def test_staff_ask_on_behalf_of_a_volunteer_and_both_are_recorded(
    team: Organization, volunteer: Volunteer
) -> None:
    worker = make_user("社区工作人员")
    actions.ask_to_join(
        organization_id=team.pk, volunteer=volunteer, message="", by=worker, at=NOON
    )
    entry = Entry.objects.get()
    assert (entry.actor, entry.on_behalf_of) == (worker, volunteer)


def test_a_request_is_taken_back_by_who_asked_only(
    team: Organization, volunteer: Volunteer
) -> None:
    asked = _ask(team, volunteer)
    with pytest.raises(NotFound):
        actions.withdraw_join(request_id=asked.pk, by=make_user(), at=NOON)
    actions.withdraw_join(request_id=asked.pk, by=user_of(volunteer), at=NOON)
    with pytest.raises(WrongState, match="已撤回"):
        _decide(asked, make_user(), is_accepted=True)
    assert Membership.objects.count() == 0


def test_accepting_at_the_moment_of_withdrawal_makes_no_member(
    team: Organization, volunteer: Volunteer
) -> None:
    asked = _ask(team, volunteer)
    with (
        pytest.raises(WrongState, match="已撤回"),
        rival_before(
            'UPDATE "orgs_joinrequest"',
            lambda: actions.withdraw_join(request_id=asked.pk, by=user_of(volunteer), at=NOON),
        ),
    ):
        _decide(asked, make_user(), is_accepted=True)
    assert Membership.objects.count() == 0


def test_two_acceptances_at_once_make_one_member(team: Organization, volunteer: Volunteer) -> None:
    asked, stale = _ask(team, volunteer), make_user("另一位队长")
    with (
        pytest.raises(WrongState, match="已加入"),
        rival_before('UPDATE "orgs_joinrequest"', lambda: _decide(asked, stale, is_accepted=True)),
    ):
        _decide(asked, make_user(), is_accepted=True)


def test_who_became_a_member_otherwise_is_not_one_twice(
    team: Organization, volunteer: Volunteer
) -> None:
    asked = _ask(team, volunteer)
    make_member(volunteer, team)
    with pytest.raises(Refusal, match="已经是成员"):
        _decide(asked, make_user(), is_accepted=True)
    asked.refresh_from_db()
    assert (asked.state, Membership.objects.count()) == (JoinState.ASKED, 1)


def test_who_left_is_no_member_and_may_come_back(team: Organization, volunteer: Volunteer) -> None:
    make_member(volunteer, team)
    left = actions.leave(organization_id=team.pk, by=user_of(volunteer), at=NOON)
    assert left.left_at == NOON
    assert not queries.is_member(organization_id=team.pk, volunteer_id=volunteer.pk)
    with pytest.raises(NotFound, match="您不是这个组织的成员"):
        actions.leave(organization_id=team.pk, by=user_of(volunteer), at=NOON)
    _decide(_ask(team, volunteer), make_user(), is_accepted=True)
    assert Membership.objects.count() == 2


def test_a_member_is_removed_with_a_reason_once(team: Organization, volunteer: Volunteer) -> None:
    membership = make_member(volunteer, team)
    with pytest.raises(BadInput, match="请写明原因"):
        actions.remove_member(membership_id=membership.pk, reason=" ", by=make_user(), at=NOON)
    actions.remove_member(membership_id=membership.pk, reason="已搬走。", by=make_user(), at=NOON)
    membership.refresh_from_db()
    assert (membership.left_at, membership.left_reason) == (NOON, "已搬走。")
    with pytest.raises(Refusal, match="已经离开"):
        actions.remove_member(
            membership_id=membership.pk, reason="已搬走。", by=make_user(), at=NOON
        )


def test_a_member_of_a_squad_belongs_to_the_corps_above_and_not_the_other_way_round(
    volunteer: Volunteer,
) -> None:
    corps = make_organization("总队")
    squad = make_organization("小分队", parent=make_organization("大队", parent=corps))
    beside = make_organization("另一队", parent=corps)
    make_member(volunteer, squad)
    assert queries.is_member(organization_id=corps.pk, volunteer_id=volunteer.pk)
    assert not queries.is_member(organization_id=beside.pk, volunteer_id=volunteer.pk)
    assert not queries.is_member(organization_id=0, volunteer_id=volunteer.pk)


def test_the_database_refuses_to_leave_before_joining(
    team: Organization, volunteer: Volunteer
) -> None:
    make_member(volunteer, team, joined_at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.update(left_at=NOON - HOUR)


def test_everybody_concerned_is_told_once(team: Organization, volunteer: Volunteer) -> None:
    leader = make_user("队长")
    give(leader, Role.ORG_ADMIN, team)
    first = _ask(team, volunteer)
    _decide(first, leader, is_accepted=False, reason="请先完成实名。")
    _decide(_ask(team, volunteer), leader, is_accepted=True)
    membership = Membership.objects.get()
    actions.remove_member(membership_id=membership.pk, reason="已搬走。", by=leader, at=NOON + HOUR)
    catch_up()
    catch_up()
    told = [(m.user, m.title, m.body) for m in Message.objects.order_by("pk")]
    asks = (leader, "有人申请加入", "有志愿者申请加入“护河队”。")
    me = user_of(volunteer)
    assert told == [
        asks,
        (me, "入队申请未通过", "“护河队”：请先完成实名。"),
        asks,
        (me, "入队申请已通过", "欢迎加入“护河队”！"),
        (me, "您已离开组织", "您已不再是“护河队”的成员：已搬走。"),
    ]


def test_the_journal_holds_no_words_of_the_people(team: Organization, volunteer: Volunteer) -> None:
    _decide(_ask(team, volunteer), make_user(), is_accepted=False, reason="本队已满员。")
    written = str(list(Entry.objects.values_list("data", flat=True)))
    assert ("满员" in written, "周末" in written) == (False, False)
