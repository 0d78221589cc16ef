"""A guardian who signed for a minor, written down at a desk."""

from __future__ import annotations

from django import forms

from voluncity.city.people import rules
from voluncity.city.people.forms.fields import NO_SUCH, OurForm, Words, phone_field
from voluncity.city.people.states import Relation


class SignedGuardianForm(OurForm):
    """Who signed, and under which number the paper is filed."""

    guardian_name = Words(
        label="监护人姓名", most=60, error_messages={"required": "请填写监护人姓名。"}
    )
    guardian_relation = forms.ChoiceField(
        label="与孩子的关系",
        choices=[("", "请选择"), *Relation.choices],
        error_messages={"required": "请选择监护人和孩子的关系。", "invalid_choice": NO_SUCH},
    )
    guardian_phone = phone_field("监护人手机号")
    paper_number = Words(
        label="同意书编号",
        most=40,
        help_text="签字的原件在本单位留存，例如“柳巷 2026-15”",
        error_messages={"required": "请填写签字的同意书的编号。"},
    )
    signed = forms.BooleanField(
        label=rules.GUARDIAN_CONSENT.title,
        help_text=rules.GUARDIAN_CONSENT.words,
        error_messages={"required": "请先请监护人到场签字，再勾选。"},
    )

    def guardian(self) -> rules.GuardianAnswer:
        """Return who signed."""
        asked = self.cleaned_data
        return rules.GuardianAnswer(
            asked["guardian_name"], asked["guardian_relation"], asked["guardian_phone"]
        )
