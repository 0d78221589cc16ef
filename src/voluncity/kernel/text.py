"""Text as people send it: made clean, checked as a name, and cut into search tokens."""

from __future__ import annotations

import re
import unicodedata
from itertools import chain, pairwise

from voluncity.kernel.refusals import BadInput

NAME_MIN, NAME_MAX = 2, 30
LAST_NUMBER = 2**63 - 1  # that a column of either database holds
_MOST_DIGITS = 18  # of a number that fits for certain


def _characters(*ranges: tuple[int, int]) -> str:
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


# Planes 2 and 3 are taken whole: Python 3.11 does not know the newest extensions (H, I) yet.
_IDEOGRAPHS = _characters(
    (0x3007, 0x3007), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFD)
)
_KANA_AND_BOPOMOFO = _characters((0x3005, 0x3006), (0x3041, 0x30FF), (0x3105, 0x312F))
_LATIN = "A-Za-z" + _characters((0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x24F), (0x1E00, 0x1EFF))

# Only letters, digits and the blank: full-width punctuation is right in a Chinese sentence.
_HALF_WIDTH = {
    code: code - 0xFEE0
    for code in chain(range(0xFF10, 0xFF1A), range(0xFF21, 0xFF3B), range(0xFF41, 0xFF5B))
} | {0x3000: 0x20}
# Text copied out of a PDF often holds radicals in place of the characters they look like.
_RADICALS = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
_REPLACED = _HALF_WIDTH | _RADICALS

_LINE_END = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_BLANKS = re.compile(r"[ \t\v\f\xa0\u1680\u2000-\u200a\u202f\u205f]+")
# Marks that nobody sees and that make two equal words different: fillers, joiners, noncharacters.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u2800\u3164\uffa0\ufdd0-\ufdef\ufffe\uffff"
    + "".join(chr(plane << 16 | last) for plane in range(1, 17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
_DROPPED_CATEGORIES = {"Cc", "Cf", "Cs"}

# Unicode property Emoji_Presentation below U+1F000; above it nearly everything is a picture.
_EMOJI = re.compile(
    "[\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1"
    "\u26aa\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705"
    "\u270a\u270b\u2728\u274c\u274e\u2753-\u2755\u2757\u2764\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c"
    "\u2b50\u2b55\ufe0f\u20e3\U0001f000-\U0001faff]"
)

_NAME_DOTS = re.compile("[•‧∙⋅・･．.]")
_VARIATION_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_USUAL_NAME = re.compile(f"[\u4e00-\u9fff]{{{NAME_MIN},{NAME_MAX}}}")
_CHINESE_NAME = re.compile(f"[{_IDEOGRAPHS}]+(?:·[{_IDEOGRAPHS}]+)*")
_LATIN_NAME = re.compile(f"[{_LATIN}][{_LATIN}]*(?:(?:[.] ?| |['-])[{_LATIN}]+)*[.]?")
_HAS_IDEOGRAPH = re.compile(f"[{_IDEOGRAPHS}]")

_SEARCH_RUN = re.compile(
    f"[{_IDEOGRAPHS}{_KANA_AND_BOPOMOFO}]+|[^\\W_{_IDEOGRAPHS}{_KANA_AND_BOPOMOFO}]+"
)
_SEARCH_CHARACTER = re.compile(f"[{_IDEOGRAPHS}{_KANA_AND_BOPOMOFO}]")


def number_in(text: str | None) -> int | None:
    """Return the id or other number that somebody sent, or none.

    Plain digits, few enough for 64 bits: no sign, no blank, no digit of another script.
    """
    said = text or ""
    is_number = said.isascii() and said.isdecimal() and len(said) <= _MOST_DIGITS
    return int(said) if is_number else None


def clean(
    value: str,
    *,
    max_length: int | None = None,
    field: str = "",
    multiline: bool = False,
    label: str = "内容",
) -> str:
    """Return the text as it is stored: composed, visible characters only, blanks collapsed.

    Full-width letters and digits become half-width; Chinese punctuation stays.
    :raises BadInput: when more than `max_length` characters remain.
    """
    lines = (_clean_line(line) for line in _LINE_END.split(value))
    text = "\n".join(lines) if multiline else " ".join(line for line in lines if line)
    text = re.sub(r"\n{3,}", "\n\n", text).strip()
    if max_length is not None and len(text) > max_length:
        raise BadInput(
            f"{label}最多 {max_length} 个字，现在有 {len(text)} 个字，请删减后再提交。",
            code="bad_input.too_long",
            field=field,
        )
    return text


def _clean_line(line: str) -> str:
    blanked = _BLANKS.sub(" ", line.translate(_REPLACED))
    seen = "".join(
        character
        for character in _UNSEEN.sub("", blanked)
        if unicodedata.category(character) not in _DROPPED_CATEGORIES
    )
    # Last, because taking out a mark may bring a letter and its accent together.
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", seen)).strip()


def half_width_digits(value: str) -> str:
    """Return the text with full-width letters, digits and blanks made half-width."""
    return value.translate(_HALF_WIDTH)


def has_emoji(value: str) -> bool:
    """Tell whether a character is shown as a picture (Unicode Emoji_Presentation)."""
    return _EMOJI.search(value) is not None


def words(
    value: str, field: str, label: str, max_length: int, *, wanted: bool = True, long: bool = False
) -> str:
    """Return text as it is stored; long text keeps its lines and may hold emoji.

    :raises BadInput: when it is wanted and empty, too long, or a short one holds emoji.
    """
    text = clean(value, max_length=max_length, field=field, multiline=long, label=label)
    if wanted and not text:
        raise BadInput(f"请填写{label}。", field=field)
    if not long and has_emoji(text):
        raise BadInput(f"{label}不能使用表情符号，请改用文字。", field=field)
    return text


def person_name(value: str, field: str = "name") -> str:
    """Return a person's name as it is stored.

    Blanks inside a Chinese name are dropped, every kind of middle dot becomes “·”.
    :raises BadInput: unless it is 2 to 30 characters of a Chinese or a Latin name.
    """
    if _USUAL_NAME.fullmatch(value):
        return value  # nothing to clean: nearly every name of a list of 750,000
    name = _VARIATION_SELECTORS.sub("", clean(value))
    if _HAS_IDEOGRAPH.search(name):
        name = _NAME_DOTS.sub("·", name.replace(" ", ""))
    else:
        name = name.replace("’", "'")
    if not name:
        raise BadInput("请填写姓名。", code="bad_input.name", field=field)
    if not NAME_MIN <= len(name) <= NAME_MAX:
        raise BadInput(
            f"姓名应为 {NAME_MIN} 到 {NAME_MAX} 个字，请按证件上的姓名填写。",
            code="bad_input.name",
            field=field,
        )
    if not (_CHINESE_NAME.fullmatch(name) or _LATIN_NAME.fullmatch(name)):
        raise BadInput(
            "姓名只能是汉字（少数民族姓名可用“·”）或英文字母，请按证件上的姓名填写。",
            code="bad_input.name",
            field=field,
        )
    return name


def bigrams(text: str) -> str:
    """Return the search text: for 志愿者 “志 志愿 愿 愿者 者”, other words as they are.

    Single characters stand between the pairs, so that one character is found, and a phrase
    search (`bigram_query`) finds exactly the texts that contain the query, across Latin words too.
    PostgreSQL keeps positions up to 16,383: beyond about 8,000 characters a text is not searched.
    """
    return " ".join(chain.from_iterable(_interleaved(run) for run in _search_runs(text)))


def bigram_query(text: str) -> list[str]:
    """Return the tokens to search as one phrase; empty when nothing in it can be searched.

    Letters, digits and characters only, so a token needs no quoting. To find several words
    independent of their order, split the query at its blanks and search each phrase.
    """
    runs = [_interleaved(run) for run in _search_runs(text)]
    # At either end the query may be the middle of a longer run: there its pairs already say it all.
    if runs and len(runs[0]) > 1:
        runs[0] = runs[0][1:]
    if runs and len(runs[-1]) > 1:
        runs[-1] = runs[-1][:-1]
    return list(chain.from_iterable(runs))


def _search_runs(text: str) -> list[str]:
    return _SEARCH_RUN.findall(unicodedata.normalize("NFKC", clean(text)).lower())


def _interleaved(run: str) -> list[str]:
    if not _SEARCH_CHARACTER.match(run):
        return [run]
    pairs = [f"{left}{right}" for left, right in pairwise(run)]
    return [token for both in zip(run, pairs, strict=False) for token in both] + [run[-1]]
