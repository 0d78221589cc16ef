"""Forms of public-welfare days; every error is a sentence at its field."""

from __future__ import annotations

from django import forms

from voluncity.city.files.forms import PhotoField
from voluncity.service.welfare_days import rules


class YearForm(forms.Form):
    """Which year is planned."""

    year = forms.IntegerField(
        label="年份", min_value=rules.FIRST_YEAR, max_value=rules.LAST_YEAR,
        error_messages={
            "required": "请填写年份。", "invalid": "年份请填写四位数字。",
            "min_value": "年份应在 2017 年以后。", "max_value": "年份不能晚于 2100 年。",
        },
    )  # fmt: skip


class MoveForm(forms.Form):
    """To which day, and why."""

    held_on = forms.DateField(
        label="改到哪一天",
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请选择日期。", "invalid": "日期不对，请重新选择。"},
    )
    reason = forms.CharField(
        label="改期原因", max_length=rules.REASON_MOST, help_text="居民看得到。",
        error_messages={"required": "请填写改期原因，居民看得到。"},
    )  # fmt: skip


class ThemeForm(forms.Form):
    """What a day is about."""

    theme = forms.CharField(
        label="主题", max_length=rules.THEME_MOST, help_text="例如“学雷锋 送健康”。",
        error_messages={"required": "请填写主题，例如“学雷锋 送健康”。"},
    )  # fmt: skip
    words = forms.CharField(
        label="说明", max_length=rules.WORDS_MOST, required=False,
        widget=forms.Textarea({"rows": 4}),
    )  # fmt: skip
    picture = PhotoField(label="图片", required=False, help_text="不选就保留原来的图片。")
