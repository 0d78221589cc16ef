"""The guides themselves: every link leads somewhere, every picture is there and light."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils.html import strip_tags
from markdown_it import MarkdownIt

from voluncity.doors.help import drawing, queries
from voluncity.doors.help.rules import GUIDES
from voluncity.testing.make_people import make_volunteer, user_of
from voluncity.testing.pages import as_, markup

SLUGS = [guide.slug for guide in GUIDES]
EACH = pytest.mark.parametrize("slug", SLUGS)
MOST_BYTES = 150 * 1024
# Doors that send on somebody who is in already.
BEFORE_LOGIN = {"/join/", "/login/"}


def links(text: str) -> Iterator[tuple[str, str]]:
    """Return where each link of a guide leads, and its words."""
    for block in MarkdownIt("commonmark", {"html": False}).enable("table").parse(text):
        href, words = "", ""
        for token in block.children or ():
            if token.type == "link_open":
                href, words = unquote(str(token.attrs["href"])), ""
            elif token.type == "link_close":
                yield href, words
            else:
                words += token.content


def dead(text: str) -> list[str]:
    """Return the links that lead to no page, to no heading or out of the city."""
    own = {one.anchor for one in drawing.draw(text).headings}
    return [href for href, _ in links(text) if not _is_alive(href, own)]


def _is_alive(href: str, own: set[str]) -> bool:
    parts = urlsplit(href)
    if parts.scheme or parts.netloc:
        return False
    if not parts.path:
        return parts.fragment in own
    try:
        found = resolve(parts.path)
    except Resolver404:
        return False
    if parts.fragment and found.view_name == "help:guide":
        return parts.fragment in {one.anchor for one in queries.drawn(**found.kwargs).headings}
    return not parts.fragment


@EACH
def test_every_link_of_a_guide_leads_somewhere(slug: str) -> None:
    assert dead(queries.text_of(slug)) == []


def test_saboteur_dead_links_are_found() -> None:
    text = (
        "# 题\n\n## 一、加入\n\n[好](/find/) [好](#一加入) [好](/help/resident/#一加入)\n\n"
        "[一](/finds/) [二](#一) [三](/help/resident/#没有) [四](/find/#没有)"
        " [五](https://example.org/)\n\n| 甲 |\n|---|\n| [六](/nowhere/) |\n"
    )
    assert dead(text) == [
        "/finds/",
        "#一",
        "/help/resident/#没有",
        "/find/#没有",
        "https://example.org/",
        "/nowhere/",
    ]


@pytest.mark.django_db
def test_a_volunteer_may_open_every_page_that_the_guide_of_residents_names() -> None:
    client = as_(user_of(make_volunteer("王芳")))
    walked = {pair for pair in links(queries.text_of("resident")) if pair[0].startswith("/")}
    assert len(walked) > 25
    wrong = []
    for href, words in sorted(walked):
        answer = (Client() if href in BEFORE_LOGIN else client).get(href)
        if answer.status_code != 200 or words not in _title(markup(answer)):
            wrong.append((href, words, answer.status_code))
    assert wrong == []  # and each page bears the name that the guide gives it


def _title(page: str) -> str:
    """Return the page's title and its greatest heading."""
    found = re.findall(r"<(title|h1)[^>]*>(.*?)</\1>", page, re.DOTALL)
    return " ".join(strip_tags(words) for _, words in found)


@EACH
def test_a_guide_has_a_title_and_several_sections(slug: str) -> None:
    drawn = queries.drawn(slug)
    assert drawn.title
    assert len(drawn.sections) >= 8


def test_every_picture_is_used_and_light() -> None:
    used = {
        name
        for slug in SLUGS
        for name in re.findall(r"\]\(\.\./static/(\S+?)\)", queries.text_of(slug))
    }
    kept = {
        path.relative_to(drawing.FOLDER).as_posix(): path.stat().st_size
        for path in drawing.FOLDER.rglob("*.*")
    }
    assert set(kept) == used
    assert {name: size for name, size in kept.items() if size > MOST_BYTES} == {}


def test_there_is_no_guide_without_an_entry() -> None:
    files = {path.name.removesuffix(".zh-CN.md") for path in queries.FOLDER.glob("*.md")}
    assert files == set(SLUGS)


@EACH
def test_guides_use_the_words_of_the_city_only(slug: str) -> None:
    text = re.sub(r"\]\([^)]*\)", "", queries.text_of(slug))
    foreign = set(re.findall(r"[A-Za-z]{2,}", text)) - {"XLSX", "CSV", "PDF"}
    assert foreign == set()


def test_the_guides_lie_where_the_package_takes_its_files_from() -> None:
    slice_folder = Path(drawing.__file__).parent
    assert {queries.FOLDER, drawing.FOLDER} == {slice_folder / "data", slice_folder / "static"}
