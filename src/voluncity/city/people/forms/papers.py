"""Who somebody is by their papers, and who is the guardian of a minor."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms

from voluncity.city.people import queries, rules
from voluncity.city.people.forms.fields import (
    NO_SUCH,
    OurForm,
    WholeDate,
    Words,
    code_field,
    phone_field,
)
from voluncity.city.people.states import IdType, Relation, Sex
from voluncity.kernel import text
from voluncity.kernel.identity import age_on, parse_mobile
from voluncity.kernel.refusals import Refusal

_GUARDIAN_CHECKS: dict[str, Callable[[str, str], str]] = {
    "guardian_name": text.person_name,
    "guardian_phone": parse_mobile,
}


class IdentityForm(OurForm):
    """Name and papers; date of birth and sex are asked where the number does not tell."""

    name = Words(
        label="姓名",
        most=60,
        help_text="与证件上一致",
        error_messages={"required": "请填写姓名。"},
        widget=forms.TextInput(attrs={"autocomplete": "name", "maxlength": 60}),
    )
    id_type = forms.ChoiceField(
        label="证件类型",
        choices=IdType.choices,
        initial=IdType.RESIDENT,
        error_messages={"required": "请选择证件类型。", "invalid_choice": NO_SUCH},
    )
    id_number = Words(
        label="证件号码",
        most=40,
        help_text="加密保存，只用于实名核对",
        error_messages={"required": "请填写证件号码。"},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "maxlength": 40}
        ),
    )
    born_on = WholeDate(
        label="出生日期",
        required=False,
        error_messages={"invalid": "日期不对，请写成 1990-05-01 这样。"},
    )
    sex = forms.ChoiceField(
        label="性别",
        required=False,
        choices=Sex.choices,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "请选择性别。"},
    )

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today
        self.identity: rules.Identity | None = None

    @property
    def needs_birthday(self) -> bool:
        """Return whether the chosen paper says nothing about birth and sex."""
        return self["id_type"].value() not in (IdType.RESIDENT, "", None)

    def clean_name(self) -> str:
        """Return the name as on the paper."""
        try:
            return text.person_name(self.cleaned_data["name"])
        except Refusal as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal

    def clean(self) -> None:
        """Read the papers."""
        super().clean()
        asked = self.cleaned_data
        if "id_type" not in asked or "id_number" not in asked or "born_on" in self.errors:
            return
        try:
            self.identity = rules.identity_of(
                id_type=asked["id_type"],
                number=asked["id_number"],
                born_on=asked.get("born_on"),
                sex=asked.get("sex", ""),
                today=self.today,
            )
            self.check_age(age_on(self.identity.born_on, self.today))
        except Refusal as refusal:
            self.refuse(refusal)

    def check_age(self, age: int) -> None:
        """Refuse who is too young for this form.

        :raises BadInput: with what can be done instead.
        """
        rules.refuse_too_young(age, youngest=queries.youngest_age(on=self.today))


class GuardianForm(IdentityForm):
    """The guardian of a minor, where the papers say that there must be one."""

    guardian_name = Words(label="监护人姓名", most=60, required=False)
    guardian_relation = forms.ChoiceField(
        label="与您的关系",
        required=False,
        choices=[("", "请选择"), *Relation.choices],
        error_messages={"invalid_choice": NO_SUCH},
    )
    guardian_phone = phone_field("监护人手机号", required=False)
    guardian_code = code_field("监护人收到的验证码", required=False)
    asks_guardian_code = True

    @property
    def needs_guardian(self) -> bool:
        """Return whether the papers are a minor's, or something about a guardian was typed."""
        if self.identity and not queries.is_adult(self.identity.born_on, on=self.today):
            return True
        typed = ("guardian_name", "guardian_phone", "guardian_code")
        return any(self[name].value() for name in typed)

    def clean(self) -> None:
        """Ask a minor for the guardian."""
        super().clean()
        if self.identity is None or queries.is_adult(self.identity.born_on, on=self.today):
            return
        asked = self.cleaned_data
        missing = {
            "guardian_name": "未满 18 周岁需要监护人同意，请填写监护人姓名。",
            "guardian_relation": "请选择监护人和您的关系。",
            "guardian_phone": "请填写监护人的手机号。",
        }
        if self.asks_guardian_code:
            missing["guardian_code"] = "请填写监护人手机收到的 6 位数字验证码。"
        for name, sentence in missing.items():
            self.fields[name].required = True  # drawn so from now on
            if name not in self.errors and not asked.get(name):
                self.add_error(name, sentence)
        self._check_guardian(asked)

    def _check_guardian(self, asked: dict[str, Any]) -> None:
        for name, check in _GUARDIAN_CHECKS.items():
            if asked.get(name):
                try:
                    asked[name] = check(asked[name], name)
                except Refusal as refusal:
                    self.refuse(refusal)

    def guardian(self) -> rules.GuardianAnswer | None:
        """Return what was answered about the guardian of a minor."""
        if self.identity is None or queries.is_adult(self.identity.born_on, on=self.today):
            return None
        asked = self.cleaned_data
        return rules.GuardianAnswer(
            name=asked["guardian_name"],
            relation=asked["guardian_relation"],
            phone=asked["guardian_phone"],
            code=asked.get("guardian_code", ""),
        )
