"""Row C7: a marathon from its plan to the thanks: apply, select, place, badge, the day, hours."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils.timezone import now
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.city.journal.actions import record
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User, Volunteer
from voluncity.city.regions import queries as regions
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import Refusal
from voluncity.service.events.actions import closing, deciding
from voluncity.service.events.codes import badge_token
from voluncity.service.events.models import (
    Application,
    Badge,
    Event,
    Group,
    Handout,
    Post,
)
from voluncity.service.events.own_data import hindrances, sections
from voluncity.service.events.queries.public import open_work
from voluncity.service.events.readers import follow_people
from voluncity.service.events.states import ApplicationState
from voluncity.service.projects.models import Shift
from voluncity.service.signups import actions as signups
from voluncity.service.signups.models import Attendance
from voluncity.testing.hearing import last_title
from voluncity.testing.make_events import make_application, make_event
from voluncity.testing.make_files import make_upload
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_user, make_volunteer, user_of
from voluncity.testing.make_projects import make_project
from voluncity.testing.pages import as_, markup, posted, status_of

pytestmark = [pytest.mark.django_db, pytest.mark.row("C7")]
A = ApplicationState


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


@dataclass
class Story:
    """What the acts of the story share: the desk, the event, its post, the people who applied."""

    team: Organization
    leader: User
    event: Event
    group: Group
    post: Post
    crowd: list[Volunteer] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)

    @property
    def desk(self) -> Client:
        return as_(self.leader)

    @property
    def page(self) -> str:
        return f"/events/desk/{self.event.pk}/"

    @property
    def day(self) -> date:
        return self.event.starts_on

    @property
    def shift(self) -> Shift:
        return Shift.objects.get(event_day__post=self.post)


def test_a_marathon_from_its_plan_to_the_thanks() -> None:
    story = _plan()
    _apply_and_be_selected(story)
    _place_and_make_badges(story)
    _replace_who_did_not_come(story)
    _hand_out_and_take_back(story)
    at = _check_in(story)
    _thank_and_forget(story, at=at)


def _plan() -> Story:
    """Plan event, group, post, two people on one day; make it public at once."""
    team = make_organization("桥东志愿服务队")
    leader = make_user("王队长")
    give(leader, Role.ORG_ADMIN, team)
    project = make_project("赛会服务", organization=team)
    desk, today = as_(leader), local_date(now())
    day = today + timedelta(days=3)
    answer = desk.post("/events/desk/new/", {
        "project": project.pk, "save": "1", "name": "汾河马拉松", "place": "滨河东路",
        "region": [one.pk for one in regions.trail(team.region)], "leader": leader.pk,
        "intro": "一年一度", "risk_notice": "久站，请保暖", "starts_on": day, "ends_on": day,
        "apply_from": f"{today - timedelta(days=2)}T08:00",
        "apply_until": f"{day - timedelta(days=1)}T08:00", "min_age": "16", "reply_days": "3",
    })  # fmt: skip
    assert answer.status_code == 302
    event = Event.objects.get()
    page = f"/events/desk/{event.pk}/"
    posted(desk, f"{page}groups/", name="赛道组", leader=leader.pk)
    group = Group.objects.get()
    posted(
        desk, f"/events/desk/groups/{group.pk}/posts/", name="补给点", place="桥东", zones="赛道区"
    )
    post = Post.objects.get()
    times = {"day": day, "begins": "07:00", "ends": "12:00", "wanted": "2"}
    posted(desk, f"/events/desk/posts/{post.pk}/days/", **times)
    assert "已公布" in posted(desk, f"{page}step/open/")
    return Story(team, leader, event, group, post)


def _apply_and_be_selected(story: Story) -> None:
    """Three residents apply; two are selected and confirm, one stands by."""
    story.crowd = crowd = [make_volunteer(name) for name in ("王芳", "李强", "赵敏")]
    said = {"days": [story.day], "group_1": story.group.pk, "size": "L", "risks_read": "on"}
    for one in crowd:
        assert "报名成功" in posted(as_(user_of(one)), f"/events/{story.event.pk}/apply/", **said)
    story.ids = ids = [Application.objects.get(volunteer=one).pk for one in crowd]
    posted(story.desk, f"{story.page}decide/", verb="screen", chosen=ids)
    posted(story.desk, f"{story.page}decide/", verb="select", chosen=ids[:2])
    posted(story.desk, f"{story.page}decide/", verb="reserve", chosen=ids[2:])
    assert last_title(user_of(crowd[0])) == "汾河马拉松：您被录用了"
    assert last_title(user_of(crowd[2])) == "汾河马拉松：您在备选名单里"
    for one, pk in zip(crowd[:2], ids, strict=False):
        assert "已确认，谢谢您" in posted(as_(user_of(one)), f"/events/mine/{pk}/confirm/")


def _place_and_make_badges(story: Story) -> None:
    """Photo, proposal, badge on paper; a lost badge holds no more."""
    desk, page, ids = story.desk, story.page, story.ids
    wang = as_(user_of(story.crowd[0]))
    posted(wang, f"/events/mine/{ids[0]}/photo/", photo=make_upload())
    stored = Application.objects.get(pk=ids[0]).photo
    assert stored is not None
    seen = [status_of(who, f"/files/{stored.key}/") for who in (wang, desk, Client())]
    assert seen == [200, 200, 404]
    proposal = markup(desk.get(f"{page}proposal/"))
    digest = proposal.partition('name="digest" value="')[2].partition('"')[0]
    assert "已安排 2 个岗位" in posted(desk, f"{page}proposal/", digest=digest)
    assert last_title(user_of(story.crowd[0])) == "汾河马拉松：岗位安排好了"
    assert "新制 2 张证件" in posted(desk, f"{page}badges/")
    assert desk.get(f"{page}badges-a4.pdf").content[:5] == b"%PDF-"
    badge = Badge.objects.get(application=ids[0])
    again = posted(desk, f"/events/desk/badges/{badge.pk}/reissue/", reason="遗失")
    assert "旧证已作废" in again
    old = f"https://voluncity/events/b/{badge_token(badge.pk)}/"
    scan = f"/events/day/{story.event.pk}/scan/"
    assert "证件已作废：遗失" in markup(desk.post(scan, {"code": old}))


def _replace_who_did_not_come(story: Story) -> None:
    """One did not come and is replaced in two clicks."""
    gone = Application.objects.get(pk=story.ids[1]).assignments.get()
    replace = f"/events/day/people/{story.ids[1]}/replace/{gone.pk}/"
    assert "赵敏" in markup(story.desk.get(replace))
    assert "已由 赵敏 接替 补给点" in posted(story.desk, replace, by=story.ids[2])
    assert (story.shift.taken, story.shift.capacity) == (2, 2)


def _hand_out_and_take_back(story: Story) -> None:
    """A thing is given once; who has it may not close the account before it is back."""
    desk, one = story.desk, story.ids[0]
    posted(desk, f"/events/day/{story.event.pk}/items/", kind="equipment", name="对讲机",
          pieces="1", is_returned="on")  # fmt: skip
    give_it = f"/events/day/people/{one}/items/{story.event.items.get().pk}/"
    assert "已发给本人" in posted(desk, give_it)
    assert "不能重复领取" in markup(desk.post(give_it))
    assert hindrances(None, story.crowd[0]) != []
    lent = Handout.objects.get()
    posted(desk, f"/events/day/people/{one}/back/{lent.pk}/")


def _check_in(story: Story) -> datetime:
    """She checks in at the ordinary door, and the command page sees it; return when."""
    shift = story.shift
    at = shift.starts_at + timedelta(minutes=5)
    signup = shift.signups.get(volunteer=story.crowd[0])
    signups.tick(signup_id=signup.pk, nonce="tick-event-1", direction="in", by=story.leader, at=at)
    board = markup(story.desk.get(f"/events/day/{story.event.pk}/?day={story.day}"))
    assert ("王芳" in board, Attendance.objects.count()) == (True, 1)
    assert open_work(organization_id=story.team.pk, at=now()) != []
    return at


def _thank_and_forget(story: Story, *, at: datetime) -> None:
    """Figures and thanks after it; later what was only needed for the day is forgotten."""
    event, leader, wang = story.event, story.leader, story.crowd[0]
    with pytest.raises(Refusal, match="还有班次没有结束"):
        closing.close_event(event_id=event.pk, thanks="辛苦了", by=leader, at=at)
    later = story.shift.ends_at + timedelta(hours=2)
    closing.close_event(event_id=event.pk, thanks="辛苦了", by=leader, at=later)
    event.refresh_from_db()
    assert (event.served_people, event.served_meals) == (1, 0)
    assert "谢谢每一位志愿者" in markup(Client().get(f"/events/{event.pk}/"))
    assert last_title(user_of(wang)) == "汾河马拉松：谢谢您"
    assert [row[2] for row in sections(wang)[0].rows] == ["已确认"]
    closing.forget_details(at=later + timedelta(days=40))
    wiped = Application.objects.get(pk=story.ids[0])
    assert (wiped.photo, wiped.size, wiped.diet_cipher) == (None, "", "")
    assert open_work(organization_id=story.team.pk, at=now()) == []


def test_who_is_silent_loses_the_place_and_who_closes_the_account_leaves() -> None:
    event = make_event()
    silent = make_application(event, state=A.SELECTED)
    assert silent.reply_by is not None
    assert deciding.lapse_silent(at=silent.reply_by - timedelta(minutes=1)) == 0
    assert deciding.lapse_silent(at=silent.reply_by) == 1
    silent.refresh_from_db()
    assert (silent.state, silent.reason) == (A.DECLINED, "没有在期限内确认")
    leaving = make_application(event, make_volunteer("王芳"))
    follow_people([record("people.close", leaving.volunteer, by=None, at=now())])
    leaving.refresh_from_db()
    assert (leaving.state, leaving.reason) == (A.WITHDRAWN, "志愿者已注销账号")
