"""Row D1: hours become places on the boards; a volunteer of the month from the rule to the page."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils.timezone import localdate, now
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.city.people import actions as people
from voluncity.city.people.models import Volunteer
from voluncity.city.people.states import Purpose
from voluncity.city.publicity import actions as publicity
from voluncity.city.publicity.models import Notice
from voluncity.honor.leaderboards import actions, queries
from voluncity.honor.leaderboards.models import Candidate, StarMonth
from voluncity.testing.make_files import make_upload
from voluncity.testing.make_hours import make_past_shift, make_posted
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_region, make_user, make_volunteer, user_of
from voluncity.testing.pages import as_, markup

pytestmark = [pytest.mark.django_db, pytest.mark.row("D1")]


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


def _serve(volunteer: Volunteer, *, times: int) -> str:
    """Let somebody serve four hours on the last days of one month; return that month."""
    team = make_organization("汾河护河队")
    last = now().replace(hour=3, minute=0) - timedelta(days=localdate().day + 1)
    for day in range(times):
        start = last - timedelta(days=day)
        make_posted(
            make_past_shift(team, starts_at=start, ends_at=start + timedelta(hours=4)), volunteer
        )
    return f"{localdate(last):%Y-%m}"


def test_hours_bring_a_place_to_who_agreed_and_to_nobody_else() -> None:
    wang, li = make_volunteer("王建国"), make_volunteer("李秀英")
    month = _serve(wang, times=3)
    for one in (wang, li):
        people.give_consent(volunteer_id=one.pk, purpose=Purpose.RANKING, by=user_of(one), at=now())
    board = f"/leaderboards/?period={month}"
    resident = as_(user_of(wang))
    catch_up(at=now())
    assert "王*国（我）" in markup(resident.get(board))
    region = wang.region
    for scope in (f"&region={region.pk}", f"&region={region.parent_id}"):
        assert "王*国（我）" in markup(resident.get(board + scope))
    team = queries.organizations(queries.Asked(month, localdate()))
    assert team == []  # the worker has not counted yet
    actions.count_due(at=now())
    teams = markup(resident.get(f"{board}&of=teams"))
    assert "汾河护河队" in teams
    assert "12 小时" in teams
    people.withdraw_consent(
        volunteer_id=wang.pk, purpose=Purpose.RANKING, by=user_of(wang), at=now()
    )
    page = markup(resident.get(board))
    assert "王*国" not in page
    assert "没有公开，只有您自己看得到" in page
    catch_up(at=now())
    actions.build(clock=now)
    assert queries.faults() == []


def test_a_volunteer_becomes_star_of_the_month_and_may_hide() -> None:  # noqa: PLR0915 -- a story
    make_region()
    wang = make_volunteer("王建国")
    month = _serve(wang, times=3)
    catch_up(at=now())
    maker, checker = make_user("周正"), make_user("赵敏")
    for user in (maker, checker):
        give(user, Role.CITY_OFFICE, wang.region.parent.parent.parent)  # type: ignore[union-attr, arg-type]
    desk = as_(maker)
    page = markup(desk.post("/leaderboards/desk/", {"month": month}, follow=True))
    assert "王建国" in page
    one, started = Candidate.objects.get(), StarMonth.objects.get()
    case = f"/leaderboards/desk/candidates/{one.pk}/"
    assert "正在征求本人意见" in markup(
        desk.post(case, {"reason": "连续三天清理河岸"}, follow=True)
    )
    catch_up(at=now())
    person = as_(user_of(wang))
    invitation = Message.objects.get(user=user_of(wang), key__startswith="leaderboards").url
    assert "连续三天清理河岸" in markup(person.get(invitation))
    yes = {"answer": "yes", "words": "谢谢", "photo": make_upload(), "is_photo_agreed": "on"}
    assert "公示结束后就会公布" in markup(person.post(invitation, yes, follow=True))
    desk.post(case, {"title": "守河的人", "story": "每周都来。"})
    refused = desk.post(f"/leaderboards/desk/{started.pk}/show/")
    assert (refused.status_code, Notice.objects.filter(kind="monthly").count()) == (403, 0)
    as_(checker).post(f"/leaderboards/desk/{started.pk}/show/")
    notice = Notice.objects.get(kind="monthly")
    assert "连续三天清理河岸" in markup(Client().get(f"/publicity/{notice.pk}/"))
    later = now() + timedelta(days=30)
    publicity.finish_due(today=notice.shown_until + timedelta(days=1), at=later)
    catch_up(at=later)
    story = markup(Client().get(f"/leaderboards/stars/{one.pk}/"))
    assert "守河的人" in story
    assert f"/leaderboards/stars/{one.pk}/photo/" in story
    person.post(f"/leaderboards/invitations/{one.pk}/hide/")
    assert Client().get(f"/leaderboards/stars/{one.pk}/").status_code == 404
    assert "本人不公开" in markup(Client().get(f"/leaderboards/stars/months/{month}/"))
