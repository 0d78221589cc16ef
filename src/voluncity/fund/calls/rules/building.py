"""Build a form: each step returns the whole form anew, so that it is saved as one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from voluncity.fund.calls.spec import Question, Section, Spec
from voluncity.fund.calls.states import QuestionKind
from voluncity.kernel.refusals import BadInput, NotFound
from voluncity.kernel.text import clean

K = QuestionKind
LABEL_MOST, HELP_MOST, OPTION_MOST, TITLE_MOST = 80, 300, 60, 40
SECTIONS_MOST, QUESTIONS_MOST, OPTIONS_MOST = 20, 40, 30
# The most that the office may allow: characters, or files.
LONGEST = {K.LINE: 200, K.TEXT: 5000, K.FILE: 10}


def checked(question: Question) -> Question:
    """Return a question with clean words.

    :raises BadInput: at the field that is wrong.
    """
    if question.kind not in K.values:
        raise BadInput("请选择题目的类型。", field="kind")
    label = clean(question.label, max_length=LABEL_MOST, field="label", label="题目")
    if not label:
        raise BadInput("请填写题目。", field="label")
    longest = LONGEST.get(QuestionKind(question.kind), 0)
    if not 0 <= question.most <= longest:
        said = f"请填写 1 到 {longest} 的整数，或者留空。" if longest else "这类题目不用填写长度。"
        raise BadInput(said, field="most")
    return replace(
        question, label=label, options=_options(question),
        help=clean(question.help, max_length=HELP_MOST, field="help", label="填写说明"),
    )  # fmt: skip


def _options(question: Question) -> tuple[str, ...]:
    if question.kind not in {K.CHOICE, K.SEVERAL}:
        return ()
    cleaned = [
        clean(one, max_length=OPTION_MOST, field="options", label="一个选项")
        for one in question.options
    ]
    options = tuple(dict.fromkeys(one for one in cleaned if one))
    if not 2 <= len(options) <= OPTIONS_MOST:  # noqa: PLR2004 -- one is no choice
        raise BadInput(f"请填写 2 到 {OPTIONS_MOST} 个不同的选项，一行一个。", field="options")
    return options


def with_section(spec: Spec, section: Section) -> Spec:
    """Return the form with a section added (no key yet) or renamed.

    :raises BadInput: at the field that is wrong.
    :raises NotFound: when it is gone.
    """
    title = clean(section.title, max_length=TITLE_MOST, field="title", label="栏目名称")
    if not title:
        raise BadInput("请填写栏目名称。", field="title")
    hint = clean(section.hint, max_length=HELP_MOST, field="hint", label="栏目说明")
    if section.key:
        known = replace(spec.section(section.key), title=title, hint=hint)
        return replace(spec, sections=_swapped(spec.sections, known))
    if len(spec.sections) >= SECTIONS_MOST:
        raise BadInput(f"最多 {SECTIONS_MOST} 栏，请把题目合并到已有的栏。", field="title")
    new = Section(f"s{spec.used + 1}", title, hint)
    return replace(spec, sections=(*spec.sections, new), used=spec.used + 1)


def with_question(spec: Spec, section_key: str, question: Question) -> Spec:
    """Return the form with a question added to a section (no key yet) or changed in it.

    :raises BadInput: at the field that is wrong.
    :raises NotFound: when the section or the question is gone.
    """
    section, fine = spec.section(section_key), checked(question)
    if fine.key:
        if all(one.key != fine.key for one in section.questions):
            raise NotFound("没有找到这道题，可能刚刚被删除，请刷新页面。")
        changed = replace(section, questions=_swapped(section.questions, fine))
        return replace(spec, sections=_swapped(spec.sections, changed))
    if len(section.questions) >= QUESTIONS_MOST:
        raise BadInput(f"一栏最多 {QUESTIONS_MOST} 道题，请另加一栏。", field="label")
    new = replace(fine, key=f"q{spec.used + 1}")
    changed = replace(section, questions=(*section.questions, new))
    return replace(spec, sections=_swapped(spec.sections, changed), used=spec.used + 1)


def without(spec: Spec, key: str) -> Spec:
    """Return the form without a section or a question; its key is never given again."""
    sections = (one for one in spec.sections if one.key != key)
    return replace(
        spec,
        sections=tuple(
            replace(one, questions=tuple(q for q in one.questions if q.key != key))
            for one in sections
        ),
    )


def moved_up(spec: Spec, key: str) -> Spec:
    """Return the form with a section or a question one place further up."""
    return replace(
        spec,
        sections=tuple(
            replace(one, questions=_up(one.questions, key)) for one in _up(spec.sections, key)
        ),
    )


def _swapped(parts: tuple[Any, ...], new: Any) -> tuple[Any, ...]:
    return tuple(new if one.key == new.key else one for one in parts)


def _up(parts: tuple[Any, ...], key: str) -> tuple[Any, ...]:
    keys = [one.key for one in parts]
    place = keys.index(key) if key in keys else 0
    if place == 0:
        return parts
    order = [*parts]
    order[place - 1], order[place] = order[place], order[place - 1]
    return tuple(order)
