"""The two kinds of database: where a city lies, how it is copied, and who talks to it."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qsl, urlsplit

from house import postgres
from house.words import Stop

# The server of a city on two cores with a quarter of this memory to spare; durability is on.
POSTGRES_SETTINGS = {
    "max_connections": "120",
    "shared_buffers": "1GB",
    "effective_cache_size": "4GB",
    "work_mem": "32MB",
    "maintenance_work_mem": "512MB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "fsync": "on",
    "full_page_writes": "on",
    "wal_compression": "lz4",
    "synchronous_commit": "on",
}
SQLITE_SETTINGS = {"journal_mode": "WAL", "synchronous": "FULL"}


class Database(Protocol):
    """One server, or one folder of files, that holds cities by name."""

    kind: str

    def url(self, name: str) -> str:
        """Return the DATABASE_URL of a city."""

    def exists(self, name: str) -> bool:
        """Say whether there is such a city."""

    def create(self, name: str) -> None:
        """Make an empty one."""

    def settle(self, name: str) -> None:
        """Do what the database would do by itself some time after a large load."""

    def copy(self, source: str, target: str) -> None:
        """Copy a city at rest; one that had the target's name is gone."""

    def drop(self, name: str) -> None:
        """Remove a city, if there is one."""

    def megabytes(self, name: str) -> int:
        """Return how large a city is."""

    def version(self) -> str:
        """Return the name and version of the database."""


class Postgres:
    """A server of our own."""

    kind = "postgres"

    def __init__(self, programs: Path, url: str, data: Path) -> None:
        self.programs = programs
        self.pid = int((data / "postmaster.pid").read_text().split()[0])
        self.host = dict(parse_qsl(urlsplit(url).query))["host"]

    def url(self, name: str) -> str:
        """Return the DATABASE_URL of a city."""
        return f"postgres://voluncity@/{name}?host={self.host}"

    def ask(self, statement: str, *, name: str = "postgres", deadline: float = 1800) -> str:
        """Run a statement and return what it says, columns divided by `|`.

        :raises Stop: when it fails.
        """
        command = self.client("psql", name)
        command += ["-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-c", statement]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=deadline
        )
        if done.returncode:
            raise Stop(f"PostgreSQL refused: {statement}\n{done.stderr}")
        return done.stdout.strip()

    def client(self, program: str, name: str) -> list[str]:
        """Return the command of a client program on a city."""
        return [str(self.programs / program), "-h", self.host, "-U", "voluncity", "-d", name]

    def exists(self, name: str) -> bool:
        """Say whether there is such a city."""
        return bool(self.ask(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))

    def create(self, name: str) -> None:
        """Make an empty one."""
        self.drop(name)
        self.ask(f"CREATE DATABASE {name}")

    def settle(self, name: str) -> None:
        """Do what autovacuum and the checkpointer do in the first minutes after a large load."""
        self.ask("VACUUM (ANALYZE)", name=name)
        self.ask("CHECKPOINT")

    def copy(self, source: str, target: str) -> None:
        """Copy a city at rest; one that had the target's name is gone."""
        self.drop(target)
        self.ask(f"CREATE DATABASE {target} TEMPLATE {source} STRATEGY file_copy")

    def drop(self, name: str) -> None:
        """Remove a city, if there is one."""
        self.ask(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def megabytes(self, name: str) -> int:
        """Return how large a city is."""
        return int(self.ask(f"SELECT pg_database_size('{name}') / 1000000"))

    def version(self) -> str:
        """Return the name and version of the database."""
        return f"PostgreSQL {self.ask('SHOW server_version').split()[0]}"


class Sqlite:
    """A folder of files."""

    kind = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def path(self, name: str) -> Path:
        """Return the file of a city."""
        return self.folder / f"{name}.sqlite3"

    def url(self, name: str) -> str:
        """Return the DATABASE_URL of a city."""
        return f"sqlite://{self.path(name)}"

    def exists(self, name: str) -> bool:
        """Say whether there is such a city."""
        return self.path(name).exists()

    def create(self, name: str) -> None:
        """Make an empty one."""
        self.drop(name)

    def settle(self, name: str) -> None:
        """Write the log into the file itself, so that copying the file copies everything."""
        connection = sqlite3.connect(self.path(name))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()

    def copy(self, source: str, target: str) -> None:
        """Copy a city at rest; one that had the target's name is gone."""
        self.drop(target)
        shutil.copyfile(self.path(source), self.path(target))

    def drop(self, name: str) -> None:
        """Remove a city, if there is one."""
        for path in self.folder.glob(f"{name}.sqlite3*"):
            path.unlink()

    def megabytes(self, name: str) -> int:
        """Return how large a city is."""
        return self.path(name).stat().st_size // 1_000_000

    def version(self) -> str:
        """Return the name and version of the database."""
        return f"SQLite {sqlite3.sqlite_version}"


@contextmanager
def opened(kind: str, folder: Path) -> Iterator[Postgres | Sqlite]:
    """Give the database of this kind, with its server running.

    :raises Stop: when this machine has no PostgreSQL server.
    """
    if kind == "sqlite":
        yield Sqlite(folder / "sqlite")
        return
    programs = postgres.find()
    if programs is None or not (programs / "pgbench").exists():
        raise Stop("PostgreSQL and its pgbench are not here; try --db sqlite.")
    data = folder / "postgres"
    with postgres.kept_server(programs, data, POSTGRES_SETTINGS) as url:
        yield Postgres(programs, url, data)
