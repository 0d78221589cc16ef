"""Rules of the house that no ready tool knows: sizes, doors between slices, the clock, pages.

Run as `python -m house.manners`; prints what breaks a rule and ends with 1, or 0.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from house.paths import ROOT, SRC

FILE_LINES = 500
FUNCTION_LINES = 60
LEFT_OUT = {"var", "__pycache__", "node_modules", "htmlcov"}
WRITTEN = {".py", ".html", ".css", ".js", ".md", ".toml", ".txt", ".json", ".yaml", ".sh", ""}
COUNTED = {".py", ".html", ".css", ".js"}
GENERATED = {"migrations", "vendor"}
# Another slice is entered only through these (docs/architecture.md).
DOORS = {"models", "states", "queries", "actions", "rules"}
# What a slice offers beside these, because every other slice is built with it.
OFFERED = {
    "city.access": {"columns", "marks", "matrix", "permissions", "personal", "scopes"},
    "city.tokens": {"operations", "shapes"},  # every operation of the API is made with them
    # The guards of tables to which rows are only added, and how such tables are proven.
    "city.journal": {"append_only", "wrong_rows"},
    "city.registers": {"listing"},  # one page of a list, as every view of one draws it
    "city.regions": {"forms"},  # the field in which a region is chosen
    "city.files": {"forms", "storage"},  # fields that take an upload; jobs that read it
    # Who asks; who somebody is by their papers; how a table of any kind is read.
    "city.people": {"asking", "forms", "lists"},
    "fund.governance": {"forms"},  # the field in which a resolution is chosen
    "fund.donations": {"fakes", "gateway"},  # the demo city plays its payments
}
# A test may also borrow from other tests, and do at once what the worker does later.
IN_TESTS = {"tests", "tasks"}
# Time is handed in as `at=` here (docs/style.md, rule 6).
TIMELESS = {"actions", "queries", "rules", "models", "states", "forms", "readers"}
CLOCKS = {"timezone.now", "datetime.now", "datetime.utcnow", "date.today", "time.time", "now"}
# Written in pieces, so that this file does not break its own rule.
ELSEWHERE = re.compile(
    "|".join(
        (
            r"(?<![\w.])/" + r"(?:root|home|Users|work)/[\w.]+",
            r"[A-Z]:\\+" + r"Users\\",
            r"pypi\." + "org",
            r"registry\.npm" + r"js",
            r"deb\.debian" + r"\.org",
        )
    )
)
IN_PAGES = {
    re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE): "an inline style, which the CSP refuses",
    re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE): "an inline handler, which the CSP refuses",
    re.compile(r"<(?:script|style)(?![^>]*(?:nonce|src=))", re.IGNORECASE): "a block without nonce",
    re.compile(r"""(?:src|action)\s*=\s*["']?(?:https?:)?//""", re.IGNORECASE): "another host",
    re.compile(r"""href\s*=\s*["']?javascript:""", re.IGNORECASE): "a javascript: link",
}


def complaints(root: Path = ROOT) -> Iterator[str]:
    """Say everything that breaks a rule, with file and line."""
    for path in sorted(_files(root)):
        text = path.read_text(encoding="utf-8", errors="replace")
        name = path.relative_to(root)
        own = not GENERATED & set(name.parts)
        if own and path.suffix in COUNTED and (lines := text.count("\n")) > FILE_LINES:
            yield f"{name}: {lines} lines, more than {FILE_LINES}"
        yield from (f"{name}:{line}: {what}" for line, what in _places(text))
        if path.suffix == ".html":
            yield from (f"{name}:{line}: {what}" for line, what in _page(text))
        if own and path.suffix == ".py":
            yield from (f"{name}:{line}: {what}" for line, what in _code(ast.parse(text), path))


def _files(root: Path) -> Iterator[Path]:
    for path in root.iterdir():
        if path.name in LEFT_OUT or path.suffix == ".egg-info":
            continue
        if path.is_dir() and (path.name == ".ci" or not path.name.startswith(".")):
            yield from _files(path)
        elif path.is_file() and path.suffix in WRITTEN:
            yield path


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _places(text: str) -> Iterator[tuple[int, str]]:
    for match in ELSEWHERE.finditer(text):
        yield _line(text, match.start()), f"{match[0]!r} belongs to one machine or registry"


def _page(text: str) -> Iterator[tuple[int, str]]:
    for pattern, what in IN_PAGES.items():
        for match in pattern.finditer(text):
            yield _line(text, match.start()), what


def _code(tree: ast.Module, path: Path) -> Iterator[tuple[int, str]]:
    slice_name, layer = _place(path)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield node.lineno, f"{node.name}() has {lines} lines, more than {FUNCTION_LINES}"
        elif isinstance(node, ast.Import | ast.ImportFrom) and slice_name:
            yield from _doors(node, slice_name, layer)
        elif isinstance(node, ast.Call) and layer in TIMELESS and _name(node.func) in CLOCKS:
            yield node.lineno, f"{_name(node.func)}() in {layer}: take the time as `at=`"


def _place(path: Path) -> tuple[str, str]:
    """Return the slice ("city.people") and the layer ("actions") of a module, or empty strings."""
    parts = path.relative_to(SRC / "voluncity").parts if path.is_relative_to(SRC) else ()
    if len(parts) < 3 or not (SRC / "voluncity" / parts[0] / parts[1] / "__init__.py").exists():
        return "", ""
    return ".".join(parts[:2]), parts[2].removesuffix(".py")


def _doors(
    node: ast.Import | ast.ImportFrom, slice_name: str, layer: str
) -> Iterator[tuple[int, str]]:
    for module in _imported(node):
        parts = module.split(".")
        other = ".".join(parts[1:3])
        foreign = parts[0] == "voluncity" and len(parts) > 3 and other != slice_name
        if not foreign or parts[1] in {"kernel", "web", "config", "testing"}:
            continue
        open_here = DOORS | OFFERED.get(other, set())
        if parts[3] not in open_here and not (layer == "tests" and parts[3] in IN_TESTS):
            yield node.lineno, f"{module}: enter {other} through {', '.join(sorted(DOORS))}"


def _imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [f"{node.module}.{alias.name}" for alias in node.names]


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        return f"{function.value.id}.{function.attr}"
    return function.id if isinstance(function, ast.Name) else ""


if __name__ == "__main__":
    found = list(complaints())
    print("\n".join(found))
    sys.exit(1 if found else 0)
