"""Numbers of the public pages: `{% load figures %}`."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def thousands(number: int) -> str:
    """Return a number with separators: 6,500."""
    return f"{number:,}"


@register.filter
def figure_hint(count: int, unit: str) -> str:
    """Return of how many records a figure is the sum: 14 项."""
    return f"{count:,} {unit}"


@register.filter
def in_yuan(fen: int) -> str:
    """Return fen as a number of yuan: 6,500,200 or 1,377,184.90."""
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole:,}" + (f".{rest:02d}" if rest else "")
