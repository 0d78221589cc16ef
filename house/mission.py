"""Show which tests show which row of the mission, and how their last run went."""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import TypedDict

from house import environment
from house.paths import PYTHON, ROOT, VAR
from house.processes import Family
from house.words import Stop, complain, say

ROWS = ROOT / "docs" / "mission_rows.json"
PAGE = ROOT / "docs" / "mission.md"
RESULTS = VAR / "rows.json"
HEAD = """\
# The mission, row by row

Each row is something a city's volunteer system must do. Under it stand the tests that show it.
`python3 run.py rows` writes this page and prints the last result of every test.
"""


class Row(TypedDict):
    """One thing the system must do."""

    id: str
    zh: str
    en: str


class Section(TypedDict):
    """Rows that belong together."""

    id: str
    zh: str
    en: str
    rows: list[Row]


Shown = dict[str, list[str]]


def show(family: Family) -> int:
    """Print every row with its tests and their last result, and write the page."""
    shown = _collect(family)
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    for section in _sections():
        say("", f"{section['id']}. {section['zh']}  {section['en']}")
        for row in section["rows"]:
            say(f"  {row['id']:<4}{row['zh']}  {row['en']}")
            say(*(f"        {verdict(results, test):<34} {test}" for test in shown[row["id"]]))
    PAGE.write_text(page(_sections(), shown), encoding="utf-8")
    without = sum(not shown[row["id"]] for section in _sections() for row in section["rows"])
    total = sum(len(section["rows"]) for section in _sections())
    say("", f"{total - without} of {total} rows have tests. Wrote docs/mission.md.")
    return 0


def check(family: Family) -> int:
    """Say whether the committed page is what `show` would write."""
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == page(_sections(), _collect(family)):
        return 0
    complain("docs/mission.md is not true any more.")
    return 1


def page(sections: list[Section], shown: Shown) -> str:
    """Return the page: the same tests give the same bytes."""
    lines = [HEAD]
    for section in sections:
        lines += [f"## {section['id']}. {section['zh']} – {section['en']}", ""]
        for row in section["rows"]:
            lines += [f"### {row['id']} {row['zh']} – {row['en']}", ""]
            lines += [f"- {_sentence(test)} (`{_file(test)}`)" for test in shown[row["id"]]]
            lines += ["" if shown[row["id"]] else "No test yet.\n"]
    return "\n".join(lines).rstrip() + "\n"


def _sections() -> list[Section]:
    sections: list[Section] = json.loads(ROWS.read_text(encoding="utf-8"))
    return sections


def _collect(family: Family) -> Shown:
    """Ask pytest for the tests of every row, whether they ran here or not.

    :raises Stop: when the tests cannot be collected.
    """
    with tempfile.TemporaryDirectory(prefix="voluncity-rows-") as folder:
        path = Path(folder) / "rows.json"
        command = [str(PYTHON), "-m", "pytest", "--collect-only", "-qq", f"--rows-to={path}"]
        env = environment.variables(DATABASE_URL=f"sqlite://{folder}/db.sqlite3")
        code = family.run(command, env, quiet=True)
        if code or not path.exists():
            raise Stop("The tests cannot be collected; `python3 run.py test` says why.")
        marked: dict[str, list[str]] = json.loads(path.read_text(encoding="utf-8"))
    shown = defaultdict(set)
    for test, rows in marked.items():
        for row in rows:
            shown[row].add(test.partition("[")[0])
    return defaultdict(list, {row: sorted(tests) for row, tests in shown.items()})


def _sentence(test: str) -> str:
    return test.rpartition("::")[2].removeprefix("test_").replace("_", " ")


def _file(test: str) -> str:
    return test.partition("::")[0]


def verdict(results: dict[str, dict[str, dict[str, dict[str, str]]]], test: str) -> str:
    """Return the worst last result per database over the parameters of a test."""
    said: dict[str, set[str]] = defaultdict(set)
    for nodeid, entry in results.items():
        if nodeid.partition("[")[0] == test:
            for database, result in entry["results"].items():
                said[database].add(result["outcome"])
    worst = {
        database: next(one for one in ("failed", "skipped", "passed") if one in outcomes)
        for database, outcomes in said.items()
    }
    return ", ".join(f"{name} {worst[name]}" for name in sorted(worst)) or "has not run here"
