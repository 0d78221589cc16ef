"""Numbers in groups of three, as in the documents of the city (277,322.90)."""

from __future__ import annotations

THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
