"""Join: on one's own phone, or with somebody's help at a desk."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django import forms

from voluncity.city.access.scopes import Scope
from voluncity.city.people import queries, rules
from voluncity.city.people.forms.fields import NO_SUCH, Words, phone_field
from voluncity.city.people.forms.offers import OffersForm
from voluncity.city.people.forms.papers import GuardianForm
from voluncity.city.people.states import Channel, Purpose
from voluncity.city.regions.forms import RegionField
from voluncity.city.regions.models import Region
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

    def applicant(
        self, *, channel: str, organization_id: int | None, poster_id: int | None = None
    ) -> rules.Applicant:
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
            poster_id=poster_id,
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
    recruiter = Words(
        label="招募组织",
        most=60,
        required=False,
        help_text="由哪个组织动员来的就写哪个，没有可以不填",
    )
    terms = forms.BooleanField(
        label="本人（未成年人和监护人）已在纸质登记表上签字同意",
        help_text="电话报名的，请在通话中读出同意内容，得到明确答复后再勾选。",
        error_messages={"required": "没有本人同意不能登记，请取得签字后勾选。"},
    )

    def __init__(self, *args: Any, today: date, reach: Scope, **options: Any) -> None:
        super().__init__(*args, today=today, **options)
        cast("RegionField", self.fields["region"]).on(today)
        self._reach = reach
        self._organization_id: int | None = None

    def recruiters(self) -> list[str]:
        """Return the names of organizations that the page suggests."""
        return queries.recruiters(self._reach)

    def clean_recruiter(self) -> str:
        """Find the organization of the area that is called so."""
        name: str = self.cleaned_data["recruiter"]
        try:
            found = queries.recruiter_named(name, self._reach, field="recruiter")
        except Refusal as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal
        self._organization_id = found.pk if found else None
        return name

    def clean_region(self) -> Region:
        """Return a community of the area."""
        region: Region = self.cleaned_data["region"]
        if not region.path.startswith(self._reach.regions):
            raise forms.ValidationError(
                "这个社区不在您的管理范围内，请由当地社区登记，或请本人用手机登记。"
            )
        return region

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
            organization_id=self._organization_id,
            consents=frozenset([Purpose.TERMS]),
            guardian=self.guardian(),
            **self.offers(),
        )
