"""What a poster says, and for whom it recruits."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django import forms

from voluncity.city.access.scopes import Scope
from voluncity.city.people import queries
from voluncity.city.people.forms.fields import NO_SUCH, OurForm, Words
from voluncity.city.people.models.posters import TITLE_LENGTH
from voluncity.city.people.states import Channel
from voluncity.city.regions import queries as regions
from voluncity.city.regions.forms import RegionField
from voluncity.city.regions.models import Level, Region
from voluncity.kernel.refusals import Refusal


class PosterForm(OurForm):
    """A new poster: for an organization that is named, else for a region."""

    title = Words(
        label="海报标题",
        most=TITLE_LENGTH,
        initial="加入志愿者",
        help_text="印在最上面的大字",
        error_messages={"required": "请写一个标题，例如“加入志愿者”。"},
    )
    organization = Words(
        label="为哪个组织招募",
        most=60,
        required=False,
        help_text="扫码登记后，会接着申请加入这个组织",
    )
    region = RegionField(label="或者为哪个区域招募", least=Level.COUNTY, required=False)
    channel = forms.ChoiceField(
        label="招募渠道",
        choices=Channel.choices,
        initial=Channel.PUBLIC,
        error_messages={"required": "请选择招募渠道。", "invalid_choice": NO_SUCH},
    )

    def __init__(
        self, *args: Any, today: date, organizations: Scope, areas: Scope, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        cast("RegionField", self.fields["region"]).on(today)
        self._organizations, self._areas = organizations, areas
        self.organization_id: int | None = None
        self.region_id: int | None = None
        if organizations.is_empty:
            del self.fields["organization"]
        if areas.is_empty:
            del self.fields["region"]

    def recruiters(self) -> list[str]:
        """Return the names of organizations that the page suggests."""
        return queries.recruiters(self._organizations)

    def clean(self) -> None:
        """Find out for whom it is: one organization, one region, or the whole area."""
        super().clean()
        if self.errors:
            return
        try:
            found = queries.recruiter_named(
                self.cleaned_data.get("organization", ""), self._organizations,
                field="organization",
            )  # fmt: skip
        except Refusal as refusal:
            self.refuse(refusal)
            return
        if found:
            self.organization_id = found.pk
            if self.cleaned_data.get("region"):
                self.add_error("region", "已经写了组织，区域请留空；两样都要的，请做两张海报。")
            return
        self._for_region(self.cleaned_data.get("region"))

    def _for_region(self, region: Region | None) -> None:
        if self._areas.is_empty:
            self.add_error("organization", "请写出为哪个组织招募。")
            return
        region = region or regions.city()
        if not region.path.startswith(self._areas.regions):
            self.add_error("region", "请选择您管理范围内的区域，或者写出组织名称。")
            return
        self.region_id = region.pk
