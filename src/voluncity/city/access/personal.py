"""Encrypt, decrypt and index personal numbers with this city's keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from django.conf import settings

from voluncity.kernel import sealed_files, sealing


def seal(plain: str, *, bound_to: str) -> str:
    """Encrypt a personal number, bound to one row ("volunteer:V123"); empty stays empty."""
    if not plain:
        return ""
    return sealing.seal(plain, keys=settings.VOLUNCITY_DATA_KEYS, bound_to=bound_to)


def unseal(sealed: str, *, bound_to: str) -> str:
    """Decrypt what `seal` made; empty stays empty.

    :raises Unsealable: when it was changed or belongs to another row.
    """
    if not sealed:
        return ""
    return sealing.unseal(sealed, keys=settings.VOLUNCITY_DATA_KEYS, bound_to=bound_to)


def phone_columns(phone: str, *, bound_to: str) -> dict[str, str]:
    """Return everything that a volunteer's row keeps about a phone number; all empty for none."""
    return {
        "phone_cipher": seal(phone, bound_to=bound_to),
        "phone_index": index(phone, purpose="phone") if phone else "",
        "phone_tail_index": tail_index(phone),
    }


def tail_index(phone: str) -> str:
    """Return the blind index of the last four digits, by which a desk finds a person."""
    return sealing.tail_index(phone, key=settings.VOLUNCITY_INDEX_KEY)


def index(value: str, *, purpose: str) -> str:
    """Return the blind index by which a number is found ("phone", "id")."""
    return sealing.blind_index(value, key=settings.VOLUNCITY_INDEX_KEY, purpose=purpose)


def seal_file(plain: BinaryIO, *, bound_to: str) -> Iterator[bytes]:
    """Return a file that holds personal numbers encrypted, piece by piece, bound to its purpose."""
    return sealed_files.seal_pieces(plain, keys=settings.VOLUNCITY_DATA_KEYS, bound_to=bound_to)


def open_sealed_file(sealed: BinaryIO, *, bound_to: str) -> BinaryIO:
    """Return the plain content of what `seal_file` made, never wholly in memory.

    :raises Unsealable: when it was changed or belongs to something else, also while reading.
    """
    return sealed_files.open_sealed(sealed, keys=settings.VOLUNCITY_DATA_KEYS, bound_to=bound_to)
