"""Write the lock files: every package with its version and hashes, and no host."""

from __future__ import annotations

from house import environment
from house.paths import BIN
from house.processes import Family
from house.words import say

SETTINGS = ("--universal", "--python-version", "3.11", "--generate-hashes", "--no-header")


def lock(family: Family, *, upgrade: bool) -> int:
    """Compile the three lock files and return the exit code."""
    more = ["--upgrade"] if upgrade else []
    targets = [
        (["pyproject.toml"], environment.RUNTIME),
        (["pyproject.toml", "--group", "dev"], environment.DEVELOPMENT),
        (["--group", "installer"], environment.INSTALLER),
    ]
    for source, target in targets:
        command = [str(BIN / "uv"), "pip", "compile", "--quiet", *source, *SETTINGS, *more]
        if code := family.run([*command, "-o", target.name]):
            return code
        say(f"wrote {target.name}")
    return 0
