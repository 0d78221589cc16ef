"""A PostgreSQL server of our own: for a test run and thrown away, or kept for the benchmark."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from house.words import Stop

NEEDED = ("initdb", "postgres", "pg_isready")
# Debian and macOS keep the server's programs out of the PATH.
FOLDERS = ("/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/postgresql*/bin", "/usr/pgsql-*/bin")
READY_SECONDS = 30
# Many workers, and nothing that has to survive the machine: the data goes with the run. Rows live
# for one test, so there is nothing to vacuum; and tables that nobody counted look so large that
# the server would compile each longer statement, which takes a hundred times as long as to read.
FOR_TESTS = {
    "max_connections": "200",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "jit": "off",
}


def find() -> Path | None:
    """Return the folder with the programs of the newest PostgreSQL server here, or None."""
    found = [folder for pattern in FOLDERS for folder in Path("/").glob(pattern[1:])]
    found.sort(key=_version, reverse=True)
    on_path = [Path(part) for part in os.get_exec_path()]
    return next((folder for folder in [*found, *on_path] if _is_complete(folder)), None)


def _is_complete(folder: Path) -> bool:
    return all(os.access(folder / name, os.X_OK) for name in NEEDED)


def _version(folder: Path) -> int:
    digits = "".join(letter for letter in folder.parent.name if letter.isdigit())
    return int(digits or 0)


@contextmanager
def server(programs: Path) -> Iterator[str]:
    """Run a server on a socket in a temporary folder and give its database URL.

    It listens on no port, so that nothing collides and nobody else gets in.

    :raises Stop: when it does not start.
    """
    with _sockets() as folder, _running(programs, folder / "data", folder, FOR_TESTS) as url:
        yield url


@contextmanager
def kept_server(programs: Path, data: Path, settings: Mapping[str, str]) -> Iterator[str]:
    """Run a server whose data stays in the folder `data` from one run to the next.

    :raises Stop: when it does not start.
    """
    with _sockets() as folder, _running(programs, data, folder, settings) as url:
        yield url


@contextmanager
def _sockets() -> Iterator[Path]:
    """Give a short-lived folder, because the path of a socket may not be long."""
    with tempfile.TemporaryDirectory(prefix="voluncity-pg-", ignore_cleanup_errors=True) as name:
        yield Path(name)


@contextmanager
def _running(
    programs: Path, data: Path, folder: Path, settings: Mapping[str, str]
) -> Iterator[str]:
    who = _plain_user(folder)
    if not (data / "PG_VERSION").exists():
        _make_cluster(programs, data, who)
    log = folder / "log"
    command = [str(programs / "postgres"), "-D", str(data), "-k", str(folder)]
    for name, value in {"listen_addresses": "", **settings}.items():
        command += ["-c", f"{name}={value}"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, stdout=output, stderr=output, start_new_session=True, user=who
        )
    try:
        _wait_until_ready(programs, folder, process)
        yield f"postgres://voluncity@/voluncity?host={folder}"
    finally:
        _stop(process)


def _plain_user(folder: Path) -> str | None:
    """Choose who runs the server, which refuses to run as root; None is ourselves."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    name = "postgres" if "postgres" in names else "nobody"
    shutil.chown(folder, name)
    return name


def _make_cluster(programs: Path, data: Path, who: str | None) -> None:
    data.mkdir(parents=True, exist_ok=True)
    if who is not None:
        shutil.chown(data, who)
    command = [str(programs / "initdb"), "-D", str(data), "--username=voluncity"]
    command += ["--auth=trust", "--encoding=UTF8", "--no-locale"]
    done = subprocess.run(command, cwd=data, user=who, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Stop(f"PostgreSQL's initdb failed:\n{done.stdout}{done.stderr}")


def _wait_until_ready(programs: Path, folder: Path, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + READY_SECONDS
    ask = [str(programs / "pg_isready"), "--quiet", "-h", str(folder)]
    while subprocess.run(ask, check=False).returncode:
        if process.poll() is not None or time.monotonic() > until:
            raise Stop(f"PostgreSQL did not start:\n{(folder / 'log').read_text()}")
        time.sleep(0.1)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Stop the server at once without waiting for its clients (fast, then immediate)."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        process.send_signal(number)
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            continue
        return
