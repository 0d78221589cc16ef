"""Forms of the slice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet

from voluncity.city.orgs.models import Organization
from voluncity.honor.recognition.queries import Printable, Wanted
from voluncity.honor.recognition.rules import SIGNED_LONGEST
from voluncity.honor.recognition.states import CertificateKind, PrintForm
from voluncity.kernel.text import half_width_digits
from voluncity.service.projects.models import Activity
from voluncity.web.controls import Day, SearchWords, Words, chosen
from voluncity.web.picking import PickField


class VerifyForm(forms.Form):
    """What is printed on a certificate."""

    serial = forms.CharField(
        label="证明编号", max_length=20, error_messages={"required": "请填写证明右上角的编号。"}
    )
    code = forms.CharField(
        label="校验码", max_length=12, error_messages={"required": "请填写编号下面的 8 位校验码。"}
    )

    def clean_serial(self) -> str:
        """Return the serial as it was issued."""
        return half_width_digits(self.cleaned_data["serial"]).strip().upper()


class SignedForm(forms.Form):
    """The text out of the second QR code."""

    text = forms.CharField(
        label="离线核验码里的文字",
        max_length=SIGNED_LONGEST,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off"}),
        error_messages={
            "required": "请粘贴扫码得到的文字。",
            "max_length": "文字太长，请只粘贴扫码得到的文字。",
        },
    )


class RevokeForm(forms.Form):
    """Why a certificate is declared void."""

    reason = forms.CharField(
        label="撤销原因",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明撤销原因，查验的人会看到。"},
    )


class KindForm(forms.Form):
    """What a certificate shall tell of."""

    kind = forms.ChoiceField(
        label="证明的内容",
        choices=CertificateKind.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": "请选择证明的内容。",
            "invalid_choice": "请选择证明的内容。",
        },
    )
    since = Day("从", required=False)
    until = Day("到", required=False)
    activity = chosen("活动", Activity.objects.none(), required=False)

    def __init__(self, *args: Any, activities: QuerySet[Activity], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["activity"]
        if isinstance(field, forms.ModelChoiceField):
            # The list is cut to the latest; what is chosen is looked up among them.
            newest = [one.pk for one in activities]
            field.queryset = Activity.objects.filter(pk__in=newest).order_by("-starts_at", "-pk")

    def ask_all(self) -> None:
        """Draw no field as optional: on a page where each kind has a form of its own."""
        for name in ("since", "until", "activity"):
            self.fields[name].required = True

    def clean(self) -> dict[str, Any]:
        """Ask for what the kind needs."""
        said = super().clean() or {}
        kind = said.get("kind")
        if kind == CertificateKind.PERIOD:
            for name in ("since", "until"):
                if not said.get(name) and name not in self.errors:
                    self.add_error(name, "请选择证明的起止日期。")
        is_missing = kind == CertificateKind.ACTIVITY and not said.get("activity")
        if is_missing and "activity" not in self.errors:
            self.add_error("activity", "请选择活动。")
        return said

    def wanted(self, organization: Organization | None = None) -> Wanted:
        """Return what was said; what the kind does not need is left out."""
        said = self.cleaned_data
        kind = CertificateKind(said["kind"])
        return Wanted(
            kind,
            said["since"] if kind == CertificateKind.PERIOD else None,
            said["until"] if kind == CertificateKind.PERIOD else None,
            said["activity"] if kind == CertificateKind.ACTIVITY else None,
            organization,
        )


class PickOrganizationForm(forms.Form):
    """For which organization certificates are printed."""

    organization = PickField(label="组织", thing="组织")

    def __init__(self, *args: Any, near: QuerySet[Organization], url: str, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["organization"]
        if isinstance(field, PickField):
            field.choose_from(near, url=url)
            field.error_messages["required"] = "请选择组织。"


class PeopleForm(KindForm):
    """Which people of an organization are looked for."""

    q = SearchWords("姓名或编号", 30, required=False)


class PrintingForm(forms.Form):
    """Who gets a certificate printed, what for, and in which form."""

    people = forms.MultipleChoiceField(
        label="志愿者",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "请勾选要打印的人。",
            "invalid_choice": "名单刚刚变过，请重新勾选。",
        },
    )
    words = Words("用途", 100, help_text="例如“学生评优需要”。会告诉每一位志愿者，并记入操作记录。")
    form = forms.ChoiceField(
        label="下载形式", choices=PrintForm.choices, initial=PrintForm.PDF,
        error_messages={"required": "请选择下载的形式。", "invalid_choice": "请选择下载的形式。"},
    )  # fmt: skip

    def __init__(self, *args: Any, found: Sequence[Printable], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["people"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(str(one.volunteer.pk), one.volunteer.name) for one in found]

    @property
    def ids(self) -> list[int]:
        """Return the people that were chosen."""
        return [int(pk) for pk in self.cleaned_data["people"]]

    @property
    def ticked(self) -> set[str]:
        """Return who is ticked when the form is drawn again."""
        return set(self.data.getlist("people")) if self.is_bound else set()  # type: ignore[attr-defined]
