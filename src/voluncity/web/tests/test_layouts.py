"""The layouts, the component page and the words in static files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string

from voluncity.web import shapes
from voluncity.web.gallery import gallery_context
from voluncity.web.tests.drawing import draw, request_to, words

SOURCES = Path(__file__).parents[2]
TEMPLATES = sorted(SOURCES.glob("**/templates/**/*.html"))
FACE = (
    '{% extends "web/face.html" %}'
    "{% block title %}找活动{% endblock %}{% block tab %}find{% endblock %}"
)
DESK = '{% extends "web/desk.html" %}{% block title %}志愿者{% endblock %}'


def drawn_page(source: str, cookie: str = "", **context: object) -> str:
    return draw(source, request=request_to("/find/", Cookie=cookie), **context)


def test_the_face_has_five_tabs_and_marks_the_active_one() -> None:
    page = drawn_page(FACE)
    bar = page.split('class="tabbar"')[1].split("</nav>")[0]
    assert words("<" + bar) == "首页 找活动 扫码 心愿 我的"
    assert re.findall(r'aria-current="page"', bar) == ['aria-current="page"']
    assert "<h1" in page


def test_elder_mode_has_three_tabs_and_a_number_to_call_on_every_page() -> None:
    page = drawn_page(FACE, cookie="elder=1")
    bar = page.split('class="tabbar"')[1].split("</nav>")[0]
    assert words("<" + bar) == "首页 找活动 我的"
    assert f'href="tel:{settings.VOLUNCITY_HOTLINE}"' in page
    assert '<html lang="zh-CN" class="elder">' in page


@pytest.mark.parametrize(
    ("cookie", "html_class"),
    [("elder=2", ' class="elder elder--max"'), ("elder=0", ""), ("elder=<script>", ""), ("", "")],
)
def test_only_known_sizes_change_the_page(cookie: str, html_class: str) -> None:
    assert f'<html lang="zh-CN"{html_class}>' in drawn_page(FACE, cookie=cookie)


def test_a_page_may_bring_back_link_tools_actions_and_a_side_column() -> None:
    page = drawn_page(
        FACE + "{% block heading %}标题{% endblock %}{% block back_url %}/back/{% endblock %}"
        "{% block topbar_tools %}工具{% endblock %}{% block actions %}报名{% endblock %}"
        "{% block aside %}旁边{% endblock %}"
    )
    assert 'href="/back/" aria-label="返回"' in page
    assert "标题</h1>" in page
    assert [text in words(page) for text in ("工具", "报名", "旁边")] == [True, True, True]
    assert "split--aside" in page


def test_an_empty_back_link_or_action_bar_is_not_drawn() -> None:
    page = drawn_page(FACE)
    assert 'aria-label="返回"' not in page
    assert "actionbar" not in page
    assert "split--aside" not in page


def test_the_desk_groups_its_rail_and_says_on_whose_behalf() -> None:
    rail = [
        {"label": "待办", "url": "/a", "icon": "inbox", "active": True, "badge": 3, "group": ""},
        {"label": "项目", "url": "/b", "icon": "", "active": False, "badge": 0, "group": "服务"},
    ]
    page = drawn_page(
        DESK
        + "{% block breadcrumb %}<li>工作台</li>{% endblock %}{% block aside %}详情{% endblock %}",
        rail=rail,
        on_behalf="王芳",
    )
    nav = page.split('aria-label="工作台栏目"')[1].split("</nav>")[0]
    assert words("<nav " + nav) == "待办 3 服务 项目"
    assert "您正在代 王芳 办理" in words(page)
    assert "sidepanel" in page


def test_an_error_page_needs_no_request_and_no_context() -> None:
    assert "回首页" in words(render_to_string("404.html"))
    assert "回首页" in words(render_to_string("500.html"))
    assert "现在没有网络" in words(render_to_string("web/offline.html"))


def test_the_component_page_shows_every_class_of_the_stylesheets() -> None:
    request = request_to("/design/")
    page = render_to_string("web/gallery.html", gallery_context(), request)
    layouts = "".join(path.read_text() for path in (SOURCES / "web/templates/web").glob("*.html"))
    layouts += "".join(path.read_text() for path in (SOURCES / "web/templates/web/parts").iterdir())
    css = "".join(path.read_text() for path in (SOURCES / "web/static").glob("**/*.css"))
    named = set(re.findall(r"\.([a-z][a-z_]*(?:-[a-z0-9_-]+)?)(?=[\s,:.{)\[>+])", css))
    shown = set(re.findall(r"[a-z][a-z0-9_-]+", page + layouts))
    assert sorted(named - shown - HELPERS) == []


HELPERS = {  # small helpers that have no picture of their own
    *("center", "right", "nowrap", "num", "good", "warn", "bad", "strong", "wrap"),
    *("only-wide", "only-phone", "no-print", "stack--loose", "elder--max"),
    "htmx-request",  # htmx sets it while it waits
    "table--cards",  # app.js sets it where a table is too wide for a phone
}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(SOURCES)))
def test_a_template_obeys_the_content_policy_and_names_real_icons(path: Path) -> None:
    text = path.read_text()
    assert re.findall(r"<[^>]*\sstyle=", text) == []
    assert re.findall(r"<[^>]*\son[a-z]+=", text) == []
    assert re.findall(r"<style|<script(?![^>]*\ssrc=)", text) == []
    assert re.findall(r"(?:src|href)=[\"']https?://", text) == []
    for name in re.findall(r'{% icon "([^"{}]+)"', text):
        assert shapes.icon_svg(name)


def test_the_service_worker_keeps_only_the_look() -> None:
    script = render_to_string("web/sw.js", {"release": "7", "offline_url": "/offline"})
    files = re.findall(r'"([^"]+)"', script.split("FILES = [")[1].split("]")[0])
    assert [name.rpartition("/")[2].split(".")[0] for name in files] == [
        "app",
        "app",
        "logo",
        "offline",
    ]
