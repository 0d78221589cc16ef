"""Operations of the API: micro-classes, their chapters, and how far one has come."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import now
from ninja import Query, Router
from pydantic import Field

from voluncity.city.access.marks import PUBLIC, SIGNED_IN
from voluncity.city.people.asking import user_of
from voluncity.city.tokens.operations import operation
from voluncity.city.tokens.shapes import (
    Asked,
    Count,
    Id,
    Page,
    PageAsked,
    Shape,
    Words,
    local,
    rows_of,
)
from voluncity.city.tokens.states import TokenScope
from voluncity.voice.classes import actions, queries
from voluncity.voice.classes.models import Page as ChapterPage
from voluncity.voice.classes.models import Progress, Reading, Revision
from voluncity.voice.classes.queries import Standing
from voluncity.voice.classes.queries.classes import QUERY_MOST
from voluncity.voice.classes.states import Theme
from voluncity.web import richtext

router = Router(tags=["志愿微课堂"])

READ, WRITE = TokenScope.VOLUNTEER_READ, TokenScope.VOLUNTEER_WRITE
Percent = Annotated[Count, Field(le=100)]


class ClassesAsked(PageAsked):
    """What somebody looks for; what is left out asks for nothing."""

    theme: Theme | None = Field(None, description="主题")
    minutes_most: int | None = Field(None, ge=1, le=1000, description="不超过几分钟")
    q: Words = Field("", max_length=QUERY_MOST, description="名称或简介里的词")


class ClassLine(Shape):
    """A class in the list."""

    id: int
    title: str
    intro: str
    theme: Theme
    theme_label: str
    organization: str = Field(description="开课组织")
    minutes: int = Field(description="约几分钟")
    chapters: int = Field(description="共几章")
    cover: str = Field(description="封面图的网址；没有时为空")


class ChapterLine(Shape):
    """A chapter in the table of contents."""

    id: int
    title: str
    minutes: int
    least_seconds: int = Field(description="至少学习多少秒才算学完")
    seconds: int = Field(description="本人已学多少秒；没有密钥时为 0")
    is_done: bool = Field(description="本人已学完")


class ClassShape(ClassLine):
    """A class with its chapters, and how far one has come."""

    contents: list[ChapterLine]
    questions: int = Field(description="测验抽几题；没有测验时为 0")
    pass_percent: int = Field(description="合格线（%）")
    gives_certificate: bool = Field(description="测验合格发培训证书")
    done: int = Field(description="本人已学完几章")
    is_passed: bool = Field(description="本人测验已合格，证书（如有）有效")


class ClassPaper(Shape):
    """A paper that belongs to a chapter."""

    title: str
    url: str


class ChapterShape(ChapterLine):
    """A chapter with its text."""

    class_id: int
    number: int = Field(description="第几章")
    body: str = Field(description="正文，整理过的 HTML：没有脚本，图片网址相对于本站")
    video: str = Field(description="视频的网址；没有时为空")
    papers: list[ClassPaper]


class BeatAsked(Asked):
    """A sign of life from a chapter that is open."""

    position: Percent = Field(default=0, description="读到百分之几，下次接着读")


class ReadingShape(Shape):
    """How long a chapter was open."""

    chapter_id: int
    seconds: int = Field(description="已学多少秒，以服务器的钟为准")
    missing_seconds: int = Field(description="还差多少秒才能学完")
    position: int = Field(description="读到百分之几")
    is_done: bool


class ProgressShape(Shape):
    """A class that one has begun."""

    class_id: int
    title: str = Field(description="已经撤下的为空")
    chapter_id: int = Field(description="最近学的一章")
    started_at: datetime
    last_at: datetime
    finished_at: datetime | None = Field(description="全部学完的时间")
    passed_at: datetime | None = Field(description="测验合格的时间")
    best_percent: int | None = Field(description="最好的测验成绩（%）")


@operation(router, "GET", "classes", summary="微课", answer=Page[ClassLine], access=PUBLIC)
def list_classes(request: HttpRequest, asked: Query[ClassesAsked]) -> Page[ClassLine]:
    """新的在前。"""
    found = queries.listed(theme=asked.theme or "", words=asked.q, longest=asked.minutes_most or 0)
    rows, place = rows_of(found, asked)
    items = [ClassLine(**_line(row, row.minutes, row.chapters)) for row in rows]
    return Page[ClassLine](items=items, **place)


@operation(
    router, "GET", "classes/{class_id}", summary="一门微课", answer=ClassShape, access=PUBLIC
)
def one_class(request: HttpRequest, class_id: Id) -> ClassShape:
    """目录和测验；带密钥时说明本人学到哪里。"""
    revision = queries.live_of(class_id)
    pages = queries.pages_of(revision)
    mine = _standing(request, revision, pages)
    return ClassShape(
        **_line(revision, sum(page.minutes for page in pages), len(pages)),
        contents=[ChapterLine(**_chapter(page, mine)) for page in pages],
        questions=min(revision.draws, revision.questions.count()),
        pass_percent=revision.pass_percent,
        gives_certificate=revision.course_id is not None,
        done=mine.done if mine else 0,
        is_passed=mine.is_valid if mine else False,
    )


@operation(
    router, "GET", "classes/{class_id}/chapters/{chapter_id}", summary="一章", answer=ChapterShape,
    access=PUBLIC,
)  # fmt: skip
def one_chapter(request: HttpRequest, class_id: Id, chapter_id: Id) -> ChapterShape:
    """正文、视频和资料。"""
    revision = queries.live_of(class_id)
    wanted = actions.page_of(revision, chapter_id)
    pages = queries.pages_of(revision)
    place = next(number for number, one in enumerate(pages) if one.pk == wanted.pk)
    page: Any = pages[place]
    return ChapterShape(
        **_chapter(page, _standing(request, revision, pages)),
        class_id=class_id,
        number=place + 1,
        body=richtext.shown(page.body),
        video=reverse("classes:video", args=[page.video_id]) if page.video_id else "",
        papers=[
            ClassPaper(title=one.title, url=reverse("classes:paper", args=[one.pk]))
            for one in page.papers
        ],
    )


@operation(
    router, "POST", "classes/{class_id}/chapters/{chapter_id}/beat", summary="正在学习",
    answer=ReadingShape, access=SIGNED_IN, scope=WRITE,
)  # fmt: skip
def beat_chapter(
    request: HttpRequest, class_id: Id, chapter_id: Id, asked: BeatAsked
) -> ReadingShape:
    """打开一章时发一次，以后每 20 秒发一次；时间由服务器累计，同时只计一章。"""
    page = actions.page_of(queries.live_of(class_id), chapter_id)
    reading = actions.beat(page=page, position=asked.position, by=user_of(request), at=now())
    return _reading(page, reading)


@operation(
    router, "POST", "classes/{class_id}/chapters/{chapter_id}/finish", summary="学完一章",
    answer=ReadingShape, access=SIGNED_IN, scope=WRITE,
)  # fmt: skip
def finish_chapter(request: HttpRequest, class_id: Id, chapter_id: Id) -> ReadingShape:
    """学习时间够了才能学完。"""
    page = actions.page_of(queries.live_of(class_id), chapter_id)
    return _reading(page, actions.finish_chapter(page=page, by=user_of(request), at=now()))


@operation(
    router, "GET", "me/classes", summary="我的微课", answer=Page[ProgressShape], access=SIGNED_IN,
    scope=READ,
)  # fmt: skip
def my_classes(request: HttpRequest, asked: Query[PageAsked]) -> Page[ProgressShape]:
    """最近学的在前。"""
    me = user_of(request)
    rows, place = rows_of(queries.progress_of(me), asked)
    live = queries.live().filter(micro_class__in=[row.micro_class_id for row in rows])
    titles = dict(live.values_list("micro_class", "title"))
    best = queries.attempts_of(me)
    items = [
        _progress(row, titles.get(row.micro_class_id, ""), best.get(row.micro_class_id))
        for row in rows
    ]
    return Page[ProgressShape](items=items, **place)


def _standing(
    request: HttpRequest, revision: Revision, pages: list[ChapterPage]
) -> Standing | None:
    if not request.user.is_authenticated:
        return None
    return queries.standing(user_of(request), revision, pages, at=now())


def _line(one: Revision, minutes: int, chapters: int) -> dict[str, Any]:
    cover = one.cover_id
    return {
        "id": one.micro_class_id,
        "title": one.title,
        "intro": one.intro,
        "theme": Theme(one.theme),
        "theme_label": Theme(one.theme).label,
        "organization": one.micro_class.organization.name,
        "minutes": minutes or 0,
        "chapters": chapters,
        "cover": reverse("classes:picture", args=[cover]) if cover else "",
    }


def _chapter(page: ChapterPage, mine: Standing | None) -> dict[str, Any]:
    reading = mine.readings.get(page.chapter_id) if mine else None
    return {
        "id": page.chapter_id,
        "title": page.title,
        "minutes": page.minutes,
        "least_seconds": page.least_seconds,
        "seconds": reading.seconds if reading else 0,
        "is_done": reading is not None and reading.done_at is not None,
    }


def _reading(page: ChapterPage, one: Reading) -> ReadingShape:
    return ReadingShape(
        chapter_id=page.chapter_id,
        seconds=one.seconds,
        missing_seconds=max(0, page.least_seconds - one.seconds),
        position=one.position,
        is_done=one.done_at is not None,
    )


def _progress(row: Progress, title: str, best: Any) -> ProgressShape:
    return ProgressShape(
        class_id=row.micro_class_id,
        title=title,
        chapter_id=row.chapter_id,
        started_at=local(row.started_at),
        last_at=local(row.last_at),
        finished_at=local(row.finished_at),
        passed_at=local(row.passed_at),
        best_percent=best.percent if best else None,
    )
