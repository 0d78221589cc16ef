"""A guardian registers a child, or says whose guardian this is."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django import forms

from voluncity.city.people import queries, rules
from voluncity.city.people.forms.fields import NO_SUCH, OurForm, Words
from voluncity.city.people.forms.papers import IdentityForm
from voluncity.city.people.states import Purpose, Relation
from voluncity.city.regions.forms import RegionField
from voluncity.kernel import text
from voluncity.kernel.refusals import Refusal


class ChildPapersForm(IdentityForm):
    """The papers of a child, filled in by the guardian."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"].label = "孩子的姓名"
        self.fields["name"].widget.attrs["autocomplete"] = "off"
        self.fields["id_number"].label = "孩子的证件号码"

    def check_age(self, age: int) -> None:
        """Refuse who is too young to serve, or of age.

        :raises BadInput: with what can be done instead.
        """
        rules.refuse_no_child(
            age,
            youngest=queries.youngest_child(on=self.today),
            adult=queries.adult_age(on=self.today),
        )


class ChildForm(ChildPapersForm):
    """The papers of a child, where it lives, and who the guardian is."""

    region = RegionField(label="孩子居住的社区（村）")
    guardian_name = Words(
        label="您的姓名", most=60, error_messages={"required": "请填写您自己的姓名。"}
    )
    guardian_relation = forms.ChoiceField(
        label="您是孩子的",
        choices=[("", "请选择"), *Relation.choices],
        error_messages={"required": "请选择您和孩子的关系。", "invalid_choice": NO_SUCH},
    )
    terms = forms.BooleanField(
        label=rules.CHILD_CONSENT.title,
        help_text=rules.CHILD_CONSENT.words,
        error_messages={"required": "请阅读并勾选这项同意，才能为孩子登记。"},
    )

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, today=today, **options)
        cast("RegionField", self.fields["region"]).on(today)

    def clean_guardian_name(self) -> str:
        """Return the guardian's name."""
        try:
            return text.person_name(self.cleaned_data["guardian_name"], "guardian_name")
        except Refusal as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal

    def applicant(
        self, *, channel: str, organization_id: int | None, poster_id: int | None
    ) -> rules.Applicant:
        """Return the answers, with the way by which the family came."""
        asked = self.cleaned_data
        return rules.Applicant(
            name=asked["name"],
            id_type=asked["id_type"],
            id_number=asked["id_number"],
            born_on=asked["born_on"],
            sex=asked["sex"],
            region_id=asked["region"].pk,
            channel=channel,
            organization_id=organization_id,
            poster_id=poster_id,
            consents=frozenset([Purpose.TERMS]),
            guardian=rules.GuardianAnswer(
                asked["guardian_name"], asked["guardian_relation"], phone=""
            ),
        )


class WardForm(OurForm):
    """The name of the child with whom this phone was written down."""

    name = Words(
        label="孩子的姓名",
        most=60,
        help_text="核对您是孩子的监护人",
        error_messages={"required": "请填写孩子的姓名。"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": 60}),
    )
