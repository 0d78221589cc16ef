"""Pair, report, confirm, end: what may be, and what may not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from voluncity.care.party import actions, queries
from voluncity.care.party.models import Pairing, Report
from voluncity.care.party.states import ReportState
from voluncity.care.party.tests.conftest import Cast, make_comrade, pair, reported
from voluncity.city.access.permissions import Role
from voluncity.city.inbox.models import Message
from voluncity.city.journal.models import Entry
from voluncity.city.journal.tasks import catch_up
from voluncity.city.orgs.states import Kind, OrgState
from voluncity.city.people import actions as people
from voluncity.city.people.models import Volunteer
from voluncity.city.people.rules import Profile
from voluncity.city.privacy import actions as privacy
from voluncity.city.privacy import queries as subjects
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, Refusal, WrongState
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import (
    NOON,
    make_county,
    make_region,
    make_user,
    make_volunteer,
    user_of,
)

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=1)


def test_a_pairing_is_dated_and_made_once(cast: Cast) -> None:
    assert Pairing.objects.get().starts_on == date(2026, 3, 5)
    with pytest.raises(Refusal, match="已经结对"):
        pair(cast)


def test_a_unit_has_several_communities_and_a_community_several_units(cast: Cast) -> None:
    pair(cast, community=make_region("桥东社区"))
    pair(cast, unit=make_organization("市财政局", kind=Kind.UNIT, region=cast.unit.region))
    assert Pairing.objects.filter(ends_on=None).count() == 3


@pytest.mark.parametrize("kind", [Kind.FILED, Kind.COMMUNITY, Kind.MERCHANT, Kind.REGISTERED])
def test_a_team_is_no_unit(cast: Cast, kind: Kind) -> None:
    with pytest.raises(BadInput, match="机关企事业单位"):
        pair(cast, unit=make_organization(kind=kind))


def test_a_suspended_unit_and_a_county_are_refused(cast: Cast) -> None:
    gone = make_organization(kind=Kind.UNIT, state=OrgState.SUSPENDED)
    with pytest.raises(BadInput, match="正常运行"):
        pair(cast, unit=gone)
    with pytest.raises(BadInput, match="选择到社区"):
        pair(cast, unit=make_organization(kind=Kind.UNIT), community=make_county())


def test_a_pairing_to_come_and_one_of_another_county_are_refused(cast: Cast) -> None:
    county = make_user("孙立新")
    give(county, Role.COUNTY_OFFICE, make_county())
    unit = make_organization(kind=Kind.UNIT)
    said = {"unit_id": unit.pk, "community_id": cast.community.pk, "at": NOON}
    with pytest.raises(BadInput, match="管理范围"):
        actions.pair(**said, starts_on=date(2026, 3, 5), by=county)  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="还没有到"):
        actions.pair(**said, starts_on=date(2026, 12, 1), by=cast.office)  # type: ignore[arg-type]


def test_a_pairing_ends_once_and_can_be_made_anew(cast: Cast) -> None:
    pairing = Pairing.objects.get()
    actions.end_pairing(pairing_id=pairing.pk, by=cast.office, at=NOON)
    with pytest.raises(WrongState):
        actions.end_pairing(pairing_id=pairing.pk, by=cast.office, at=NOON)
    pair(cast)


def test_a_member_reports_to_the_paired_community_and_it_confirms(cast: Cast) -> None:
    report = reported(cast, make_comrade(), is_confirmed=False)
    assert report.state == ReportState.REPORTED
    actions.decide_report(report_id=report.pk, is_confirmed=True, by=cast.worker, at=NOON)
    report.refresh_from_db()
    assert (report.state, report.decided_by) == (ReportState.CONFIRMED, cast.worker)


def test_a_member_may_report_where_they_live(cast: Cast) -> None:
    home = make_region("汾东社区")
    member = make_comrade(region=home)
    offered = queries.communities_for(member, cast.unit, on=date(2026, 11, 24))
    assert offered == [(cast.community, "与单位结对"), (home, "居住地社区")]
    made = actions.report(
        volunteer=member, unit_id=cast.unit.pk, community_id=home.pk, by=user_of(member), at=NOON
    )
    assert made.community == home


def test_any_other_community_is_refused(cast: Cast) -> None:
    member = make_comrade()
    with pytest.raises(BadInput, match="与您单位结对的社区"):
        actions.report(
            volunteer=member, unit_id=cast.unit.pk, community_id=make_region("远处社区").pk,
            by=user_of(member), at=NOON,
        )  # fmt: skip


def test_a_member_has_one_report(cast: Cast) -> None:
    member = make_comrade()
    reported(cast, member)
    with pytest.raises(Refusal, match="先结束现在的报到"):
        reported(cast, member)
    actions.leave(volunteer=member, by=user_of(member), at=NOON)
    reported(cast, member)
    assert Report.objects.filter(volunteer=member).count() == 2


def test_who_is_no_member_or_not_known_is_refused(cast: Cast) -> None:
    with pytest.raises(Refusal, match="党员才需要报到"):
        reported(cast, make_volunteer())
    stranger = make_comrade()
    Volunteer.objects.filter(pk=stranger.pk).update(identity_state="unverified")
    stranger.refresh_from_db()
    with pytest.raises(Refusal, match="实名认证"):
        reported(cast, stranger)
    member, team = make_comrade(), make_organization()
    with pytest.raises(NotFound):
        actions.report(
            volunteer=member, unit_id=team.pk, community_id=cast.community.pk,
            by=user_of(member), at=NOON,
        )  # fmt: skip


def test_a_report_is_sent_back_with_a_reason_that_the_member_reads(cast: Cast) -> None:
    member = make_comrade()
    report = reported(cast, member, is_confirmed=False)
    with pytest.raises(BadInput):
        actions.decide_report(
            report_id=report.pk, is_confirmed=False, reason=" \u200b", by=cast.worker, at=NOON
        )
    actions.decide_report(
        report_id=report.pk, is_confirmed=False, reason="请到居住地社区", by=cast.worker, at=NOON
    )
    catch_up()
    told = Message.objects.get(user=member.user, title="社区退回了您的报到")
    assert told.body == "青年路社区：请到居住地社区"
    assert queries.live_report(member) is None


def test_nobody_decides_twice_or_on_their_own_report(cast: Cast) -> None:
    member = make_comrade()
    report = reported(cast, member, is_confirmed=False)
    with pytest.raises(NotAllowed):
        actions.decide_report(report_id=report.pk, is_confirmed=True, by=user_of(member), at=NOON)
    actions.decide_report(report_id=report.pk, is_confirmed=True, by=cast.worker, at=NOON)
    with pytest.raises(WrongState):
        actions.decide_report(report_id=report.pk, is_confirmed=True, by=cast.worker, at=NOON)


def test_leaving_ends_it_once(cast: Cast) -> None:
    member = make_comrade()
    reported(cast, member)
    actions.leave(volunteer=member, by=user_of(member), at=LATER)
    with pytest.raises(WrongState):
        actions.leave(volunteer=member, by=user_of(member), at=LATER)
    assert Report.objects.get().ended_at == LATER


def test_who_is_no_member_any_more_is_gone_at_once_and_for_good(cast: Cast) -> None:
    member = make_comrade()
    reported(cast, member)
    people.set_profile(
        volunteer_id=member.pk, profile=Profile(region_id=member.region_id),
        by=user_of(member), at=NOON,
    )  # fmt: skip
    filters = queries.MemberFilters(since=date(2026, 1, 1))
    assert list(queries.unit_members(cast.unit, filters)) == []
    catch_up()
    assert Report.objects.get().state == ReportState.ENDED


def test_closing_the_account_ends_it(cast: Cast) -> None:
    member = make_comrade()
    reported(cast, member)
    about = subjects.subject(user_of(member), ward_id=None)
    closing = privacy.ask_to_close(subject=about, by=user_of(member), at=NOON)
    privacy.close_account(closing_id=closing.pk, at=closing.due_at)
    catch_up()
    assert Report.objects.get().state == ReportState.ENDED


def test_the_journal_of_a_person_says_nothing_of_the_party(cast: Cast) -> None:
    member = make_comrade()
    reported(cast, member)
    entries = Entry.objects.filter(subject_type="volunteer", subject_id=member.pk)
    assert not entries.filter(verb__startswith="party.").exists()
    about = Entry.objects.filter(verb__startswith="party.").values_list("data", flat=True)
    assert not any(str(member.pk) in str(data.get("volunteer", "")) for data in about)
