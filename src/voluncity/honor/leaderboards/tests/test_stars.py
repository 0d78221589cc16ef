"""Volunteers of the month: candidates by rule, picked with a reason, asked, shown, named."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.city.files.models import StoredFile
from voluncity.city.inbox.models import Message
from voluncity.city.journal.models import Entry
from voluncity.city.journal.tasks import catch_up
from voluncity.city.people.models import User, Volunteer
from voluncity.city.publicity import actions as publicity
from voluncity.city.publicity.models import Notice
from voluncity.city.regions.models import Region
from voluncity.honor.leaderboards import actions, queries, rules
from voluncity.honor.leaderboards.actions import Answer
from voluncity.honor.leaderboards.models import Candidate, StarMonth
from voluncity.honor.leaderboards.rules import Deed, StarRule
from voluncity.honor.leaderboards.states import CandidateState, MonthState
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, Refusal, WrongState
from voluncity.service.integrity.models import Case
from voluncity.service.integrity.states import About
from voluncity.testing.make_files import make_upload
from voluncity.testing.make_hours import NINE, make_past_shift, make_posted
from voluncity.testing.make_leaderboards import make_candidate, make_star_month
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import (
    make_county,
    make_region,
    make_user,
    make_volunteer,
    user_of,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
C, M = CandidateState, MonthState
REASON = "四次清理河岸，带动邻居参加"
YES = Answer(is_agreed=True, words="谢谢大家")


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


@pytest.fixture
def county() -> Region:
    region = make_region().parent
    assert region is not None
    assert region.parent is not None
    return region.parent


@pytest.fixture
def office(county: Region) -> User:
    return officer("周正", county)


def officer(name: str, region: Region) -> User:
    user = make_user(name)
    give(user, Role.CITY_OFFICE, region.parent or region)
    return user


def serve(volunteer: Volunteer, *, times: int = 3, hours: int = 4) -> None:
    """Let somebody serve on so many days of November 2026."""
    team = make_organization()
    for day in range(times):
        start = NINE - timedelta(days=day)
        make_posted(
            make_past_shift(team, starts_at=start, ends_at=start + timedelta(hours=hours)),
            volunteer,
        )
    catch_up()


def month_with(*volunteers: Volunteer, county: Region) -> StarMonth:
    month = make_star_month(county.parent or county, "2026-11", at=NOW)
    for one in volunteers:
        make_candidate(month, one, county)
    return month


def candidate(volunteer: Volunteer) -> Candidate:
    return Candidate.objects.get(volunteer=volunteer)


def picked(volunteer: Volunteer, *, by: User) -> Candidate:
    return actions.pick(candidate_id=candidate(volunteer).pk, reason=REASON, by=by, at=NOW)


def agreed(volunteer: Volunteer, *, by: User, said: Answer = YES) -> Candidate:
    one = picked(volunteer, by=by)
    return actions.answer(candidate_id=one.pk, said=said, by=user_of(volunteer), at=NOW)


def accuse(volunteer: Volunteer, *, by: User) -> None:
    Case.objects.create(
        about=About.VOLUNTEER, volunteer=volunteer, organization=make_organization(),
        opened_at=NOW, opened_by=by, assigned_to=by,
    )  # fmt: skip


def end_publicity() -> None:
    notice = Notice.objects.get(kind="monthly", state="shown")
    publicity.finish_due(today=notice.shown_until + timedelta(days=1), at=NOW)
    catch_up()


# -- The rule ------------------------------------------------------------------------------------


def test_the_rule_takes_the_most_minutes_in_each_county_and_leaves_barred_people_out() -> None:
    deeds = [
        Deed(1, 10, 900, 3), Deed(2, 10, 800, 9), Deed(3, 10, 700, 4), Deed(4, 20, 650, 3),
        Deed(5, 20, 599, 9), Deed(6, 20, 900, 2), Deed(7, 10, 2000, 9),
    ]  # fmt: skip
    rule = StarRule(least_minutes=600, least_services=3, months_off=6, per_county=1)
    found = rules.candidates(deeds, rule, barred={7}, most=2)
    assert [one.volunteer_id for one in found] == [1, 2, 4]


@pytest.mark.parametrize("month", ["2026-12", "2026", "", "2026-13", "２０２６-11", "2026-11-01"])
def test_a_month_that_has_not_come_or_is_none_is_refused(month: str) -> None:
    with pytest.raises(BadInput, match="请选择月份"):
        rules.star_month(month, today=date(2026, 11, 23))


def test_starting_a_month_lists_who_served_enough(office: User) -> None:
    diligent, lazy = make_volunteer("王建国"), make_volunteer("李秀英")
    serve(diligent)
    serve(lazy, times=2, hours=6)
    month = actions.start_month(month="2026-11", by=office, at=NOW)
    rows = month.candidates.values_list("volunteer__name", "proven_minutes", "services", "state")
    assert list(rows) == [("王建国", 720, 3, "candidate")]
    with pytest.raises(Refusal, match="已经在评定或已公布"):
        actions.start_month(month="2026-11", by=office, at=NOW)


def test_a_month_without_anybody_is_not_started(office: User) -> None:
    with pytest.raises(Refusal, match="还没有人达到条件"):
        actions.start_month(month="2026-11", by=office, at=NOW)
    assert StarMonth.objects.count() == 0


def test_a_recent_star_a_case_and_a_child_are_no_candidates(office: User, county: Region) -> None:
    star, accused = make_volunteer("王建国"), make_volunteer("李秀英")
    child = make_volunteer("小明", born_on=date(2012, 1, 1))
    for one in (star, accused, child):
        serve(one)
    before = make_star_month(county, "2026-08", state=M.NAMED, at=NOW)
    make_candidate(before, star, county, state=C.NAMED)
    accuse(accused, by=office)
    with pytest.raises(Refusal, match="还没有人达到条件"):
        actions.start_month(month="2026-11", by=office, at=NOW)


def test_recounting_keeps_who_was_picked(office: User, county: Region) -> None:
    first, second = make_volunteer("王建国"), make_volunteer("李秀英")
    month = month_with(first, second, county=county)
    picked(first, by=office)
    actions.recount_month(month_id=month.pk, by=office, at=NOW)
    assert [one.volunteer for one in month.candidates.all()] == [first]


# -- Picking and asking --------------------------------------------------------------------------


def test_a_pick_asks_the_person(office: User, county: Region) -> None:
    volunteer = make_volunteer("王建国")
    month_with(volunteer, county=county)
    one = picked(volunteer, by=office)
    catch_up()
    assert (one.state, one.reason, one.picked_by) == (C.ASKED, REASON, office)
    message = Message.objects.get(user=user_of(volunteer))
    assert message.title == "您被推荐为2026年11月志愿之星"
    assert message.url == f"/leaderboards/invitations/{one.pk}/"


@pytest.mark.parametrize("reason", ["", "   ", "\x00\n"])
def test_a_pick_needs_a_reason(office: User, county: Region, reason: str) -> None:
    volunteer = make_volunteer("王建国")
    month_with(volunteer, county=county)
    with pytest.raises(BadInput, match="请写推荐理由"):
        actions.pick(candidate_id=candidate(volunteer).pk, reason=reason, by=office, at=NOW)
    assert candidate(volunteer).state == C.CANDIDATE


def test_nobody_picks_themself(county: Region) -> None:
    volunteer = make_volunteer("王建国")
    give(user_of(volunteer), Role.COUNTY_OFFICE, county)
    month_with(volunteer, county=county)
    with pytest.raises(NotAllowed, match="不能办理自己的评定"):
        picked(volunteer, by=user_of(volunteer))


def test_a_county_has_only_its_places(office: User, county: Region) -> None:
    crowd = [make_volunteer(name) for name in ("王建国", "李秀英", "孙宁")]
    month_with(*crowd, county=county)
    picked(crowd[0], by=office)
    picked(crowd[1], by=office)
    with pytest.raises(Refusal, match="的名额（2 人）已经选满"):
        picked(crowd[2], by=office)
    actions.drop(candidate_id=candidate(crowd[0]).pk, by=office, at=NOW)
    assert picked(crowd[2], by=office).state == C.ASKED
    assert candidate(crowd[0]).reason == ""


def test_a_case_that_was_opened_since_bars_the_pick(office: User, county: Region) -> None:
    volunteer = make_volunteer("王建国")
    month_with(volunteer, county=county)
    accuse(volunteer, by=office)
    with pytest.raises(Refusal, match="正在核查"):
        picked(volunteer, by=office)


def test_another_ones_invitation_is_not_there(office: User, county: Region) -> None:
    volunteer, stranger = make_volunteer("王建国"), make_volunteer("李秀英")
    month_with(volunteer, county=county)
    one = picked(volunteer, by=office)
    with pytest.raises(NotFound):
        actions.answer(candidate_id=one.pk, said=YES, by=user_of(stranger), at=NOW)


def test_a_photo_is_kept_only_with_consent_and_forgotten_with_a_no(
    office: User, county: Region, client: Client
) -> None:
    volunteer = make_volunteer("王建国")
    month_with(volunteer, county=county)
    one = picked(volunteer, by=office)
    page = f"/leaderboards/invitations/{one.pk}/"
    client.force_login(user_of(volunteer))
    sent = {"answer": "yes", "words": "谢谢", "photo": make_upload()}
    answer = client.post(page, sent)
    assert answer.status_code == 422
    assert "传了照片就请勾选同意公布" in answer.content.decode()
    assert StoredFile.objects.count() == 0
    client.post(page, sent | {"photo": make_upload(), "is_photo_agreed": "on"})
    one.refresh_from_db()
    assert (one.state, one.is_photo_agreed, one.words) == (C.AGREED, True, "谢谢")
    assert client.get(f"/leaderboards/stars/{one.pk}/photo/").getvalue()
    client.logout()
    assert client.get(f"/leaderboards/stars/{one.pk}/photo/").status_code == 404
    client.force_login(user_of(volunteer))
    client.post(page, {"answer": "no"})
    one.refresh_from_db()
    assert (one.state, one.photo, StoredFile.objects.count()) == (C.DECLINED, None, 0)


# -- Showing and naming --------------------------------------------------------------------------


def test_who_picked_does_not_show_and_somebody_else_does(office: User, county: Region) -> None:
    volunteer = make_volunteer("王建国")
    month = month_with(volunteer, county=county)
    agreed(volunteer, by=office)
    with pytest.raises(NotAllowed, match="请由另一位工作人员办理"):
        actions.show_month(month_id=month.pk, by=office, at=NOW)
    shown = actions.show_month(month_id=month.pk, by=officer("赵敏", county), at=NOW)
    assert shown.state == M.SHOWN
    notice = Notice.objects.get(kind="monthly")
    assert notice.title == "2026年11月志愿之星（1 人）"
    assert notice.body.startswith("王建国（迎泽区），当月服务 4 次、信用时长 12 小时：")


def test_nothing_is_shown_while_an_answer_is_awaited_or_nobody_agreed(
    office: User, county: Region
) -> None:
    volunteer = make_volunteer("王建国")
    month = month_with(volunteer, county=county)
    other = officer("赵敏", county)
    with pytest.raises(Refusal, match="还没有选出"):
        actions.show_month(month_id=month.pk, by=other, at=NOW)
    picked(volunteer, by=office)
    with pytest.raises(Refusal, match="还有人没有答复"):
        actions.show_month(month_id=month.pk, by=other, at=NOW)


def test_after_publicity_the_star_is_named_told_and_on_the_page(
    office: User, county: Region, client: Client
) -> None:
    volunteer = make_volunteer("王建国")
    month = month_with(volunteer, county=county)
    one = agreed(volunteer, by=office)
    actions.tell_story(
        candidate_id=one.pk, title="守河的人", story="<b>每周</b>都来。", by=office, at=NOW
    )
    actions.show_month(month_id=month.pk, by=officer("赵敏", county), at=NOW)
    assert client.get(f"/leaderboards/stars/{one.pk}/").status_code == 404
    end_publicity()
    month.refresh_from_db()
    assert (month.state, candidate(volunteer).state) == (M.NAMED, C.NAMED)
    assert Message.objects.filter(user=user_of(volunteer)).order_by("pk").last().title == (  # type: ignore[union-attr]
        "恭喜您成为2026年11月志愿之星"
    )
    page = client.get(f"/leaderboards/stars/{one.pk}/").content.decode()
    assert "守河的人" in page
    assert "&lt;b&gt;每周" in page
    assert "王建国" in client.get("/leaderboards/stars/").content.decode()
    assert "王建国" in client.get("/leaderboards/stars/months/2026-11/").content.decode()


def test_an_objection_that_holds_brings_the_month_back(office: User, county: Region) -> None:
    volunteer = make_volunteer("王建国")
    month = month_with(volunteer, county=county)
    agreed(volunteer, by=office)
    actions.show_month(month_id=month.pk, by=officer("赵敏", county), at=NOW)
    objection = publicity.object_to(
        notice_id=Notice.objects.get(kind="monthly").pk,
        text="当天并没有到场",
        by=make_user(),
        at=NOW,
    )
    publicity.answer(
        objection_id=objection.pk, is_upheld=True, text="核实无误", by=make_user("何静"), at=NOW
    )
    catch_up()
    month.refresh_from_db()
    assert (month.state, candidate(volunteer).state) == (M.OPEN, C.AGREED)
    assert "王建国" not in Notice.objects.get(kind="monthly").body


def test_who_declines_during_publicity_is_not_named(office: User, county: Region) -> None:
    volunteer = make_volunteer("王建国")
    month = month_with(volunteer, county=county)
    one = agreed(volunteer, by=office)
    actions.show_month(month_id=month.pk, by=officer("赵敏", county), at=NOW)
    no = Answer(is_agreed=False)
    actions.answer(candidate_id=one.pk, said=no, by=user_of(volunteer), at=NOW)
    end_publicity()
    assert candidate(volunteer).state == C.DECLINED


def test_the_notice_names_only_who_still_agrees(office: User, county: Region) -> None:
    first, second, third = (make_volunteer(name) for name in ("王建国", "李秀英", "赵敏之"))
    month = month_with(county=county)
    for one in (first, second, third):
        make_candidate(month, one, county, state=C.AGREED)
    actions.hide_closed(volunteer_id=third.pk, at=NOW)
    actions.show_month(month_id=month.pk, by=office, at=NOW)

    def named() -> list[str]:
        body = Notice.objects.get(kind="monthly").body
        return [one.name for one in (first, second, third) if one.name in body]

    assert (candidate(third).state, named()) == (C.DECLINED, ["王建国", "李秀英"])
    no = Answer(is_agreed=False)
    actions.answer(candidate_id=candidate(second).pk, said=no, by=user_of(second), at=NOW)
    assert named() == ["王建国"]
    end_publicity()
    actions.hide(candidate_id=candidate(first).pk, by=user_of(first), at=NOW)
    assert named() == []
    actions.show_again(candidate_id=candidate(first).pk, by=user_of(first), at=NOW)
    assert named() == ["王建国"]


def test_a_month_that_was_given_up_asks_nobody_any_more(
    office: User, county: Region, client: Client
) -> None:
    volunteer = make_volunteer("王建国")
    month = month_with(volunteer, county=county)
    one = picked(volunteer, by=office)
    actions.cancel_month(month_id=month.pk, by=office, at=NOW)
    with pytest.raises(WrongState, match="已取消"):
        actions.answer(candidate_id=one.pk, said=YES, by=user_of(volunteer), at=NOW)
    client.force_login(user_of(volunteer))
    page = client.get(f"/leaderboards/invitations/{one.pk}/").content.decode()
    assert ("不用再答复" in page, "同意公布" in page) == (True, False)
    assert (
        f"/leaderboards/invitations/{one.pk}/"
        in client.get("/leaderboards/stars/").content.decode()
    )


def test_a_star_may_hide_and_come_back_and_stays_a_star(
    office: User, county: Region, client: Client
) -> None:
    volunteer = make_volunteer("王建国")
    month = make_star_month(county, "2026-10", state=M.NAMED, at=NOW)
    one = make_candidate(month, volunteer, county, state=C.NAMED)
    client.force_login(user_of(volunteer))
    client.post(f"/leaderboards/invitations/{one.pk}/hide/")
    page = client.get("/leaderboards/stars/months/2026-10/").content.decode()
    assert "王建国" not in page
    assert "另有 1 位月度之星，本人不公开" in page
    assert client.get("/leaderboards/stars/months/%00/").status_code == 404
    assert volunteer.pk in queries.barred("2026-11", queries.star_rule(NOW.date()), on=NOW.date())
    client.post(f"/leaderboards/invitations/{one.pk}/show/")
    assert "王建国" in client.get("/leaderboards/stars/months/2026-10/").content.decode()


def test_the_page_of_a_closed_account_is_taken_away(county: Region) -> None:
    volunteer = make_volunteer("王建国")
    month = make_star_month(county, "2026-10", state=M.NAMED, at=NOW)
    one = make_candidate(month, volunteer, county, state=C.NAMED)
    actions.hide_closed(volunteer_id=volunteer.pk, at=NOW)
    one.refresh_from_db()
    assert one.state == C.HIDDEN
    with pytest.raises(NotFound):
        queries.star(one.pk)


def test_steps_in_the_wrong_state_are_refused(office: User, county: Region) -> None:
    volunteer = make_volunteer("王建国")
    month = month_with(volunteer, county=county)
    one = candidate(volunteer)
    with pytest.raises(WrongState):
        actions.drop(candidate_id=one.pk, by=office, at=NOW)
    with pytest.raises(WrongState, match="没有被选为月度之星"):
        actions.tell_story(candidate_id=one.pk, title="标题", story="事迹", by=office, at=NOW)
    actions.cancel_month(month_id=month.pk, by=office, at=NOW)
    with pytest.raises(WrongState, match="已取消"):
        picked(volunteer, by=office)
    assert Entry.objects.filter(verb="leaderboards.pick").count() == 0


# -- The desk ------------------------------------------------------------------------------------


def test_a_county_sees_and_picks_its_own_candidates_only(county: Region, client: Client) -> None:
    other = make_county()
    home, away = make_volunteer("王建国"), make_volunteer("李秀英")
    month = month_with(home, county=county)
    far = make_candidate(month, away, other)
    user = make_user("县文明办")
    give(user, Role.COUNTY_OFFICE, county)
    client.force_login(user)
    page = client.get(f"/leaderboards/desk/{month.pk}/").content.decode()
    assert ("王建国" in page, "李秀英" in page) == (True, False)
    assert client.get(f"/leaderboards/desk/candidates/{far.pk}/").status_code == 404
    assert client.post(f"/leaderboards/desk/{month.pk}/show/").status_code == 404
    sent = client.post(f"/leaderboards/desk/candidates/{candidate(home).pk}/", {"reason": REASON})
    assert sent.status_code == 302
    assert candidate(home).state == C.ASKED


def test_the_desk_lists_months_and_says_what_is_wrong(client: Client, office: User) -> None:
    client.force_login(office)
    assert "还没有评定过月度之星" in client.get("/leaderboards/desk/").content.decode()
    answer = client.post("/leaderboards/desk/", {"month": "1999-01"})
    assert answer.status_code == 422
    assert "请从列表中选择月份" in answer.content.decode()
    assert client.get("/leaderboards/desk/people/?period=all&hours=all").status_code == 200
    assert client.get("/leaderboards/desk/teams/?period=%00&region=x").status_code == 200
