"""Stories of people, teams and a brand project of the demo city, and a gallery."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.files.rules import check_photo
from voluncity.city.orgs.models import BrandProject
from voluncity.city.people import queries as people
from voluncity.city.people.actions import give_consent
from voluncity.city.people.models import User, Volunteer
from voluncity.city.people.states import Purpose
from voluncity.doors.portal.demo.scenes import scene
from voluncity.kernel.clock import local_date
from voluncity.service.archives.states import Faces
from voluncity.voice.news import actions as news
from voluncity.voice.news import queries as articles
from voluncity.voice.news.rules import Draft, Plan
from voluncity.voice.showcase import actions, queries
from voluncity.voice.showcase.rules import Subject
from voluncity.voice.showcase.states import StoryKind

if TYPE_CHECKING:
    from voluncity.doors.portal.demo.cast import Cast

WRITER, REVIEWER = "demo-org-admin", "demo-city-office"
ALBUM = 6
ON_THE_LOGIN_PAGE = 6


@dataclass(frozen=True)
class Tale:
    """One story: about what, how long ago, in which words."""

    kind: StoryKind
    title: str
    text: str
    days: int
    name: str = ""
    picture: tuple[str, int, str] | None = None


TALES = (
    Tale(StoryKind.PERSON, "清晨六点的红马甲",
         "<p>每天六点，她第一个到路口。退休前是公交司机，最知道早高峰里一秒钟有多长。</p>"
         "<blockquote>“我看了一辈子路，现在换个地方接着看。”</blockquote>"
         "<p>三年来，她只请过两次假。</p>", 5, "阿姨",
         ("street", 1, "一名穿红马甲的志愿者站在斑马线旁")),
    Tale(StoryKind.PERSON, "会修一切的人",
         "<p>台灯、拉链、轮椅、收音机，送到他手里，多半能好。</p><p>他说，东西修好了，"
         "人心里也就亮堂一点。</p>", 11, "师傅", ("room", 2, "志愿者在摆满书的屋子里修东西")),
    Tale(StoryKind.TEAM, "一条街的守望",
         "<p>从五个人到一百多人，这支队伍用了八年。谁家老人几天没下楼，他们总是先知道。</p>"
         "<h3>怎么做到的</h3><ul><li>一栋楼一个联络人；</li><li>每周见一面；</li>"
         "<li>事情记在本上，办完划掉。</li></ul>", 8, "",
         ("snow", 4, "四名队员在雪后的街上")),
    Tale(StoryKind.TEAM, "把课堂搬到院子里",
         "<p>暑假里，大学生志愿者在院子里支起小桌，教孩子画画、做实验、认星星。</p>", 16, "",
         ("room", 4, "志愿者围着长桌上课")),
    Tale(StoryKind.BRAND, "这个项目，做了很多年",
         "<p>一个好项目是什么样？有人需要，有人愿意，年年都在。</p>", 20),
    Tale(StoryKind.GALLERY, "镜头里的志愿服务",
         "<p>这一季活动的照片，来自各队的活动归档。</p>", 2),
)  # fmt: skip


def tell_stories(cast: Cast, *, at: datetime) -> None:
    """Let a team write stories; who is written about agrees, the office reviews."""
    writer, reviewer = cast.staff[WRITER], cast.staff[REVIEWER]
    heroes = _heroes(cast, at=at)
    teams = [cast.teams["qiaodong"], *(one for key, one in cast.teams.items() if key != "qiaodong")]
    for number, tale in enumerate(TALES):
        began = at - timedelta(days=tale.days)
        if tale.kind == StoryKind.PERSON:
            subject = _agreed(heroes.pop(0), tale.name, at=began)
        elif tale.kind == StoryKind.TEAM:
            subject = Subject(tale.kind, organization=teams.pop(0))
        elif tale.kind == StoryKind.BRAND:
            brand = BrandProject.objects.filter(ended_at=None).order_by("pk").first()
            if brand is None:
                continue
            subject = Subject(tale.kind, brand=brand)
        else:
            subject = Subject(tale.kind)
        _told(tale, subject, writer, reviewer, f"demo-story-{number:04d}", at=began)


def _heroes(cast: Cast, *, at: datetime) -> list[Volunteer]:
    """Return a woman and a man of age with accounts, who are not on the login page."""
    today = local_date(at)
    known = [
        one
        for one in cast.volunteers[ON_THE_LOGIN_PAGE:]
        if one.user is not None and people.is_adult(one.born_on, on=today)
    ]
    return [next(one for one in known if one.sex == sex) for sex in "FM"]


def _agreed(person: Volunteer, name: str, *, at: datetime) -> Subject:
    if person.user is not None:
        give_consent(volunteer_id=person.pk, purpose=Purpose.PHOTOS, by=person.user, at=at)
    return Subject(StoryKind.PERSON, volunteer=person, shown_name=f"{person.name[0]}{name}")


def _told(
    tale: Tale, subject: Subject, writer: User, reviewer: User, handle: str, *, at: datetime
) -> None:
    story = actions.start_story(
        subject=subject, title=tale.title, publisher=articles.publishers(writer)[0], handle=handle,
        by=writer, at=at,
    )  # fmt: skip
    article = articles.detailed().get(pk=story.pk)
    if tale.picture is not None:
        kind, number, alt = tale.picture
        news.add_picture(
            article=article, photo=check_photo(scene(kind, number)), alt=alt, faces=Faces.NONE,
            by=writer, at=at,
        )  # fmt: skip
    if tale.kind == StoryKind.GALLERY:
        scope = scope_of(writer, Permission.NEWS_EDIT)
        ids = [one.pk for one in queries.photos_to_choose(story, scope)[:ALBUM]]
        if not ids:
            return  # nothing was archived in this city yet
        actions.add_photos(story=story, photo_ids=ids, scope=scope, by=writer, at=at)
    draft = Draft(kind=article.kind, title=tale.title, body=tale.text, tags="风采")
    news.save_article(article=article, draft=draft, seen=article.edition, by=writer, at=at)
    news.submit_article(article=article, by=writer, at=at)
    if subject.volunteer is not None and subject.volunteer.user is not None:
        actions.agree_to_story(story=story, by=subject.volunteer.user, at=at)
    news.approve_article(article=article, plan=Plan(), by=reviewer, at=at + timedelta(hours=3))
