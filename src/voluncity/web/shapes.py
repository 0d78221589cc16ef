"""Shapes drawn on the server: icons, QR codes. Inline SVG without style attributes (strict CSP)."""

from __future__ import annotations

import re
from functools import lru_cache

import segno
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import lucide

QR_BORDER = 3
SPACES = re.compile(r">\s+<")
# app.css says these for every icon; a page has fifty of them.
STROKES = re.compile(r' (?:fill="none"|stroke(?:-width|-linecap|-linejoin)?="[^"]*")')


@lru_cache(maxsize=512)
def icon_svg(name: str, size: int = 20, label: str = "") -> SafeString:
    """Return one icon as inline SVG, hidden from screen readers unless it has a label."""
    attributes = {"class": "icon", "focusable": "false"}
    attributes |= {"role": "img", "aria-label": label} if label else {"aria-hidden": "true"}
    drawn = lucide(name, size=size, **attributes).strip()
    # The icon package escapes attribute values and draws only its own bundled shapes.
    return mark_safe(STROKES.sub("", SPACES.sub("><", drawn), count=5))  # noqa: S308


def qr_svg(text: str, size: int, label: str) -> SafeString:
    """Return a QR code as inline SVG; `size` in CSS pixels, error correction M."""
    code = segno.make(text, error="m", micro=False)
    width = code.symbol_size(border=QR_BORDER)[0]
    path = "".join(
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(code.matrix_iter(border=QR_BORDER))
        for x, dark in enumerate(row)
        if dark
    )
    return mark_safe(  # noqa: S308 -- numbers of our own and an escaped label
        f'<svg class="qr" role="img" aria-label="{escape(label)}" width="{size}" height="{size}"'
        f' viewBox="0 0 {width} {width}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{width}v{width}H0z"/><path fill="#000" d="{path}"/></svg>'
    )
