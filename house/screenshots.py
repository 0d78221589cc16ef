"""Take pictures of every page of the demo city."""

from __future__ import annotations

from house import environment
from house.paths import PYTHON, ROOT, VAR
from house.processes import Family
from house.words import say

FOLDER = VAR / "screenshots"
HOME = ROOT / "docs" / "img" / "home.png"


def take(family: Family) -> int:
    """Write a picture of every page to `var/screenshots/`; return the exit code."""
    environment.ensure(family, development=True)
    variables = environment.variables(
        VOLUNCITY_DEMO="1",
        VOLUNCITY_SECRET_KEY="a-key-for-pictures-that-protects-nothing",  # noqa: S106
    )
    program = [str(PYTHON), "-m", "voluncity.testing.screenshots", str(FOLDER), str(HOME)]
    code = family.run(program, variables)
    if not code:
        say("", f"Pictures: {FOLDER.relative_to(ROOT)}/, {HOME.relative_to(ROOT)}")
    return code
