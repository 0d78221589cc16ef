"""Put many rows into a table as fast as the database takes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db import models
    from django.db.backends.base.base import BaseDatabaseWrapper

Row = Sequence[Any]
Adapt = Callable[[Any], Any]

SQLITE_BATCH = 2_000
# What psycopg writes as Django would: everything else is asked of its field.
PLAIN_ON_POSTGRES = {
    "AutoField", "BigAutoField", "BigIntegerField", "BooleanField", "CharField", "DateField",
    "DateTimeField", "FloatField", "ForeignKey", "IntegerField", "OneToOneField",
    "PositiveBigIntegerField", "PositiveIntegerField", "PositiveSmallIntegerField", "SlugField",
    "SmallIntegerField", "TextField",
}  # fmt: skip
DAYS, DAYS_KEPT = {"DateField", "DateTimeField"}, 50_000
PLAIN_ON_SQLITE = PLAIN_ON_POSTGRES - DAYS


def copy_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Insert rows by COPY (PostgreSQL) or in large batches (SQLite); return how many.

    `columns` are names of fields ("name", "region_id", "id"); a field that is left out gets what
    the *database* gives it, so that a column without a database default must be named. Values
    are what the field holds in Python, foreign keys are ids. Rows are streamed, never collected.
    No `save()`, no validation and no default of Django runs: constraints and triggers do. Call it
    in a transaction; an error leaves none of its rows. Who writes ids calls `settle_sequence`.

    :raises django.db.IntegrityError: when a row breaks a constraint.
    :raises ValueError: when a row has more or fewer values than there are columns: our mistake.
    """
    connection = _connection(model)
    fields = [model._meta.get_field(name) for name in columns]  # noqa: SLF001 -- Django's documented API
    plain = PLAIN_ON_POSTGRES if connection.vendor == "postgresql" else PLAIN_ON_SQLITE
    adapts = [None if _kind(one) in plain else _adapt(one, connection) for one in fields]
    ready = _adapted(rows, adapts)
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(getattr(one, "column", one.name))) for one in fields)
    table = quote(model._meta.db_table)  # noqa: SLF001 -- Django's documented API
    if connection.vendor == "postgresql":
        return _copy(connection, f"COPY {table} ({names}) FROM STDIN", ready)
    marks = ", ".join(["%s"] * len(fields))
    return _insert(connection, f"INSERT INTO {table} ({names}) VALUES ({marks})", ready)  # noqa: S608 -- names of our own columns


def settle_sequence(model: type[models.Model]) -> None:
    """Let the next automatic id follow the highest one (SQLite looks for itself)."""
    connection = _connection(model)
    if connection.vendor != "postgresql":
        return
    table, key = model._meta.db_table, str(model._meta.pk.column)  # noqa: SLF001 -- Django's documented API
    with connection.cursor() as cursor:
        quote = connection.ops.quote_name
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence(%s, %s), COALESCE(MAX({quote(key)}), 1), "  # noqa: S608 -- names of our own tables
            f"MAX({quote(key)}) IS NOT NULL) FROM {quote(table)}",
            [quote(table), key],
        )


def _connection(model: type[models.Model]) -> BaseDatabaseWrapper:
    """Return the connection that this model writes to; the kernel itself knows no Django."""
    manager = model._base_manager  # noqa: SLF001 -- Django's documented API
    connection: BaseDatabaseWrapper = manager.all().query.get_compiler(using=manager.db).connection
    return connection


def _kind(field: Any) -> str:
    return str(field.get_internal_type())


@lru_cache(maxsize=32)
def _adapt(field: Any, connection: BaseDatabaseWrapper) -> Adapt:
    def adapt(value: Any) -> Any:
        return field.get_db_prep_save(value, connection=connection)

    # A million people are born on some 20,000 days, and one takes 25 µs.
    return lru_cache(maxsize=DAYS_KEPT)(adapt) if _kind(field) in DAYS else adapt


def _adapted(rows: Iterable[Row], adapts: Sequence[Adapt | None]) -> Iterator[Row]:
    wanted = [(place, adapt) for place, adapt in enumerate(adapts) if adapt is not None]
    for row in rows:
        if len(row) != len(adapts):
            raise ValueError(f"A row has {len(row)} values for {len(adapts)} columns.")
        if not wanted:
            yield row
            continue
        values = list(row)
        for place, adapt in wanted:
            values[place] = adapt(values[place])
        yield values


def _copy(connection: BaseDatabaseWrapper, statement: str, rows: Iterable[Row]) -> int:
    count = 0
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(statement) as copy,
    ):
        write_row = copy.write_row
        for count, row in enumerate(rows, start=1):  # noqa: B007 -- counted while streaming
            write_row(row)
    return count


def _insert(connection: BaseDatabaseWrapper, statement: str, rows: Iterable[Row]) -> int:
    count = 0
    stream = iter(rows)
    with connection.cursor() as cursor:
        while batch := list(islice(stream, SQLITE_BATCH)):
            cursor.executemany(statement, batch)
            count += len(batch)
    return count
