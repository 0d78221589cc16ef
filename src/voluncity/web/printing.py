"""Print papers as PDF: typst with our own Chinese fonts, the facts passed beside the template."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import segno
import typst

from voluncity.web.fonts import font_folder

_ROOT = Path(__file__).parent.parent


def pdf(template: Path, facts: Mapping[str, Any], *, qr: str) -> bytes:
    """Return a printed paper; the template reads `facts` as JSON and `qr` as an SVG picture.

    What templates share they import as `/web/data/….typ`.
    """
    return typst.compile(
        str(template),
        root=str(_ROOT),
        font_paths=[str(font_folder())],
        ignore_system_fonts=True,
        sys_inputs={"facts": json.dumps(facts, ensure_ascii=False), "qr": qr_picture(qr)},
    )


def qr_picture(text: str) -> str:
    """Return a QR code as SVG, for papers that carry several."""
    out = io.BytesIO()
    segno.make_qr(text, error="m").save(out, kind="svg", border=0, xmldecl=False)
    return out.getvalue().decode()
