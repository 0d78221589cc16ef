"""The component tags say what they should, for ordinary and for odd content."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import zxingcpp
from django import forms
from django.core.paginator import Paginator
from django.utils import timezone
from lucide import IconDoesNotExist
from PIL import Image, ImageDraw

from voluncity.web import dates, fields, shapes
from voluncity.web.charts import Bar, bars_of
from voluncity.web.tests.drawing import draw, request_to, words

SATURDAY = datetime(2026, 11, 28, 1, 0, tzinfo=UTC)


class Registration(forms.Form):
    name = forms.CharField(label="姓名", help_text="和身份证上一样")
    gender = forms.ChoiceField(
        label="性别", choices=[("f", "女"), ("m", "男")], widget=forms.RadioSelect
    )
    agree = forms.BooleanField(label="我同意")
    photo = forms.FileField(label="照片", required=False)
    note = forms.CharField(
        label="备注", required=False, widget=forms.TextInput(attrs={"class": "input--short"})
    )


def test_an_icon_without_label_is_hidden_from_readers() -> None:
    assert 'aria-hidden="true"' in draw('{% icon "heart" %}')
    assert 'role="img" aria-label="关闭"' in draw('{% icon "x" label="关闭" %}')


def test_a_label_cannot_break_out_of_its_attribute() -> None:
    assert draw('{% icon "x" label=label %}', label='"><b>').count("<b>") == 0
    assert draw('{% qr "x" 99 label=label %}', label='"><b>').count("<b>") == 0


def test_a_misspelled_icon_is_noticed() -> None:
    with pytest.raises(IconDoesNotExist):
        draw('{% icon "no-such-icon" %}')


@pytest.mark.parametrize("text", ["VC1:140106000123:nonce", "https://example.org/活动/12?a=b&c=d"])
def test_a_drawn_qr_code_reads_back_as_its_text(text: str) -> None:
    svg = shapes.qr_svg(text, 240, "码")
    modules = [
        tuple(map(int, part.split("h")[0].split())) for part in svg.split('d="')[2].split("M")[1:]
    ]
    side = int(svg.split('viewBox="0 0 ')[1].split()[0])
    picture = Image.new("L", (side * 6, side * 6), 255)
    pen = ImageDraw.Draw(picture)
    for x, y in modules:
        pen.rectangle((x * 6, y * 6, x * 6 + 5, y * 6 + 5), fill=0)
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [text]
    assert "style=" not in svg


def test_a_field_ties_label_help_and_error_to_its_control() -> None:
    form = Registration({"gender": "f", "agree": "on"})
    html = draw("{% field form.name autocomplete='name' %}", form=form)
    assert words(html) == "姓名 必填 和身份证上一样 这个字段是必填项。"
    for part in (
        '<label class="field__label" for="id_name">',
        'aria-describedby="id_name_helptext id_name_error"',
        'id="id_name_helptext"',
        'id="id_name_error"',
        'aria-invalid="true"',
        'autocomplete="name"',
        'class="input"',
    ):
        assert part in html


def test_each_kind_of_field_has_its_own_shape() -> None:
    form = Registration()
    kinds = [fields.kind_of(bound.field.widget) for bound in form]
    assert kinds == ["input", "choices", "check", "file", "input"]
    assert "<legend" in draw("{% field form.gender %}", form=form)
    assert words(draw("{% field form.gender %}", form=form)) == "性别 必填 女 男"
    assert words(draw("{% field form.agree %}", form=form)) == "我同意 必选"
    assert words(draw("{% field form.photo %}", form=form)) == "照片 选填"
    assert 'class="input input--short"' in draw("{% field form.note %}", form=form)


def test_the_error_summary_leads_to_each_field() -> None:
    form = Registration({"name": "王芳"})
    form.add_error(None, "今天已经提交过了，请明天再来。")
    html = draw("{% form_errors form %}", form=form)
    assert words(html) == (
        "请先改好下面 3 处 今天已经提交过了，请明天再来。"
        " 性别：这个字段是必填项。 我同意：这个字段是必填项。"
    )
    assert 'href="#id_gender_0"' in html
    assert draw("{% form_errors form %}", form=Registration()).strip() == ""


@pytest.mark.parametrize(
    ("count", "spoken", "lit"),
    [(0, "还没有星级", 0), (None, "还没有星级", 0), (3, "3 星", 3), (9, "5 星", 5)],
)
def test_stars_are_spoken_and_never_more_than_five(
    count: int | None, spoken: str, lit: int
) -> None:
    html = draw("{% stars n %}", n=count)
    assert f'aria-label="{spoken}"' in html
    assert (html.count('class="on"'), html.count("<svg")) == (lit, 5)


def test_progress_without_a_limit_has_no_bar() -> None:
    assert words(draw('{% progress 5 0 "已报名" text="5 人" %}')) == "已报名 5 人"
    assert "<progress" not in draw('{% progress 5 0 "已报名" %}')
    assert 'value="20" max="20"' in draw('{% progress 27 20 "已报名" %}')


def test_steps_tell_readers_what_is_done() -> None:
    html = draw('{% steps "填写,核对,完成" 2 %}')
    assert words(html) == "填写 （已完成） 核对 完成"
    assert html.count('aria-current="step"') == 1
    assert draw("{% steps names 1 %}", names=["一", "二"]).count("<li") == 2


def test_bars_keep_small_values_visible_and_zero_empty() -> None:
    rows = [
        {"label": "迎泽区", "value": 1000},
        {"label": "娄烦县", "value": 1},
        {"label": "古交市", "value": 0},
    ]
    assert bars_of(rows) == [
        Bar("迎泽区", "1,000", 100),
        Bar("娄烦县", "1", 1),
        Bar("古交市", "0", 0),
    ]
    assert (
        words(draw('{% bars rows "时长" unit="小时" %}', rows=rows[:1]))
        == "时长（小时） 迎泽区 1,000"
    )
    assert bars_of([]) == []
    assert bars_of([{"label": "无", "value": 0, "text": "无记录"}]) == [Bar("无", "无记录", 0)]


def test_the_small_pieces_say_their_words() -> None:
    pieces = {
        '{% badge "招募中" "good" icon="check" %}': "招募中",
        '{% chip "周末" "?d=1" on=True icon="clock" %}': "周末",
        '{% notice "请带身份证" "warn" title="注意" %}': "注意 请带身份证",
        '{% stat "时长" "1,204" unit="小时" hint="截至今天" %}': "时长 1,204 小时 截至今天",
        '{% empty "inbox" "没有消息" "以后在这里" "/" "首页" %}': "没有消息 以后在这里 首页",
        '{% stat "信用时长" "24 小时 30 分" %}': "信用时长 24 小时 30 分",
        "{% hours 150 %}": "2 小时 30 分",
        "{% hours None %}": "0 分钟",
        "{% rank_no 2 %}": "第 2 名",
        "{% dateblock day %}": "11月 28 周六",
        "{{ '张三丰'|mask_name }} {{ '13800138000'|mask_phone }}": "张*丰 138****8000",
        "{% masked_name '张三' %}": "张*",
    }
    assert {piece: words(draw(piece, day=SATURDAY)) for piece in pieces} == pieces


def test_hostile_words_are_escaped_everywhere() -> None:
    evil = "<script>alert(1)</script>"
    drawn = draw(
        "{% badge e %}{% chip e e %}{% notice e title=e %}{% stat e e e e %}"
        "{% empty 'inbox' e e e e %}{% progress 1 2 e e %}{% steps names 1 %}"
        "{% bars rows e %}{% masked_name e %}",
        e=evil,
        names=[evil],
        rows=[{"label": evil, "value": 1, "text": evil}],
    )
    assert "<script>" not in drawn


def test_a_span_of_time_reads_as_people_say_it() -> None:
    this_year = timezone.localtime().year
    start = datetime(this_year, 11, 28, 1, 0, tzinfo=UTC)
    day = dates.day_text(start)
    assert dates.span_text(start, start.replace(hour=3, minute=30)) == f"{day} 09:00–11:30"
    assert dates.span_text(start, None) == f"{day} 09:00"
    assert dates.span_text(start.replace(hour=15), start.replace(hour=16)) == (
        f"{day} 23:00 至 {dates.day_text(start.replace(hour=16))} 00:00"
    )
    assert dates.day_text(datetime(2001, 9, 2, 4, 0, tzinfo=UTC)) == "2001年9月2日 周日"
    assert 'datetime="2026-11-28T09:00:00+08:00"' in draw("{% when day %}", day=SATURDAY)


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("{% query_set category=4 %}", "?q=%E6%B2%B3&category=4"),
        ("{% query_set page=2 %}", "?q=%E6%B2%B3&page=2"),
        ("{% query_set q='' %}", "?"),
        ("{% query_set 'sort' 'near' %}", "?q=%E6%B2%B3&sort=near"),
    ],
)
def test_one_parameter_changes_and_the_page_starts_again(tag: str, expected: str) -> None:
    assert draw(tag, request=request_to("/find/?q=河&page=7")).replace("&amp;", "&") == expected


def test_the_pager_keeps_the_filters() -> None:
    page = Paginator(range(95), 10).page(5)
    html = draw("{% pager page %}", request=request_to("/find/?q=a&page=5"), page=page)
    assert words(html) == "上一页 1 … 4 5 6 … 10 下一页 共 95 条"
    assert "?q=a&amp;page=6" in html
    only: Any = Paginator(range(3), 10).page(1)
    assert words(draw("{% pager page %}", request=request_to(), page=only)) == ""


def test_an_address_that_does_not_exist_yet_is_empty() -> None:
    assert draw('{% maybe_url "no_such:page" as url %}[{{ url }}]') == "[]"


def test_a_captured_part_can_be_asked_for() -> None:
    source = "{% capture part fallback %} {{ text }} {% endcapture %}[{{ part }}]"
    assert draw(source, text="有", fallback="无") == "[有]"
    assert draw(source, text="", fallback="无") == "[无]"
    assert draw("{% capture part %}{% endcapture %}[{{ part }}]") == "[]"
    assert draw(source, text="<b>", fallback="") == "[&lt;b&gt;]"
