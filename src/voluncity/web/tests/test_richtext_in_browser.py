"""The editor of rich text and its hostile corpus in a real Chromium; no server, no CSP to help."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Dialog, expect

from voluncity.web import richtext
from voluncity.web.tests.drawing import draw
from voluncity.web.tests.hostile import HOSTILE
from voluncity.web.tests.test_richtext import REL, WritingForm
from voluncity.web.tests.test_scripts import Site, browser, site

pytestmark = pytest.mark.browser
__all__ = ["browser", "site"]


def test_the_hostile_corpus_runs_nothing_as_it_is_read_and_as_it_is_edited(site: Site) -> None:
    heard: list[str] = []

    def hear(dialog: Dialog) -> None:
        heard.append(dialog.message)
        dialog.dismiss()

    site.page.on("dialog", hear)
    site.page.on("request", lambda request: heard.append(request.url))
    read = "".join(f'<div class="rich">{richtext.clean(one)}</div>' for one in HOSTILE)
    written = "".join(
        draw('<form>{{ form.text }}</form>', form=WritingForm({"text": one, "text-format": "html"}))
        .replace("id_text", f"id_{place}")
        for place, one in enumerate(HOSTILE)
    )  # fmt: skip
    site.show((read + written).replace("{{", "{ {").replace("{%", "{ %"))
    expect(site.page.locator(".richbox__page:visible")).to_have_count(len(HOSTILE))
    for payload in HOSTILE:
        paste(site, payload)
    site.page.wait_for_timeout(50)
    own = {"/", "/news/pictures/1.webp", f"/files/{'a' * 32}/"}
    strange = [
        one
        for one in heard
        if not one.startswith("http://voluncity.test/static/")
        and one.removeprefix("http://voluncity.test") not in own
    ]
    assert strange == []
    # The browser itself writes styles into what is edited; they are dropped on the way in.
    read_only = ".rich:not(.richbox__page)"
    assert site.page.locator(f"{read_only} [style], .rich script, .rich iframe").count() == 0


def paste(site: Site, html: str) -> None:
    site.page.locator(".richbox__page").first.evaluate(
        """(page, html) => {
            const carried = new DataTransfer();
            carried.setData("text/html", html);
            page.focus();
            const event = {clipboardData: carried, cancelable: true};
            page.dispatchEvent(new ClipboardEvent("paste", event));
        }""",
        html,
    )


def test_somebody_writes_with_the_toolbar_and_the_textarea_holds_it(site: Site) -> None:
    picture = {"src": "/news/pictures/7.webp", "alt": "路口执勤"}
    site.answers["/pictures/"] = {
        "body": json.dumps({"pictures": [picture]}),
        "content_type": "application/json",
    }
    form = WritingForm(initial={"text": "<p>第一段</p>"})
    form.fields["text"].widget.pictures_url = "/pictures/"
    site.show(
        "<form><input type=hidden name=csrfmiddlewaretoken value=x>"
        + draw("{% load ui %}{% field form.text %}", form=form)
        + "</form>"
    )
    page = site.page.get_by_role("textbox", name="正文")
    expect(page).to_have_text("第一段")
    page.press("Control+End")
    page.press("Enter")
    site.page.get_by_role("button", name="大标题").click()
    page.type("题目")
    page.press("Enter")
    site.page.get_by_role("button", name="正文").click()
    site.page.get_by_role("button", name="加粗").click()
    page.type("要紧")
    site.page.get_by_role("button", name="加粗").click()
    site.page.get_by_role("button", name="链接").click()
    site.page.get_by_label("链接地址").fill("example.test/a")
    site.page.get_by_role("button", name="确定").click()
    paste(site, "<p style='color:red' onclick=x>贴</p><h1>大</h1><script>x</script>")
    site.page.get_by_role("button", name="插入图片").click()
    site.page.get_by_role("button", name="路口执勤").click()
    stored = richtext.clean(site.page.locator("textarea").input_value())
    assert stored == (
        "<p>第一段</p><h2>题目</h2><p><strong>要紧</strong>"
        f'<a href="https://example.test/a" {REL}>example.test/a</a>贴</p>'
        '<h2>大</h2><figure><img src="/news/pictures/7.webp" alt="路口执勤" loading="lazy">'
        "</figure>"
    )
    assert site.page.locator("input[name=text-format]").input_value() == "html"
