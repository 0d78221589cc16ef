"""Take pictures of every page of the demo city."""

from __future__ import annotations

from house import environment
from house.paths import PYTHON, ROOT, SRC, VAR
from house.processes import Family
from house.words import say

FOLDER = VAR / "screenshots"
HOME = ROOT / "docs" / "img" / "home.png"
GUIDES = SRC / "voluncity" / "doors" / "help" / "static" / "help"


def take(family: Family) -> int:
    """Write a picture of every page to `var/screenshots/`; return the exit code."""
    code = _run(family, "screenshots", str(FOLDER), str(HOME))
    if not code:
        say("", f"Pictures: {FOLDER.relative_to(ROOT)}/, {HOME.relative_to(ROOT)}")
    return code


def take_guide(family: Family) -> int:
    """Write the pictures of the guides into their folders; return the exit code."""
    code = _run(family, "guide_pictures", str(GUIDES))
    if not code:
        say("", f"Pictures: {GUIDES.relative_to(ROOT)}/")
    return code


def _run(family: Family, module: str, *places: str) -> int:
    environment.ensure(family, development=True)
    variables = environment.variables(
        VOLUNCITY_DEMO="1",
        VOLUNCITY_SECRET_KEY="a-key-for-pictures-that-protects-nothing",  # noqa: S106
    )
    return family.run([str(PYTHON), "-m", f"voluncity.testing.{module}", *places], variables)
