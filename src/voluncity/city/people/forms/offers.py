"""What a volunteer can do, likes to do, and when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Any, cast

from django import forms

from voluncity.city.catalog.models import Category, Skill
from voluncity.city.people import rules
from voluncity.city.people.forms.fields import OurForm
from voluncity.city.people.models import Volunteer
from voluncity.city.people.states import DayPart
from voluncity.city.regions.forms import RegionField

_DAYS = "一二三四五六日"
_FREE_TIMES = [
    (f"{day}-{part}", f"周{name}{DayPart(part).label}")
    for day, name in enumerate(_DAYS)
    for part in DayPart.values
]
Chip = tuple[str, str, bool]  # value, words, whether it is chosen


class OffersForm(OurForm):
    """Skills, kinds of service and free times; everything may stay empty."""

    is_party_member = forms.BooleanField(label="我是中共党员", required=False)
    skills = forms.TypedMultipleChoiceField(
        label="我会什么",
        required=False,
        coerce=int,
        error_messages={"invalid_choice": "有的专长已经停用，请重新勾选。"},
    )
    intentions = forms.TypedMultipleChoiceField(
        label="我想参加哪些服务",
        required=False,
        coerce=int,
        error_messages={"invalid_choice": "有的服务类别已经停用，请重新勾选。"},
    )
    free_times = forms.MultipleChoiceField(
        label="我什么时候有空",
        required=False,
        choices=_FREE_TIMES,
        error_messages={"invalid_choice": "空闲时间里有不认识的选项，请重新勾选。"},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._skills = list(Skill.objects.all())
        self._categories = list(Category.objects.all())
        self.fields["skills"].choices = [(row.pk, row.name) for row in self._skills]  # type: ignore[attr-defined]
        self.fields["intentions"].choices = [  # type: ignore[attr-defined]
            (row.pk, row.name) for row in self._categories
        ]

    def _chosen(self, name: str) -> set[str]:
        return {str(value) for value in self[name].value() or ()}

    def skill_groups(self) -> Iterator[tuple[str, list[Chip]]]:
        """Return the skills group by group as chips."""
        chosen = self._chosen("skills")
        for group, rows in groupby(self._skills, key=lambda skill: skill.group):
            yield group, [(str(row.pk), row.name, str(row.pk) in chosen) for row in rows]

    def category_chips(self) -> list[tuple[Chip, str]]:
        """Return the kinds of service as chips, each with its icon."""
        chosen = self._chosen("intentions")
        rows = self._categories
        return [((str(row.pk), row.name, str(row.pk) in chosen), row.icon) for row in rows]

    def week(self) -> list[tuple[str, list[Chip]]]:
        """Return the days of the week, each with its parts as chips."""
        chosen = self._chosen("free_times")
        return [
            (
                f"周{name}",
                [
                    (f"{day}-{part}", str(DayPart(part).label), f"{day}-{part}" in chosen)
                    for part in DayPart.values
                ],
            )
            for day, name in enumerate(_DAYS)
        ]

    def offers(self) -> dict[str, Any]:
        """Return the answers as `rules.Profile` and `rules.Applicant` name them."""
        asked = self.cleaned_data
        pairs = [value.split("-") for value in asked["free_times"]]
        return {
            "is_party_member": asked["is_party_member"],
            "skill_ids": tuple(asked["skills"]),
            "category_ids": tuple(asked["intentions"]),
            "free_times": tuple((int(day), part) for day, part in pairs),
        }


class ProfileForm(OffersForm):
    """Everything that a volunteer may change at any time."""

    region = RegionField(label="居住的社区（村）")
    field_order = ("region",)

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        cast("RegionField", self.fields["region"]).on(today)

    def profile(self) -> rules.Profile:
        """Return the answers."""
        return rules.Profile(region_id=self.cleaned_data["region"].pk, **self.offers())


def profile_of(volunteer: Volunteer) -> dict[str, Any]:
    """Return what a volunteer told before, as the form's first values."""
    return {
        "region": volunteer.region,
        "is_party_member": volunteer.is_party_member,
        "skills": list(volunteer.skills.values_list("pk", flat=True)),
        "intentions": list(volunteer.intentions.values_list("pk", flat=True)),
        "free_times": [
            f"{day}-{part}" for day, part in volunteer.free_times.values_list("weekday", "part")
        ],
    }
