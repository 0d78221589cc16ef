"""What an article must be like, and how two versions differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher

from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import clean, words
from voluncity.voice.news.states import KINDS, ArticleKind, Section
from voluncity.web import richtext

TITLE_LEAST, TITLE_MOST = 4, 60
SUMMARY_MOST = 120  # what WeChat takes as digest of a draft, with a little room
BODY_MOST = 20_000
SOURCE_MOST = 30
TAGS_MOST, TAG_MOST = 5, 10
REMARK_MOST = 300
CORRECTION_MOST = 200
PICTURES_MOST = 60
FARTHEST = timedelta(days=366)
_SUMMARY_FROM_BODY = 80


@dataclass(frozen=True)
class Draft:
    """What the writer has put down, as the form hands it on."""

    kind: str
    title: str
    body: str
    summary: str = ""
    source: str = ""
    tags: str = ""
    correction: str = ""


@dataclass(frozen=True)
class Publisher:
    """In whose name somebody may publish: an office of a region, or an organization."""

    key: str  # "r:12" or "o:7"
    name: str
    region_id: int
    organization_id: int | None


@dataclass(frozen=True)
class Plan:
    """When an article appears, when it goes, and how long it stands on top."""

    publish_at: datetime | None = None  # empty: at once
    unpublish_at: datetime | None = None
    pinned_until: datetime | None = None


def checked(draft: Draft, *, section: str) -> Draft:
    """Return a draft as it is stored; it may be unfinished.

    :raises BadInput: when something is too long or of a wrong kind.
    """
    if draft.kind not in KINDS[Section(section)]:
        raise BadInput("请选择类别。", field="kind")
    body = richtext.clean(draft.body)
    if len(richtext.plain(body)) > BODY_MOST:
        raise BadInput(f"正文最多 {BODY_MOST} 个字，请删减或分成几篇。", field="body")
    return Draft(
        kind=ArticleKind(draft.kind),
        title=words(draft.title, "title", "标题", TITLE_MOST, wanted=False),
        body=body,
        summary=words(draft.summary, "summary", "摘要", SUMMARY_MOST, wanted=False),
        source=words(draft.source, "source", "来源", SOURCE_MOST, wanted=False),
        tags=tags_of(draft.tags),
        correction=words(draft.correction, "correction", "更正说明", CORRECTION_MOST, wanted=False),
    )


def tags_of(text: str) -> str:
    """Return tags between blanks (" 学雷锋 助老 "), so that one is found by its borders; or ''.

    :raises BadInput: when there are too many, or one is too long.
    """
    split = clean(text.translate({ord(one): " " for one in "，,、;；#"})).split()
    found = list(dict.fromkeys(split))
    if len(found) > TAGS_MOST:
        raise BadInput(f"标签最多 {TAGS_MOST} 个，请留下最要紧的。", field="tags")
    for one in found:
        words(one, "tags", f"标签“{one[:TAG_MOST]}…”" if len(one) > TAG_MOST else "标签", TAG_MOST)
    return f" {' '.join(found)} " if found else ""


def refuse_unfinished(draft: Draft, *, is_correction: bool) -> None:
    """Let nothing go to the reviewer that lacks a title, a text or words for its pictures.

    :raises BadInput: at the field.
    """
    if len(draft.title) < TITLE_LEAST:
        raise BadInput(f"请填写标题，至少 {TITLE_LEAST} 个字。", field="title")
    if richtext.is_empty(draft.body):
        raise BadInput("请填写正文。", field="body")
    if missing := richtext.without_alt(draft.body):
        raise BadInput(
            f"正文里有 {missing} 张图片没有图片说明，请写明图里是什么（看不见图的人要靠它）。",
            field="body",
        )
    if is_correction and not draft.correction:
        raise BadInput("请写明更正了什么，读者会看到。", field="correction")


def picture_address(pk: int) -> str:
    """Return where a picture of an article is shown."""
    return f"/news/pictures/{pk}.webp"


def picture_mark(pk: int) -> str:
    """Return what stands in the text that shows a picture, and in no other."""
    return f'"{picture_address(pk)}"'


def summary_of(draft: Draft) -> str:
    """Return the summary, or the beginning of the text."""
    if draft.summary:
        return draft.summary
    text = " ".join(richtext.plain(draft.body).split("\n"))
    return text if len(text) <= _SUMMARY_FROM_BODY else f"{text[:_SUMMARY_FROM_BODY]}…"


def checked_plan(plan: Plan, *, at: datetime) -> Plan:
    """Return the times, if they can be kept.

    :raises BadInput: when one is past, too far, or they are the wrong way round.
    """
    for field, moment, label in (
        ("publish_at", plan.publish_at, "发布时间"),
        ("unpublish_at", plan.unpublish_at, "下线时间"),
        ("pinned_until", plan.pinned_until, "置顶的截止时间"),
    ):
        if moment is not None and moment <= at:
            raise BadInput(f"{label}已经过了，请重新选择。", field=field)
        if moment is not None and moment > at + FARTHEST:
            raise BadInput(f"{label}太远了，请选择一年以内。", field=field)
    begins = plan.publish_at or at
    if plan.unpublish_at is not None and plan.unpublish_at <= begins:
        raise BadInput("下线时间要晚于发布时间。", field="unpublish_at")
    if plan.pinned_until is not None and plan.pinned_until <= begins:
        raise BadInput("置顶的截止时间要晚于发布时间。", field="pinned_until")
    return plan


# -- Differences -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Piece:
    """Words of a paragraph: the same in both, only in the old one, or only in the new one."""

    text: str
    mark: str = ""  # "", "del", "ins"


_LONG = 1_000_000  # above it the comparison leaves frequent characters out
_SAME_RATIO = 0.4  # below it a paragraph is another one, not the same with changes


def differences(old: str, new: str) -> list[list[Piece]]:
    """Return the changed paragraphs of two plain texts, marked character by character."""
    before, after = old.split("\n"), new.split("\n")
    found: list[list[Piece]] = []
    for verb, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if verb == "equal":
            continue
        gone, come = before[a:b], after[c:d]
        while gone and come:
            found += _compared(gone.pop(0), come.pop(0))
        found += [[Piece(one, "del")] for one in gone if one]
        found += [[Piece(one, "ins")] for one in come if one]
    return found


def _compared(old: str, new: str) -> list[list[Piece]]:
    matcher = SequenceMatcher(None, old, new, autojunk=len(old) * len(new) > _LONG)
    if matcher.quick_ratio() < _SAME_RATIO:
        return [[Piece(text, mark)] for text, mark in ((old, "del"), (new, "ins")) if text]
    pieces: list[Piece] = []
    for verb, a, b, c, d in matcher.get_opcodes():
        if verb == "equal":
            pieces.append(Piece(old[a:b]))
            continue
        pieces += [Piece(old[a:b], "del")] if b > a else []
        pieces += [Piece(new[c:d], "ins")] if d > c else []
    return [pieces]
