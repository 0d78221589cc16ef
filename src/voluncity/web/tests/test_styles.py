"""The tokens keep their contrast and the files stay light."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import django_htmx
import pytest

STATIC = Path(__file__).parents[1] / "static/voluncity"
CSS = (STATIC / "css/app.css").read_text()
HTMX = Path(django_htmx.__file__).parent / "static/django_htmx/htmx-2.min.js"

TEXT = 4.5  # WCAG 2.2 1.4.3, MIIT 2021 (RULES 3.6)
SHAPE = 3.0  # WCAG 2.2 1.4.11

TEXT_PAIRS = [
    *[
        (ink, paper)
        for ink in ("ink", "ink-2", "ink-3")
        for paper in ("paper", "surface", "sunken")
    ],
    *[("on-brand", red) for red in ("brand", "brand-strong")],
    *[(red, paper) for red in ("brand", "brand-strong") for paper in ("paper", "surface")],
    ("brand-strong", "brand-soft"),
    ("ink-2", "brand-soft"),
    ("ink", "brand-soft"),
    *[(tone, f"{tone}-soft") for tone in ("good", "warn", "bad", "info")],
    *[("ink", f"{tone}-soft") for tone in ("good", "warn", "bad", "info")],
    *[(tone, "surface") for tone in ("good", "warn", "bad", "info")],
    *[(tone, "paper") for tone in ("good", "bad")],
]
SHAPE_PAIRS = [
    ("line-strong", "surface"),
    ("line-strong", "paper"),
    ("gold", "surface"),
    ("info", "paper"),
]


def tokens(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})", css))


ORDINARY = tokens(CSS.split("@layer base")[0])
ELDER = ORDINARY | tokens(CSS.split("@layer elder {")[1].split("@layer print {")[0])


def luminance(color: str) -> float:
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_the_standard_says() -> None:
    assert contrast("#000000", "#ffffff") == 21
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54


@pytest.mark.parametrize("mode", [ORDINARY, ELDER], ids=["ordinary", "elder"])
@pytest.mark.parametrize(("ink", "paper"), TEXT_PAIRS)
def test_text_can_be_read(mode: dict[str, str], ink: str, paper: str) -> None:
    assert contrast(mode[ink], mode[paper]) >= TEXT


@pytest.mark.parametrize("mode", [ORDINARY, ELDER], ids=["ordinary", "elder"])
@pytest.mark.parametrize(("line", "paper"), SHAPE_PAIRS)
def test_borders_of_controls_can_be_seen(mode: dict[str, str], line: str, paper: str) -> None:
    assert contrast(mode[line], mode[paper]) >= SHAPE


def test_elder_text_starts_at_eighteen_pixels_and_targets_at_sixty() -> None:
    elder = CSS.split("@layer elder {")[1].split("@layer print {")[0]
    root = int(re.findall(r"\.elder \{\s+font-size: (\d+)px", elder)[0])
    largest = int(re.findall(r"\.elder--max \{ font-size: (\d+)px", elder)[0])
    sizes = {name: float(rem) for name, rem in re.findall(r"--text-(\w+): ([\d.]+)rem", elder)}
    targets = {
        name: int(px) for name, px in re.findall(r"--(tap|button|cell|tabbar): (\d+)px", elder)
    }
    assert min(sizes.values()) * root >= 18
    assert sizes["xl"] * root >= 30
    assert sizes["lg"] * largest >= 30
    assert min(targets.values()) >= 60
    assert float(re.findall(r"--leading: ([\d.]+)", elder)[0]) >= 1.3


def test_targets_are_at_least_forty_four_pixels_elsewhere() -> None:
    sizes = dict(re.findall(r"--(tap|button|cell|tabbar): (\d+)px", CSS.split("@layer base")[0]))
    assert {name: int(px) >= 44 for name, px in sizes.items()} == dict.fromkeys(sizes, True)
    assert len(sizes) == 4


def test_the_files_of_a_first_view_are_light() -> None:
    files = [STATIC / "css/app.css", STATIC / "js/app.js", STATIC / "img/logo.svg", HTMX]
    wire = sum(len(gzip.compress(path.read_bytes())) for path in files)
    assert wire <= 32_000  # of 60 KB for a first view; brotli makes it lighter still
    assert len(CSS.encode()) <= 46_000


def test_styles_ask_no_other_host_and_bring_no_fonts() -> None:
    for path in STATIC.glob("**/*.css"):
        text = path.read_text()
        assert re.findall(r"https?://|@import|@font-face", text) == []


def test_styles_respect_motion_contrast_and_paper() -> None:
    for query in ("prefers-reduced-motion: reduce", "forced-colors: active", "@media print"):
        assert query in CSS
