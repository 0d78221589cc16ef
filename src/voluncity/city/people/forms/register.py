"""What the desk asks the register: one person by what is known, or many by filters."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.urls import reverse

from voluncity.city.access.permissions import Permission
from voluncity.city.access.scopes import Scope
from voluncity.city.catalog.models import Category, Skill
from voluncity.city.people import queries
from voluncity.city.people.forms.fields import NO_SUCH, OurForm, WholeDate, Words
from voluncity.city.people.queries import Filters, Search
from voluncity.city.people.states import Channel, IdentityState, Order, Sex, Standing
from voluncity.city.regions.forms import RegionField
from voluncity.city.regions.models import Level
from voluncity.city.registers.queries import facets
from voluncity.kernel import text
from voluncity.web.picking import PickField

LIST_KEY = "volunteers"
_ALL = ("", "全部")
_SHORTEST_NUMBER = 5  # the shortest passport number
_TAIL = 4
_NUMBER_LENGTH = 12  # of a volunteer number: four digits of the city, eight drawn by lot
_MOST_YEARS = 120
# What the page shows only when it is asked for.
MORE = (
    "age_from", "age_to", "sex", "party", "skill", "category", "recruiter", "phone", "since",
    "until", "standing", "order",
)  # fmt: skip


def _choice(label: str, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        required=False,
        choices=[_ALL, *choices],
        error_messages={"invalid_choice": NO_SUCH},
    )


class Years(forms.IntegerField):
    """An age in years; full-width digits are forgiven."""

    def __init__(self, label: str) -> None:
        sentence = f"年龄应为 0 到 {_MOST_YEARS} 之间的整数，请修改。"
        super().__init__(
            label=label, required=False, min_value=0, max_value=_MOST_YEARS,
            error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), sentence),
        )  # fmt: skip

    def to_python(self, value: Any) -> int | None:
        """Return the number."""
        return super().to_python(text.clean(value) if isinstance(value, str) else value)


def _row(label: str, queryset: Any) -> forms.ModelChoiceField[Any]:
    return forms.ModelChoiceField(
        label=label,
        queryset=queryset,
        required=False,
        empty_label="全部",
        error_messages={"invalid_choice": NO_SUCH},
    )


def is_private(words: str) -> bool:
    """Return whether words hold a phone or identity number, which belongs into no address."""
    digits = _compact(words)
    return bool(re.search(r"[0-9]{15}", digits) or re.fullmatch(r"(?:86)?1[3-9][0-9]{9}", digits))


def _compact(words: str) -> str:
    return re.sub(r"[^0-9A-Za-z]", "", text.clean(words)).upper()


class FilterForm(OurForm):
    """The filters of the register; what cannot be understood asks nothing."""

    q = Words(label="姓名或编号", most=40, required=False)
    region = RegionField(label="区划", required=False, least=Level.COUNTY)
    state = _choice("实名状态", IdentityState.choices)
    channel = _choice("招募渠道", Channel.choices)
    recruiter = PickField(label="招募组织", thing="组织", required=False)
    sex = _choice("性别", Sex.choices)
    age_from = Years("年龄从")
    age_to = Years("到（岁）")
    age = _choice("未成年人", [("minor", "只看未成年人"), ("adult", "只看成年人")])
    skill = _row("服务专长", Skill.objects.all())
    category = _row("服务意向", Category.objects.all())
    party = _choice("党员", [("yes", "是"), ("no", "否")])
    phone = _choice("手机号", [("no", "没有手机号"), ("yes", "有手机号")])
    standing = forms.ChoiceField(
        label="登记状态",
        required=False,
        choices=[("", "在册"), *Standing.choices[1:]],
        error_messages={"invalid_choice": NO_SUCH},
    )
    since = WholeDate(label="登记日期从", required=False)
    until = WholeDate(label="到", required=False)
    order = forms.ChoiceField(
        label="排序",
        required=False,
        choices=[("", "最近登记在前"), *Order.choices[1:]],
        error_messages={"invalid_choice": NO_SUCH},
    )

    def __init__(self, *args: Any, today: date, scope: Scope, **options: Any) -> None:
        super().__init__(*args, **options)
        self._today = today
        region: Any = self.fields["region"]
        region.on(today)
        recruiter: Any = self.fields["recruiter"]
        recruiter.choose_from(
            queries.recruiting_organizations(scope),
            url=f"{reverse('orgs:pick')}?may={Permission.VOLUNTEER_SEE}",
        )
        for facet in facets(LIST_KEY):
            self.fields[facet.key] = _choice(facet.label, facet.choices)
        for name in ("since", "until"):
            self.fields[name].error_messages["invalid"] = "日期不对，请写成 2026-11-24 这样。"

    def clean_q(self) -> str:
        """Keep phone and identity numbers out of the address."""
        words: str = self.cleaned_data["q"]
        if is_private(words):
            raise forms.ValidationError("手机号和证件号码请用上面的“找人”查找，不要放进网址。")
        return words

    def clean(self) -> None:
        """Refuse a span that ends before it starts."""
        super().clean()
        asked = self.cleaned_data
        since, until = asked.get("since"), asked.get("until")
        if since and until and until < since:
            self.add_error("until", "结束日期早于开始日期，请调整。")
        youngest, oldest = asked.get("age_from"), asked.get("age_to")
        if youngest is not None and oldest is not None and oldest < youngest:
            self.add_error("age_to", "最大年龄小于最小年龄，请调整。")

    @property
    def has_more(self) -> bool:
        """Return whether one of the filters behind “more” is asked, or wrong."""
        more = (*MORE, *(facet.key for facet in facets(LIST_KEY)))
        return any(self.data.get(name) or name in self.errors for name in more)

    @property
    def added(self) -> list[forms.BoundField]:
        """Return the filters that slices above add."""
        return [self[facet.key] for facet in facets(LIST_KEY)]

    def filters(self) -> Filters:
        """Return what is looked for; a field with an error asks nothing."""
        if not self.is_bound:
            return Filters()
        self.full_clean()
        asked = self.cleaned_data
        region, skill, category = (asked.get(name) for name in ("region", "skill", "category"))
        recruiter = asked.get("recruiter")
        youngest, oldest = self._span()
        return Filters(
            words=asked.get("q", ""),
            state=asked.get("state", ""),
            region_path=region.path if region else "",
            channel=asked.get("channel", ""),
            recruiter=recruiter.pk if recruiter else None,
            sex=asked.get("sex", ""),
            youngest=youngest,
            oldest=oldest,
            is_party_member=_yes_no(asked.get("party")),
            skill=skill.pk if skill else None,
            category=category.pk if category else None,
            has_phone=_yes_no(asked.get("phone")),
            standing=asked.get("standing") or Standing.LIVE,
            since=asked.get("since"),
            until=asked.get("until"),
            order=asked.get("order", ""),
            also=tuple(
                facet.wanted(asked[facet.key]) for facet in facets(LIST_KEY) if asked.get(facet.key)
            ),
        )

    def _span(self) -> tuple[int | None, int | None]:
        """Return the ages that are asked for, by numbers and by “minors only”."""
        youngest, oldest = (self.cleaned_data.get(name) for name in ("age_from", "age_to"))
        kind = self.cleaned_data.get("age")
        if kind:
            adult = queries.adult_age(on=self._today)
            if kind == "minor":
                oldest = min(adult - 1, adult if oldest is None else oldest)
            else:
                youngest = max(adult, youngest or 0)
        return youngest, oldest

    def said(self) -> list[tuple[str, str]]:
        """Return what is asked for in words: the label of each filter, and its value."""
        self.full_clean()
        return [
            (str(self.fields[name].label), self._told(name, value))
            for name, value in self.cleaned_data.items()
            if value not in ("", None) and name not in self.errors
        ]

    def _told(self, name: str, value: Any) -> str:
        choices = getattr(self.fields[name], "choices", None)
        if isinstance(choices, list):
            return str(dict(choices).get(value, value))
        return str(value)


def _yes_no(answer: str | None) -> bool | None:
    return {"yes": True, "no": False}.get(answer or "")


class SearchForm(OurForm):
    """One person by name, volunteer number, phone, its last digits, or identity number.

    It is sent in the body, so that no address and no log keeps a number.
    """

    words = Words(
        label="找人",
        most=60,
        required=False,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "autocomplete": "off",
                "maxlength": 60,
                "placeholder": "姓名、编号、手机号后四位、手机号或证件号码",
            }
        ),
    )

    def clean_words(self) -> Search:
        """Return what is meant by the words.

        :raises ValidationError: when nothing can be looked for.
        """
        words: str = self.cleaned_data["words"]
        name, _, last = words.rpartition(" ")
        if re.fullmatch(rf"[0-9]{{{_TAIL}}}", last) and not re.search("[0-9]", name):
            return Search(name=name.strip(), tail=last)
        compact = _compact(words)
        if re.search("[0-9]", words) and not _is_volunteer_number(compact):
            return Search(whole=_whole(compact))
        if not words:
            raise forms.ValidationError("请填写姓名、编号、手机号或证件号码。")
        return Search(name=compact if _is_volunteer_number(compact) else words)


def _is_volunteer_number(compact: str) -> bool:
    city = settings.VOLUNCITY_CITY_CODE[:4]
    return compact.isdigit() and len(compact) == _NUMBER_LENGTH and compact.startswith(city)


def _whole(compact: str) -> str:
    if len(compact) < _SHORTEST_NUMBER:
        raise forms.ValidationError("号码不完整，请填写手机号后四位、完整的手机号或证件号码。")
    return re.sub(r"^86(?=1[0-9]{10}$)", "", compact)
