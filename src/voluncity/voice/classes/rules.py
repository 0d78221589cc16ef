"""What a class must be, how answers are judged, and what counts as time of learning."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from voluncity.kernel.refusals import BadInput, Refusal
from voluncity.kernel.text import words
from voluncity.service.teaching.rules import filled_options
from voluncity.voice.classes.models import (
    BODY_MOST,
    CAPTION_MOST,
    INTRO_MOST,
    TITLE_MOST,
    WORDS_MOST,
)
from voluncity.voice.classes.states import TRUE_FALSE, QuestionKind, Theme
from voluncity.web import richtext

CHAPTERS_MOST, PIECES_MOST, QUESTIONS_MOST, MINUTES_MOST = 30, 60, 200, 120
OPTIONS_MOST = 6
# A gap without a sign of life counts no longer than this; the page gives one every 20 seconds.
GAP_SECONDS = 60


@dataclass(frozen=True)
class ClassPlan:
    """What an author says about a class as a whole."""

    title: str
    theme: str
    intro: str = ""
    course_id: int | None = None
    draws: int = 5
    pass_percent: int = 80
    tries: int = 3
    correction: str = ""


@dataclass(frozen=True)
class PagePlan:
    """What a chapter says; `body` is cleaned rich text."""

    title: str
    body: str
    minutes: int
    least_seconds: int


@dataclass(frozen=True)
class QuestionPlan:
    """A question for the bank; `right` holds places in `options`, from 0."""

    kind: str
    text: str
    options: Sequence[str]
    right: Collection[int]
    explanation: str = ""


def checked_class(plan: ClassPlan) -> dict[str, object]:
    """Return the columns of a revision.

    :raises BadInput: at the first field that breaks a rule.
    """
    if plan.theme not in Theme.values:
        raise BadInput("请选择主题。", field="theme")
    bounds = (("draws", "每次抽题", 50), ("pass_percent", "合格线", 100), ("tries", "次数", 10))
    for field, label, most in bounds:
        if not 1 <= getattr(plan, field) <= most:
            raise BadInput(f"{label}应为 1 到 {most} 之间的整数，请修改。", field=field)
    return {
        "title": words(plan.title, "title", "课程名称", TITLE_MOST),
        "intro": words(plan.intro, "intro", "简介", INTRO_MOST, wanted=False),
        "correction": words(plan.correction, "correction", "更正说明", WORDS_MOST, wanted=False),
        "theme": plan.theme, "course_id": plan.course_id, "draws": plan.draws,
        "pass_percent": plan.pass_percent, "tries": plan.tries,
    }  # fmt: skip


def checked_page(plan: PagePlan) -> dict[str, object]:
    """Return the columns of a page.

    :raises BadInput: at the first field that breaks a rule.
    """
    if not 1 <= plan.minutes <= MINUTES_MOST:
        raise BadInput(f"时长应为 1 到 {MINUTES_MOST} 分钟，请修改。", field="minutes")
    if not 0 <= plan.least_seconds <= plan.minutes * 60:
        raise BadInput("至少学习的时间不能超过本章时长，请修改。", field="least_seconds")
    body = richtext.clean(plan.body)
    if len(richtext.plain(body)) > BODY_MOST:
        raise BadInput(f"正文最多 {BODY_MOST} 个字，请分成几章。", field="body")
    if richtext.without_alt(body):
        raise BadInput("每张图片都要写图片说明，看不见的人靠它了解内容。", field="body")
    return {
        "title": words(plan.title, "title", "章节名称", TITLE_MOST), "body": body,
        "minutes": plan.minutes, "least_seconds": plan.least_seconds,
    }  # fmt: skip


def caption(text: str) -> str:
    """Return what a picture, a video or a paper is called.

    :raises BadInput: when it is missing or too long.
    """
    return words(text, "title", "说明", CAPTION_MOST)


def checked_question(plan: QuestionPlan) -> dict[str, object]:
    """Return the columns of a question.

    :raises BadInput: without a text, with wrong options, or without a right answer.
    """
    if plan.kind not in QuestionKind.values:
        raise BadInput("请选择题型。", field="kind")
    text = words(plan.text, "text", "题目", WORDS_MOST)
    if plan.kind == QuestionKind.TRUE_FALSE:
        kept, options = list(TRUE_FALSE), list(TRUE_FALSE)
    else:
        kept, options = filled_options(plan.options, most=OPTIONS_MOST)
    chosen = sorted(set(plan.right))
    if not chosen or any(not 0 <= one < len(kept) or not kept[one] for one in chosen):
        raise BadInput("请选择正确答案，而且它要是一个填写了的选项。", field="right")
    if plan.kind != QuestionKind.MULTIPLE and len(chosen) > 1:
        raise BadInput("单选题和判断题只能有一个正确答案。", field="right")
    if plan.kind == QuestionKind.MULTIPLE and len(chosen) == 1:
        raise BadInput("多选题至少有两个正确答案，只有一个的请改为单选题。", field="right")
    return {
        "kind": plan.kind, "text": text, "options": options,
        "right": sorted(options.index(kept[one]) for one in chosen),
        "explanation": words(plan.explanation, "explanation", "解析", WORDS_MOST, wanted=False),
    }  # fmt: skip


def is_right(right: Sequence[int], chosen: Collection[int]) -> bool:
    """Return whether somebody chose all right answers and no other."""
    return set(right) == set(chosen)


def percent(right: int, asked: int) -> int:
    """Return the share of right answers, rounded down."""
    return right * 100 // asked


def elapsed(since: datetime, at: datetime) -> int:
    """Return the seconds that count since the last sign of life."""
    return max(0, min(GAP_SECONDS, int((at - since).total_seconds())))


def require_read_long_enough(seconds: int, least: int) -> None:
    """Refuse to call a chapter read that was open for too short a time.

    :raises Refusal: with how much is missing.
    """
    if (missing := least - seconds) > 0:
        minutes, rest = divmod(missing, 60)
        words_ = f"{minutes} 分 {rest} 秒" if minutes and rest else (
            f"{minutes} 分钟" if minutes else f"{rest} 秒"
        )  # fmt: skip
        raise Refusal(f"还没有学够时间，请再看 {words_}。", code="classes.too_short")
