"""Files that the desk uploads, and how a list is to be imported."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.urls import reverse

from voluncity.city.access.permissions import Permission
from voluncity.city.people.actions import Choices
from voluncity.city.people.forms.fields import NO_SUCH, OurForm
from voluncity.city.people.lists.source import Source, uploaded
from voluncity.city.people.states import Channel, ImportMode
from voluncity.city.regions.forms import RegionField
from voluncity.city.regions.models import Region
from voluncity.web.picking import PickField


class FileForm(OurForm):
    """A table file; what is in it, the action finds out."""

    file = forms.FileField(
        label="选择文件",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv,.txt"}),
        error_messages={
            "required": "请选择要上传的文件。",
            "invalid": "文件没有上传成功，请重新选择。",
            "missing": "文件没有上传成功，请重新选择。",
            "empty": "这个文件是空的，请核对后重新选择。",
            "max_length": "文件名太长，请改短后再上传。",
        },
    )

    def __init__(self, *args: Any, most_bytes: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self._most_bytes = most_bytes

    def clean_file(self) -> UploadedFile[Any]:
        """Return the upload unless it is too large to be looked at."""
        upload = cast("UploadedFile[Any]", self.cleaned_data["file"])
        if (upload.size or 0) > self._most_bytes:
            most = self._most_bytes // 1024 // 1024
            raise forms.ValidationError(f"文件最大 {most} MB，请拆成几个文件再上传。")
        return upload

    def upload(self) -> tuple[str, bytes]:
        """Return name and content."""
        upload = cast("UploadedFile[Any]", self.cleaned_data["file"])
        return upload.name or "", upload.read()

    def source(self) -> Source:
        """Return the file to be read piece by piece."""
        return uploaded(cast("UploadedFile[Any]", self.cleaned_data["file"]))


class StartForm(OurForm):
    """How a list is to be imported, and what counts for everybody in it."""

    mode = forms.ChoiceField(
        label="方式",
        choices=ImportMode.choices,
        initial=ImportMode.TRIAL,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择导入方式。", "invalid_choice": NO_SUCH},
    )
    region = RegionField(
        label="没有写社区的人，都住在",
        required=False,
        help_text="名单里每个人都写了社区的，不用选",
    )
    channel = forms.ChoiceField(
        label="没有写招募渠道的人，都是",
        choices=Channel.choices,
        initial=Channel.PAPER,
        error_messages={"required": "请选择招募渠道。", "invalid_choice": NO_SUCH},
    )
    organization = PickField(
        label="由哪个组织招募",
        thing="组织",
        required=False,
        help_text="不是组织招募的，或名单里写了的，留空。",
    )
    is_signed = forms.BooleanField(
        label="每个人（未成年人和监护人）都已在纸质登记表上签字同意",
        required=False,
    )

    def __init__(
        self, *args: Any, today: date, organizations: QuerySet[Any], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        cast("RegionField", self.fields["region"]).on(today)
        cast("PickField", self.fields["organization"]).choose_from(
            organizations,
            url=f"{reverse('orgs:pick')}?may={Permission.VOLUNTEER_IMPORT}&state=active",
        )

    def choices(self) -> Choices:
        """Return what was chosen."""
        asked = self.cleaned_data
        region = cast("Region | None", asked["region"])
        return Choices(
            mode=asked["mode"],
            region_id=region.pk if region else None,
            channel=asked["channel"],
            organization_id=asked["organization"].pk if asked["organization"] else None,
            is_signed=asked["is_signed"],
        )
