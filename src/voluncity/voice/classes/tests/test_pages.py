"""Pages of micro-classes: everybody reads, who is logged in learns, the desk writes and reviews."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.timezone import now
from pytest_django.fixtures import Settings

from voluncity.city.access.permissions import Role
from voluncity.city.people.models import User
from voluncity.testing.counting import queries_for
from voluncity.testing.make_classes import (
    answers_of,
    make_attempt,
    make_class,
    make_draft,
    make_learner,
    make_read,
    make_world_classes,
    page_number,
)
from voluncity.testing.make_files import make_upload, make_video
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import make_county, make_user, make_volunteer, user_of
from voluncity.testing.pages import as_, markup
from voluncity.voice.classes import actions, queries
from voluncity.voice.classes.models import Attempt, MicroClass, Piece, Reading, Revision
from voluncity.voice.classes.states import RevisionState

pytestmark = pytest.mark.django_db
HTMX: dict[str, Any] = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


def _desk(revision: Revision, name: str = "李编辑") -> User:
    user = make_user(name)
    give(user, Role.COUNTY_OFFICE, revision.micro_class.organization.region)
    return user


def test_everybody_reads_classes_without_logging_in() -> None:
    revision = make_class(title="垃圾分类三分钟", theme="skills")
    page = markup(Client().get("/classes/"))
    assert ("垃圾分类三分钟" in page, "约 6 分钟 · 2 章" in page) == (True, True)
    for query, is_there in (
        ("theme=skills", True), ("theme=policy", False), ("q=垃圾", True), ("q=没有", False),
        ("most=10", True), ("theme=nonsense&most=x&page=99", True),
    ):  # fmt: skip
        assert ("垃圾分类三分钟" in markup(Client().get(f"/classes/?{query}"))) is is_there
    chapter = page_number(revision, 1)
    place = f"/classes/{revision.micro_class_id}/{chapter.chapter_id}/"
    page = markup(Client().get(place))
    assert ("带好志愿者码和水杯。" in page, "登录后可以记录进度" in page) == (True, True)
    assert Client().get(f"/classes/{revision.micro_class_id}/999999/").status_code == 404
    assert Client().get(f"/classes/{make_draft().micro_class_id}/").status_code == 404


def test_a_chapter_is_learned_on_the_page_and_goes_on_where_one_stopped() -> None:
    revision = make_class()
    reader = user_of(make_volunteer("李学员"))
    browser, chapter = as_(reader), page_number(revision, 1)
    place = f"/classes/{revision.micro_class_id}/{chapter.chapter_id}/"
    part = browser.post(f"{place}clock/", {"position": "40"}, **HTMX)
    assert "再看 30 秒就可以点" in markup(part)
    early = browser.post(f"{place}finish/")
    assert (early.status_code, "还没有学够时间" in markup(early)) == (409, True)
    Reading.objects.update(beat_at=now() - timedelta(seconds=45))
    done = browser.post(f"{place}finish/", follow=True)
    assert ("这一章学完了" in markup(done), "第 2 章，共 2 章" in markup(done)) == (True, True)
    assert "接着学" in markup(browser.get("/classes/"))
    assert "已学" in markup(browser.get(f"/classes/{revision.micro_class_id}/"))
    assert "接着学" in markup(browser.get("/classes/mine/"))


@pytest.mark.parametrize("position", ["", "x", "-5", "101", "９", "1e3", "99999999"])
def test_a_strange_position_is_read_as_far_as_it_makes_sense(position: str) -> None:
    revision = make_class()
    chapter = page_number(revision, 1)
    place = f"/classes/{revision.micro_class_id}/{chapter.chapter_id}/clock/"
    assert as_(make_user()).post(place, {"position": position}, **HTMX).status_code == 200
    assert 0 <= Reading.objects.get().position <= 100


def test_a_test_is_taken_on_the_page_and_explains_the_answers() -> None:
    revision = make_class()
    reader = user_of(make_volunteer("李学员"))
    browser, place = as_(reader), f"/classes/{revision.micro_class_id}/test/"
    assert "学完全部章节以后就能测验" in markup(browser.get(place))
    make_read(revision, reader, at=now())
    assert "今天还可以测" in markup(browser.get(place))
    page = markup(browser.post(f"{place}start/", follow=True))
    assert ("第 1 题？" in page, "第 2 题？" in page) == (True, True)
    wrong = browser.post(place, {})
    assert (wrong.status_code, "第 1 题还没有选择答案" in markup(wrong)) == (422, True)
    attempt = Attempt.objects.get()
    first = attempt.drawn[0]
    sent = {f"q{pk}": str(said[0]) for pk, said in answers_of(attempt).items()}
    assert browser.post(place, sent | {f"q{first}": "9"}).status_code == 422
    result = markup(browser.post(place, sent, follow=True))
    assert ("100 分，通过了" in result, "提前十五分钟到" in result) == (True, True)
    assert as_(make_user()).get(f"/classes/results/{attempt.pk}/").status_code == 404
    assert "已通过" in markup(browser.get("/classes/mine/"))


def _sent(browser: Client, place: str, **headers: str) -> tuple[Any, bytes]:
    """Ask for a file and read it to its end."""
    answer: Any = browser.get(place, headers=headers)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer, content


def test_videos_are_sent_in_ranges_and_drafts_to_their_desk_only() -> None:
    ids = make_world_classes(make_organization(), make_volunteer())
    film, stranger = make_video(), Client()
    place = f"/classes/videos/{ids['class_video']}.mp4"
    part, content = _sent(stranger, place, Range="bytes=2-5")
    assert (part.status_code, content) == (206, film[2:6])
    assert part.headers["Content-Range"] == f"bytes 2-5/{len(film)}"
    assert _sent(stranger, place, Range="bytes=99999-")[0].status_code == 416
    whole, content = _sent(stranger, place)
    assert (whole.headers["Accept-Ranges"], whole.headers["X-Content-Type-Options"]) == (
        "bytes", "nosniff",
    )  # fmt: skip
    assert content == film
    picture, _ = _sent(stranger, f"/classes/pictures/{ids['class_picture']}.webp")
    assert picture.headers["Content-Type"] == "image/webp"
    paper, _ = _sent(stranger, f"/classes/papers/{ids['class_paper']}.pdf")
    assert paper.headers["Content-Disposition"].startswith("attachment")
    hidden = f"/classes/papers/{ids['draft_piece']}.pdf"
    assert stranger.get(hidden).status_code == 404
    draft = Piece.objects.get(pk=ids["draft_piece"]).micro_class.revisions.get()
    assert _sent(as_(_desk(draft)), hidden)[0].status_code == 200


def test_a_class_is_written_reviewed_and_published_at_the_desk() -> None:
    organization = make_organization("晋源区志愿者协会")
    author, second = make_user("李编辑"), make_user("王审核")
    for user in (author, second):
        give(user, Role.COUNTY_OFFICE, organization.region)
    browser = as_(author)
    sent = {
        "title": "路口文明引导", "theme": "skills", "organization": str(organization.pk),
        "draws": "1", "pass_percent": "60", "tries": "3",
    }  # fmt: skip
    wrong = browser.post("/classes/desk/new/", sent | {"title": "", "draws": "很多"})
    assert (wrong.status_code, "请填写课程名称" in markup(wrong)) == (422, True)
    browser.post("/classes/desk/new/", sent)
    pk = MicroClass.objects.get().pk
    chapter = {
        "title": "站在哪里",
        "body": "站在人行道起点。",
        "minutes": "3",
        "least_seconds": "20",
    }
    browser.post(f"/classes/desk/{pk}/chapters/new/", chapter | {"seen": "0"})
    stale = browser.post(f"/classes/desk/{pk}/chapters/new/", chapter | {"seen": "0"})
    assert (stale.status_code, "李编辑刚刚改过这一版" in markup(stale)) == (422, True)
    question = {
        "kind": "single", "text": "站哪里？", "option0": "路中间", "option1": "人行道起点",
        "right": "Ｂ", "seen": "1",
    }  # fmt: skip
    bad = browser.post(f"/classes/desk/{pk}/questions/", question | {"right": "Z"})
    assert (bad.status_code, "正确答案请写字母" in markup(bad)) == (422, True)
    assert browser.post(f"/classes/desk/{pk}/questions/", question).status_code == 302
    assert browser.post(f"/classes/desk/{pk}/submit/").status_code == 302
    assert browser.post(f"/classes/desk/{pk}/publish/").status_code == 422
    reviewer = as_(second)
    assert "站在人行道起点。" in markup(reviewer.get(f"/classes/desk/{pk}/preview/"))
    assert reviewer.post(f"/classes/desk/{pk}/publish/").status_code == 302
    assert "站在人行道起点。" in markup(
        Client().get(f"/classes/{pk}/{page_number(queries.live_of(pk), 1).chapter_id}/")
    )
    assert reviewer.post(f"/classes/desk/{pk}/correct/").status_code == 302
    assert Revision.objects.filter(state=RevisionState.DRAFT).count() == 1


def test_a_draft_that_was_handed_in_anew_is_not_published_unseen() -> None:
    revision = make_draft()
    author, opened = revision.written_by, str(revision.edition + 1)
    for act in (actions.submit, actions.take_back, actions.submit):
        act(revision=revision, by=author, at=now())
    browser, place = as_(_desk(revision)), f"/classes/desk/{revision.micro_class_id}/"
    late = browser.post(f"{place}publish/", {"seen": opened})
    assert (late.status_code, "请看过最新的内容再办理" in markup(late)) == (422, True)
    assert f'name="seen" value="{revision.edition}"' in markup(late)
    assert browser.post(f"{place}publish/", {"seen": str(revision.edition)}).status_code == 302


def test_pictures_are_offered_to_the_editor_and_taken_with_their_words() -> None:
    revision = make_draft()
    browser = as_(_desk(revision))
    place = f"/classes/desk/{revision.micro_class_id}/pictures/"
    wrong = browser.post(place, {"file": make_upload(), "alt": " "})
    assert (wrong.status_code, wrong.json()) == (422, {"said": "请填写说明。"})
    fake = SimpleUploadedFile("x.svg", b"<svg onload=alert(1)>", "image/svg+xml")
    assert browser.post(place, {"file": fake, "alt": "图"}).status_code == 422
    made = browser.post(place, {"file": make_upload(), "alt": "签到台"}).json()
    assert browser.get(place).json() == {"pictures": [made]}
    assert made["src"] == f"/classes/pictures/{Piece.objects.get().pk}.webp"


def test_another_county_finds_nothing_of_a_draft() -> None:
    revision = make_draft()
    stranger = make_user("别处")
    give(stranger, Role.COUNTY_OFFICE, make_county())
    browser, pk = as_(stranger), revision.micro_class_id
    pages = ("", "preview/", "change/", "cover/", "questions/", "chapters/new/", "pictures/")
    assert {browser.get(f"/classes/desk/{pk}/{page}").status_code for page in pages} == {404}
    assert revision.title not in markup(browser.get("/classes/desk/"))


def test_the_desk_list_shows_figures_and_is_exported() -> None:
    revision = make_class(title="垃圾分类三分钟")
    make_read(revision, make_user("学员"))
    browser = as_(_desk(revision))
    page = markup(browser.get("/classes/desk/?theme=basics&state=published&q=垃圾"))
    assert "垃圾分类三分钟" in page
    assert "垃圾分类三分钟" not in markup(browser.get("/classes/desk/?state=draft"))
    assert browser.get("/registers/classes/export/").status_code == 200


def test_the_figures_of_a_class_open_who_learns_it() -> None:
    revision = make_class()
    done = make_learner(revision, "李学员")
    make_attempt(revision, user_of(done), at=now())
    make_read(revision, user_of(make_volunteer("王半途")), chapters=1)
    browser = as_(_desk(revision))
    place = f"/classes/desk/{revision.micro_class_id}/learners/"
    assert f"{place}?what=passed" in markup(
        browser.get(f"/classes/desk/{revision.micro_class_id}/")
    )
    last = page_number(revision, 2).chapter_id
    for query, names in (
        ("", ["王半途", "李学员"]), ("what=finished", ["李学员"]), ("what=passed", ["李学员"]),
        (f"chapter={last}&done=1", ["李学员"]), ("chapter=x&what=y", ["王半途", "李学员"]),
    ):  # fmt: skip
        page = browser.get(f"{place}?{query}")
        found = {str(one.user) for one in page.context["page"]}
        assert (found, "李学员" in markup(page)) == (set(names), False)
    assert "100 分" in markup(browser.get(place))
    alone = queries_for(browser, place)
    for number in range(5):
        make_read(revision, user_of(make_volunteer(f"赵{number}")), chapters=1)
    assert queries_for(browser, place) == alone


def test_lists_ask_as_much_for_twenty_as_for_one() -> None:
    organization = make_organization()
    first = make_class(organization)
    reader = user_of(make_volunteer("李学员"))
    make_read(first, reader, chapters=1)
    places = [
        (Client(), "/classes/"), (as_(reader), "/classes/mine/"),
        (as_(_desk(first)), "/classes/desk/"),
    ]  # fmt: skip
    before = [queries_for(browser, place) for browser, place in places]
    for _ in range(9):
        make_read(make_class(organization), reader, chapters=1)
    assert [queries_for(browser, place) for browser, place in places] == before


def test_a_withdrawn_class_is_still_in_ones_own_list() -> None:
    revision = make_class()
    reader = user_of(make_volunteer("李学员"))
    make_read(revision, reader)
    actions.withdraw(
        micro_class=revision.micro_class, words="过时", by=make_user("文明办"), at=now()
    )
    assert "已撤下的微课" in markup(as_(reader).get("/classes/mine/"))
    assert "接着学" not in markup(as_(reader).get("/classes/"))
