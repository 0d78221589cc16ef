"""What a text that everybody reads must not give away or lead to: numbers of people, links."""

from __future__ import annotations

import re
import unicodedata

_DIGITS = str.maketrans("零〇○幺一壹二贰两三叁四肆五伍六陆七柒八捌九玖", "00011122233445566778899")
# Digits with whatever people put between them so that a number is not seen at once.
_RUN = re.compile(r"\d(?:[\s\-－—–_.·•*、,，/|]{0,3}\d)*[\s\-－—–_.·•*、,，/|]{0,3}[xX]?")
_MOBILE = re.compile(r"(?:86)?1[3-9]\d{9}")
_LANDLINE = re.compile(r"0\d{9,11}")
_FEWEST_OF_A_CARD = 15
_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d[\-/.](?:0?[1-9]|1[0-2])[\-/.](?:[0-2]?\d|3[01])(?!\d)")
_ACCOUNT = re.compile(
    r"(?:微信|威信|薇信|v信|vx|wx|weixin|wechat|qq|扣扣|支付宝|抖音)[号码帐账户群加是为：:\s]{0,4}[0-9a-z_\-]{5,}",
    re.IGNORECASE,
)
_ENDINGS = "com|cn|net|org|gov|edu|top|xyz|vip|cc|io|me|tv|info|club|shop|site|online|app|link|ltd"
_LINK = re.compile(
    rf"[a-z][a-z0-9+.\-]{{1,11}}://|www[.。]|(?:[a-z0-9\-]+[.。])+(?:{_ENDINGS})(?![a-z0-9])",
    re.IGNORECASE,
)


def has_number(text: str) -> bool:
    """Tell whether a text holds a phone, identity or card number, also when it is taken apart.

    Chinese digits are read; a day such as 2026-11-28 and the time behind it are none.
    """
    plain = _DATE.sub(" # ", unicodedata.normalize("NFKC", text)).translate(_DIGITS)
    for run in _RUN.findall(plain):
        digits = re.sub(r"\D", "", run)
        if len(digits) >= _FEWEST_OF_A_CARD or _MOBILE.search(digits) or _LANDLINE.match(digits):
            return True
    return False


def has_account(text: str) -> bool:
    """Tell whether a text names an account of a messenger or of a payment service."""
    return _ACCOUNT.search(unicodedata.normalize("NFKC", text)) is not None


def has_link(text: str) -> bool:
    """Tell whether a text holds an address of the web."""
    return _LINK.search(unicodedata.normalize("NFKC", text)) is not None
