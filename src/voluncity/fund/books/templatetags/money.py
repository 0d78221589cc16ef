"""Sums of money in templates: `{% load money %}`, `{{ fen|yuan }}`."""

from __future__ import annotations

from django import template

from voluncity.kernel.money import yuan_text

register = template.Library()


@register.filter
def yuan(fen: int) -> str:
    """Return fen as people read them: 1,200 元, 199.50 元, with a minus below nothing."""
    return f"-{yuan_text(-fen)}" if fen < 0 else yuan_text(fen)


@register.filter
def plain_yuan(fen: int) -> str:
    """Return fen as a column of figures needs them: 1,200.00, -0.05."""
    yuan_part, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{yuan_part:,}.{rest:02d}"
