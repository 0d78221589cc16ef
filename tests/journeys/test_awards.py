"""Row D5: put forward, agreed to, checked, reviewed, voted for once, shown, awarded."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.city.publicity import actions as publicity
from voluncity.honor.awards import queries
from voluncity.honor.awards.models import Award, Nomination, Review, Selection
from voluncity.kernel.clock import local_date
from voluncity.testing.clock import Clock, stopped_at
from voluncity.testing.make_awards import (
    category_of,
    make_judge,
    make_nominator,
    make_selection,
)
from voluncity.testing.make_orgs import give, make_member, make_organization
from voluncity.testing.make_people import NOON, make_region, make_user, make_volunteer, user_of
from voluncity.testing.pages import as_, markup

pytestmark = [pytest.mark.django_db, pytest.mark.row("D5")]
STORY = {
    "headline": "骑车巡逻的退休工人", "summary": "八年清理小广告两万多张，风雨无阻。",
    "story": "他每天骑车巡逻十里路，把小广告一张张铲掉，下雨天还检查井盖。" * 3,
}  # fmt: skip


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


def _officer(selection: Selection, name: str) -> Client:
    user = make_user(name)
    give(user, Role.COUNTY_OFFICE, selection.region)
    return as_(user)


class Tale:
    """A selection, its officers, a team, and a hero of the neighborhood."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.region = make_region("青年路社区")
        assert self.region.parent is not None
        county = self.region.parent.parent
        assert county is not None
        self.team = make_organization("文明巡防队", region=self.region)
        self.hero = make_volunteer("李建国", region=self.region)
        make_member(self.hero, self.team)
        self.selection = make_selection(county, at=clock.instant)
        self.category = category_of(self.selection)
        self.judge = make_judge(self.selection, at=clock.instant)
        self.maker, self.checker = _officer(self.selection, "甲"), _officer(self.selection, "乙")
        self.phone = as_(user_of(self.hero))

    def wait(self, **span: float) -> None:
        """Let time pass; whatever follows from the past happens."""
        self.clock.move(**span)
        publicity.finish_due(today=local_date(self.clock.instant), at=self.clock.instant)
        catch_up(at=self.clock.instant)

    def put_forward(self) -> Nomination:
        """Let the team put its member forward, who agrees on the phone."""
        desk = as_(make_nominator(self.team))
        desk.post(
            f"/awards/desk/categories/{self.category.pk}/nominate/",
            STORY | {"number": self.hero.number, "name": self.hero.name},
        )
        nomination = Nomination.objects.get()
        desk.post(f"/awards/desk/nominations/{nomination.pk}/submit/")
        self.wait(hours=1)
        asked = Message.objects.get(user=user_of(self.hero))
        assert asked.title == "有人推荐您参加评选"
        self.phone.post(f"{asked.url}consent/", {"version": "1", "is_named": "on"})
        return nomination

    def review(self, nomination: Nomination) -> None:
        """Let the office admit him, and an expert score what was read."""
        self.maker.post(f"/awards/desk/nominations/{nomination.pk}/admit/")
        self.wait(days=10)
        review = Review.objects.get(judge=self.judge)
        points = {f"points_{one.pk}": "88" for one in self.selection.criteria.all()}
        as_(self.judge.user).post(
            f"/awards/desk/reviews/{review.pk}/", points | {"version": "1", "is_independent": "on"}
        )

    def vote(self, nomination: Nomination) -> None:
        """Let three neighbors vote, each twice: once it counts."""
        address = f"/awards/categories/{self.category.pk}/vote/"
        for name in ("王芳", "张敏", "周宁"):
            voter = as_(user_of(make_volunteer(name, region=self.region)))
            tries = [voter.post(address, {"chosen": nomination.pk}).status_code for _ in "12"]
            assert tries == [302, 422]

    def decide(self, nomination: Nomination) -> Award:
        """Let two officers decide; the public may object; then it counts."""
        desk = f"/awards/desk/{self.selection.pk}"
        self.maker.post(f"{desk}/count/")
        self.maker.post(f"{desk}/results/", {f"chosen_{nomination.pk}": "on"})
        self.checker.post(f"{desk}/confirm/")
        assert "李建国" in markup(Client().get("/publicity/"))
        self.wait(days=14)
        award = Award.objects.get()
        assert (award.state, queries.faults()) == ("effective", [])
        return award


def test_from_a_nomination_to_the_certificate_and_its_end() -> None:
    with stopped_at(NOON) as clock:
        tale = Tale(clock)
        nomination = tale.put_forward()
        tale.review(nomination)
        tale.wait(days=2)
        tale.vote(nomination)
        tale.wait(days=8)
        award = tale.decide(nomination)
        assert Selection.objects.get().state == "awarded"
        told = Message.objects.filter(user=user_of(tale.hero)).values_list("title", flat=True)
        assert "祝贺您获得表彰" in set(told)
        phone = as_(user_of(tale.hero))  # the session of before has long ended
        assert phone.get(f"/awards/mine/{nomination.pk}/paper.pdf").status_code == 200
        assert "李建国" in markup(Client().get("/awards/honor/"))
        officer = _officer(tale.selection, "丙")
        officer.post(f"/awards/desk/awards/{award.pk}/", {"reason": "事迹不实"})
        assert "事迹不实" in markup(Client().get(f"/awards/check/{award.serial}/"))
        assert "李建国" not in markup(Client().get("/awards/honor/"))
