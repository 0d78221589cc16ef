"""The form that an office builds: sections of questions, kept as data; how an answer is read.

An answer is kept as the words that were typed, so that a draft never loses what does not fit yet;
`read` makes a value of them, or says what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any

from voluncity.fund.calls.states import QuestionKind
from voluncity.kernel.money import parse_yuan, yuan_text
from voluncity.kernel.refusals import BadInput, NotFound
from voluncity.kernel.text import clean, has_emoji, number_in

K = QuestionKind
MOST_RAW = 20_000  # characters of one answer that are kept at all
MOST_YUAN = 100_000_000
MOST_EDITION = 1_000_000_000  # fits the column on both databases
YEARS = range(2000, 2101)
# How long an answer may be where the office says nothing: characters, or files.
USUAL = {K.LINE: 60, K.TEXT: 1000, K.FILE: 3}
YES, NO = "yes", "no"
_DIGEST = 12

Value = str | int | date | tuple[str, ...] | bool | None


@dataclass(frozen=True)
class Question:
    """One thing that is asked; `most` is characters or files, 0 the usual number of its kind."""

    key: str
    kind: str
    label: str
    help: str = ""
    is_required: bool = True
    most: int = 0
    options: tuple[str, ...] = ()

    @property
    def limit(self) -> int:
        """Return how many characters or files are allowed."""
        return self.most or USUAL.get(QuestionKind(self.kind), 0)

    @property
    def kind_text(self) -> str:
        """Return the words for the kind."""
        return str(QuestionKind(self.kind).label)


@dataclass(frozen=True)
class Section:
    """Some questions that are answered on one page."""

    key: str
    title: str
    hint: str = ""
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True)
class Spec:
    """A whole form; `used` is the highest number that a key of it ever had."""

    sections: tuple[Section, ...] = ()
    used: int = 0

    @property
    def questions(self) -> Iterator[Question]:
        """Return every question in its order."""
        return (one for section in self.sections for one in section.questions)

    def section(self, key: str) -> Section:
        """Return one section.

        :raises NotFound: when there is none.
        """
        found = next((one for one in self.sections if one.key == key), None)
        if found is None:
            raise NotFound("没有找到这一栏，可能刚刚被删除，请刷新页面。")
        return found

    def question(self, key: str) -> Question:
        """Return one question.

        :raises NotFound: when there is none.
        """
        found = next((one for one in self.questions if one.key == key), None)
        if found is None:
            raise NotFound("没有找到这道题，可能刚刚被删除，请刷新页面。")
        return found


def spec_of(kept: dict[str, Any]) -> Spec:
    """Return the form that was kept as data."""
    sections = tuple(
        Section(
            one["key"], one["title"], one["hint"],
            tuple(
                Question(**(said | {"options": tuple(said["options"])}))
                for said in one["questions"]
            ),
        )
        for one in kept.get("sections", ())
    )  # fmt: skip
    return Spec(sections, kept.get("used", 0))


def spec_data(spec: Spec) -> dict[str, Any]:
    """Return a form as it is kept."""
    return asdict(spec)


# -- Read ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mark:
    """What somebody saw when they began to type: how often it had changed, and which words."""

    edition: int = 0
    digest: str = field(default_factory=lambda: digest_of(""))

    def __str__(self) -> str:
        return f"{self.edition}.{self.digest}"


def mark_in(text: str) -> Mark:
    """Return the mark that a page sent back; an odd one fits no words."""
    number, _, digest = text.partition(".")
    edition = number_in(number)
    is_one = edition is not None and edition <= MOST_EDITION
    return Mark(edition or 0, digest) if is_one else Mark(-1, "")


def digest_of(raw: str) -> str:
    """Return a short digest of the words of an answer."""
    return sha256(raw.encode()).hexdigest()[:_DIGEST]


def raw_of(words: Collection[str]) -> str:
    """Return what was typed or chosen as it is kept: lines, of visible characters.

    :raises BadInput: when it is far too long for any question.
    """
    return clean("\n".join(words), multiline=True, max_length=MOST_RAW)


def read(question: Question, raw: str) -> Value:
    """Return the value of an answer, None where a voluntary one is empty; files are not read here.

    :raises BadInput: when it is wanted and missing, or wrong.
    """
    if not raw:
        if question.is_required:
            verb = "选择" if question.kind in {K.CHOICE, K.SEVERAL, K.YES_NO, K.DATE} else "填写"
            raise BadInput(f"请{verb}“{question.label}”。", field=question.key)
        return None
    return _READERS[QuestionKind(question.kind)](question, raw)


def _words(question: Question, raw: str) -> str:
    if len(raw) > question.limit:
        raise BadInput(
            f"“{question.label}”最多 {question.limit} 个字，现在有 {len(raw)} 个字，请删减。",
            field=question.key,
        )
    if question.kind == K.LINE and "\n" in raw:
        raise BadInput(f"“{question.label}”请写成一行。", field=question.key)
    if question.kind == K.LINE and has_emoji(raw):
        raise BadInput(f"“{question.label}”不能使用表情符号，请改用文字。", field=question.key)
    return raw


def _number(question: Question, raw: str) -> int:
    number = number_in(raw.replace(",", "").replace("，", "").replace(" ", ""))
    if number is None or number > MOST_YUAN:
        raise BadInput(f"“{question.label}”请填写整数，例如 120。", field=question.key)
    return number


def _amount(question: Question, raw: str) -> int:
    return parse_yuan(raw, field=question.key, most_yuan=MOST_YUAN)


def _date(question: Question, raw: str) -> date:
    wrong = BadInput(f"“{question.label}”请写成 2026-11-24 这样的日期。", field=question.key)
    try:
        day = date.fromisoformat(raw)
    except ValueError as error:
        raise wrong from error
    if day.year not in YEARS:
        raise wrong
    return day


def _choice(question: Question, raw: str) -> str:
    if raw not in question.options:
        raise BadInput(f"“{question.label}”没有这个选项，请重新选择。", field=question.key)
    return raw


def _several(question: Question, raw: str) -> tuple[str, ...]:
    chosen = set(raw.split("\n"))
    if chosen - set(question.options):
        raise BadInput(f"“{question.label}”没有这个选项，请重新选择。", field=question.key)
    return tuple(one for one in question.options if one in chosen)


def _yes_no(question: Question, raw: str) -> bool:
    if raw not in {YES, NO}:
        raise BadInput(f"“{question.label}”请选择是或否。", field=question.key)
    return raw == YES


_READERS: dict[K, Callable[[Question, str], Value]] = {
    K.LINE: _words, K.TEXT: _words, K.NUMBER: _number, K.AMOUNT: _amount, K.DATE: _date,
    K.CHOICE: _choice, K.SEVERAL: _several, K.YES_NO: _yes_no,
}  # fmt: skip


def said(question: Question, raw: str) -> str:
    """Return an answer as people read it; what cannot be read stays as it was typed."""
    if not raw:
        return ""
    try:
        value = read(question, raw)
    except BadInput:
        return raw
    if question.kind == K.AMOUNT and isinstance(value, int):
        return yuan_text(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    return "、".join(value) if isinstance(value, tuple) else str(value)
