"""Find text by its bigrams: FTS5 on SQLite, a tsvector on PostgreSQL, the same tokens on both."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import BooleanField, F, Func, Q, QuerySet, Value

from voluncity.kernel.text import bigram_query


class Matches(Func):
    """Tell whether an activity's search text holds the tokens as one phrase.

    Takes the activity's key, its search text, and the tokens with blanks between.
    """

    output_field = BooleanField()
    conditional = True

    def as_sqlite(
        self, compiler: Any, connection: Any, **_: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        """Ask the FTS5 table of 0002_search."""
        key, _text, tokens = self.get_source_expressions()
        key_sql, key_params = compiler.compile(key)
        # Tokens are letters and digits only, so the quotes need no escaping.
        found = "SELECT rowid FROM projects_activity_search WHERE projects_activity_search MATCH %s"
        return f"{key_sql} IN ({found})", (*key_params, f'"{tokens.value}"')

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[Any]]:
        """Ask the expression that 0002_search indexes."""
        _key, text, tokens = self.get_source_expressions()
        text_sql, text_params = compiler.compile(text)
        words = f"to_tsvector('simple'::regconfig, {text_sql})"
        sql = f"{words} @@ phraseto_tsquery('simple'::regconfig, %s)"
        return sql, [*text_params, tokens.value]


Rows = TypeVar("Rows", bound=QuerySet[Any])


def containing(queryset: Rows, query: str, *, prefix: str = "") -> Rows:
    """Keep rows whose activity holds every word of the query; `prefix` leads to the activity."""
    phrases = [bigram_query(word) for word in query.split()]
    wanted = [phrase for phrase in phrases if phrase]
    if not wanted:
        return queryset.filter(Q(pk__in=[])) if query.strip() else queryset
    for phrase in wanted:
        queryset = queryset.filter(
            Matches(F(f"{prefix}pk"), F(f"{prefix}search_text"), Value(" ".join(phrase)))
        )
    return queryset
