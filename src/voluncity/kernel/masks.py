"""Personal data as others may see it: enough to recognize, too little to use."""

from __future__ import annotations

import re

_DIVISIONS = re.compile(
    r"(?:[^省市区县旗\d]{2,10}?(?:省|自治区|特别行政区))?"
    r"(?:[^省市区县旗盟\d]{1,10}?(?:市|盟|自治州))?"
    r"(?:[^省市区县旗\d]{1,10}?(?:(?<![小社])区|县|旗|市))?"
    r"(?:[^省市区县旗\d]{1,10}?(?:街道|镇|乡|苏木))?"
)


def mask_name(name: str) -> str:
    """Hide a name: 张三 → 张*, 张三丰 → 张*丰, John Smith → J*** S***."""
    if name.isascii() or " " in name:
        return " ".join(f"{word[0]}***" for word in name.split())
    if len(name) <= 2:  # noqa: PLR2004 -- the usual way to mask a short name
        return f"{name[:1]}*"
    return _keep(name, head=1, tail=1)


def mask_phone(phone: str) -> str:
    """Hide a phone number: 13800138000 → 138****8000; always at least a third is hidden."""
    return _keep(phone, head=min(3, len(phone) // 3), tail=min(4, (len(phone) + 1) // 3))


def mask_id(number: str) -> str:
    """Hide an identity number: 11010519491231002X → 1101***********02X.

    The four first places tell the city, the last three help its owner to recognize it; the date
    of birth is wholly hidden. Shorter numbers keep less: never more than half is shown.
    """
    return _keep(number, head=min(4, len(number) // 4), tail=min(3, len(number) // 6))


def mask_address(address: str) -> str:
    """Hide an address below the street or town: 太原市迎泽区桥东街道青年路 1 号 → …桥东街道****."""
    match = _DIVISIONS.match(address)
    return f"{match.group() if match else ''}****" if address else ""


def _keep(value: str, *, head: int, tail: int) -> str:
    hidden = "*" * (len(value) - head - tail)
    return value[:head] + hidden + value[len(value) - tail :]
