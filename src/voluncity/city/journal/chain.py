"""The hash of one entry, given the hash before it."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC
from functools import lru_cache
from typing import Any

from voluncity.city.journal.models import Entry

GENESIS = "0" * 64

# Canonical JSON: sorted keys, no spaces, ASCII. Made once, since `json.dumps` makes a new encoder
# for each call with these options.
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
_quote = lru_cache(maxsize=4096)(_encode)  # verbs and types of subjects: few, again and again


def entry_hash(entry: Entry, *, sequence: int, previous: str) -> str:
    """Return the SHA-256 over everything that the entry says and the hash before it."""
    return content_hash(
        sequence=sequence,
        previous=previous,
        pk=entry.pk,
        at=entry.at.astimezone(UTC).isoformat(),
        actor=entry.actor_id,
        on_behalf_of=entry.on_behalf_of_id,
        verb=entry.verb,
        subject_type=entry.subject_type,
        subject_id=entry.subject_id,
        data=entry.data,
    )


def content_hash(  # noqa: PLR0913 -- what one entry says
    *,
    sequence: int,
    previous: str,
    pk: int | None,
    at: str,
    actor: int | None,
    on_behalf_of: int | None,
    verb: str,
    subject_type: str,
    subject_id: int | None,
    data: Any,
) -> str:
    """Return the SHA-256 of the canonical JSON of one entry; `at` is ISO 8601 in UTC.

    The text is put together here, with its keys in alphabetical order, because three million
    entries are proven at a time; a property test holds it to `json.dumps(…, sort_keys=True)`.
    """
    text = (
        f'{{"actor":{_number(actor)},"at":"{at}","data":{_encode(data)},"id":{_number(pk)},'
        f'"on_behalf_of":{_number(on_behalf_of)},"previous":{_quote_once(previous)},'
        f'"sequence":{sequence},"subject":[{_quote(subject_type)},{_number(subject_id)}],'
        f'"verb":{_quote(verb)}}}'
    )
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _number(value: int | None) -> str | int:
    return "null" if value is None else value


def _quote_once(text: str) -> str:
    """Quote without remembering: a hash comes once, and needs it only when somebody forged it."""
    return f'"{text}"' if text.isalnum() and text.isascii() else _encode(text)
