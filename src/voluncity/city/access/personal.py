"""Encrypt, decrypt and index personal numbers with this city's keys."""

from __future__ import annotations

from django.conf import settings

from voluncity.kernel import sealing


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


def index(value: str, *, purpose: str) -> str:
    """Return the blind index by which a number is found ("phone", "id")."""
    return sealing.blind_index(value, key=settings.VOLUNCITY_INDEX_KEY, purpose=purpose)
