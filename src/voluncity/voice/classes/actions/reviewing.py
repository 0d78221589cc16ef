"""From the draft to everybody: hand in, send back, publish by a second person, withdraw."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.kernel.refusals import BadInput, NotAllowed, WrongState
from voluncity.kernel.text import clean
from voluncity.voice.classes import queries
from voluncity.voice.classes.models import WORDS_MOST, MicroClass, Revision
from voluncity.voice.classes.states import REVISION_FLOW, RevisionState

S = RevisionState


def _step(revision: Revision, verb: str, *, by: User, at: datetime, **changes: Any) -> Revision:
    changes["state"] = REVISION_FLOW.after(verb, revision.state)
    same = Revision.objects.filter(pk=revision.pk, state=revision.state, edition=revision.edition)
    if not same.update(edition=F("edition") + 1, **changes):
        raise WrongState("这一版刚刚有了变化，请刷新页面查看。", code="classes.was_faster")
    record(f"classes.{verb}", revision, by=by, at=at, micro_class=revision.micro_class_id)
    revision.refresh_from_db()
    return revision


def _said(words: str, label: str) -> str:
    text = clean(words, max_length=WORDS_MOST, field="words", label=label)
    if not text:
        raise BadInput(f"请填写{label}。", field="words")
    return text


def missing(revision: Revision) -> list[str]:
    """Return what a revision lacks before it can be reviewed, in sentences."""
    lacks = []
    pages = queries.pages_of(revision)
    if not pages:
        lacks.append("还没有章节，请至少添加一章。")
    lacks += [
        f"“{page.title}”没有正文，也没有视频。"
        for page in pages
        if not page.body and page.video_id is None
    ]
    questions = revision.questions.count()
    if revision.course_id and not questions:
        lacks.append("这门微课发证书，请至少出一道测验题。")
    if questions and questions < revision.draws:
        lacks.append(f"题库只有 {questions} 道题，少于每次抽的 {revision.draws} 题。")
    if revision.number > 1 and not revision.correction:
        lacks.append("请在“课程信息”里写明这次更正了什么。")
    return lacks


@transaction.atomic
def submit(*, revision: Revision, by: User, at: datetime) -> Revision:
    """Hand a draft in.

    :raises BadInput: with what it lacks.
    :raises WrongState: when it is no draft any more, or somebody has changed it since.
    """
    if lacks := missing(revision):
        raise BadInput(lacks[0])
    return _step(revision, "submit", by=by, at=at, submitted_by=by, submitted_at=at, remarks="")


@transaction.atomic
def take_back(*, revision: Revision, by: User, at: datetime) -> Revision:
    """Go on writing what waits for review.

    :raises WrongState: when it waits no more.
    """
    return _step(revision, "take_back", by=by, at=at)


@transaction.atomic
def send_back(*, revision: Revision, words: str, by: User, at: datetime) -> Revision:
    """Give a revision back to its author with remarks.

    :raises BadInput: without remarks.
    :raises NotAllowed: for who wrote or handed it in.
    :raises WrongState: when it waits no more, or somebody was faster.
    """
    _second_person(revision, by)
    return _step(revision, "send_back", by=by, at=at, remarks=_said(words, "审核意见"))


@transaction.atomic
def publish(*, revision: Revision, by: User, at: datetime) -> Revision:
    """Show a revision to everybody, in place of the one before.

    :raises NotAllowed: for who wrote or handed it in.
    :raises WrongState: when it waits no more, or somebody was faster.
    """
    _second_person(revision, by)
    before = queries.published_revision(revision.micro_class)
    if before is not None:
        _step(before, "replace", by=by, at=at)
    return _step(revision, "publish", by=by, at=at, reviewed_by=by, published_at=at, remarks="")


def _second_person(revision: Revision, by: User) -> None:
    if by.pk in {revision.written_by_id, revision.submitted_by_id}:
        raise NotAllowed(
            "编写和提交的人不能审核，请由另一位同事审核。", code="classes.second_person"
        )


@transaction.atomic
def withdraw(*, micro_class: MicroClass, words: str, by: User, at: datetime) -> MicroClass:
    """Show a class to nobody for now; what people have learned stays.

    :raises BadInput: without a reason.
    :raises WrongState: when nothing is public.
    """
    why = _said(words, "撤下原因")
    is_live = queries.published_revision(micro_class) is not None
    same = MicroClass.objects.filter(pk=micro_class.pk, withdrawn_at=None)
    if not is_live or not same.update(withdrawn_at=at, withdrawn_by=by, withdraw_reason=why):
        raise WrongState("这门微课没有公开，请刷新页面。", code="classes.not_public")
    micro_class.refresh_from_db()
    record("classes.withdraw", micro_class, by=by, at=at)
    return micro_class


@transaction.atomic
def restore(*, micro_class: MicroClass, by: User, at: datetime) -> MicroClass:
    """Show a class that was withdrawn again.

    :raises WrongState: when it was not withdrawn.
    """
    same = MicroClass.objects.filter(pk=micro_class.pk, withdrawn_at__isnull=False)
    if not same.update(withdrawn_at=None, withdrawn_by=None, withdraw_reason=""):
        raise WrongState("这门微课没有撤下，请刷新页面。", code="classes.not_withdrawn")
    micro_class.refresh_from_db()
    record("classes.restore", micro_class, by=by, at=at)
    return micro_class
