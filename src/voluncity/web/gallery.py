"""What the component page /design/ shows: every component, with ordinary and awkward content."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator

from voluncity.web import richtext

LONG_NAME = "阿依努尔·买买提江·吐尔逊古丽"
START = datetime(2026, 11, 28, 1, 0, tzinfo=UTC)
TOKENS = (
    ("brand", "志愿红"),
    ("brand-strong", "深红"),
    ("brand-soft", "浅红"),
    ("ink", "正文"),
    ("ink-2", "次要文字"),
    ("ink-3", "占位文字"),
    ("line-strong", "输入框边"),
    ("line", "分隔线"),
    ("sunken", "凹陷底"),
    ("paper", "页面底"),
    ("good", "好"),
    ("warn", "注意"),
    ("bad", "不行"),
    ("info", "说明"),
    ("gold", "金"),
)
BUTTONS = (
    ("btn--primary", "报名参加"),
    ("", "查看详情"),
    ("btn--quiet", "跳过"),
    ("btn--danger", "取消报名"),
)
ICONS = (
    "house search scan-line sparkles user-round users-round heart heart-handshake hand-heart "
    "calendar-days calendar-check clock map-pin phone bell megaphone newspaper book-open "
    "graduation-cap award medal trophy star badge-check shield-check id-card qr-code ticket gift "
    "building-2 landmark flag camera image-up download printer share-2 pencil trash-2 plus check x "
    "circle-check circle-alert triangle-alert info lock-keyhole eye log-out settings inbox history "
    "chevron-left chevron-right arrow-right sliders-horizontal layout-dashboard chart-column"
)


class SampleForm(forms.Form):
    """One field of every kind."""

    name = forms.CharField(label="姓名", help_text="和身份证上一样", max_length=50)
    phone = forms.CharField(label="手机号", widget=forms.TextInput(attrs={"inputmode": "tel"}))
    born_on = forms.DateField(label="出生日期", widget=forms.DateInput(attrs={"type": "date"}))
    region = forms.ChoiceField(label="所在区县", choices=[("", "请选择"), ("1", "迎泽区")])
    times = forms.MultipleChoiceField(
        label="空闲时间",
        choices=[("1", "周一至周五晚上"), ("2", "周六"), ("3", "周日"), ("4", "节假日")],
        widget=forms.CheckboxSelectMultiple,
    )
    gender = forms.ChoiceField(
        label="性别", choices=[("f", "女"), ("m", "男")], widget=forms.RadioSelect
    )
    about = forms.CharField(label="想说的话", required=False, widget=forms.Textarea)
    photo = forms.FileField(
        label="照片", required=False, help_text="JPG、PNG 或 HEIC，不超过 10 MB"
    )
    agree = forms.BooleanField(label="我已阅读并同意《志愿者守则》")


class WritingForm(forms.Form):
    """A field of rich text."""

    article = richtext.RichTextField(label="正文", max_length=2_000)


RICH = (
    "<h2>活动安排</h2><p>周六在<strong>汾河公园</strong>集合，见<a href='/'>报名页面</a>。</p>"
    "<ul><li>请穿平底鞋</li><li>自带水杯</li></ul>"
    "<blockquote>奉献、友爱、互助、进步。</blockquote><h3>联系人</h3><ol><li>领队</li></ol>"
)


def gallery_context() -> dict[str, Any]:
    """Return the content of the component page."""
    return {
        "tokens": TOKENS,
        "icons": ICONS.split(" "),
        "buttons": BUTTONS,
        "tones": ("neutral", "brand", "good", "warn", "bad", "info"),
        "empty_form": SampleForm(auto_id="empty_%s"),
        "wrong_form": _wrong_form(),
        "long_name": LONG_NAME,
        "rich_text": richtext.clean(RICH),
        "writing_form": WritingForm(initial={"article": richtext.clean(RICH)}, auto_id="rich_%s"),
        "activities": _activities(),
        "districts": [
            {"label": "迎泽区", "value": 120_400},
            {"label": "杏花岭区", "value": 98_310},
            {"label": "万柏林区坝陵桥街道志愿服务总队", "value": 4_020},
            {"label": "娄烦县", "value": 3},
            {"label": "古交市", "value": 0},
        ],
        "page": _page(),
        "people": [
            ("王芳", "迎泽区 · 桥东街道", 7_230, 3, "good", "已认证"),
            ("张建国", "杏花岭区 · 巨轮街道", 600, 1, "warn", "待审核"),
            (LONG_NAME, "万柏林区 · 和平街道", 5_378_400, 5, "good", "已认证"),
            ("李强", "尖草坪区", 0, 0, "bad", "未通过"),
        ],
        "start": START,
        "end": START + timedelta(hours=2, minutes=30),
        "next_day": START + timedelta(hours=20),
        "last_year": START - timedelta(days=400),
    }


def _wrong_form() -> SampleForm:
    form = SampleForm(
        {"name": "王芳", "phone": "１３８００", "born_on": "2099-01-01"}, auto_id="wrong_%s"
    )
    form.full_clean()
    form.errors["phone"] = form.error_class(["手机号应为 11 位数字，请检查后重新输入。"])
    form.errors["born_on"] = form.error_class(["出生日期不能晚于今天，请重新选择。"])
    return form


def _activities() -> list[dict[str, Any]]:
    rows = [
        ("汾河公园文明引导", "迎泽区 · 汾河公园南门", "1.2 公里 · 合您周六上午的空闲", 6),
        ("迎泽大街早高峰路口执勤（五一广场至青年路口沿线五个岗位）", "迎泽区 · 五一广场", "", 0),
        ("助老", "小店区", "会用到您的专长：教学", 1_204),
    ]
    return [
        {
            "title": title,
            "place": place,
            "why": why,
            "left": left,
            "start": START + timedelta(days=number),
            "end": START + timedelta(days=number, hours=2),
        }
        for number, (title, place, why, left) in enumerate(rows)
    ]


def _page() -> Page[int]:
    return Paginator(range(2_022), 20).page(7)
