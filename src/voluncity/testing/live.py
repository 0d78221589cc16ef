"""The real server and its worker on a database of their own, for browser and race tests."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from voluncity.testing import tracing

READY_SECONDS = 60
STOP_SECONDS = 20
COMMAND_SECONDS = 400
PEOPLE = "30"  # enough for full lists, few enough to be built quickly
RIGHT = "voluncity.config.wsgi:application"
WITH_SABOTEUR = "voluncity.testing.wsgi:application"


@dataclass(frozen=True)
class Live:
    """A running city: where to find it, and its database."""

    url: str
    database_url: str


@dataclass(frozen=True)
class Built:
    """A demo city at rest: its database, its uploads, and the static files as a real city's."""

    database_url: str
    static: Path
    files: Path


def named(server_url: str, name: str) -> str:
    """Return the URL of another database on the same server."""
    parts = urlsplit(server_url)
    return urlunsplit(parts._replace(path=f"/{name}"))


def address_of(server_url: str, name: str) -> str:
    """Return how psycopg finds a database on the same server."""
    parts = urlsplit(server_url)
    host = parts.query.removeprefix("host=") or parts.hostname
    port = f" port={parts.port}" if parts.port else ""
    return f"user={parts.username} dbname={name} host={host}{port}"


def _administer(server_url: str, statement: str) -> None:
    with psycopg.connect(address_of(server_url, "postgres"), autocommit=True) as connection:
        connection.execute(statement.encode())


@contextmanager
def database(name: str, *, folder: Path, copied_from: str = "") -> Iterator[str]:
    """Make a database beside the one of the tests, or a copy of another, and drop it afterward."""
    server = os.environ["DATABASE_URL"]
    url = _make(name, folder=folder, copied_from=copied_from)
    try:
        yield url
    finally:
        if not server.startswith("sqlite"):
            _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def _make(name: str, *, folder: Path, copied_from: str) -> str:
    server = os.environ["DATABASE_URL"]
    if server.startswith("sqlite"):
        path = folder / f"{name}.sqlite3"
        if copied_from:
            shutil.copy(copied_from.removeprefix("sqlite://"), path)
        return f"sqlite://{path}"
    template = f" TEMPLATE {urlsplit(copied_from).path[1:]}" if copied_from else ""
    _administer(server, f"CREATE DATABASE {name}{template}")
    return named(server, name)


def manage(database_url: str, *arguments: str, env: Mapping[str, str] | None = None) -> None:
    """Run a management command on a database; its words are shown when it fails.

    :raises RuntimeError: when it fails.
    """
    run_module(database_url, "voluncity", "manage", *arguments, env=env)


def run_module(database_url: str, *words: str, env: Mapping[str, str] | None = None) -> None:
    """Run a module of ours on a database, with arguments; its words are shown when it fails.

    :raises RuntimeError: when it fails.
    """
    done = subprocess.run(
        [sys.executable, "-m", *words],
        env=environment(database_url, **(env or {})),
        capture_output=True,
        text=True,
        check=False,
        timeout=COMMAND_SECONDS,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)} failed:\n{done.stdout}{done.stderr}")


def environment(database_url: str, **more: str) -> dict[str, str]:
    """Return the environment of a program that works on this database, and as fast as it can."""
    # The worker that runs beside it does the jobs, as in a real city.
    jobs = {"VOLUNCITY_IMMEDIATE_JOBS": ""}
    return os.environ | tracing.UNTRACED | {"DATABASE_URL": database_url} | jobs | more


def demo_city(folder: Path, *, run: str, copied_from: str) -> Built:
    """Build the demo city in a copy of a migrated database, once for all workers of a test run.

    Nothing serves it: whoever wants a city takes a copy of its database.
    """
    name = f"demo_{run}"
    mark = folder / f"{name}.done"
    with _turn(folder / f"{name}.lock"):
        if not mark.exists():
            url = _make(name, folder=folder, copied_from=copied_from)
            _build(_built(url, folder / name))
            mark.write_text(url)
    return _built(mark.read_text(), folder / name)


def _built(url: str, place: Path) -> Built:
    return Built(url, Path(f"{place}-static"), Path(f"{place}-files"))


def _build(built: Built) -> None:
    env = env_of(built)
    manage(built.database_url, "demo", "--skip-checks", "--people", PEOPLE, env=env)
    manage(built.database_url, "collectstatic", "--noinput", "--skip-checks", env=env)
    if built.database_url.startswith("sqlite"):
        _fold_log(built.database_url)


def env_of(built: Built) -> dict[str, str]:
    """Return the environment of the city: its uploads, static files hashed and compressed."""
    return {
        "VOLUNCITY_FILES": str(built.files),
        "VOLUNCITY_PLAIN_STATIC": "0",
        "VOLUNCITY_STATIC": str(built.static),
    }


def _fold_log(url: str) -> None:
    """Write SQLite's log into the file itself, so that copying the file copies everything."""
    connection = sqlite3.connect(url.removeprefix("sqlite://"))
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


@contextmanager
def _turn(lock: Path) -> Iterator[None]:
    """Let one process at a time in."""
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextmanager
def serving(
    database_url: str, *, application: str = RIGHT, threads: int = 4, worker: bool = True,
    workers: int = 1, env: Mapping[str, str] | None = None,
) -> Iterator[Live]:  # fmt: skip
    """Serve a database on a free port of the loopback, with the job worker beside it."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    around = environment(database_url, VOLUNCITY_PUBLIC_URL=url, **(env or {}))
    granian = [str(Path(sys.executable).parent / "granian"), "--interface", "wsgi"]
    granian += ["--host", "127.0.0.1", "--port", str(port), "--blocking-threads", str(threads)]
    granian += ["--workers", str(workers), "--workers-kill-timeout", "5", application]
    commands = [granian]
    if worker:
        commands.append([sys.executable, "-m", "voluncity", "worker"])
    started = [
        subprocess.Popen(command, env=around, start_new_session=True) for command in commands
    ]
    try:
        _wait(lambda: _answers(f"{url}/healthz"))
        yield Live(url, database_url)
    finally:
        for process in started:
            _stop(process)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(ready: Callable[[], bool]) -> None:
    until = time.monotonic() + READY_SECONDS
    while not ready():
        if time.monotonic() > until:
            raise TimeoutError("the server did not answer")
        time.sleep(0.1)


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 -- our own loopback address
    except urllib.error.HTTPError:
        return True  # unwell, but there
    except OSError:
        return False
    return True


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
