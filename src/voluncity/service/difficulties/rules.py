"""What may be said about a difficulty, and how its days are counted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from voluncity.city.files.rules import Checked
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import clean

TEXT_MOST, WORDS_MOST, QUESTION_MOST, NAME_MOST = 500, 300, 200, 40
KIND_NAME_MOST, PAPERS_MOST = 12, 3
DAYS_MOST = 30
LABELS = {
    "report": "上报",
    "route": "按项目类别、隶属关系交给",
    "accept": "受理",
    "answer": "答复",
    "ask": "请上报人补充情况，暂停计时",
    "supply": "补充了情况，继续计时",
    "remind_ask": "快到补充期限了，已提醒上报人",
    "drop": "到期没有补充情况，按撤回办结",
    "pass": "转交给",
    "confirm": "上报人确认已解决",
    "lapse": "到期没有不同意见，自动办结",
    "reject": "上报人认为没有解决，交给上一级",
    "escalate": "超过期限，交给上一级",
    "withdraw": "上报人撤回",
    "remind": "快到期了，已提醒",
    "overdue": "超过期限，已提醒",
    "publish": "收入常见困难解答",
}
_PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)0\d{2,3}-?\d{7,8}(?!\d)")
_NONCE = re.compile(r"[0-9A-Za-z-]{8,36}")


@dataclass(frozen=True)
class Report:
    """What somebody reports in one screen."""

    kind_key: str
    text: str
    key: str
    is_urgent: bool = False
    papers: tuple[Checked, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What is done about it, by whom, until when."""

    measures: str
    responsible: str
    promised_on: date


def said(value: str, label: str, *, field: str, most: int = WORDS_MOST) -> str:
    """Return words that must be there.

    :raises BadInput: when they are missing or too long.
    """
    cleaned = clean(value, max_length=most, field=field, label=label)
    if not cleaned:
        raise BadInput(f"请填写{label}。", field=field)
    return cleaned


def checked_key(value: str) -> str:
    """Return the form's own mark.

    :raises BadInput: when it is none.
    """
    if not _NONCE.fullmatch(value):
        raise BadInput("页面打开得太久了，请刷新后再提交。", code="difficulties.key")
    return value


def nameless(value: str, names: list[str], *, field: str) -> str:
    """Return words for everybody: no phone, and none of these names.

    :raises BadInput: when one stands in them.
    """
    named = next((name for name in names if name and name in value), "")
    if named:
        raise BadInput(f"公开的解答不能写出“{named}”，请删去后再发布。", field=field)
    if _PHONE.search(value):
        raise BadInput("公开的解答不能写电话号码，请删去后再发布。", field=field)
    return value


def mean_tenths(numbers: list[int]) -> int | None:
    """Return the mean of whole numbers in tenths, rounded half up; None for nothing."""
    if not numbers:
        return None
    return (sum(numbers) * 20 + len(numbers)) // (2 * len(numbers))


def tenths_text(tenths: int | None) -> str:
    """Return tenths as people read them: 2.5; a dash for nothing."""
    return "—" if tenths is None else f"{tenths // 10}.{tenths % 10}"
