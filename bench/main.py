"""Measure the city: choose, run, check the books, print the table, keep it as JSON."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench import table
from bench.building import FOLDER
from bench.city import City, opened
from bench.databases import POSTGRES_SETTINGS, SQLITE_SETTINGS, Database
from bench.databases import opened as opened_database
from bench.programs import Done
from bench.table import Line
from bench.workloads import WORKLOADS, WRITING
from bench.workloads.books import check_books
from house import environment
from house.paths import PYTHON, ROOT
from house.processes import Family
from house.words import Stop, say

KINDS = ("postgres", "sqlite")
DOCUMENT = ROOT / "docs" / "performance.md"
PUYANG = "puyang"


def bench(family: Family, *, kind: str, scale: str, names: Sequence[str], is_written: bool) -> int:
    """Run the named workloads, or all; return 1 when an answer or a book was wrong, else 0.

    Whether a target was met shows in the table only: it depends on the machine.

    :raises Stop: when something is unknown, cannot start, or takes too long.
    """
    chosen = _chosen(names)
    refuse_scale(scale)
    environment.ensure(family)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="run-", dir=FOLDER) as name,
        opened_database(kind, FOLDER) as database,
        opened(family, database, scale, Path(name)) as city,
    ):
        facts = _facts(database, city)
        lines = []
        for line in _lines(city, chosen):
            lines.append(line)
            say("  ".join(cell for cell in line.cells() if cell))
        say("", table.text(lines), "")
    _keep(kind, facts, lines, is_whole=set(chosen) == set(WORKLOADS), is_written=is_written)
    return 1 if any(line.errors for line in lines) else 0


def _chosen(names: Sequence[str]) -> list[str]:
    wanted = {name.lower() for name in names} or set(WORKLOADS)
    if unknown := wanted - set(WORKLOADS):
        known = ", ".join(sorted(WORKLOADS))
        raise Stop(f"No workload is called {', '.join(sorted(unknown))}. There are: {known}", 2)
    return [name for name in WORKLOADS if name in wanted]


def refuse_scale(scale: str) -> None:
    """Look whether the scale is one.

    :raises Stop: when it is neither `puyang` nor a factor of it up to 1.
    """
    if scale == PUYANG:
        return
    if not re.fullmatch(r"[01](\.\d{1,4})?", scale) or not 0 < float(scale) <= 1:
        raise Stop(f"The scale is {PUYANG} or a factor like 0.05, not {scale}.", 2)


def _lines(city: City, chosen: Sequence[str]) -> Iterator[Line]:
    """Run the workloads; one that fails is an error in the table and the others go on.

    :raises Stop: when somebody asked to stop.
    """
    for name in chosen:
        say(f"── {name} {'─' * 60}")
        try:
            yield from _proven(city, name)
        except Stop as failure:
            city.family.heed()
            yield Line(name.upper(), 0.0, errors=1, notes=[str(failure)])


def _proven(city: City, name: str) -> Iterator[Line]:
    """Run a workload; if it wrote, its last line says whether the books are right after it."""
    lines = list(WORKLOADS[name](city))
    if name in WRITING:
        _prove(lines[-1], check_books(city))
    yield from lines


def _prove(line: Line, done: Done) -> None:
    """Note on the line whether the books are right after it."""
    if done.code == 0:
        line.notes.append(f"check-books after it: clean, {done.seconds:.1f} s")
        return
    line.errors += 1
    line.notes += [f"check-books after it: {text}" for text in done.said.splitlines()[-5:]]


def _facts(database: Database, city: City) -> dict[str, str]:
    """Return where and on what this was measured."""
    settings = POSTGRES_SETTINGS if database.kind == "postgres" else SQLITE_SETTINGS
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "commit": _commit(),
        "database": database.version(),
        "settings": ", ".join(f"{name}={value}" for name, value in settings.items()),
        "scale": city.scale,
        "size": f"{database.megabytes(city.name):,} MB",
        "machine": machine(),
        "versions": _versions(),
    }


def machine() -> str:
    """Return the processor, its cores, the memory and the system."""
    model = ""
    if (cpu := Path("/proc/cpuinfo")).exists():
        found = re.search(r"model name\s*:\s*(.+)", cpu.read_text(encoding="utf-8"))
        model = found[1].strip() if found else ""
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    system = f"{platform.system()} {platform.release()}"
    return f"{model or platform.machine()}, {os.cpu_count()} cores, {gigabytes:.0f} GB, {system}"


def _versions() -> str:
    program = (
        "import platform, importlib.metadata as m; print('Python', platform.python_version(), "
        "*(f'· {n} {m.version(n)}' for n in ('django', 'granian', 'psycopg')))"
    )
    done = subprocess.run([PYTHON, "-c", program], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def _commit() -> str:
    command = ["git", "rev-parse", "--short", "HEAD"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip()


def _keep(
    kind: str, facts: dict[str, str], lines: Sequence[Line], *, is_whole: bool, is_written: bool
) -> None:
    """Write the JSON, and the table into the document where that was asked for."""
    path = FOLDER / f"latest-{kind}.json"
    values = {"facts": facts, "lines": [line.values() for line in lines]}
    path.write_text(json.dumps(values, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    say(f"JSON: {path.relative_to(ROOT)}")
    if not is_written:
        return
    if not is_whole:
        say("The document was left as it is: it holds whole runs only.")
        return
    content = table.markdown(lines, heading=heading(facts))
    document = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(table.replaced(document, f"table {kind}", content), encoding="utf-8")
    say(f"Table: {DOCUMENT.relative_to(ROOT)}")


def heading(facts: dict[str, str]) -> str:
    """Return the lines above the table in the document."""
    return (
        f"{facts['database']}, scale {facts['scale']} ({facts['size']}), measured on "
        f"{facts['date']} at commit {facts['commit']}.\n"
        f"Machine: {facts['machine']}. {facts['versions']}. Settings: `{facts['settings']}`."
    )
