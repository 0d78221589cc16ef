"""What app.js and scan.js add, in a real Chromium; the pages and answers are ours, no server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import django_htmx
import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Browser, FilePayload, Page, Request, Route, expect, sync_playwright

from voluncity.kernel.refusals import Refusal
from voluncity.testing import machine
from voluncity.web.middleware import refusal_response
from voluncity.web.tests.drawing import draw, request_to

pytestmark = pytest.mark.browser

HOST = "http://voluncity.test"
STATIC = Path(__file__).parents[1] / "static"
HTMX = Path(django_htmx.__file__).parent / "static"
PHOTO: FilePayload = {"name": "p.jpg", "mimeType": "image/jpeg", "buffer": b"jpeg"}
QUIET = ("--no-sandbox", "--disable-background-networking", "--no-first-run", "--disable-quic")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=machine.chromium(), args=QUIET)
        yield chromium
        chromium.close()


class Site:
    """A page with our layout around a body, and answers to what its forms send."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.answers: dict[str, dict[str, object]] = {}
        self.asked: list[tuple[str, str]] = []
        self.slow: set[str] = set()
        self.waiting: list[Route] = []
        page.route("**/*", self._answer)

    def show(self, body: str, cookie: str = "") -> None:
        source = '{% extends "web/plain.html" %}{% block content %}' + body + "{% endblock %}"
        html = draw(source, request=request_to("/", Cookie=cookie))
        self.answers["/"] = {"body": html, "content_type": "text/html; charset=utf-8"}
        self.page.goto(f"{HOST}/")
        self.page.wait_for_function("document.documentElement.classList.contains('js')")

    def refuse(self, path: str, refusal: Refusal) -> None:
        response = refusal_response(request_to(path, HX_Request="true"), refusal)
        self.answers[path] = {
            "status": response.status_code,
            "body": response.content.decode(),
            "headers": {"X-Refusal": refusal.code, "Content-Type": "text/html; charset=utf-8"},
        }

    def _answer(self, route: Route, request: Request) -> None:
        path = request.url.removeprefix(HOST).partition("?")[0]
        file = next(
            (root / path[8:] for root in (STATIC, HTMX) if (root / path[8:]).is_file()), None
        )
        if path.startswith("/static/") and file:
            route.fulfill(path=file)
            return
        self.asked.append((request.method, path))
        if path in self.slow:
            self.waiting.append(route)
            return
        route.fulfill(**self.answers.get(path, {"status": 404, "body": "?"}))  # type: ignore[arg-type]


@pytest.fixture
def site(browser: Browser) -> Iterator[Site]:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    yield Site(context.new_page())
    context.close()


def test_a_refused_press_puts_the_sentence_beside_the_button(site: Site) -> None:
    site.refuse("/signup", Refusal("这个班次刚刚报满，请选别的班次。"))
    site.show(
        '<div class="card" id="a"><p data-refusal></p>'
        '<button class="btn" hx-post="/signup" hx-target="#a" hx-swap="outerHTML">报名</button>'
        "</div>"
    )
    site.page.get_by_role("button", name="报名").click()
    place = site.page.locator("[data-refusal]")
    expect(place.get_by_role("alert")).to_have_text("这个班次刚刚报满，请选别的班次。")
    expect(site.page.get_by_role("button", name="报名")).to_be_visible()


def test_a_refusal_that_names_a_field_stands_at_the_field(site: Site) -> None:
    site.refuse("/code", Refusal("验证码不对，请重新输入。", field="code"))
    site.show(
        '<form hx-post="/code"><div class="field" data-field="code"><label for="c">验证码</label>'
        '<input class="input" id="c" name="code"></div><button class="btn">登录</button></form>'
    )
    site.page.get_by_role("button", name="登录").click()
    field = site.page.get_by_label("验证码")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description("验证码不对，请重新输入。")
    expect(field).to_be_focused()
    field.fill("123456")
    expect(site.page.get_by_text("验证码不对")).to_have_count(0)


def test_a_refusal_without_a_place_becomes_a_toast_that_can_be_closed(site: Site) -> None:
    site.refuse("/x", Refusal("名额已满，请排候补。"))
    site.show('<button class="btn" hx-post="/x">报名</button>', cookie="elder=1")
    site.page.get_by_role("button", name="报名").click()
    expect(site.page.locator(".toast")).to_contain_text("名额已满，请排候补。")
    site.page.get_by_role("button", name="关闭提示").click()
    expect(site.page.locator(".toast")).to_have_count(0)


def test_a_form_with_errors_is_shown_again(site: Site) -> None:
    site.answers["/form"] = {"status": 422, "body": '<form id="f">手机号应为 11 位数字</form>'}
    site.show(
        '<form id="f" hx-post="/form" hx-swap="outerHTML"><button class="btn">提交</button></form>'
    )
    site.page.get_by_role("button", name="提交").click()
    expect(site.page.locator("#f")).to_have_text("手机号应为 11 位数字")


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ({"status": 500, "body": "Traceback"}, "系统出了点问题，请过几分钟再试。"),
        (
            {"status": 404, "body": '<div class="result"><p>内容已经撤下。</p></div>'},
            "内容已经撤下。",
        ),
    ],
)
def test_a_broken_answer_is_told_in_words(
    site: Site, answer: dict[str, object], sentence: str
) -> None:
    site.answers["/x"] = answer
    site.show('<button class="btn" hx-post="/x">保存</button>')
    site.page.get_by_role("button", name="保存").click()
    expect(site.page.locator(".toast")).to_contain_text(sentence)


PRESS_TWICE = """async () => {
    const pause = () => new Promise((done) => setTimeout(done, 150));
    for (const _ of [1, 2]) { document.querySelector('form button').click(); await pause(); }
}"""


def posts_after_two_quick_presses(site: Site) -> int:
    """Press, press again while the server is still thinking, count what was sent."""
    site.slow.add("/send")
    site.show('<form method="post" action="/send"><button class="btn">提交</button></form>')
    site.page.evaluate(PRESS_TWICE)
    sent = site.asked.count(("POST", "/send"))
    for route in site.waiting:
        route.abort()
    return sent


def test_two_quick_presses_send_a_form_once(site: Site) -> None:
    assert posts_after_two_quick_presses(site) == 1


def test_saboteur_without_the_guard_two_presses_send_twice(site: Site) -> None:
    script = (STATIC / "voluncity/js/app.js").read_text()
    assert "if (form.dataset.sending)" in script
    open_door = script.replace("if (form.dataset.sending)", "if (false)")
    site.page.route(
        "**/app.js",
        lambda route: route.fulfill(body=open_door, content_type="text/javascript"),
    )
    assert posts_after_two_quick_presses(site) == 2


def test_a_dialog_opens_by_its_name_and_closes_by_its_button(site: Site) -> None:
    site.show(
        '<button class="btn" data-open="d">取消报名</button><dialog class="dialog" id="d">'
        '<form method="dialog"><button class="btn">再想想</button></form></dialog>'
    )
    site.page.get_by_role("button", name="取消报名").click()
    expect(site.page.locator("#d")).to_be_visible()
    site.page.get_by_role("button", name="再想想").click()
    expect(site.page.locator("#d")).to_be_hidden()


def test_one_box_checks_all_that_may_be_checked(site: Site) -> None:
    site.show(
        '<input type="checkbox" data-toggle-all="m" aria-label="全选">'
        '<input type="checkbox" name="m"><input type="checkbox" name="m" disabled>'
    )
    site.page.get_by_label("全选").check()
    checked = "() => [...document.getElementsByName('m')].map((box) => box.checked)"
    assert site.page.evaluate(checked) == [True, False]


MATTER = "".join(f'<th scope="col">第 {number} 列的名称</th>' for number in range(2, 7))
CELLS = "".join(f"<td>第 {number} 列的内容</td>" for number in range(2, 7))
ROW = f'<tr id="%s"><td>%s</td>{CELLS}</tr>'


def table_of(*rows: str, head: str = "") -> str:
    head = head or f'<tr><th scope="col">姓名</th>{MATTER}</tr>'
    return (
        '<div class="tablebox"><table class="table"><caption class="sr">成员</caption>'
        f"<thead>{head}</thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def test_a_row_that_htmx_swaps_joins_the_cards(site: Site) -> None:
    site.answers["/row"] = {"body": ROW % ("a", "李强"), "content_type": "text/html"}
    site.show(
        table_of(ROW % ("a", "王芳"), ROW % ("b", "张伟"))
        + '<button class="btn" hx-get="/row" hx-target="#a" hx-swap="outerHTML">换一行</button>'
    )
    expect(site.page.locator(".table--cards")).to_have_count(1)
    site.page.get_by_role("button", name="换一行").click()
    swapped = site.page.get_by_role("row").filter(has_text="李强")
    expect(swapped.get_by_role("cell").first).to_have_attribute("data-part", "title")
    expect(swapped.get_by_role("cell").nth(1)).to_have_attribute("data-label", "第 2 列的名称")


def test_a_table_that_opens_later_becomes_cards_when_it_does(site: Site) -> None:
    site.show(f"<details><summary>名单</summary>{table_of(ROW % ('a', '王芳'))}</details>")
    expect(site.page.locator(".table--cards")).to_have_count(0)
    site.page.get_by_text("名单").click()
    expect(site.page.locator(".table--cards")).to_have_count(1)


def test_a_row_of_one_cell_is_a_plain_line_between_cards(site: Site) -> None:
    site.show(table_of(ROW % ("a", "王芳"), '<tr><td colspan="6">还有 3 人没有登记</td></tr>'))
    plain = site.page.get_by_role("cell", name="还有 3 人没有登记")
    expect(plain).to_have_attribute("data-label", "")
    assert plain.evaluate("cell => getComputedStyle(cell.parentElement).borderTopWidth") == "0px"


def test_a_cell_of_buttons_alone_stands_at_the_foot(site: Site) -> None:
    both = '<a class="btn">签到</a><button class="btn">取 消</button>'
    site.show(table_of(f"<tr><td>王芳</td><td>{both}</td><td>3 次 {both}</td><td></td></tr>"))
    parts = "row => [...row.cells].map(cell => cell.dataset.part)"
    assert site.page.locator("tbody tr").evaluate(parts) == ["title", "foot", "value", "none"]


def test_a_table_whose_head_has_joined_cells_scrolls(site: Site) -> None:
    head = (
        '<tr><th scope="col">姓名</th><th scope="colgroup" colspan="5">服务的时间和地点</th></tr>'
    )
    site.show(table_of(ROW % ("a", "王芳"), head=head))
    expect(site.page.get_by_role("region", name="成员")).to_have_attribute("tabindex", "0")
    expect(site.page.locator(".table--cards")).to_have_count(0)


def test_a_small_table_stays_a_table(site: Site) -> None:
    head = '<tr><th scope="col">姓名</th><th scope="col" class="num">时长</th></tr>'
    site.show(table_of('<tr><td>王芳</td><td class="num">3 小时</td></tr>', head=head))
    expect(site.page.locator("table")).to_be_visible()
    expect(site.page.locator(".table--cards, .tablebox[tabindex]")).to_have_count(0)


def test_a_button_that_sent_a_code_waits(site: Site) -> None:
    site.answers["/code"] = {"status": 204}
    site.show('<button class="btn" hx-post="/code" data-wait="60">获取验证码</button>')
    site.page.get_by_role("button").click()
    waiting = site.page.get_by_role("button", name="秒后重发")
    expect(waiting).to_be_disabled()


def test_a_countdown_that_is_over_says_so(site: Site) -> None:
    site.show(
        '<b data-countdown="2001-01-01T00:00:00Z" data-countdown-done="已过期"></b>'
        '<i data-countdown="2999-01-01T00:00:00Z"></i>'
    )
    expect(site.page.locator("b")).to_have_text("已过期")
    assert ":" in site.page.locator("i").inner_text()


def test_being_offline_is_said_once_and_taken_back(site: Site) -> None:
    site.show("<p>页面</p>")
    site.page.context.set_offline(True)
    expect(site.page.locator("[data-offline]")).to_have_count(1)
    site.page.context.set_offline(False)
    expect(site.page.locator("[data-offline]")).to_have_count(0)


def test_a_photo_of_a_code_is_read_by_the_server_and_sent(site: Site) -> None:
    site.answers["/decode"] = {"body": '{"text": "482913"}', "content_type": "application/json"}
    site.answers["/check-in"] = {"body": "<h1>签到成功</h1>", "content_type": "text/html"}
    site.show(
        '{% load static %}<script src="{% static "voluncity/js/scan.js" %}" type="module"></script>'
        '<div data-scanner data-decode-url="/decode" data-target-input="code"><video></video>'
        '<p data-scan-hint></p><input type="file" aria-label="拍照" data-scan-photo>'
        '<form action="/check-in"><input id="code" name="code"></form></div>'
    )
    site.page.get_by_label("拍照").set_input_files(PHOTO)
    site.page.wait_for_url("**/check-in?code=482913")


def test_a_photo_without_a_code_and_a_missing_camera_say_what_to_do(site: Site) -> None:
    site.answers["/decode"] = {"body": '{"text": ""}', "content_type": "application/json"}
    site.show(
        '{% load static %}<script src="{% static "voluncity/js/scan.js" %}" type="module"></script>'
        '<div data-scanner data-decode-url="/decode" data-target-input="code"><video></video>'
        '<p data-scan-hint></p><input type="file" aria-label="拍照" data-scan-photo>'
        '<button data-scan-start>打开相机</button><form><input id="code" name="code"></form></div>'
    )
    site.page.get_by_label("拍照").set_input_files(PHOTO)
    expect(site.page.locator("[data-scan-hint]")).to_contain_text("没有找到二维码")
    site.page.get_by_role("button", name="打开相机").click()
    expect(site.page.locator("[data-scan-hint]")).to_contain_text("打不开相机")


def test_the_offline_page_stands_alone(site: Site) -> None:
    site.answers["/offline"] = {
        "body": render_to_string("web/offline.html"),
        "content_type": "text/html; charset=utf-8",
    }
    site.page.goto(f"{HOST}/offline")
    expect(site.page.get_by_role("heading", name="现在没有网络")).to_be_visible()
