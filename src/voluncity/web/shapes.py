"""Shapes drawn on the server: icons, QR codes. Inline SVG without style attributes (strict CSP)."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from zipfile import ZipFile

import segno
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from lucide import IconDoesNotExist

QR_BORDER = 3
SPACES = re.compile(r">\s+<")


@lru_cache(maxsize=1)
def _icons() -> ZipFile:
    """Return the drawings of the icon package; its own loader reads their directory every time."""
    return ZipFile(BytesIO(files("lucide").joinpath("lucide.zip").read_bytes()))


@lru_cache(maxsize=512)
def icon_svg(name: str, size: int = 20, label: str = "") -> SafeString:
    """Return one icon as inline SVG, hidden from screen readers unless it has a label.

    Strokes are said once in app.css: a page has fifty icons.

    :raises IconDoesNotExist: when the package has none of this name.
    """
    try:
        drawn = _icons().read(f"{name}.svg").decode()
    except KeyError as unknown:
        raise IconDoesNotExist(f"The icon {name!r} does not exist.") from unknown
    shapes = SPACES.sub("><", drawn[drawn.index(">") + 1 :].strip())
    said = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return mark_safe(  # noqa: S308 -- the package's own shapes and an escaped label
        f'<svg width="{size}" height="{size}" viewBox="0 0 24 24" class="icon"'
        f' focusable="false" {said}>{shapes}'
    )


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
