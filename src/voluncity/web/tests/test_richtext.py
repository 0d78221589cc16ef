"""Rich text: what stays, what is written anew, and that nothing of it can run."""

from __future__ import annotations

import re
from time import perf_counter

import nh3
import pytest
from django import forms
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as some

from voluncity.web import richtext
from voluncity.web.richtext import RichTextField
from voluncity.web.tests.hostile import HOSTILE

KEY = "0123456789abcdef" * 2
REL = 'rel="noopener noreferrer nofollow"'
OWN = re.compile(
    r"</?(?:p|h2|h3|h4|ul|ol|li|blockquote|figure|strong|em)>|<br>|</a>|</video>"
    r'|<a href="(?:https?://|mailto:|tel:|/(?![/\\])|#)[^"<>]*"'
    r'(?: rel="noopener noreferrer nofollow")?>'
    r'|<img src="/[a-z0-9_/.]+" alt="[^"<>]*" loading="lazy">'
    r'|<video src="/[a-z0-9_/.]+" controls preload="metadata">'
)


def foreign(html: str) -> str:
    """Return what is left of a text without our own tags and escaped words, if it is markup."""
    return "".join(re.findall(r"[<>\"]", OWN.sub("", html).replace('"', "")))


class WritingForm(forms.Form):
    text = RichTextField(label="正文", max_length=20)


def sent(text: str, style: str = "html") -> WritingForm:
    body = QueryDict(mutable=True)
    body.update({"text": text, "text-format": style})
    return WritingForm(body)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("你好", "<p>你好</p>"),
        ("<div>一<div>二</div>三</div>", "<p>一</p><p>二</p><p>三</p>"),
        ("<b>加粗</b>和<i>斜体</i>", "<p><strong>加粗</strong>和<em>斜体</em></p>"),
        ("<h1>题</h1><h5>小</h5>文", "<h2>题</h2><h3>小</h3><p>文</p>"),
        ("<p>一<br>二<br><br>三</p>", "<p>一<br>二</p><p>三</p>"),
        ("<p> </p><p>&nbsp;</p><br>", ""),
        ("<p>a <strong>b</strong> c</p>", "<p>a <strong>b</strong> c</p>"),
        (
            "<ul><li>一<li>二<ul><li>三</ul></ul><ol><li>四</ol>",
            "<ul><li>一</li><li>二</li><li>三</li></ul><ol><li>四</li></ol>",
        ),
        ("<ul><li><p>一</p><p>二</p></li></ul>", "<ul><li>一<br>二</li></ul>"),
        (
            "<blockquote>引<p>用</p></blockquote>后",
            "<blockquote><p>引</p><p>用</p></blockquote><p>后</p>",
        ),
        (
            "<a href='https://example.test/?a=1&b=2'>看</a>",
            f'<p><a href="https://example.test/?a=1&amp;b=2" {REL}>看</a></p>',
        ),
        ("<a href='/news/1/'>本站</a>", '<p><a href="/news/1/">本站</a></p>'),
        (
            f"<p>前<img src=/files/{KEY}/ alt=' 图 '>后</p>",
            f'<p>前</p><figure><img src="/files/{KEY}/" alt="图" loading="lazy"></figure><p>后</p>',
        ),
        (
            "<video src=/news/videos/7.mp4 autoplay></video>",
            '<figure><video src="/news/videos/7.mp4" controls preload="metadata"></video></figure>',
        ),
        ("a &lt; b &amp; c", "<p>a &lt; b &amp; c</p>"),
        ("<span style='color:red' class=x>字</span>", "<p>字</p>"),
        ("<table><tr><td>一</td><td>二</td></tr></table>", "<p>一二</p>"),
        ("一\u200b二\x07三\u202e四", "<p>一二三四</p>"),
    ],
)
def test_what_was_written_is_stored_in_few_own_tags(written: str, stored: str) -> None:
    assert richtext.clean(written) == stored
    assert richtext.clean(stored) == stored


def test_the_corpus_is_large_enough_to_mean_something() -> None:
    assert len(set(HOSTILE)) >= 90


@pytest.mark.parametrize("payload", HOSTILE)
def test_nothing_that_could_run_is_stored(payload: str) -> None:
    for sent_as in (payload, f"<p>前</p>{payload}<p>后</p>", f"<ul><li>{payload}", payload * 2):
        stored = richtext.clean(sent_as)
        assert foreign(stored) == ""
        assert richtext.clean(stored) == stored
        assert re.findall(r"evil|javascript:|data:|vbscript", " ".join(addresses(stored))) == []


def addresses(stored: str) -> list[str]:
    return re.findall(r'(?:href|src)="([^"]*)"', stored)


@pytest.mark.parametrize("payload", HOSTILE)
def test_plain_words_of_the_hostile_are_words(payload: str) -> None:
    stored = richtext.from_plain(payload)
    assert foreign(stored) == ""
    assert richtext.clean(stored) == stored


def test_a_saboteur_who_trusts_the_sanitizer_alone_keeps_what_we_drop() -> None:
    kept = nh3.clean("<p style='position:fixed' class='dialog'>x</p><img src=https://evil.test/x>")
    assert "evil.test" in kept
    assert foreign(kept) != ""


PIECES = some.sampled_from(
    [*HOSTILE[:60], "<p>", "</p>", "<ul>", "<li>", "</ul>", "<b>", "</b>", "<a href='/x'>", "</a>",
     "<blockquote>", "</blockquote>", "<br>", "<h2>", "</h2>", " ", "字", "&lt;", "\n", "<div>",
     "</div>", "<i>", "</i>", "<ol>", "</ol>", "</li>", "<img src=/news/pictures/1.webp alt=x>"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(some.lists(PIECES, max_size=14))
def test_cleaning_is_its_own_fixed_point_whatever_is_put_together(pieces: list[str]) -> None:
    stored = richtext.clean("".join(pieces))
    assert richtext.clean(stored) == stored
    assert foreign(stored) == ""


def test_a_bomb_of_tags_is_not_read() -> None:
    before = perf_counter()
    for bomb in ("<ul><li>" * 40_000, "<p><b>" * 40_000, "<div>" * 60_000, "x" * 400_000):
        assert richtext.clean(bomb) == ""
        form = sent(bomb)
        assert form.errors["text"] == ["内容太长或者格式太复杂，请改用“粘贴为纯文本”后再提交。"]
    assert perf_counter() - before < 3


def test_words_and_pictures_are_told_apart() -> None:
    html = f"<h2>题</h2><p>一<br>二</p><img src=/files/{KEY}/><img src=/news/pictures/3.webp alt=x>"
    assert richtext.plain(html) == "题\n一\n二"
    assert richtext.pictures(html) == [f"/files/{KEY}/", "/news/pictures/3.webp"]
    assert richtext.without_alt(html) == 1
    assert [richtext.is_empty(one) for one in ("", "<p> </p>", "<b></b>", html)] == [
        True, True, True, False,
    ]  # fmt: skip


def test_a_form_counts_what_one_reads_not_the_markup() -> None:
    assert sent(f"<p><strong>{'字' * 20}</strong></p>").is_valid()
    long = sent(f"<p>{'字' * 21}</p>")
    assert long.errors["text"] == ["最多 20 个字，现在有 21 个字，请删减后再提交。"]
    assert sent("<p><br></p>").errors["text"] == ["请填写正文。"]


def test_without_a_script_paragraphs_are_enough_and_markup_is_words() -> None:
    form = sent("第一段\r\n接着\r\n\r\n第二段 <b>", style="text")
    assert form.is_valid()
    assert form.cleaned_data["text"] == "<p>第一段<br>接着</p><p>第二段 &lt;b&gt;</p>"
    drawn = str(WritingForm(initial={"text": form.cleaned_data["text"]})["text"])
    assert "第一段\n接着\n\n第二段 &lt;b&gt;</textarea>" in drawn
    assert 'value="text"' in drawn


def test_without_a_script_headings_and_links_are_not_lost() -> None:
    stored = '<h2>题</h2><p><a href="/x/">去</a></p>'
    drawn = str(WritingForm(initial={"text": stored})["text"])
    assert "&lt;h2&gt;题&lt;/h2&gt;" in drawn
    assert 'value="html"' in drawn


def test_a_form_that_comes_back_never_draws_what_was_sent() -> None:
    drawn = str(sent("<img src=x onerror=alert(1)><h2>题</h2>" + "字" * 30)["text"])
    assert "onerror" not in drawn
    assert "题" in drawn
