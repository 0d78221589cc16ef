"""The columns of several models in one row of a planned statement."""

from __future__ import annotations

import json
from typing import Generic, TypeVar

from django.db import connection, models

from voluncity.kernel.statements import Row, instant_or_none

M = TypeVar("M", bound=models.Model)


class Columns(Generic[M]):
    """All columns of one model, under the alias that the statement gives its table."""

    def __init__(self, model: type[M], alias: str) -> None:
        fields = model._meta.concrete_fields  # noqa: SLF001 -- Django's documented API
        self.model = model
        self.names = [field.attname for field in fields]
        self._instants = [n for n, f in enumerate(fields) if isinstance(f, models.DateTimeField)]
        self._documents = [n for n, f in enumerate(fields) if isinstance(f, models.JSONField)]
        columns = [f"{alias}.{field.column}" for field in fields]
        for place in self._documents:
            columns[place] = f"CAST({columns[place]} AS text)"
        self.sql = ", ".join(columns)

    def of(self, values: Row) -> M | None:
        """Return the instance, or None where an outer join found nothing."""
        if values[0] is None:
            return None
        taken = list(values)
        for place in self._instants:
            taken[place] = instant_or_none(taken[place])
        for place in self._documents:
            taken[place] = json.loads(taken[place])
        return self.model.from_db(connection.alias, self.names, taken)
