"""Read settings from the environment, and say plainly what is wrong with them."""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32
ROOT = Path(__file__).resolve().parents[3]

_YES = {"1", "true", "yes", "on"}
_NO = {"0", "false", "no", "off"}


def flag(name: str, *, default: bool = False) -> bool:
    """Return whether the variable says yes.

    :raises ImproperlyConfigured: when it says neither yes nor no.
    """
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value not in _YES | _NO:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")
    return value in _YES


def text(name: str, default: str = "") -> str:
    """Return the variable, or the default where it is missing or empty."""
    return os.environ.get(name) or default


def words(name: str, default: str = "") -> list[str]:
    """Return the comma-separated variable as a list."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def secret_key(*, demo: bool) -> str:
    """Return the secret key; outside demo mode there must be one.

    :raises ImproperlyConfigured: when it is missing or short outside demo mode.
    """
    key = text("VOLUNCITY_SECRET_KEY")
    if len(key) >= KEY_BYTES:
        return key
    if demo:
        return key or "demo-only-secret-key-that-protects-nothing-real"
    raise ImproperlyConfigured(
        "VOLUNCITY_SECRET_KEY is missing or shorter than 32 characters. Make one with "
        "`python3 -c 'import secrets; print(secrets.token_urlsafe(48))'` and keep it safe: "
        "it protects sessions and check-in codes."
    )


def data_keys(*, demo: bool, secret: str) -> list[bytes]:
    """Return the 32-byte keys for personal data, newest first.

    :raises ImproperlyConfigured: when there is none outside demo mode, or one is malformed.
    """
    keys = words("VOLUNCITY_DATA_KEYS")
    if not keys and demo:
        return [hashlib.sha256(f"data:{secret}".encode()).digest()]
    if not keys:
        raise ImproperlyConfigured(
            "VOLUNCITY_DATA_KEYS is missing. It holds the base64 keys (32 bytes each, newest "
            "first) that encrypt identity and phone numbers; losing them loses the numbers."
        )
    try:
        raw = [base64.b64decode(key, validate=True) for key in keys]
    except ValueError as error:
        raise ImproperlyConfigured("VOLUNCITY_DATA_KEYS must be base64.") from error
    if any(len(key) != KEY_BYTES for key in raw):
        raise ImproperlyConfigured("Each key in VOLUNCITY_DATA_KEYS must be 32 bytes long.")
    return raw


def index_key(*, demo: bool, secret: str) -> bytes:
    """Return the key of the blind indexes.

    :raises ImproperlyConfigured: when it is missing or short outside demo mode.
    """
    key = text("VOLUNCITY_INDEX_KEY")
    if len(key) >= KEY_BYTES:
        return key.encode()
    if demo:
        return hashlib.sha256(f"index:{secret}".encode()).digest()
    raise ImproperlyConfigured(
        "VOLUNCITY_INDEX_KEY is missing or shorter than 32 characters. It keys the blind index "
        "that finds a person by identity or phone number; it must never change."
    )


def signing_key() -> bytes | None:
    """Return the private key that signs certificates, if the city keeps it outside (32 bytes).

    :raises ImproperlyConfigured: when it is malformed.
    """
    given = text("VOLUNCITY_SIGNING_KEY")
    if not given:
        return None
    try:
        raw = base64.b64decode(given, validate=True)
    except ValueError as error:
        raise ImproperlyConfigured("VOLUNCITY_SIGNING_KEY must be base64.") from error
    if len(raw) != KEY_BYTES:
        raise ImproperlyConfigured("VOLUNCITY_SIGNING_KEY must be 32 bytes long (Ed25519 seed).")
    return raw


def database(url: str) -> dict[str, object]:
    """Return Django's settings for one database URL (sqlite:///path or postgres://…).

    :raises ImproperlyConfigured: for any other scheme.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        if parts.netloc or not parts.path.strip("/"):
            raise ImproperlyConfigured(
                "DATABASE_URL must name the whole path of the SQLite file: "
                "sqlite:///srv/voluncity/db.sqlite3."
            )
        return _sqlite(unquote(parts.path))
    if parts.scheme in {"postgres", "postgresql"}:
        return _postgres(url)
    raise ImproperlyConfigured("DATABASE_URL must begin with sqlite:// or postgres://.")


def _sqlite(path: str) -> dict[str, object]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,  # opening the file anew costs a millisecond a request
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",  # the write lock first: no lost race, no lock error
            "timeout": 20,
            # FULL: what was acknowledged survives a power cut.
            "init_command": (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA cache_size=-20000;"
                "PRAGMA temp_store=MEMORY;PRAGMA mmap_size=134217728;"
                # REPLACE deletes rows too: let it ask the triggers of append-only tables.
                "PRAGMA recursive_triggers=ON;"
            ),
        },
    }


def _postgres(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    try:
        pool_max, port = int(query.pop("pool", "8")), str(parts.port or "")
        is_unprepared = query.pop("prepare", "1") == "0"
    except ValueError as error:
        raise ImproperlyConfigured("The port and pool= in DATABASE_URL must be numbers.") from error
    if not parts.path.removeprefix("/"):
        raise ImproperlyConfigured(
            "DATABASE_URL must name the database: postgres://user:password@host:5432/voluncity."
        )
    # Hot statements keep their plans (kernel/statements.py); `prepare=0` for an old PgBouncer.
    options: dict[str, object] = {"prepare_threshold": None if is_unprepared else 0, **query}
    if pool_max:
        options["pool"] = {"min_size": 1, "max_size": pool_max, "timeout": 20}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.removeprefix("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", parts.hostname or ""),
        "PORT": port,
        "OPTIONS": {k: v for k, v in options.items() if k != "host"},
        # Without a pool each thread keeps its connection; a pool asks for 0.
        "CONN_MAX_AGE": 0 if pool_max else None,
        # PgBouncer in transaction mode must stay possible.
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }
