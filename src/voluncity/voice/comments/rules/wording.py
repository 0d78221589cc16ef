"""Find words of the list in a text, also when they are written in disguise."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

# Written to look the same: traditional characters, Cyrillic and Greek letters, digits as signs.
_LOOKS = str.maketrans(
    "刪賣買錢貸發點擊聯繫單賺網賭場號碼開關費獎級證書機會員團國傳報媽東車馬龍門風電話視頻"
    "аеорсухкмвтніαοερ零壹贰貳叁參肆伍陆陸柒捌玖",
    "删卖买钱贷发点击联系单赚网赌场号码开关费奖级证书机会员团国传报妈东车马龙门风电话视频"
    "aeopcyxkmbthiaoep0122334566789",
)


@dataclass(frozen=True)
class Listed:
    """A word of the list: its kind, and how it is compared."""

    text: str
    plain: str
    kind: str


@dataclass
class Looked:
    """What was found in a text: by kind, and the text with what must be masked as stars."""

    text: str
    found: dict[str, list[str]] = field(default_factory=dict)


def plain(text: str) -> str:
    """Return a text as it is compared: one width, one case, letters and digits only."""
    return "".join(letter for letter, _ in _letters(text))


def _letters(text: str) -> list[tuple[str, int]]:
    """Return what counts in a text, each with the place where it stands."""
    return [
        (same, place)
        for place, character in enumerate(text)
        for one in unicodedata.normalize("NFKC", character).casefold()
        if (same := one.translate(_LOOKS)).isalnum()
    ]


def look(text: str, words: Iterable[Listed], *, mask: str) -> Looked:
    """Look for every word of the list; those of kind `mask` become stars."""
    letters = _letters(text)
    joined = "".join(letter for letter, _ in letters)
    looked, characters = Looked(text), list(text)
    for word in words:
        for begin in _places(joined, word.plain):
            places = [place for _, place in letters[begin : begin + len(word.plain)]]
            if not _is_a_word(text, places, word.plain):
                continue
            if word.text not in looked.found.setdefault(word.kind, []):
                looked.found[word.kind].append(word.text)
            if word.kind == mask:
                for place in places:
                    characters[place] = "*"
    looked.text = "".join(characters)
    return looked


def _places(joined: str, wanted: str) -> Iterable[int]:
    begin = joined.find(wanted) if wanted else -1
    while begin >= 0:
        yield begin
        begin = joined.find(wanted, begin + 1)


def _is_a_word(text: str, places: list[int], wanted: str) -> bool:
    """Return whether a word of Latin letters stands alone; “ass” is not in “class”."""
    if not wanted.isascii():
        return True
    before = text[places[0] - 1 : places[0]] if places[0] else ""
    behind = text[places[-1] + 1 : places[-1] + 2]
    return not any(one.isascii() and one.isalnum() for one in (before, behind) if one)
