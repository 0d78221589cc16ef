"""What holds for archives: how much may be kept, which addresses may be named."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import clean

SUMMARY_MOST, CAPTION_MOST, WORDS_MOST, REASON_MOST = 4000, 60, 200, 300
NAME_MOST, UNIT_MOST, KIND_NAME_MOST, KIND_UNIT_MOST, TITLE_MOST = 40, 6, 16, 6, 40
CONSENT_MOST, ADDRESS_MOST, PURPOSE_MOST = 100, 500, 100
PHOTOS_AT_ONCE, PHOTOS_MOST = 12, 60
VIDEOS_MOST, LINES_MOST = 6, 50
NUMBER_MOST, YUAN_MOST = 9_999_999, 100_000_000
PACKAGE_ACTIVITIES_MOST = 500
PACKAGE_BYTES_MOST = 4 * 1024**3
_HOST = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


def checked_address(address: str, *, field: str) -> str:
    """Return the https address of a video elsewhere; names and passwords in it are refused.

    :raises BadInput: when it is no such address.
    """
    typed = clean(address, max_length=ADDRESS_MOST, field=field, label="视频链接")
    refusal = BadInput(
        "请填写完整的视频链接，以 https:// 开头，例如 https://v.example.cn/abc。", field=field
    )
    try:
        parts = urlsplit(typed)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise refusal from None
    is_plain = parts.scheme == "https" and "@" not in parts.netloc and port in {None, 443}
    if not is_plain or not _HOST.fullmatch(host) or re.search(r"[\s\"'<>\\]", typed):
        raise refusal
    return f"https://{host}{typed[typed.index(parts.netloc) + len(parts.netloc) :]}"


def host_of(address: str) -> str:
    """Return where an address leads, as people are told before they go."""
    return urlsplit(address).hostname or ""


def whole_number(text: str, *, label: str, field: str) -> int:
    """Return a whole number above 0 from what somebody typed; full-width digits are read.

    :raises BadInput: when it is none, or more than can be.
    """
    digits = re.sub(r"[\s,，]", "", clean(text))
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= len(str(NUMBER_MOST))):
        raise BadInput(f"{label}请填写整数，例如 120。", field=field)
    if int(digits) == 0:
        raise BadInput(f"{label}应大于 0。", field=field)
    return int(digits)


def said(text: str, *, label: str, field: str, most: int, multiline: bool = False) -> str:
    """Return words that must be there.

    :raises BadInput: when they are missing or too long.
    """
    words = clean(text, max_length=most, field=field, label=label, multiline=multiline)
    if not words:
        raise BadInput(f"请填写{label}。", field=field)
    return words
