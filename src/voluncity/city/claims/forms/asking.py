"""A record is mine; what is kept about me is wrong."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from voluncity.city.claims import rules
from voluncity.city.claims.states import Way
from voluncity.city.files.forms import PhotoField
from voluncity.city.files.rules import Checked
from voluncity.city.people import queries as people
from voluncity.city.people.forms import IdentityForm
from voluncity.city.people.models import Volunteer
from voluncity.kernel.refusals import Refusal

_WORDS_HELP = "例如：换了手机号、登记时姓名写错了"


class _PaperForm(IdentityForm):
    """Name and papers with photos of them."""

    photo = PhotoField(
        label="证件照片",
        required=False,
        help_text="有本人照片的一面，拍清四角和文字；只给审核人员看，办结后按期删除",
    )
    photo_more = PhotoField(label="另一面或手持证件照", required=False)
    words = forms.CharField(
        label="说明",
        required=False,
        help_text=_WORDS_HELP,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": rules.WORDS_MOST}),
    )

    def check_age(self, age: int) -> None:
        """Ask nothing: whose record it is, is decided by who looks at the paper."""

    def clean_words(self) -> str:
        """Return the free words, cleaned."""
        try:
            return rules.checked_words(self.cleaned_data["words"])
        except Refusal as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal

    def photos(self) -> list[Checked]:
        """Return the photos that were sent, checked."""
        sent = (self.cleaned_data.get(name) for name in ("photo", "photo_more"))
        return [photo for photo in sent if photo is not None]

    def asked(self) -> rules.Asked:
        """Return what was answered."""
        assert self.identity is not None, "only of a valid form"  # noqa: S101
        return rules.Asked(self.cleaned_data["name"], self.identity, self.cleaned_data["words"])


class ClaimForm(_PaperForm):
    """Whose record it is, shown by a code from a desk or by photos."""

    way = forms.ChoiceField(
        label="怎样证明是您本人",
        choices=Way.choices,
        initial=Way.EVIDENCE,
        widget=forms.RadioSelect,
        error_messages={
            "required": "请选择一种证明方式。",
            "invalid_choice": "没有这种方式，请重新选择。",
        },
    )
    code = forms.CharField(
        label="认领码",
        required=False,
        max_length=20,
        help_text="带证件到志愿服务站，核对后给您的 6 位数字，30 分钟内有效；用照片认领的不用填",
        error_messages={"max_length": "请填写工作人员给您的 6 位数字认领码。"},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 20}
        ),
    )

    def clean(self) -> None:
        """Ask for what the chosen way needs."""
        super().clean()
        asked = self.cleaned_data
        if asked.get("way") == Way.CODE and "code" not in self.errors:
            try:
                rules.checked_code(asked.get("code", ""))
            except Refusal as refusal:
                self.add_error("code", refusal.sentence)
        if asked.get("way") == Way.EVIDENCE and "photo" not in self.errors and not self.photos():
            self.add_error("photo", "请上传证件照片，工作人员要核对。")


class CorrectionForm(_PaperForm):
    """What is right about a volunteer; an empty number means that it is right already."""

    def __init__(self, *args: Any, volunteer: Volunteer, today: date, **options: Any) -> None:
        options.setdefault("initial", {}).update(
            name=volunteer.name,
            id_type=volunteer.id_type,
            born_on=volunteer.born_on,
            sex=volunteer.sex,
        )
        super().__init__(*args, today=today, **options)
        self.volunteer = volunteer
        number = self.fields["id_number"]
        number.required = False
        number.help_text = "号码没有错的不用填；有错的，填证件上的完整号码"
        self.fields["words"].help_text = "哪里不对，例如：名字里的字写错了"

    def clean_id_number(self) -> str:
        """Return the number given, or the one that is kept where none was."""
        given: str = self.cleaned_data["id_number"]
        is_same_kind = self.cleaned_data.get("id_type") == self.volunteer.id_type
        kept = people.id_number_of(self.volunteer) if is_same_kind else ""
        if given or kept:
            return given or kept
        raise forms.ValidationError("请填写证件上的完整号码。")

    def clean(self) -> None:
        """Ask for a photo."""
        super().clean()
        if "photo" not in self.errors and not self.photos():
            self.add_error("photo", "请上传证件照片，工作人员要核对。")
