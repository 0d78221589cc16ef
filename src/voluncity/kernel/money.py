"""Sums of money: whole fen inside, yuan where people read and write."""

from __future__ import annotations

import re

from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import clean

FEN_PER_YUAN = 100
_NUMERALS, _PLACES, _GROUPS = "零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟"), ("", "万", "亿")
_YUAN = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,2}))?")


def parse_yuan(raw: str, *, field: str, most_yuan: int) -> int:
    """Return a sum in fen from what somebody typed in yuan: “1,200.50”, “200元”, “２００”.

    :raises BadInput: when it is no sum, nothing, or more than `most_yuan`.
    """
    plain = re.sub(r"[\s,，￥¥]|人民币|元整?$", "", clean(raw))
    found = _YUAN.fullmatch(plain)
    if found is None:
        raise BadInput("金额请填写数字，单位是元，最多两位小数，例如 200 或 199.50。", field=field)
    fen = int(found[1]) * FEN_PER_YUAN + int((found[2] or "").ljust(2, "0"))
    if not 0 < fen <= most_yuan * FEN_PER_YUAN:
        raise BadInput(f"金额应大于 0、不超过 {most_yuan:,} 元，请核对。", field=field)
    return fen


def yuan_text(fen: int) -> str:
    """Return a sum as people read it: 1,200 元, 199.50 元."""
    yuan, rest = divmod(fen, FEN_PER_YUAN)
    return f"{yuan:,}.{rest:02d} 元" if rest else f"{yuan:,} 元"


def capitals(fen: int) -> str:
    """Return a sum in the numerals of banks: 1,200.50 → 壹仟贰佰元伍角."""
    yuan, rest = divmod(fen, 100)
    jiao, cent = divmod(rest, 10)
    words = f"{_whole(yuan)}元" if yuan else ""
    if not rest:
        return f"{words or '零元'}整"
    if jiao:
        words += f"{_NUMERALS[jiao]}角"
    elif words:
        words += "零"
    return words + (f"{_NUMERALS[cent]}分" if cent else "")


def _whole(yuan: int) -> str:
    groups: list[str] = []
    for name in _GROUPS:
        yuan, four = divmod(yuan, 10_000)
        groups.insert(0, _four(four, is_first=not yuan) + (name if four else ""))
    text = "".join(groups).strip("零")
    while "零零" in text:
        text = text.replace("零零", "零")
    return text


def _four(number: int, *, is_first: bool) -> str:
    if not number:
        return "零"
    digits = f"{number:04d}"
    text = "".join(
        _NUMERALS[int(digit)] + (_PLACES[3 - place] if digit != "0" else "")
        for place, digit in enumerate(digits)
    ).rstrip("零")
    while "零零" in text:
        text = text.replace("零零", "零")
    return text.lstrip("零") if is_first else text
