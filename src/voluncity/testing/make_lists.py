"""Small lists of fictional volunteers, one answer of which a test may change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from voluncity.city.people.lists.columns import KEYS, TITLES
from voluncity.city.people.lists.writing import write_table
from voluncity.testing.make_people import make_id_number, make_phone

COMMUNITY = "140106001001"


def make_answers(name: str = "王芳", **answers: str) -> dict[str, str]:
    """Return the answers of somebody who may be registered, with some of them changed."""
    usual = {
        "name": name,
        "id_number": make_id_number(),
        "phone": make_phone(),
        "region": COMMUNITY,
        "agreed": "是",
    }
    return usual | answers


def make_list(path: Path, people: Iterable[Mapping[str, str]]) -> Path:
    """Write people as a CSV or XLSX file, by its name, and return where it is."""
    rows = [[answers.get(key, "") for key in KEYS] for answers in people]
    write_table(path, [[TITLES[key] for key in KEYS], *rows])
    return path
