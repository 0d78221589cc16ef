"""Pages of lists that are too long to be counted."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.utils.functional import cached_property

# Further back than this nobody turns pages; filters lead there.
MOST = 10_000


class LongPaginator(Paginator[Any]):
    """Pages of a queryset that may hold millions: it is counted, and read, up to MOST rows.

    `is_cut` says that there are more, so that a page does not show a wrong number.
    """

    @cached_property
    def _seen(self) -> int:
        # A slice of unordered rows: the database stops counting there.
        seen: int = self.object_list.order_by()[: MOST + 1].count()  # type: ignore[attr-defined]
        return seen

    @cached_property
    def count(self) -> int:
        """Return how many rows can be reached."""
        return min(self._seen, MOST)

    @property
    def is_cut(self) -> bool:
        """Return whether there are more rows than can be reached."""
        return self._seen > MOST
