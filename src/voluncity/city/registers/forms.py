"""Why a list is taken out, and with which columns; the name of a filter."""

from __future__ import annotations

from typing import Any

from django import forms

from voluncity.city.registers.actions import NAME_LENGTH, WORDS_LENGTH
from voluncity.city.registers.rules import Register
from voluncity.city.registers.states import ExportReason

_NO_SUCH = "没有这个选项，请重新选择。"


class ExportForm(forms.Form):
    """What is asked before a list leaves the system; the action checks what is answered."""

    reason = forms.ChoiceField(
        label="导出原因",
        choices=[("", "请选择"), *ExportReason.choices],
        error_messages={
            "required": "请选择导出的原因，它会和您的名字一起记入操作记录。",
            "invalid_choice": _NO_SUCH,
        },
    )
    words = forms.CharField(
        label="用途说明",
        error_messages={"required": "请写明用途，例如“报送省文明办季度统计”。"},
        help_text="报给谁、做什么用；名册里的本人可以在隐私中心看到",
        widget=forms.TextInput(attrs={"maxlength": WORDS_LENGTH, "autocomplete": "off"}),
    )
    columns = forms.MultipleChoiceField(
        label="导出的列",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选择一列。", "invalid_choice": _NO_SUCH},
    )
    is_full = forms.BooleanField(label="包含完整的姓名和号码", required=False)

    def __init__(self, *args: Any, register: Register, may_full: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        rows = [(one.key, one.label) for one in register.columns]
        self.fields["columns"].choices = rows  # type: ignore[attr-defined]
        if not may_full or not any(one.is_personal for one in register.columns):
            del self.fields["is_full"]


class NameForm(forms.Form):
    """The name of a filter that is kept; the action checks it."""

    name = forms.CharField(
        label="名称",
        error_messages={"required": "请给这个筛选起一个名称，例如“本县未实名”。"},
        widget=forms.TextInput(attrs={"maxlength": NAME_LENGTH, "autocomplete": "off"}),
    )
