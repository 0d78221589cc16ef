"""Who has passed which course, when and for how long."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms

from voluncity.city.access.permissions import Permission
from voluncity.city.orgs import queries as orgs
from voluncity.kernel.text import half_width_digits
from voluncity.service.training.actions import MAX_MINUTES
from voluncity.service.training.models import Course
from voluncity.web.picking import PickField

CHOOSE = "请从列表中选择。"
_MINUTES = f"学习时长应为 1 到 {MAX_MINUTES} 之间的整数（分钟），请修改。"
_LONGEST = 5_000


class RevokeForm(forms.Form):
    """Why a certificate is void."""

    reason = forms.CharField(
        label="撤销原因", max_length=200, help_text="查验证书的人会看到",
        error_messages={
            "required": "请填写撤销原因，证书查验页会公布。",
            "max_length": "撤销原因最多 200 字，请写短一些。",
        },
    )  # fmt: skip


class RecordForm(forms.Form):
    """One course, one day, one or many volunteers by their numbers."""

    course = forms.ModelChoiceField(
        label="培训", queryset=Course.objects.order_by("pk"), empty_label="请选择",
        error_messages={"required": "请选择培训。", "invalid_choice": CHOOSE},
    )  # fmt: skip
    organization = PickField(
        label="举办组织", thing="组织", error_messages={"required": "请选择举办组织。"}
    )
    passed_on = forms.DateField(
        label="培训日期",
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "请填写培训日期。",
            "invalid": "日期写法不对，请按“2026-11-28”的格式填写。",
        },
    )
    minutes = forms.IntegerField(
        label="学习时长（分钟）", min_value=1, max_value=MAX_MINUTES, initial=120,
        error_messages={
            "required": "请填写学习时长。",
            **dict.fromkeys(("invalid", "min_value", "max_value"), _MINUTES),
        },
    )  # fmt: skip
    numbers = forms.CharField(
        label="志愿者编号",
        widget=forms.Textarea({"rows": 4, "inputmode": "numeric"}),
        help_text="多个编号用空格、逗号或换行隔开",
        error_messages={"required": "请填写至少一个志愿者编号。"},
    )

    def __init__(self, *args: Any, organizations: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        fields: Any = self.fields
        fields["organization"].choose_from(
            organizations, url=orgs.active_pick_url(Permission.TRAINING_RECORD)
        )
        fields["numbers"].validators = []  # anything but letters and digits is a gap
        self.initial.setdefault("passed_on", today)
        first_two = organizations[:2]
        if len(first_two) == 1:
            self.initial.setdefault("organization", first_two[0].pk)

    def clean_numbers(self) -> list[str]:
        """Cut what was typed into numbers."""
        text = half_width_digits(self.cleaned_data["numbers"])
        if len(text) > _LONGEST:
            raise forms.ValidationError("编号太多，请分几次登记。")
        return [number for number in re.split(r"[^0-9A-Za-z]+", text) if number]
