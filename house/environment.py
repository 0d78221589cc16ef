"""Make `.venv` from the lock files, once; a stamp says when there is nothing to do."""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from house.paths import BIN, PYTHON, ROOT, SRC, VAR, VENV
from house.processes import Family
from house.words import Stop, say

RUNTIME = ROOT / "requirements.txt"
# Contains the first, so that a machine for development installs one set.
DEVELOPMENT = ROOT / "requirements-dev.txt"
INSTALLER = ROOT / "requirements-uv.txt"
# Programs in an environment name their Python by its path, so it does not survive a move.
PLACE = VENV / "place"
LAUNCHER = '#!/bin/sh\nexec "$(dirname "$0")/python" -m voluncity "$@"\n'


def ensure(family: Family, *, development: bool = False) -> None:
    """Make the environment hold what the lock says; return at once where it does.

    :raises Stop: when this Python cannot make one or something cannot be installed.
    """
    VAR.mkdir(exist_ok=True)
    with _alone():
        if not _works():
            _create(family)
        if not _is_fresh(development=development):
            _install(family, development=development)


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process install at a time."""
    with (VAR / "install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@cache
def _version() -> str:
    """Return the version of the environment's own Python, or an empty string."""
    try:
        answer = subprocess.run(
            [PYTHON, "-c", "import sys; print(sys.prefix, sys.version)"],
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return ""
    return answer.stdout if answer.returncode == 0 else ""


def _works() -> bool:
    """Say whether there is an environment that runs; one that was moved with its folder is not."""
    moved = PLACE.exists() and PLACE.read_text(encoding="utf-8") != str(VENV)
    return not moved and _version().startswith(f"{VENV} ")


def _create(family: Family) -> None:
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        raise Stop(
            "This Python cannot make a virtual environment. "
            f"On Debian or Ubuntu install the package {package}:\n"
            f"    apt install {package}\n"
            f"这个 Python 缺少 venv 模块。请先安装软件包 {package}，再运行一次。"
        )
    say("Making .venv …")
    if family.run([sys.executable, "-m", "venv", "--clear", str(VENV)]):
        raise Stop(f"The virtual environment {VENV} could not be made; see the lines above.")
    _version.cache_clear()
    PLACE.write_text(str(VENV), encoding="utf-8")


def _stamp(*, development: bool) -> str:
    digest = hashlib.sha256()
    for part in (_version(), str(SRC), LAUNCHER):
        digest.update(part.encode())
    for lock in [RUNTIME, DEVELOPMENT] if development else [RUNTIME]:
        digest.update(lock.read_bytes())
    return digest.hexdigest()


def _is_fresh(*, development: bool) -> bool:
    """Say whether one of the stamps fits; a development environment serves for both."""
    for kind in {development, True}:
        path = VENV / f"stamp-{'development' if kind else 'runtime'}"
        if path.exists() and path.read_text() == _stamp(development=kind):
            return True
    return False


def _install(family: Family, *, development: bool) -> None:
    lock = DEVELOPMENT if development else RUNTIME
    say("Installing what the lock file names …")
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
    if not (BIN / "uv").exists():
        family.run([*pip, "--require-hashes", "-r", str(INSTALLER)])
    uv = [str(BIN / "uv"), "pip", "install", "--quiet", "--python", str(PYTHON)]
    hashed = ["--require-hashes", "-r", str(lock)]
    done = (BIN / "uv").exists() and family.run([*uv, *hashed]) == 0
    if not done and family.run([*pip, *hashed]):
        raise Stop(
            "The packages could not be installed; see the lines above. "
            "The first start needs a network.\n"
            "依赖包没有装好，原因见上面的输出。第一次运行需要联网，请检查网络后再试。"
        )
    _link_project()
    path = VENV / f"stamp-{'development' if development else 'runtime'}"
    path.write_text(_stamp(development=development))


def _link_project() -> None:
    """Let the environment import the project from where it lies, and give it its command."""
    for folder in (VENV / "lib").glob("python3*/site-packages"):
        (folder / "voluncity.pth").write_text(f"{SRC}\n", encoding="utf-8")
    (BIN / "voluncity").write_text(LAUNCHER)
    (BIN / "voluncity").chmod(0o755)


def variables(**more: str) -> dict[str, str]:
    """Return the environment for a program of this environment."""
    path = f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return {**os.environ, "PATH": path, "VIRTUAL_ENV": str(VENV), **more}
