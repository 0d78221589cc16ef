"""What is written in an application: answers, lines, files, what is still missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from voluncity.city.people.models import User
from voluncity.fund.calls.models import (
    Answer,
    Application,
    Attachment,
    Former,
    LineKind,
    Remark,
    Submission,
)
from voluncity.fund.calls.rules.checking import (
    ABOUT_SECTION,
    BUDGET_SECTION,
    Checkup,
    Draft,
    Limits,
    check,
)
from voluncity.fund.calls.spec import Mark, Question, Section, digest_of, said
from voluncity.fund.calls.states import WRITABLE, FormerReason, QuestionKind


def limits_of(call_id: int, *, least_fen: int, most_fen: int) -> Limits:
    """Return what a call says about money."""
    kinds = list(LineKind.objects.filter(call=call_id))
    shares = {one.name: one.most_percent for one in kinds if one.most_percent is not None}
    return Limits(least_fen, most_fen, tuple(one.name for one in kinds), shares)


def mark_of(answer: Answer | None) -> Mark:
    """Return what a page remembers about the words that it shows."""
    return Mark() if answer is None else Mark(answer.edition, digest_of(answer.raw))


@dataclass(frozen=True)
class Written:
    """Everything that is written in an application at this moment."""

    answers: Mapping[str, Answer]
    files: Mapping[str, list[Attachment]]
    draft: Draft


def written(application: Application) -> Written:
    """Return what is written now."""
    answers = {
        one.key: one for one in application.answers.select_related("written_by").order_by("pk")
    }
    files: dict[str, list[Attachment]] = {}
    for one in application.files.filter(removed_at=None).select_related("file"):
        files.setdefault(one.key, []).append(one)
    call = application.call
    draft = Draft(
        spec=application.form.spec,
        limits=limits_of(call.pk, least_fen=call.least_fen, most_fen=call.most_fen),
        raw={key: one.raw for key, one in answers.items()},
        files={key: len(found) for key, found in files.items()},
        lines=tuple(application.lines.filter(removed_at=None).values_list("number", flat=True)),
    )
    return Written(answers, files, draft)


@dataclass(frozen=True)
class Task:
    """One page of an application in the list of what is to be done."""

    key: str
    title: str
    missing: int
    is_begun: bool
    remarks: int

    @property
    def is_done(self) -> bool:
        """Return whether nothing is missing."""
        return not self.missing


def tasks(now: Written, done: Checkup, remarks: Mapping[str, str]) -> list[Task]:
    """Return the pages in their order, with what each still lacks."""
    found = []
    for section in now.draft.sections:
        keys = {question.key for question in now.draft.questions_of(section)}
        is_begun = any(now.draft.raw.get(key) or now.draft.files.get(key) for key in keys)
        to_mend = len((keys | {section.key}) & remarks.keys())
        missing = len(done.problems[section.key])
        found.append(Task(section.key, section.title, missing, is_begun, to_mend))
    return found


def open_remarks(application: Application) -> dict[str, str]:
    """Return what the office wants mended, by field, while the application is sent back."""
    if application.state not in WRITABLE or application.current_id is None:
        return {}
    found = Remark.objects.filter(of__submission=application.current_id)
    return dict(found.values_list("key", "words"))


def open_clashes(application: Application, user: User) -> dict[str, Former]:
    """Return what this person wrote while somebody else did, and has not decided about."""
    found = Former.objects.filter(
        application=application, written_by=user, reason=FormerReason.CLASH, settled_at=None
    )
    return {one.key: one for one in found.order_by("pk")}


def checkup(application: Application) -> Checkup:
    """Return what is missing or wrong now."""
    return check(written(application).draft)


# -- As it is read ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """One answer as it is read, with its files and a remark."""

    key: str
    label: str
    text: str
    files: tuple[Attachment, ...] = ()
    remark: str = ""
    problem: str = ""


@dataclass(frozen=True)
class SaidSection:
    """One page as it is read."""

    key: str
    title: str
    rows: tuple[Said, ...]


def as_written(now: Written, done: Checkup, remarks: Mapping[str, str]) -> list[SaidSection]:
    """Return a draft as its check page shows it; the budget stands in a table of its own."""
    shown = []
    for section in now.draft.sections:
        if section.key == BUDGET_SECTION.key:
            continue
        wrong = done.problems[section.key]
        rows = tuple(
            _said(q, now.draft.raw, tuple(now.files.get(q.key, ())), remarks, wrong)
            for q in section.questions
        )
        shown.append(SaidSection(section.key, section.title, rows))
    return shown


def as_submitted(
    submission: Submission, sections: tuple[Section, ...], remarks: Mapping[str, str]
) -> list[SaidSection]:
    """Return what was handed in, in the form that it was written in."""
    content = submission.content
    ids = [pk for found in content["files"].values() for pk in found]
    files = {one.pk: one for one in Attachment.objects.filter(pk__in=ids).select_related("file")}
    by_key = {
        key: tuple(files[pk] for pk in found if pk in files)
        for key, found in content["files"].items()
    }
    return [
        SaidSection(
            section.key, section.title,
            tuple(
                _said(q, content["answers"], by_key.get(q.key, ()), remarks, {})
                for q in section.questions
            ),
        )
        for section in (ABOUT_SECTION, *sections)
    ]  # fmt: skip


def _said(
    question: Question,
    raw: Mapping[str, Any],
    files: tuple[Attachment, ...],
    remarks: Mapping[str, str],
    wrong: Mapping[str, str],
) -> Said:
    is_file = question.kind == QuestionKind.FILE
    text = "" if is_file else said(question, raw.get(question.key, ""))
    return Said(
        question.key, question.label, text, files,
        remarks.get(question.key, ""), wrong.get(question.key, ""),
    )  # fmt: skip
