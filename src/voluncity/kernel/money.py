"""Sums of money: whole fen inside, yuan where people read and write."""

from __future__ import annotations

import re

from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import clean

FEN_PER_YUAN = 100
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
