"""Write a class: its first draft, a correction of what is public, chapters, pieces, questions."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import F, Max

from voluncity.city.files import actions as files
from voluncity.city.files import rules as file_rules
from voluncity.city.files.models import FileKind, StoredFile
from voluncity.city.files.rules import Checked
from voluncity.city.journal.actions import record
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.kernel.refusals import BadInput, NotFound, WrongState
from voluncity.service.training.models import Course
from voluncity.voice.classes import queries, rules
from voluncity.voice.classes.models import (
    Chapter,
    MicroClass,
    Page,
    Piece,
    Question,
    Revision,
)
from voluncity.voice.classes.rules import ClassPlan, PagePlan, QuestionPlan
from voluncity.voice.classes.states import PieceKind, RevisionState
from voluncity.web import richtext

S = RevisionState
_PICTURE = re.compile(r"/classes/pictures/(\d{1,18})\.webp")


@transaction.atomic
def start_class(*, organization: Organization, plan: ClassPlan, by: User, at: datetime) -> Revision:
    """Begin a class with an empty draft.

    :raises BadInput: at the first field that breaks a rule.
    """
    columns = _columns(plan)
    made = MicroClass.objects.create(organization=organization, made_at=at, made_by=by)
    revision = Revision.objects.create(
        micro_class=made, number=1, written_by=by, written_at=at, **columns
    )
    record("classes.start", made, by=by, at=at)
    return revision


def _columns(plan: ClassPlan) -> dict[str, Any]:
    if plan.course_id and not Course.objects.filter(pk=plan.course_id).exists():
        raise BadInput("请从列表中选择培训课程。", field="course")
    return rules.checked_class(plan)


@transaction.atomic
def begin_correction(*, micro_class: MicroClass, by: User, at: datetime) -> Revision:
    """Open the next revision as a copy of what is public; its chapters stay the same ones.

    :raises WrongState: when nothing is public yet, or somebody is at it already.
    """
    before = queries.published_revision(micro_class)
    if before is None:
        raise WrongState("这门微课还没有发布过，请直接修改草稿。", code="classes.no_revision")
    try:
        with transaction.atomic():
            made = Revision.objects.create(
                micro_class=micro_class, number=_next_number(micro_class), title=before.title,
                intro=before.intro, theme=before.theme, cover=before.cover, course=before.course,
                draws=before.draws, pass_percent=before.pass_percent, tries=before.tries,
                written_by=by, written_at=at,
            )  # fmt: skip
    except IntegrityError:
        raise WrongState("已经有人在修改这门微课，请刷新页面。", code="classes.twice") from None
    made.questions.set(before.questions.all())
    for page in before.pages.all():
        kept = list(page.pieces.all())
        page.pk, page.revision = None, made
        page.save(force_insert=True)
        page.pieces.set(kept)
    record("classes.correct", micro_class, by=by, at=at, revision=made.number)
    return made


def _next_number(micro_class: MicroClass) -> int:
    return (micro_class.revisions.aggregate(most=Max("number"))["most"] or 0) + 1


def write(revision: Revision, seen: int, *, by: User, at: datetime, **columns: Any) -> None:
    """Change a draft as it was read; everything else of the change follows in its transaction.

    :raises WrongState: when it is no draft any more, or somebody has changed it since.
    """
    same = Revision.objects.filter(pk=revision.pk, state=S.DRAFT, edition=seen)
    if not same.update(edition=F("edition") + 1, written_by=by, written_at=at, **columns):
        now = Revision.objects.select_related("written_by").get(pk=revision.pk)
        if now.state != S.DRAFT:
            raise WrongState(
                "这一版已经提交或发布，不能再改，请刷新页面。", code="classes.no_draft"
            )
        raise WrongState(
            f"{now.written_by}刚刚改过这一版。您的内容还在这里，请复制保存后刷新页面再改。",
            code="classes.was_faster",
        )
    revision.refresh_from_db()


@transaction.atomic
def change_class(
    *, revision: Revision, plan: ClassPlan, seen: int, by: User, at: datetime
) -> Revision:
    """Change what a draft says about the class as a whole.

    :raises BadInput: at the first field that breaks a rule.
    :raises WrongState: when it is no draft any more, or somebody has changed it since.
    """
    write(revision, seen, by=by, at=at, **_columns(plan))
    return revision


@transaction.atomic
def add_page(*, revision: Revision, plan: PagePlan, seen: int, by: User, at: datetime) -> Page:
    """Add a chapter at the end of a draft.

    :raises BadInput: at the first field that breaks a rule.
    :raises WrongState: when it is no draft any more, or somebody has changed it since.
    """
    columns = rules.checked_page(plan)
    write(revision, seen, by=by, at=at)
    last = revision.pages.aggregate(most=Max("position"))["most"] or 0
    if revision.pages.count() >= rules.CHAPTERS_MOST:
        raise BadInput(f"一门微课最多 {rules.CHAPTERS_MOST} 章，请另开一门。", field="title")
    chapter = Chapter.objects.create(micro_class=revision.micro_class)
    page: Page = Page.objects.create(
        revision=revision, chapter=chapter, position=last + 1, **columns
    )
    _keep_pictures(page)
    return page


@transaction.atomic
def change_page(*, page: Page, plan: PagePlan, seen: int, by: User, at: datetime) -> Page:
    """Change what a chapter of a draft says.

    :raises BadInput: at the first field that breaks a rule.
    :raises WrongState: when it is no draft any more, or somebody has changed it since.
    """
    columns = rules.checked_page(plan)
    write(page.revision, seen, by=by, at=at)
    Page.objects.filter(pk=page.pk).update(**columns)
    page.refresh_from_db()
    _keep_pictures(page)
    return page


def _keep_pictures(page: Page) -> None:
    """Let a page show the pictures of its own class only, and remember which.

    :raises BadInput: when it shows another one.
    """
    shown = richtext.pictures(page.body)
    wanted = {int(found[1]) for one in shown if (found := _PICTURE.fullmatch(one))}
    own = Piece.objects.filter(
        pk__in=wanted, micro_class=page.revision.micro_class_id, kind=PieceKind.PICTURE
    )
    if own.count() < len(set(shown)):
        raise BadInput("正文里有不属于这门微课的图片，请重新插入。", field="body")
    others = page.pieces.exclude(kind=PieceKind.PICTURE)
    page.pieces.set([*others, *own])


@transaction.atomic
def move_page(*, page: Page, is_up: bool, seen: int, by: User, at: datetime) -> None:
    """Let a chapter change places with the one before or behind it.

    :raises WrongState: when it is no draft any more, or somebody has changed it since.
    """
    write(page.revision, seen, by=by, at=at)
    pages = list(page.revision.pages.all())
    place = next(number for number, one in enumerate(pages) if one.pk == page.pk)
    other = place - 1 if is_up else place + 1
    if 0 <= other < len(pages):
        pages[place], pages[other] = pages[other], pages[place]
    for number, one in enumerate(pages, 1):
        one.position = number
    Page.objects.bulk_update(pages, ["position"])


@transaction.atomic
def remove_page(*, page: Page, seen: int, by: User, at: datetime) -> None:
    """Leave a chapter out of a draft; who has read it keeps that.

    :raises WrongState: when it is no draft any more, or somebody has changed it since.
    """
    write(page.revision, seen, by=by, at=at)
    Page.objects.filter(pk=page.pk).delete()


# -- Pictures, videos, papers --------------------------------------------------------------------


def _piece(
    micro_class: MicroClass, kind: PieceKind, title: str, stored: StoredFile, *, by: User,
    at: datetime,
) -> Piece:  # fmt: skip
    made = Piece.objects.create(micro_class=micro_class, kind=kind, title=title, file=stored)
    record("classes.add_piece", micro_class, by=by, at=at, piece=made.pk)
    return made


def _room(micro_class: MicroClass) -> None:
    if micro_class.pieces.count() >= rules.PIECES_MOST:
        raise BadInput(f"一门微课最多 {rules.PIECES_MOST} 个图片、视频和资料。", field="file")


@transaction.atomic
def add_picture(
    *, micro_class: MicroClass, title: str, checked: Checked, by: User, at: datetime
) -> Piece:
    """Keep a picture for the chapters of a class; it must say what it shows.

    :raises BadInput: without words for who cannot see it, or when there are too many.
    """
    words = rules.caption(title)
    _room(micro_class)
    stored = files.store(checked, subject=_subject(micro_class), by=by, at=at)
    return _piece(micro_class, PieceKind.PICTURE, words, stored, by=by, at=at)


@transaction.atomic
def set_cover(
    *, revision: Revision, title: str, checked: Checked, seen: int, by: User, at: datetime
) -> Piece:
    """Give a draft a cover.

    :raises BadInput: without words for who cannot see it.
    :raises WrongState: when it is no draft any more, or somebody has changed it since.
    """
    made = add_picture(micro_class=revision.micro_class, title=title, checked=checked, by=by, at=at)
    write(revision, seen, by=by, at=at, cover=made)
    return made


@transaction.atomic
def attach(
    *, page: Page, title: str, upload: UploadedFile[Any], seen: int, by: User, at: datetime
) -> Piece:
    """Add a video or a paper to a chapter of a draft; a video takes the place of another one.

    :raises BadInput: when it is neither, has no title, or there are too many.
    :raises WrongState: when it is no draft any more, or somebody has changed it since.
    """
    words, micro_class = rules.caption(title), page.revision.micro_class
    _room(micro_class)
    write(page.revision, seen, by=by, at=at)
    start = upload.read(5)
    upload.seek(0)
    if start == b"%PDF-":
        checked = file_rules.check_document(upload, field="file")
        stored = files.store(checked, subject=_subject(micro_class), by=by, at=at)
        made = _piece(micro_class, PieceKind.PAPER, words, stored, by=by, at=at)
    else:
        name = file_rules.check_video(upload, field="file")
        stored = files.store_written(
            files.put_down(upload.chunks()), subject=_subject(micro_class), by=by, at=at,
            kind=FileKind.DOCUMENT, content_type="video/mp4", original_name=name,
        )  # fmt: skip
        made = _piece(micro_class, PieceKind.VIDEO, words, stored, by=by, at=at)
        Page.objects.filter(pk=page.pk).update(video=made)
    page.pieces.add(made)
    return made


@transaction.atomic
def detach(*, page: Page, piece_id: int, seen: int, by: User, at: datetime) -> None:
    """Take a video or a paper off a chapter of a draft.

    :raises NotFound: when the chapter has none of it.
    :raises WrongState: when it is no draft any more, or somebody has changed it since.
    """
    piece = page.pieces.exclude(kind=PieceKind.PICTURE).filter(pk=piece_id).first()
    if piece is None:
        raise NotFound("没有找到这份资料，请刷新页面。")
    write(page.revision, seen, by=by, at=at)
    page.pieces.remove(piece)
    Page.objects.filter(pk=page.pk, video=piece).update(video=None)


def _subject(micro_class: MicroClass) -> str:
    return f"class:{micro_class.pk}"


# -- Questions -----------------------------------------------------------------------------------


@transaction.atomic
def add_question(
    *, revision: Revision, plan: QuestionPlan, seen: int, by: User, at: datetime
) -> Question:
    """Add a question to the bank of a draft.

    :raises BadInput: at the first field that breaks a rule.
    :raises WrongState: when it is no draft any more, or somebody has changed it since.
    """
    columns: dict[str, Any] = rules.checked_question(plan)
    write(revision, seen, by=by, at=at)
    if revision.questions.count() >= rules.QUESTIONS_MOST:
        raise BadInput(f"题库最多 {rules.QUESTIONS_MOST} 道题。", field="text")
    made: Question = Question.objects.create(micro_class_id=revision.micro_class_id, **columns)
    revision.questions.add(made)
    return made


@transaction.atomic
def remove_question(
    *, revision: Revision, question_id: int, seen: int, by: User, at: datetime
) -> None:
    """Leave a question out of a draft.

    :raises NotFound: when the draft does not have it.
    :raises WrongState: when it is no draft any more, or somebody has changed it since.
    """
    if not revision.questions.filter(pk=question_id).exists():
        raise NotFound("没有找到这道题，请刷新页面。")
    write(revision, seen, by=by, at=at)
    revision.questions.remove(question_id)


def load_questions(revision: Revision, plans: Sequence[QuestionPlan]) -> Collection[Question]:
    """Add several questions to a draft that nobody else works on."""
    made = [
        Question(micro_class_id=revision.micro_class_id, **rules.checked_question(plan))
        for plan in plans
    ]
    for one in made:
        one.save()
    revision.questions.add(*made)
    return made
