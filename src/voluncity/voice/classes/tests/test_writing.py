"""Write a class, let a second person publish it, correct it without taking anything away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from pytest_django.fixtures import Settings

from voluncity.city.files.rules import check_image
from voluncity.city.inbox.models import Message
from voluncity.city.journal.actions import catch_up
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, Refusal, WrongState
from voluncity.testing.make_classes import (
    make_class,
    make_course,
    make_draft,
    make_page_plan,
    make_plan,
    make_question_plan,
    make_read,
    page_number,
)
from voluncity.testing.make_files import make_paper, make_upload
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import NOON, make_user, make_volunteer, user_of
from voluncity.voice.classes import actions, queries, rules
from voluncity.voice.classes.models import MicroClass, Question, Reading, Revision
from voluncity.voice.classes.states import RevisionState

pytestmark = pytest.mark.django_db
S = RevisionState


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VOLUNCITY_FILES = str(tmp_path)


def _add(revision: Revision, **said: Any) -> None:
    actions.add_page(
        revision=revision, plan=make_page_plan(**said), seen=revision.edition,
        by=revision.written_by, at=NOON,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"title": " "}, "title"), ({"title": "长" * 41}, "title"), ({"title": "课🙂"}, "title"),
        ({"theme": "nonsense"}, "theme"), ({"intro": "长" * 301}, "intro"), ({"draws": 0}, "draws"),
        ({"pass_percent": 101}, "pass_percent"), ({"tries": 11}, "tries"),
        ({"course_id": 2**40}, "course"),
    ],
)  # fmt: skip
def test_a_bad_class_is_refused_at_its_field_and_nothing_is_kept(
    said: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        actions.start_class(
            organization=make_organization(), plan=make_plan(**said), by=make_user(), at=NOON
        )
    assert refused.value.field == field
    assert (MicroClass.objects.count(), Revision.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"title": ""}, "title"), ({"minutes": 0}, "minutes"), ({"minutes": 121}, "minutes"),
        ({"least_seconds": 181}, "least_seconds"), ({"least_seconds": -1}, "least_seconds"),
        ({"body": f"<p>{'长' * 8001}</p>"}, "body"),
        ({"body": '<p>图</p><img src="/classes/pictures/1.webp" alt="">'}, "body"),
        ({"body": '<p>图</p><img src="/classes/pictures/1.webp" alt="别人的图">'}, "body"),
    ],
)  # fmt: skip
def test_a_bad_chapter_is_refused_at_its_field(said: dict[str, Any], field: str) -> None:
    revision = make_draft(chapters=0)
    with pytest.raises(BadInput) as refused:
        _add(revision, **said)
    assert refused.value.field == field
    assert revision.pages.count() == 0


def test_script_in_a_chapter_is_never_stored() -> None:
    revision = make_draft(chapters=0)
    _add(revision, body='<p onclick="x()">好<script>alert(1)</script></p><svg onload=x()></svg>')
    assert page_number(revision, 1).body == "<p>好</p>"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"kind": "essay"}, "kind"), ({"text": ""}, "text"), ({"text": "长" * 301}, "text"),
        ({"options": ["只有一个"]}, "options"), ({"options": ["同", "同"]}, "options"),
        ({"options": list("一二三四五六七")}, "options"), ({"right": []}, "right"),
        ({"right": [5]}, "right"), ({"right": [0, 1]}, "right"),
        ({"kind": "multiple", "right": [0]}, "right"),
        ({"kind": "true_false", "right": [2]}, "right"),
        ({"explanation": "长" * 301}, "explanation"),
    ],
)  # fmt: skip
def test_a_bad_question_is_refused_at_its_field(said: dict[str, Any], field: str) -> None:
    revision = make_draft(questions=0)
    with pytest.raises(BadInput) as refused:
        actions.add_question(
            revision=revision, plan=make_question_plan(**said), seen=revision.edition,
            by=revision.written_by, at=NOON,
        )  # fmt: skip
    assert refused.value.field == field
    assert Question.objects.count() == 0


def test_questions_of_three_kinds_are_kept_with_their_right_answers() -> None:
    kept = [
        rules.checked_question(make_question_plan(**said))
        for said in (
            {"options": ["甲", "", "乙", "丙"], "right": [2]},
            {"kind": "multiple", "options": ["甲", "乙", "丙"], "right": [2, 0]},
            {"kind": "true_false", "options": [], "right": [1]},
        )
    ]
    assert [(one["options"], one["right"]) for one in kept] == [
        (["甲", "乙", "丙"], [1]), (["甲", "乙", "丙"], [0, 2]), (["对", "错"], [1]),
    ]  # fmt: skip


def test_who_read_an_older_draft_is_told_who_was_faster_and_nothing_is_lost() -> None:
    revision = make_draft(chapters=1)
    page, seen = page_number(revision, 1), revision.edition
    other = make_user("张同事")
    actions.change_page(page=page, plan=make_page_plan("同事改的"), seen=seen, by=other, at=NOON)
    slower = page_number(revision, 1)
    acts: list[Callable[[], object]] = [
        lambda: actions.change_page(
            page=slower, plan=make_page_plan("我改的"), seen=seen, by=make_user(), at=NOON
        ),
        lambda: actions.remove_page(page=slower, seen=seen, by=make_user(), at=NOON),
        lambda: actions.change_class(
            revision=revision, plan=make_plan(), seen=seen, by=make_user(), at=NOON
        ),
    ]
    for act in acts:
        with pytest.raises(WrongState) as refused, transaction.atomic():
            act()
        assert refused.value.sentence.startswith("张同事刚刚改过这一版。")
    assert page_number(revision, 1).title == "同事改的"


def test_chapters_change_places_and_are_left_out() -> None:
    revision = make_draft(chapters=3)
    by = revision.written_by
    actions.move_page(
        page=page_number(revision, 3), is_up=True, seen=revision.edition, by=by, at=NOON
    )
    revision.refresh_from_db()
    actions.move_page(
        page=page_number(revision, 1), is_up=True, seen=revision.edition, by=by, at=NOON
    )
    revision.refresh_from_db()
    assert [one.title for one in queries.pages_of(revision)] == ["第 1 章", "第 3 章", "第 2 章"]
    actions.remove_page(page=page_number(revision, 1), seen=revision.edition, by=by, at=NOON)
    assert [one.title for one in queries.pages_of(revision)] == ["第 3 章", "第 2 章"]


def test_a_draft_says_what_it_lacks() -> None:
    empty = make_draft(chapters=0, questions=0, course_id=make_course().pk)
    assert actions.missing(empty) == [
        "还没有章节，请至少添加一章。", "这门微课发证书，请至少出一道测验题。",
    ]  # fmt: skip
    with pytest.raises(BadInput):
        actions.submit(revision=empty, by=empty.written_by, at=NOON)
    few = make_draft(questions=1, draws=2)
    _add(few, title="空白", body="")
    assert actions.missing(few) == [
        "“空白”没有正文，也没有视频。", "题库只有 1 道题，少于每次抽的 2 题。",
    ]  # fmt: skip


def test_a_class_is_published_by_a_second_person_only() -> None:
    revision = make_draft()
    author, other = revision.written_by, make_user("审核人")
    actions.submit(revision=revision, by=author, at=NOON)
    for act in (actions.publish, lambda **said: actions.send_back(words="改", **said)):
        with pytest.raises(NotAllowed):
            act(revision=revision, by=author, at=NOON)
    with pytest.raises(WrongState):
        _add(revision)
    with pytest.raises(BadInput):
        actions.send_back(revision=revision, words=" ", by=other, at=NOON)
    actions.send_back(revision=revision, words="第二章太长", by=other, at=NOON)
    assert (revision.state, revision.remarks) == (S.DRAFT, "第二章太长")
    actions.submit(revision=revision, by=author, at=NOON)
    actions.publish(revision=revision, by=other, at=NOON)
    catch_up(at=NOON)
    told = Message.objects.filter(user=author).order_by("pk").values_list("title", flat=True)
    assert list(told) == ["微课退回修改", "微课已发布"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Revision.objects.filter(pk=revision.pk).update(reviewed_by=author)


def test_what_waits_can_be_taken_back_by_its_author() -> None:
    revision = make_draft()
    actions.submit(revision=revision, by=revision.written_by, at=NOON)
    actions.take_back(revision=revision, by=revision.written_by, at=NOON)
    assert revision.state == S.DRAFT


def test_a_correction_keeps_what_people_have_learned() -> None:
    first = make_class()
    reader = user_of(make_volunteer("李学员"))
    make_read(first, reader)
    author = make_user("更正人")
    with pytest.raises(WrongState):
        actions.begin_correction(micro_class=make_draft().micro_class, by=author, at=NOON)
    second = actions.begin_correction(micro_class=first.micro_class, by=author, at=NOON)
    with pytest.raises(WrongState):
        actions.begin_correction(micro_class=first.micro_class, by=author, at=NOON)
    assert actions.missing(second) == ["请在“课程信息”里写明这次更正了什么。"]
    Revision.objects.filter(pk=second.pk).update(correction="改了一个电话")
    second.refresh_from_db()
    actions.change_page(
        page=page_number(second, 1), plan=make_page_plan("第 1 章（改）"), seen=second.edition,
        by=author, at=NOON,
    )  # fmt: skip
    second.refresh_from_db()
    _add(second, title="新加的一章")
    assert [one.title for one in queries.pages_of(first)] == ["第 1 章", "第 2 章"]
    actions.submit(revision=second, by=author, at=NOON)
    actions.publish(revision=second, by=make_user("另一位"), at=NOON)
    first.refresh_from_db()
    assert (first.state, second.state) == (S.FORMER, S.PUBLISHED)
    standing = queries.standing(reader, second, queries.pages_of(second), at=NOON)
    assert (standing.done, standing.chapters, standing.is_read) == (2, 3, False)
    assert Reading.objects.filter(done_at__isnull=False).count() == 2
    assert second.questions.count() == 2


def test_a_withdrawn_class_is_gone_for_everybody_until_it_comes_back() -> None:
    revision = make_class()
    micro_class, by = revision.micro_class, make_user("文明办")
    with pytest.raises(BadInput):
        actions.withdraw(micro_class=micro_class, words=" ", by=by, at=NOON)
    actions.withdraw(micro_class=micro_class, words="内容过时", by=by, at=NOON)
    with pytest.raises(NotFound):
        queries.live_of(micro_class.pk)
    assert queries.commented(micro_class.pk) is None
    with pytest.raises(WrongState):
        actions.withdraw(micro_class=micro_class, words="又一次", by=by, at=NOON)
    actions.restore(micro_class=micro_class, by=by, at=NOON)
    assert queries.live_of(micro_class.pk) == revision
    with pytest.raises(WrongState):
        actions.restore(micro_class=micro_class, by=by, at=NOON)


def test_pictures_and_papers_are_public_with_the_page_that_shows_them() -> None:
    revision = make_draft(chapters=0)
    by = revision.written_by
    picture = actions.add_picture(
        micro_class=revision.micro_class, title="签到台", checked=check_image(make_upload()),
        by=by, at=NOON,
    )  # fmt: skip
    with pytest.raises(BadInput):
        actions.add_picture(
            micro_class=revision.micro_class, title=" ", checked=check_image(make_upload()),
            by=by, at=NOON,
        )  # fmt: skip
    unused = actions.add_picture(
        micro_class=revision.micro_class, title="没用上", checked=check_image(make_upload()),
        by=by, at=NOON,
    )  # fmt: skip
    _add(revision, body=f'<p>看图</p><img src="/classes/pictures/{picture.pk}.webp" alt="签到台">')
    page = page_number(revision, 1)
    paper = actions.attach(
        page=page, title="流程", upload=make_paper(), seen=revision.edition, by=by, at=NOON
    )
    assert [queries.is_public(one) for one in (picture, paper, unused)] == [False] * 3
    actions.submit(revision=revision, by=by, at=NOON)
    actions.publish(revision=revision, by=make_user("审核人"), at=NOON)
    assert [queries.is_public(one) for one in (picture, paper, unused)] == [True, True, False]
    actions.withdraw(micro_class=revision.micro_class, words="过时", by=by, at=NOON)
    assert [queries.is_public(one) for one in (picture, paper)] == [False, False]


def test_what_is_neither_video_nor_paper_is_refused_and_pieces_are_taken_off() -> None:
    revision = make_draft(chapters=1)
    page, by = page_number(revision, 1), revision.written_by
    with pytest.raises(Refusal):
        actions.attach(
            page=page, title="图", upload=make_upload(), seen=revision.edition, by=by, at=NOON
        )
    revision.refresh_from_db()
    paper = actions.attach(
        page=page, title="流程", upload=make_paper(), seen=revision.edition, by=by, at=NOON
    )
    revision.refresh_from_db()
    actions.detach(page=page, piece_id=paper.pk, seen=revision.edition, by=by, at=NOON)
    assert page.pieces.count() == 0
    with pytest.raises(NotFound):
        actions.detach(page=page, piece_id=paper.pk, seen=0, by=by, at=NOON)
