"""Forms of needs and pledges; every error is a sentence at its field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet

from voluncity.city.catalog.models import Skill
from voluncity.city.files.forms import PaperField
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import Volunteer
from voluncity.service.pledges import rules
from voluncity.service.pledges.models import Need
from voluncity.service.pledges.rules import Delivery, NeedPlan, Promise, Taker
from voluncity.service.pledges.states import NeedKind
from voluncity.service.projects.models import Project

MYSELF = "me"
_AMOUNT_LONGEST = 16


def _words(label: str, *, most: int = rules.WORDS_MOST, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, widget=forms.Textarea({"rows": 2}),
        error_messages={"required": f"请填写{label}。"}, **options,
    )  # fmt: skip


def _day(label: str, **options: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": f"请选择{label}。", "invalid": f"请选择正确的{label}。"},
        **options,
    )  # fmt: skip


def _amount(label: str, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=_AMOUNT_LONGEST, error_messages={"required": f"请填写{label}。"},
        **options,
    )  # fmt: skip


class NeedForm(forms.Form):
    """What a project lacks; the project is chosen for a new one only."""

    project = forms.ModelChoiceField(
        Project.objects.none(), label="项目", empty_label="请选择",
        error_messages={"required": "请选择项目。", "invalid_choice": "请从列表中选择项目。"},
    )  # fmt: skip
    kind = forms.ChoiceField(
        label="类别", choices=NeedKind.choices, widget=forms.RadioSelect,
        error_messages={"required": "请选择类别。", "invalid_choice": "请选择类别。"},
    )  # fmt: skip
    name = forms.CharField(
        label="需要什么", max_length=rules.NAME_MOST, help_text="例如“懂急救的人”“矿泉水”。",
        error_messages={"required": "请填写需要什么。"},
    )  # fmt: skip
    wanted = _amount("数量", help_text="资金请填写金额，单位是元。")
    unit = forms.CharField(
        label="单位", max_length=rules.UNIT_MOST, required=False,
        help_text="物资请填写，例如箱、件、套；人员、资金不用填。",
    )  # fmt: skip
    skill = forms.ModelChoiceField(
        Skill.objects.all(), label="需要的专长", required=False, empty_label="不限",
        error_messages={"invalid_choice": "请从列表中选择专长。"}, help_text="只对人员有用。",
    )  # fmt: skip
    details = _words(
        "要求或用途", most=rules.DETAILS_MOST, required=False,
        help_text="物资写规格，资金写用途。请不要写账号、收款码。",
    )  # fmt: skip
    place = forms.CharField(
        label="送到哪里", max_length=rules.PLACE_MOST, required=False,
        help_text="物资送到哪里，人员到哪里集合。",
    )  # fmt: skip
    due_on = _day("截止日期")

    def __init__(
        self, *args: Any, projects: QuerySet[Project], need: Need | None = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        if need is not None:
            del self.fields["project"], self.fields["kind"]
            return
        project: Any = self.fields["project"]
        project.queryset = projects

    def plan(self) -> NeedPlan:
        """Return what was said."""
        said = self.cleaned_data
        skill: Skill | None = said["skill"]
        return NeedPlan(
            kind=said.get("kind", ""), name=said["name"], wanted=said["wanted"],
            due_on=said["due_on"], unit=said["unit"], details=said["details"],
            place=said["place"], skill_id=skill.pk if skill else None,
        )  # fmt: skip


class TakeForm(forms.Form):
    """Take on a part of a need, as oneself or for a unit."""

    taker = forms.ChoiceField(
        label="以谁的名义", widget=forms.RadioSelect,
        error_messages={
            "required": "请选择以谁的名义认领。", "invalid_choice": "请选择以谁的名义认领。",
        },
    )  # fmt: skip
    amount = _amount("认领多少")
    promised_on = _day("哪天前交付")
    contact_name = forms.CharField(
        label="联系人", max_length=30, error_messages={"required": "请填写联系人。"}
    )
    contact_phone = forms.CharField(
        label="联系电话", max_length=20, widget=forms.TextInput({"inputmode": "tel"}),
        error_messages={"required": "请填写手机号。"}, help_text="只有项目的组织者看得到。",
    )  # fmt: skip
    note = _words("留言", required=False, help_text="不写也行。")
    shows_name = forms.BooleanField(
        label="同意在感谢墙上公开名称", required=False, help_text="不勾选就显示“爱心人士（匿名）”。"
    )

    def __init__(
        self, *args: Any, need: Need, volunteer: Volunteer | None,
        units: Sequence[Organization], **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **options)
        self.volunteer, self.units = volunteer, {str(one.pk): one for one in units}
        choices = [(str(one.pk), one.name) for one in units]
        if volunteer is not None:
            choices.insert(0, (MYSELF, f"我自己（{volunteer.name}）"))
        taker: Any = self.fields["taker"]
        taker.choices = choices
        if len(choices) == 1:
            self.initial.setdefault("taker", choices[0][0])
        unit = "元" if need.is_money else need.unit
        self.fields["amount"].label = f"认领多少（{unit}）"
        self.fields["amount"].help_text = f"还差 {need.rest_text}，可以认领一部分。"
        if need.is_money:
            self.fields["promised_on"].label = "打算哪天前捐"

    def said(self) -> tuple[Taker, Promise]:
        """Return who promises, and what."""
        said = dict(self.cleaned_data)
        chosen = said.pop("taker")
        if chosen == MYSELF:
            return Taker(volunteer=self.volunteer), Promise(**said)
        return Taker(unit=self.units[chosen]), Promise(**said)


class AdoptForm(forms.Form):
    """A unit stands behind a whole project."""

    unit = forms.ChoiceField(
        label="认领单位",
        error_messages={"required": "请选择单位。", "invalid_choice": "请选择单位。"},
    )
    words = _words("怎样支持", help_text="例如提供场地、派出志愿者、负责宣传。")

    def __init__(self, *args: Any, units: Sequence[Organization], **options: Any) -> None:
        super().__init__(*args, **options)
        self.units = {str(one.pk): one for one in units}
        unit: Any = self.fields["unit"]
        unit.choices = [(key, one.name) for key, one in self.units.items()]

    def chosen(self) -> Organization:
        """Return the unit that claims."""
        return self.units[self.cleaned_data["unit"]]


class WithdrawForm(forms.Form):
    """Why somebody takes a promise back."""

    words = _words("撤回原因", required=False)


class AcceptForm(forms.Form):
    """How it goes on."""

    words = _words("联系情况", required=False, help_text="认领人看得到，例如约好的时间。")


class DeclineForm(forms.Form):
    """Why a promise cannot be used."""

    words = _words("婉拒的原因", help_text="认领人看得到。")


class ThankForm(forms.Form):
    """What the letter of thanks says."""

    words = _words("感谢的话", help_text="会印在感谢状上。")


class DeliverForm(forms.Form):
    """What really came."""

    amount = _amount("实际收到多少", help_text="比认领的少时，差的部分会重新开放。")
    received_on = _day("收到日期")
    paper = PaperField(label="照片或签收单", required=False)
    words = _words("说明", required=False)

    def said(self) -> Delivery:
        """Return what came."""
        said = self.cleaned_data
        return Delivery(
            amount=said["amount"], received_on=said["received_on"], words=said["words"],
            receipt_number=said.get("receipt_number", ""),
        )  # fmt: skip


class MoneyForm(DeliverForm):
    """What the foundation received, by its own receipt."""

    receipt_number = forms.CharField(
        label="基金会票据号", max_length=rules.RECEIPT_MOST,
        help_text="基金会开出的捐赠票据上的号码。钱款由基金会专用渠道接收，平台不经手。",
        error_messages={"required": "请填写基金会票据号。"},
    )  # fmt: skip
    field_order = ("amount", "received_on", "receipt_number", "paper", "words")
