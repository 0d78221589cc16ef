"""Forms of governance: what is sent, with a sentence for every wrong input."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet

from voluncity.city.files.forms import PaperField
from voluncity.city.people.models import User
from voluncity.city.regions.models import Region
from voluncity.fund.governance import queries, rules
from voluncity.fund.governance.actions import CharterPlan, ItemPlan, MeetingPlan
from voluncity.fund.governance.models import Charter, Fund, Item, Meeting, Resolution, Seat
from voluncity.fund.governance.rules import FundPlan, SeatPlan
from voluncity.fund.governance.states import DUTIES, Body, Choice, Duty, Presence, Share
from voluncity.kernel.clock import CITY_TZ
from voluncity.web.controls import CHOOSE, Day, Moment, Words
from voluncity.web.richtext import RichTextField


class ResolutionField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Choose a resolution of a fund that holds; other slices' forms use it, too."""

    def __init__(self, *, label: str = "依据的决议", **options: Any) -> None:
        super().__init__(
            queryset=Resolution.objects.none(), label=label, empty_label="请选择决议",
            error_messages={"required": "请选择依据的决议。", "invalid_choice": CHOOSE}, **options,
        )  # fmt: skip

    def of(self, fund: Fund) -> None:
        """Offer the resolutions of one fund; a form calls this when it is made."""
        self.queryset = queries.resolutions(fund)


class EndForm(forms.Form):
    """The end of a fund: by which resolution, on which day."""

    resolution = ResolutionField()
    on = Day("终止日期")

    def __init__(self, *args: Any, fund: Fund, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["resolution"].of(fund)  # type: ignore[attr-defined]


def chosen(label: str, choices: Any, **options: Any) -> forms.ChoiceField:
    """Return a field for one of a few."""
    return forms.ChoiceField(
        label=label, choices=choices,
        error_messages={"required": f"请选择{label}。", "invalid_choice": CHOOSE}, **options,
    )  # fmt: skip


class FundForm(forms.Form):
    """A fund under its foundation."""

    foundation_name = Words("基金会全称", rules.FOUNDATION_MOST)
    foundation_code = Words("基金会统一社会信用代码", 18)
    name = Words(
        "基金名称", rules.NAME_MOST,
        help_text="不含基金会名称，以“基金”结尾；不用字母、数字和“中国”“全国”等字样。",
    )  # fmt: skip
    region = forms.TypedChoiceField(
        label="服务地区", coerce=int,
        error_messages={"required": "请选择地区。", "invalid_choice": "请选择您管理的地区。"},
    )  # fmt: skip
    aim = Words("宗旨", rules.AIM_MOST, widget=forms.Textarea({"rows": 3}))
    founded_on = Day("设立日期")
    license_number = Words(
        "公开募捐资格证书编号", rules.LICENSE_MOST, required=False,
        help_text="基金会有证书才填；没有证书的不能公开募捐。",
    )  # fmt: skip
    license_until = Day("证书有效期至", required=False)
    address = Words("办公地址", rules.ADDRESS_MOST)
    phone = Words("联系电话", rules.PHONE_MOST)

    def __init__(self, *sent: Any, regions: Sequence[Region], **options: Any) -> None:
        super().__init__(*sent, **options)
        field = self.fields["region"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(one.pk, one.name) for one in regions]

    def plan(self) -> FundPlan:
        """Return what was said."""
        said = dict(self.cleaned_data)
        return FundPlan(region_id=said.pop("region"), **said)

    @staticmethod
    def said(fund: Fund) -> dict[str, Any]:
        """Return the fields' values for a fund."""
        names = FundPlan.__dataclass_fields__
        return {name: getattr(fund, name) for name in names} | {"region": fund.region_id}


class PurposeForm(forms.Form):
    """One thing that a fund serves."""

    name = Words("资助方向", rules.PURPOSE_MOST)
    what = Words("说明", rules.WHAT_MOST, long=True, required=False)


class DocumentForm(forms.Form):
    """A paper with its name."""

    title = Words("文件名称", rules.TITLE_MOST)
    paper = PaperField(label="文件（PDF 或照片）")
    is_public = forms.BooleanField(label="向社会公开", required=False)


class CharterForm(forms.Form):
    """A version of the charter."""

    body = RichTextField(label="章程正文", max_length=rules.BODY_MOST, required=False)
    paper = PaperField(label="盖章的章程（PDF 或照片）", required=False)
    change = Words("修订说明", rules.CHANGE_MOST, long=True, required=False)
    quorum = chosen("法定人数（占领导小组）", Share.choices)
    majority = chosen("一般事项通过（占出席）", Share.choices)
    important_majority = chosen("重要事项通过（占出席）", Share.choices)

    def plan(self) -> CharterPlan:
        """Return what was said."""
        return CharterPlan(**self.cleaned_data)

    @staticmethod
    def initial_of(charter: Charter | None) -> dict[str, Any]:
        """Return the fields' values for a version, or what usually stands in a charter."""
        names = ("quorum", "majority", "important_majority")
        if charter is None:
            return {name: getattr(rules.FOUNDING, name) for name in names}
        return {name: getattr(charter, name) for name in (*names, "body", "change")}


class AdoptForm(forms.Form):
    """From when on, and by which resolution."""

    resolution = ResolutionField()
    valid_from = Day("施行日期")

    def __init__(self, *sent: Any, fund: Fund, **options: Any) -> None:
        super().__init__(*sent, **options)
        field = self.fields["resolution"]
        if isinstance(field, ResolutionField):
            field.of(fund)


class SeatForm(forms.Form):
    """Who sits where."""

    place = chosen(
        "机构和职务",
        [
            (f"{body}:{duty}", f"{body.label} {Duty(duty).label}")
            for body in Body
            for duty in DUTIES[body]
        ],
    )
    person = Words("姓名", 30)
    unit = Words("单位和职务", rules.UNIT_MOST, required=False)
    from_on = Day("任期自")
    until_on = Day("任期至", help_text="一届最长 5 年。")
    resolution = ResolutionField(required=False)
    user = forms.ModelChoiceField(
        User.objects.none(), label="本系统的账号", required=False, empty_label="没有账号",
        error_messages={"invalid_choice": CHOOSE},
        help_text="能查看本基金的账号。选好以后，同一个人不会在两个机构任职。",
    )  # fmt: skip

    def __init__(self, *sent: Any, fund: Fund, **options: Any) -> None:
        super().__init__(*sent, **options)
        field, account = self.fields["resolution"], self.fields["user"]
        if isinstance(field, ResolutionField):
            field.of(fund)
        if isinstance(account, forms.ModelChoiceField):
            account.queryset = queries.accounts(fund)

    def plan(self) -> SeatPlan:
        """Return what was said."""
        said = self.cleaned_data
        body, _, duty = said["place"].partition(":")
        return SeatPlan(body, duty, said["person"], said["unit"], said["from_on"], said["until_on"])


class LeaveForm(forms.Form):
    """When and why somebody leaves."""

    on = Day("离任日期")
    reason = Words("离任原因", rules.REASON_MOST)


class MeetingForm(forms.Form):
    """What, when and where."""

    title = Words("会议名称", 60)
    starts_at = Moment("时间")
    place = Words("地点", rules.PLACE_MOST)

    def plan(self) -> MeetingPlan:
        """Return what was said."""
        return MeetingPlan(**self.cleaned_data)

    @staticmethod
    def said(meeting: Meeting) -> dict[str, Any]:
        """Return the fields' values for a meeting."""
        return {
            "title": meeting.title, "place": meeting.place,
            "starts_at": meeting.starts_at.astimezone(CITY_TZ).replace(tzinfo=None),
        }  # fmt: skip


class ItemForm(forms.Form):
    """One point of the agenda."""

    title = Words("议题", rules.TITLE_MOST)
    text = Words(
        "议题内容", rules.TEXT_MOST, long=True, required=False,
        help_text="通过后成为决议的正文，请写明事项和金额。",
    )  # fmt: skip
    is_vote = forms.BooleanField(label="需要表决", required=False, initial=True)
    is_important = forms.BooleanField(
        label="重要事项", required=False,
        help_text="章程的制定和修改、人员的任免、重大募捐和资助等，按更高的比例通过。",
    )  # fmt: skip

    def plan(self) -> ItemPlan:
        """Return what was said."""
        return ItemPlan(**self.cleaned_data)


class SeatsForm(forms.Form):
    """One choice for each seat."""

    def __init__(
        self, *sent: Any, seats: Sequence[Seat], choices: Any, usual: str, **options: Any
    ) -> None:
        super().__init__(*sent, **options)
        for seat in seats:
            self.fields[f"seat_{seat.pk}"] = forms.ChoiceField(
                label=f"{seat.get_body_display()} {seat}", choices=choices, initial=usual,
                widget=forms.RadioSelect,
                error_messages=dict.fromkeys(
                    ("required", "invalid_choice"), f"请为{seat.person}选择一项。"
                ),
            )  # fmt: skip

    def said(self) -> dict[int, str]:
        """Return seat → choice."""
        return {int(name.removeprefix("seat_")): value for name, value in self.cleaned_data.items()}


def presence_form(*sent: Any, seats: Sequence[Seat]) -> SeatsForm:
    """Return the form of who came."""
    return SeatsForm(*sent, seats=seats, choices=Presence.choices, usual=Presence.PRESENT)


def votes_form(*sent: Any, item: Item, seats: Sequence[Seat]) -> SeatsForm:
    """Return the form of how those present voted on an item."""
    before = {f"seat_{vote.seat_id}": vote.choice for vote in item.votes.all()}
    return SeatsForm(
        *sent, seats=seats, choices=Choice.choices, usual=Choice.FOR, initial=before,
        prefix=f"item{item.pk}", auto_id=f"id_{item.pk}_%s",
    )  # fmt: skip


class MinutesForm(forms.Form):
    """The minutes with which a meeting ends."""

    minutes = Words("会议纪要", rules.MINUTES_MOST, long=True)


class ReasonForm(forms.Form):
    """A reason."""

    reason = Words("原因", rules.REASON_MOST)


class RepealForm(forms.Form):
    """By which later resolution one ends."""

    resolution = ResolutionField(label="废止它的决议")

    def __init__(self, *sent: Any, later: QuerySet[Resolution], **options: Any) -> None:
        super().__init__(*sent, **options)
        field = self.fields["resolution"]
        if isinstance(field, ResolutionField):
            field.queryset = later
