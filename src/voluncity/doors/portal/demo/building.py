"""Build the demo city from the first day to now."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from django.db import transaction

from voluncity.city.journal.actions import catch_up
from voluncity.city.orgs.actions import load_lead_units
from voluncity.city.orgs.models import Organization
from voluncity.city.people.actions import create_account
from voluncity.city.people.models import User, Volunteer
from voluncity.city.publicity import actions as publicity
from voluncity.doors.portal.demo import (
    archives,
    awards,
    calls,
    certification,
    city,
    claims,
    classes,
    closings,
    comments,
    difficulties,
    donations,
    events,
    fund,
    grants,
    hardship,
    insurance,
    integrity,
    joining,
    leaderboards,
    news,
    offers,
    party,
    patrols,
    payouts,
    pledges,
    points,
    present,
    privacy,
    progress,
    registers,
    reports,
    review,
    rewards,
    rosters,
    service,
    stations,
    stories,
    teaching,
    teams,
    waiting,
    wishes,
)
from voluncity.doors.portal.demo.cast import SEED, Cast, Resident, residents
from voluncity.doors.portal.demo.story import Story, moment
from voluncity.honor.recognition import actions as recognition
from voluncity.kernel.clock import local_date
from voluncity.kernel.identity import id_check_digit
from voluncity.service.projects.actions import load_lines
from voluncity.service.training import actions as training
from voluncity.service.training.models import Course

DATA = Path(__file__).parent.parent / "data" / "demo.json"
PEOPLE = 80
# Volunteers of the login page: handle, name, year of birth, sessions of the patrol.
# 28 sessions are 98 hours: two more, checked out by whoever tries the demo, make the fifth star.
KNOWN = (("demo-volunteer", "王芳", 1988, 28), ("demo-elder", "陈桂兰", 1958, 999))
Say = Callable[[str], None]


@transaction.atomic
def build(  # noqa: PLR0915 -- a line for each
    *, at: datetime, say: Say, people: int = PEOPLE, certifies: bool = True
) -> None:
    """Build the whole city in one transaction: a killed build leaves nothing behind.

    `say` is told about the progress. The same day gives the same people, activities and hours.
    `certifies` leaves the small batches of stars out where the first batch of Puyang is to come.
    """
    today = local_date(at)
    data: dict[str, Any] = json.loads(DATA.read_text(encoding="utf-8"))
    first = moment(city.first_day(today), "09:00")
    cast = Cast()
    load_lead_units()
    load_lines()
    cast.staff = city.make_staff(at=first)
    _write_rules(cast, at=first, certifies=certifies)
    say("登记志愿者")
    _register_all(cast, people, today=today, at=first)
    say("成立组织和志愿服务站")
    _found_teams(cast, data, at=first + timedelta(days=1))
    for spec in data["stations"]:
        city.make_station(spec)
    stations.furnish(cast, at=first + timedelta(days=3))
    stations.rate_on_paper(cast, at=first + timedelta(days=3))
    insurance.register_policies(cast, at=first + timedelta(days=3))
    say("三个月的活动")
    _live(cast, data, today=today, at=at, say=say)
    say("证明和待办事项")
    waiting.leave_work(cast, data["waiting"], today=today, at=at)
    teams.organize(cast, at=at - timedelta(days=20), settle=lambda: catch_up(at=at))
    party.report_members(cast, today=today, at=at)
    privacy.look_at_people(cast, at=at)
    stations.leave_batch(cast, at=at)
    joining.let_people_join(cast, today=today, at=at)
    hardship.know_who_is_in_need(cast, at=at)
    patrols.find_problems(cast, at=at)
    wishes.make_wishes(cast, at=at)
    claims.doubt_records(cast, at=at)
    pledges.let_people_help(cast, at=at)
    difficulties.report_what_is_hard(cast, at=at)
    archives.keep_what_was_done(cast, at=at)
    news.publish_news(cast, at=at)
    stories.tell_stories(cast, at=at)
    teaching.teach(cast, at=at)
    classes.teach_in_minutes(cast, at=at)
    comments.let_people_talk(cast, at=at)
    rosters.stand_in_turns(cast, at=at)
    events.run_marathon(cast, at=at)
    offers.keep_a_place(at=at)
    points.give_and_grant(cast, at=at)
    progress.measure_projects(cast, at=at)
    registers.keep_filters(cast.staff)
    awards.choose_the_best(cast, at=at)
    integrity.look_into_hours(cast, at=at)
    _fund(cast, at=at)
    donations.raise_money(cast, at=at)
    present.refresh(at=at)
    catch_up(at=at)
    _honor(cast, at=at, certifies=certifies)
    catch_up(at=at)


def _write_rules(cast: Cast, *, at: datetime, certifies: bool) -> None:
    points.write_rules(cast.office, at=at)
    if certifies:
        certification.set_ladders(at)


def _fund(cast: Cast, *, at: datetime) -> None:
    fund.run_the_fund(cast, at=at)
    calls.call_for_projects(cast, at=at)
    review.review_applications(cast, at=at)
    grants.fund_projects(cast, at=at)
    reports.report_progress(cast, at=at)
    payouts.pay_projects(cast, at=at)
    closings.close_projects(cast, at=at)


def _honor(cast: Cast, *, at: datetime, certifies: bool) -> None:
    leaderboards.rank_and_choose(cast, at=at)
    if certifies:
        certification.certify_stars(cast, at=at)
    _certify(cast, at=at)
    rewards.thank_volunteers(cast, at=at)
    insurance.insure_people(cast, at=at)


def _register_all(cast: Cast, count: int, *, today: date, at: datetime) -> None:
    people = [_known(name, year, number) for number, (_, name, year, _) in enumerate(KNOWN)]
    people += residents(count, today=today)
    for number, resident in enumerate(people):
        handle = KNOWN[number][0] if number < len(KNOWN) else f"resident-{number}"
        volunteer = city.register(
            resident,
            handle=handle,
            office=cast.office,
            at=at + timedelta(minutes=number),
            number=number,
        )
        cast.volunteers.append(volunteer)
    create_account(handle="demo-newcomer", display_name="新朋友", at=at, phone="19903519099")


def _known(name: str, year: int, number: int) -> Resident:
    first17 = f"140106{year}0305{50 + number * 2:03d}"
    return Resident(
        name=name,
        born_on=date(year, 3, 5),
        sex="F",
        county="140106",
        phone=f"1990351910{number}",
        id_number=first17 + id_check_digit(first17),
        shows_rank=True,
    )


def _found_teams(cast: Cast, data: dict[str, Any], *, at: datetime) -> None:
    for number, spec in enumerate(data["teams"]):
        founder = cast.volunteers[-1 - number].user
        assert founder is not None  # noqa: S101 -- everybody here registered by phone
        cast.teams[spec["key"]] = city.make_team(
            spec,
            founder=founder,
            office=cast.office,
            at=at + timedelta(minutes=7 * number),
            settle=lambda: catch_up(at=at),
        )
    city.appoint_staff_of_organizations(cast.staff, at=at + timedelta(days=1))


def _live(cast: Cast, data: dict[str, Any], *, today: date, at: datetime, say: Say) -> None:
    story = Story()
    start = at - service.PAST - timedelta(days=6)
    for spec in data["projects"]:
        team = cast.teams[spec["team"]]
        player = _player(cast, spec, team, today=today, at=start)
        service.plan_activities(story, player, today=today)
    for week in range(service.PAST.days // 7):
        story.plan(moment(today - timedelta(weeks=week), "02:00"), _nightly)
    story.tell(until=at, progress=lambda done, all_: _progress(say, done, all_))


def _player(
    cast: Cast, spec: dict[str, Any], team: Organization, *, today: date, at: datetime
) -> service.Player:
    random = Random(f"{SEED}{spec['name']}")  # noqa: S311 -- a story
    author = team.applied_by or cast.office
    project = service.run_project(
        spec, team=team, author=author, reviewer=cast.office, at=at, today=today
    )
    crowd = [v for v in cast.volunteers[: -len(cast.teams)] if v.user_id != author.pk]
    regulars = random.sample(crowd[len(KNOWN) :], spec.get("regulars", 4))
    steady = {cast.volunteers[n]: sessions for n, (*_, sessions) in enumerate(KNOWN)}
    if team.key != "yingze-patrol":
        steady = {}
    members = regulars + (cast.volunteers[:1] if team.key == "qiaodong" else []) + [*steady]
    new = [v for v in members if not v.memberships.filter(organization=team).exists()]
    city.join(team, new, by=author, at=at)
    _train(spec, regulars, team, by=author, today=today, at=at)
    leader = cast.staff["demo-leader"] if team.key == "qiaodong" else author
    second = cast.office  # entered hours are looked at by another level
    return service.Player(project, leader, second, regulars, spec, steady)


def _train(
    spec: dict[str, Any], people: list[Volunteer], team: Organization,
    *, by: User, today: date, at: datetime,
) -> None:  # fmt: skip
    if "course" not in spec:
        return
    course = Course.objects.get(key=spec["course"])
    new = [v.number for v in people if not v.training_records.filter(course=course).exists()]
    if new:
        training.record_training(
            course_id=course.pk,
            organization_id=team.pk,
            numbers=new,
            passed_on=local_date(at),
            minutes=120,
            by=by,
            at=at,
        )


def _nightly(at: datetime) -> None:
    publicity.finish_due(today=local_date(at), at=at)
    catch_up(at=at)


def _progress(say: Say, done: int, all_: int) -> None:
    if done % 500 == 0:
        say(f"三个月的活动 {done} / {all_}")


def _certify(cast: Cast, *, at: datetime) -> None:
    for volunteer in cast.volunteers[:2]:
        if volunteer.user and volunteer.service_records.filter(state="posted").exists():
            recognition.issue_certificate(volunteer_id=volunteer.pk, by=volunteer.user, at=at)
