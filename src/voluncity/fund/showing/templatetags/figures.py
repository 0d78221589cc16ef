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
