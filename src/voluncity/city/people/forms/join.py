"""Join: on one's own phone, or with somebody's help at a desk."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django import forms

from voluncity.city.people import rules
from voluncity.city.people.forms.fields import NO_SUCH, phone_field
from voluncity.city.people.forms.offers import OffersForm
from voluncity.city.people.forms.papers import GuardianForm
from voluncity.city.people.states import Channel, Purpose
from voluncity.city.regions.forms import RegionField
from voluncity.kernel.identity import parse_mobile
from voluncity.kernel.refusals import Refusal

_OPTIONAL = (Purpose.LOCATION, Purpose.PHOTOS, Purpose.RANKING)


def _agreed(purpose: Purpose, **options: Any) -> forms.BooleanField:
    words = rules.CONSENTS[purpose]
    return forms.BooleanField(label=words.title, help_text=words.words, **options)


class JoinForm(GuardianForm):
    """What a newcomer answers after the phone was proven."""

    region = RegionField(label="居住的社区（村）")
    terms = _agreed(Purpose.TERMS, error_messages={"required": "请阅读并勾选这项同意，才能登记。"})
    location = _agreed(Purpose.LOCATION, required=False)
    photos = _agreed(Purpose.PHOTOS, required=False)
    ranking = _agreed(Purpose.RANKING, required=False)

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, today=today, **options)
        cast("RegionField", self.fields["region"]).on(today)

    def applicant(self, *, channel: str, organization_id: int | None) -> rules.Applicant:
        """Return the answers, with the way by which this person came."""
        asked = self.cleaned_data
        chosen = [purpose for purpose in _OPTIONAL if asked[purpose]]
        return rules.Applicant(
            name=asked["name"],
            id_type=asked["id_type"],
            id_number=asked["id_number"],
            born_on=asked["born_on"],
            sex=asked["sex"],
            region_id=asked["region"].pk,
            channel=channel,
            organization_id=organization_id,
            consents=frozenset([Purpose.TERMS, *chosen]),
            guardian=self.guardian(),
        )


class DeskForm(GuardianForm, OffersForm):
    """A registration on paper or by phone, entered for a resident."""

    asks_guardian_code = False
    phone = phone_field("本人手机号", required=False)
    region = RegionField(label="居住的社区（村）")
    channel = forms.ChoiceField(
        label="招募渠道",
        choices=[pair for pair in Channel.choices if pair[0] != Channel.INTERNET],
        initial=Channel.PAPER,
        error_messages={"required": "请选择招募渠道。", "invalid_choice": NO_SUCH},
    )
    terms = forms.BooleanField(
        label="本人（未成年人和监护人）已在纸质登记表上签字同意",
        help_text="电话报名的，请在通话中读出同意内容，得到明确答复后再勾选。",
        error_messages={"required": "没有本人同意不能登记，请取得签字后勾选。"},
    )

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, today=today, **options)
        cast("RegionField", self.fields["region"]).on(today)

    def clean_phone(self) -> str:
        """Return eleven digits, or nothing for somebody without a mobile phone."""
        phone: str = self.cleaned_data["phone"]
        try:
            return parse_mobile(phone) if phone else ""
        except Refusal as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal

    def applicant(self) -> rules.Applicant:
        """Return the answers."""
        asked = self.cleaned_data
        return rules.Applicant(
            name=asked["name"],
            id_type=asked["id_type"],
            id_number=asked["id_number"],
            born_on=asked["born_on"],
            sex=asked["sex"],
            phone=asked["phone"],
            region_id=asked["region"].pk,
            channel=asked["channel"],
            consents=frozenset([Purpose.TERMS]),
            guardian=self.guardian(),
            **self.offers(),
        )
