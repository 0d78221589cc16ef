"""Forms of insurance; every error is a sentence at its field."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet

from voluncity.city.catalog.models import Category
from voluncity.city.files.forms import PaperField
from voluncity.city.orgs.models import Organization
from voluncity.city.regions.models import Region
from voluncity.honor.insurance import rules
from voluncity.honor.insurance.actions import Outcome
from voluncity.honor.insurance.models import Policy
from voluncity.honor.insurance.rules import PolicyPlan, Report
from voluncity.honor.insurance.states import Covers, PolicyKind
from voluncity.kernel.clock import CITY_TZ
from voluncity.kernel.text import clean
from voluncity.service.projects.models import Activity
from voluncity.web.controls import CHOOSE, Day, Hour, Number, SearchWords, Words, chosen
from voluncity.web.picking import PickField

STARS = [(4, "四星及以上"), (5, "五星"), (3, "三星及以上")]
_SUM = 20


def _choice(label: str, choices: Sequence[tuple[Any, str]], **options: Any) -> forms.ChoiceField:
    messages = {"required": f"请选择{label}。", "invalid_choice": CHOOSE}
    return forms.ChoiceField(label=label, choices=choices, error_messages=messages, **options)


class _PolicyFields(forms.Form):
    """What every policy says."""

    insurer = Words("保险公司", 60)
    name = Words("保险名称", 60, help_text="例如“志愿者人身意外伤害保险”。")
    region = forms.TypedChoiceField(
        label="投保单位的区域", coerce=int,
        error_messages={"required": "请选择区域。", "invalid_choice": CHOOSE},
    )  # fmt: skip
    accident = Words(
        "意外身故、伤残（元）", _SUM, required=False, help_text="每人保额；没有就不填。"
    )
    medical = Words("意外医疗（元）", _SUM, required=False)
    liability = Words("第三者责任（元）", _SUM, required=False)
    least_age = Number("最低年龄", 0, rules.MOST_AGE, required=False, help_text="不限就不填。")
    most_age = Number("最高年龄", 0, rules.MOST_AGE, required=False)
    from_on = Day("起始日期")
    until_on = Day("终止日期")
    report_hours = Number("报案时限（小时）", 1, 2_400, initial=48)
    papers_days = Number("交材料时限（天）", 1, 730, initial=30)
    phone = Words("保险公司报案电话", 30, required=False)
    note = Words("说明", 300, required=False, help_text="例如保障范围、免赔额。")

    def __init__(self, *args: Any, regions: Sequence[Region], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["region"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(one.pk, one.name) for one in regions]

    def _plan(self, **more: Any) -> PolicyPlan:
        said = self.cleaned_data
        return PolicyPlan(
            insurer=said["insurer"], name=said["name"], region_id=said["region"],
            accident=said["accident"], medical=said["medical"], liability=said["liability"],
            least_age=said["least_age"], most_age=said["most_age"], from_on=said["from_on"],
            until_on=said["until_on"], report_hours=said["report_hours"],
            papers_days=said["papers_days"], phone=said["phone"], note=said["note"], **more,
        )  # fmt: skip


class PolicyForm(_PolicyFields):
    """A policy that an insurer has issued."""

    number = Words("保单号", 40)
    kind = _choice("险种", PolicyKind.choices)
    covers = _choice(
        "保障对象", [(Covers.JOINING, Covers.JOINING.label), (Covers.MEMBERS, Covers.MEMBERS.label)]
    )
    organization = PickField(
        label="投保组织", thing="组织", required=False,
        help_text="组织自己投保的填写；文明办、联合会为全域投保的不填。",
    )  # fmt: skip
    paper = PaperField(
        label="保单扫描件", required=False, help_text="PDF 或照片，只有工作人员能看。"
    )

    def __init__(self, *args: Any, near: QuerySet[Organization], url: str, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["organization"]
        if isinstance(field, PickField):
            field.choose_from(near, url=url)

    def plan(self) -> PolicyPlan:
        """Return what was said."""
        said = self.cleaned_data
        holder = said["organization"]
        return self._plan(
            number=said["number"], kind=said["kind"], covers=said["covers"],
            organization_id=holder.pk if holder else None, paper=said["paper"],
        )  # fmt: skip


class EnrollmentForm(_PolicyFields):
    """The policy that shall cover everybody with so many stars."""

    stars_least = forms.TypedChoiceField(
        label="投保范围", choices=STARS, coerce=int, initial=4,
        error_messages={"required": "请选择投保范围。", "invalid_choice": CHOOSE},
    )  # fmt: skip

    def plan(self) -> PolicyPlan:
        """Return what was said; the number comes from the insurer."""
        return self._plan(
            number="", kind=PolicyKind.YEARLY, covers=Covers.LISTED, organization_id=None
        )


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = Words("理由", rules.REASON_MOST)


class NumberForm(forms.Form):
    """The number that the insurer gave."""

    number = Words("保单号", 40)


class NothingForm(forms.Form):
    """A step that needs no words."""


class AddPersonForm(ReasonForm):
    """Somebody whom the rule did not find."""

    number = Words("志愿者编号", 30)

    field_order = ("number", "reason")

    def clean_number(self) -> str:
        """Return the number without blanks."""
        return clean(self.cleaned_data["number"]).replace(" ", "")


class RiskForm(forms.Form):
    """A category that is dangerous from now on."""

    category = chosen("服务类别", Category.objects.order_by("name"))
    basis = Words("理由", rules.REASON_MOST)


class MarkForm(forms.Form):
    """The word about one activity."""

    is_risky = _choice("这场活动", [("1", "有人身危险，要有保险"), ("0", "没有人身危险")])
    reason = Words("理由", rules.REASON_MOST)


class AttachForm(forms.Form):
    """Under which policy an activity takes place."""

    policy = chosen("保单", Policy.objects.none())

    def __init__(self, *args: Any, policies: QuerySet[Policy], **options: Any) -> None:
        super().__init__(*args, **options)
        _offer(self, "policy", policies)


def _offer(form: forms.Form, name: str, found: QuerySet[Any]) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = found


class ReportForm(forms.Form):
    """What happened."""

    happened_on = Day("发生日期")
    happened_time = Hour("大约几点")
    activity = chosen(
        "哪场活动", Activity.objects.none(), required=False, empty_label="不是在活动中"
    )
    place = Words("地点", 120)
    story = Words(
        "经过和伤情", rules.STORY_MOST, long=True,
        help_text="什么时候、怎么受的伤、去了哪家医院。加密保存，只有您和办理理赔的人能看。",
    )  # fmt: skip

    def __init__(self, *args: Any, activities: QuerySet[Activity], **options: Any) -> None:
        super().__init__(*args, **options)
        _offer(self, "activity", activities)

    def report(self) -> Report:
        """Return what was said."""
        said = self.cleaned_data
        at = datetime.combine(said["happened_on"], said["happened_time"], CITY_TZ)
        activity = said["activity"]
        return Report(at, said["place"], said["story"], activity.pk if activity else None)


class PersonForm(forms.Form):
    """For whom a claim is made at the desk."""

    number = Words("志愿者编号", 30)

    def clean_number(self) -> str:
        """Return the number without blanks."""
        return clean(self.cleaned_data["number"]).replace(" ", "")


class SearchForm(forms.Form):
    """Who is looked for."""

    q = SearchWords("姓名或志愿者编号", 30, required=False)


class FileForm(forms.Form):
    """A paper of a claim."""

    label = Words("材料名称", rules.LABEL_MOST, help_text="例如“门诊病历”“医疗费发票”。")
    paper = PaperField(label="文件", help_text="PDF 或照片。")


class AssignForm(forms.Form):
    """Under which policy a claim is made."""

    policy = chosen("保单", Policy.objects.none())

    def __init__(self, *args: Any, policies: QuerySet[Policy], **options: Any) -> None:
        super().__init__(*args, **options)
        _offer(self, "policy", policies)


class HandInForm(forms.Form):
    """What goes to the insurer."""

    number = Words("保险公司赔案号", 40, required=False)
    amount = Words("申请金额（元）", _SUM)
    words = Words("说明", 300, required=False)

    def outcome(self) -> Outcome:
        """Return what was said."""
        return Outcome(**self.cleaned_data)


class SettleForm(forms.Form):
    """What the insurer paid."""

    amount = Words("赔付金额（元）", _SUM)
    words = Words("说明", 300, required=False)

    def outcome(self) -> Outcome:
        """Return what was said."""
        return Outcome(**self.cleaned_data)


class DeclineForm(forms.Form):
    """Why the insurer pays nothing."""

    words = Words("不予赔付的原因", 300)

    def outcome(self) -> Outcome:
        """Return what was said."""
        return Outcome(**self.cleaned_data)


class WithdrawForm(forms.Form):
    """Why somebody gives a claim up."""

    words = Words("原因", 300, required=False)
