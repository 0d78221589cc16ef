"""A database with every migration done, made once and copied by whoever needs one.

Migrating costs a quarter of a minute, a copy a tenth of a second. The name of what is kept holds a
digest of all migrations and of what they import, so nothing stale is ever copied; and of tests'
databases Django migrates the copy, which then has nothing left to do. `house.suite` forgets what is
kept as a file before a whole run, which so proves that a city can be migrated from the beginning.
"""

from __future__ import annotations

import ast
import faulthandler
import fcntl
import hashlib
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django
import psycopg

from voluncity.testing import live

SOURCE = Path(__file__).resolve().parents[2]
FOLDER = SOURCE.parent / "var" / "migrated"
PREFIX = "voluncity_migrated_"
KEPT = 3
COMMAND = "voluncity/doors/portal/management/commands/migrate.py"
SQLITE_SCHEMA = "SELECT type, name, coalesce(sql, '') FROM sqlite_master ORDER BY type, name"
# The names of constraints and indexes are unique in their kind, those of triggers on their table.
POSTGRES_SCHEMA = """
    SELECT 'column', table_name || '.' || column_name, concat_ws(' ', ordinal_position, data_type,
           character_maximum_length, is_nullable, column_default, is_identity, collation_name,
           is_generated, generation_expression)
      FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT 'constraint', conname, conrelid::regclass || ' ' || pg_get_constraintdef(oid)
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT 'trigger', tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid)
      FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'function', proname, pg_get_functiondef(oid)
      FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'
    UNION ALL SELECT 'view', viewname, definition FROM pg_views WHERE schemaname = 'public'
    UNION ALL SELECT 'storage', relname, concat_ws(' ', relkind, reloptions::text)
      FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT 'extension', extname, extversion FROM pg_extension
    ORDER BY 1, 2, 3
"""


def url() -> str:
    """Return the URL of the migrated database on the server of DATABASE_URL; make it if need be."""
    server = os.environ["DATABASE_URL"]
    if server.startswith("sqlite"):
        return f"sqlite://{file()}"
    with _alone("postgres"):
        return _on_server(server)


def file() -> Path:
    """Return the migrated database of SQLite as a file, whatever the tests run on."""
    with _alone("sqlite"):
        return _file()


@contextmanager
def _alone(kind: str) -> Iterator[None]:
    """Let one process at a time make what is missing of a kind of databases."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / f"{kind}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def copy_for_tests() -> None:
    """Let Django begin each test database as a copy; called once for a test run."""
    # Late: before Django is set up these modules can only be imported by way of the models.
    from django.db.backends.postgresql import creation as postgres
    from django.db.backends.sqlite3 import creation as sqlite

    # Django has no public place between making a test database and migrating it.
    _fill(sqlite.DatabaseCreation)
    _begin_with_template(postgres.DatabaseCreation)


def _fill(creation: Any) -> None:
    make = creation._create_test_db  # noqa: SLF001
    held: list[sqlite3.Connection] = []

    def filled(self: Any, *args: Any, **kwargs: Any) -> str:
        name: str = make(self, *args, **kwargs)
        # What lies in memory is gone when nobody holds it.
        held.append(sqlite3.connect(name, uri=True, check_same_thread=False))
        with closing(sqlite3.connect(file())) as kept:
            kept.backup(held[-1])
        return name

    creation._create_test_db = filled  # noqa: SLF001


def _begin_with_template(creation: Any) -> None:
    make = creation._create_test_db  # noqa: SLF001

    def templated(self: Any, verbosity: int, autoclobber: bool, keepdb: bool = False) -> str:
        with self._nodb_cursor() as cursor:
            is_there = keepdb and self._database_exists(cursor, self._get_test_db_name())
        if not is_there:
            self.connection.settings_dict["TEST"]["TEMPLATE"] = _name()
            url()
        name: str = make(self, verbosity, autoclobber, keepdb)
        return name

    creation._create_test_db = templated  # noqa: SLF001


def schema(database_url: str) -> list[tuple[str, ...]]:
    """Return what a database consists of: the kind, the name and the definition of each thing."""
    if database_url.startswith("sqlite"):
        with closing(sqlite3.connect(database_url.removeprefix("sqlite://"))) as file:
            return file.execute(SQLITE_SCHEMA).fetchall()
    name = urlsplit(database_url).path[1:]
    with psycopg.connect(live.address_of(database_url, name)) as connection:
        return connection.execute(POSTGRES_SCHEMA).fetchall()


# -- What it is called ---------------------------------------------------------------------------


def _name() -> str:
    return PREFIX + digest()


def digest(source: Path = SOURCE) -> str:
    """Return a short digest of all migrations, of what they import, of settings and packages."""
    found = hashlib.sha256(django.__version__.encode())
    migrations = sorted(source.glob("voluncity/**/migrations/*.py"))
    imported = {path for one in migrations for path in _imported(one, source)}
    packages = source.parent / "requirements.txt"
    settings = source / "voluncity/config/settings.py"
    command = source / COMMAND
    for path in (*migrations, *sorted(imported), packages, settings, command):
        found.update(f"{path.relative_to(source.parent)}\n".encode() + path.read_bytes())
    return found.hexdigest()[:16]


def _imported(migration: Path, source: Path) -> Iterator[Path]:
    """Find our own modules that a migration imports, be it with `import_module("…")`."""
    for node in ast.walk(ast.parse(migration.read_bytes())):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            names = [node.value]
        paths = (source / f"{name.replace('.', '/')}.py" for name in names if _is_ours(name))
        yield from (path for path in paths if path.exists())


def _is_ours(name: str) -> bool:
    return name.startswith("voluncity.") and name.replace(".", "").isidentifier()


# -- How it is made ------------------------------------------------------------------------------


def _file() -> Path:
    path = FOLDER / f"{_name()}.sqlite3"
    if not path.exists():
        draft = path.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        _migrate(f"sqlite://{draft}")
        with closing(sqlite3.connect(draft)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")  # all of it in one file
        draft.replace(path)
        for old in _oldest(FOLDER.glob("*.sqlite3")):
            old.unlink(missing_ok=True)
    return path


def _oldest(paths: Iterable[Path]) -> list[Path]:
    return sorted(paths, key=lambda path: path.stat().st_mtime, reverse=True)[KEPT:]


def _on_server(server: str) -> str:
    name = _name()
    with _administration(server) as connection:
        names = _names(connection)
        if name not in names:
            # Another checkout may be making the same one on the same server.
            draft = f"{name}_{os.getpid()}"
            connection.execute(f"CREATE DATABASE {draft}".encode())
            _migrate(live.named(server, draft))
            try:
                connection.execute(f"ALTER DATABASE {draft} RENAME TO {name}".encode())
            except psycopg.errors.DuplicateDatabase:
                connection.execute(f"DROP DATABASE {draft}".encode())
            for old in names[KEPT - 1 :]:
                with suppress(psycopg.errors.ObjectInUse):  # somebody is making or copying it
                    connection.execute(f"DROP DATABASE IF EXISTS {old}".encode())
    return live.named(server, name)


@contextmanager
def _administration(server: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(live.address_of(server, "postgres"), autocommit=True) as connection:
        yield connection


def _names(connection: psycopg.Connection) -> list[str]:
    """Return the migrated databases of the server, newest first."""
    asked = "SELECT datname FROM pg_database WHERE datname LIKE %s ORDER BY oid DESC"
    return [name for (name,) in connection.execute(asked, [f"{PREFIX}%"]).fetchall()]


def _migrate(database_url: str) -> None:
    # On a busy machine this may take longer than a test that hangs; the command has its own limit.
    faulthandler.cancel_dump_traceback_later()
    live.run_module(database_url, "voluncity", "migrate", "--verbosity", "0", "--skip-checks")


if __name__ == "__main__":
    url()
