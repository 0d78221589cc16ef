"""The guides as they are read."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

from voluncity.city.access.permissions import Permission
from voluncity.doors.help import drawing
from voluncity.doors.help.rules import GUIDES, Guide
from voluncity.kernel.refusals import NotFound

FOLDER = Path(__file__).parent / "data"


def guide_of(slug: str) -> tuple[Guide, drawing.Drawn]:
    """Return one guide and how it is shown.

    :raises NotFound: when there is no such guide.
    """
    guide = next((one for one in GUIDES if one.slug == slug), None)
    if guide is None:
        raise NotFound("没有这份指南，请从使用帮助里打开。")
    return guide, drawn(guide.slug)


def every_guide() -> list[tuple[Guide, drawing.Drawn]]:
    """Return all guides in their order."""
    return [(guide, drawn(guide.slug)) for guide in GUIDES]


def guides_for(held: Collection[Permission]) -> list[tuple[Guide, drawing.Drawn]]:
    """Return the guides to the work of somebody who holds these permissions."""
    return [pair for pair in every_guide() if not pair[0].permissions.isdisjoint(held)]


def text_of(slug: str) -> str:
    """Return the words of a guide as they were written."""
    return (FOLDER / f"{slug}.zh-CN.md").read_text(encoding="utf-8")


@lru_cache(maxsize=len(GUIDES))
def drawn(slug: str) -> drawing.Drawn:
    """Draw a guide once: it changes only with the program."""
    return drawing.draw(text_of(slug))
