"""Where the Chinese fonts for printed papers are."""

from __future__ import annotations

import os
from pathlib import Path

import pylopdf_fonts_zh_cn


def font_folder() -> Path:
    """Return the folder of the fonts: the city's own, or those of the package (OFL)."""
    own = os.environ.get("VOLUNCITY_FONT_DIR")
    return Path(own) if own else Path(pylopdf_fonts_zh_cn.sans_path()).parent
