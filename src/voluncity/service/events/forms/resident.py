"""The volunteer: apply, change, leave."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from voluncity.city.files.forms import PhotoField
from voluncity.service.events.actions.applying import DIET_MOST, Wish
from voluncity.service.events.forms.fields import day_choices, several
from voluncity.service.events.models import Application, Event
from voluncity.service.events.queries.public import diet_of
from voluncity.service.events.rules.plans import REASON_MOST
from voluncity.service.events.states import Size
from voluncity.web.controls import CHOOSE, Words

_RANKS = ("group_1", "group_2", "group_3")


class ApplyForm(forms.Form):
    """Days, groups, what is needed for clothing, food and badge."""

    days = several("哪几天能来")
    group_1 = forms.ChoiceField(label="最想去的组", required=False)
    group_2 = forms.ChoiceField(label="第二选择", required=False)
    group_3 = forms.ChoiceField(label="第三选择", required=False)
    size = forms.ChoiceField(
        label="衣服尺码", required=False, choices=[("", "请选择"), *Size.choices],
        error_messages={"invalid_choice": CHOOSE}, help_text="发志愿者服装用",
    )  # fmt: skip
    diet = Words(
        "饮食说明", DIET_MOST, required=False,
        help_text="如“清真”“不吃花生”，没有就不填。加密保存，只有组织者能看，赛会后删除。",
    )  # fmt: skip
    experience = Words(
        "经历和特长",
        300,
        long=True,
        required=False,
        help_text="参加过哪些赛会、会什么",
    )
    photo = PhotoField(
        label="证件照片", required=False,
        help_text="正面免冠。只印在证件上，只有组织者能看，赛会后删除。也可以录用后再传。",
    )  # fmt: skip
    risks_read = forms.BooleanField(label="我已读完并知悉风险告知", required=False)

    def __init__(
        self,
        *args: Any,
        event: Event,
        application: Application | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        fields: Any = self.fields
        fields["days"].choices = day_choices(event.days)
        fields["days"].error_messages["required"] = "请至少勾选一天。"
        groups = [("", "都可以")] + [(str(g.pk), g.name) for g in event.groups.all()]
        for name in _RANKS:
            fields[name].choices = groups
            fields[name].error_messages["invalid_choice"] = CHOOSE
        if application is not None:
            self.initial = {**_said(application), **self.initial}
            del self.fields["risks_read"]

    def wish(self) -> Wish:
        """Return what was said."""
        said = self.cleaned_data
        return Wish(
            days=tuple(date.fromisoformat(day) for day in said["days"]),
            group_ids=tuple(int(said[name]) for name in _RANKS if said.get(name)),
            size=said["size"],
            diet=said["diet"],
            experience=said["experience"],
            photo=said.get("photo"),
        )


def _said(application: Application) -> dict[str, Any]:
    likings = {f"group_{one.rank}": str(one.group_id) for one in application.likings.all()}
    return {
        "days": [one.day.isoformat() for one in application.days.all()],
        "size": application.size,
        "diet": diet_of(application),
        "experience": application.experience,
        **likings,
    }


class PhotoForm(forms.Form):
    """The photo for the badge."""

    photo = PhotoField(label="证件照片", help_text="正面免冠，像身份证照片一样。")


class LeaveForm(forms.Form):
    """Why somebody leaves."""

    reason = Words("退出原因", REASON_MOST, help_text="说一声，方便组织者找人接替")
