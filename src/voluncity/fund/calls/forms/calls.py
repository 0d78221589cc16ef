"""What the office says about a call, its form and an application."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from voluncity.city.orgs.models import Organization
from voluncity.city.regions.models import Region
from voluncity.fund.calls.models import Call
from voluncity.fund.calls.rules import building
from voluncity.fund.calls.rules import calls as rules
from voluncity.fund.calls.rules.calls import CallPlan, line_kinds_text, parse_line_kinds
from voluncity.fund.calls.spec import Question, Section
from voluncity.fund.calls.states import QuestionKind
from voluncity.fund.governance.forms import ResolutionField
from voluncity.fund.governance.models import Fund
from voluncity.fund.governance.rules import day
from voluncity.kernel.clock import CITY_TZ
from voluncity.kernel.money import FEN_PER_YUAN, parse_yuan
from voluncity.kernel.refusals import BadInput
from voluncity.web.controls import Day, Hour, Number, Several, Words, chosen
from voluncity.web.picking import PickField

MOST_YUAN = 100_000_000
_LINE_KINDS_HELP = (
    "一行一个，格式：名称 | 最高占比 | 说明。不限占比的中间留空；"
    "属于管理费的，名称后面加“（管理费）”。例如：志愿者补贴和保险 | 30% | 交通、误餐、保险"
)


class Yuan(forms.CharField):
    """A sum as people type it; it hands on fen."""

    def __init__(self, label: str, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput({"inputmode": "decimal", "maxlength": 20}))
        options.setdefault("error_messages", {"required": f"请填写{label}。"})
        super().__init__(label=label, **options)

    def clean(self, value: Any) -> Any:
        """Return fen.

        :raises ValidationError: when it is no sum.
        """
        text = super().clean(value)
        try:
            return parse_yuan(text, field="", most_yuan=MOST_YUAN)
        except BadInput as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal


class NearDay(Day):
    """A day with which one can reckon: the calendar goes on behind it."""

    def clean(self, value: Any) -> Any:
        """Return the day.

        :raises ValidationError: when it is none, or lies too far away.
        """
        found = super().clean(value)
        try:
            return found and day(found, "")
        except BadInput as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal


class CallForm(forms.Form):
    """A call: window, conditions, sums, kinds of budget lines."""

    title = Words("通知标题", rules.TITLE_MOST)
    intro = Words("申报说明", rules.INTRO_MOST, long=True,
                  help_text="支持什么、不支持什么、怎么评审、什么时候公布结果。")  # fmt: skip
    contact = Words("联系方式", rules.CONTACT_MOST, required=False,
                    help_text="办公室的电话或地址，公众能看到。")  # fmt: skip
    opens_on = Day("开始日期", help_text="当天 0 点开始。")
    closes_on = Day("截止日期")
    closes_time = Hour("截止时刻", required=False, help_text="这一分钟内提交的都算；留空为 23:59。")
    least = Yuan("最低金额（元）")
    most = Yuan("最高金额（元）")
    most_each = Number("每个组织最多申报几项", 1, rules.MOST_EACH, initial=1)
    kinds = forms.MultipleChoiceField(
        label="哪些组织可以申报", required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(str(kind), kind.label) for kind in rules.KINDS_THAT_APPLY],
        help_text="都不选表示不限。",
    )  # fmt: skip
    regions = Several(
        "限哪些区县", required=False, queryset=Region.objects.none(),
        widget=forms.CheckboxSelectMultiple, help_text="都不选表示不限。",
    )  # fmt: skip
    least_years = Number("成立满几年", 0, rules.YEARS_MOST, initial=0, help_text="0 表示不限。")
    least_stars = Number("组织星级至少", 0, rules.STARS_MOST, initial=0, help_text="0 表示不限。")
    line_kinds = Words("预算科目", 3000, long=True, help_text=_LINE_KINDS_HELP)
    resolution = ResolutionField(required=False)

    def __init__(self, *args: Any, fund: Fund, counties: QuerySet[Region], **options: Any) -> None:
        super().__init__(*args, **options)
        cast("Several", self.fields["regions"]).queryset = counties
        cast("ResolutionField", self.fields["resolution"]).of(fund)
        self.fields["purpose"] = chosen(
            "资助方向", fund.purposes.filter(ended_at=None), required=False, empty_label="不限定"
        )
        self.fields["resolution"].help_text = "经会议决定的，请选择决议。"

    def plan(self) -> CallPlan:
        """Return what was said.

        :raises BadInput: when a kind of budget lines cannot be read.
        """
        said = self.cleaned_data
        plain = (
            "title", "intro", "contact", "opens_on", "closes_on", "least_years", "least_stars",
            "most_each",
        )  # fmt: skip
        return CallPlan(
            **{name: said[name] for name in plain},
            least_fen=said["least"], most_fen=said["most"],
            closes_time=said["closes_time"] or rules.LAST_MINUTE,
            purpose_id=said["purpose"].pk if said["purpose"] else None,
            resolution_id=said["resolution"].pk if said["resolution"] else None,
            kinds=tuple(said["kinds"]),
            region_ids=tuple(one.pk for one in said["regions"]),
            line_kinds=parse_line_kinds(said["line_kinds"]),
        )  # fmt: skip

    @staticmethod
    def kept(call: Call) -> dict[str, Any]:
        """Return what the form begins with for a call."""
        last = (call.ends_at - timedelta(minutes=1)).astimezone(CITY_TZ)
        plain = ("title", "intro", "contact", "least_years", "least_stars", "most_each", "kinds")
        return {name: getattr(call, name) for name in plain} | {
            "opens_on": call.opens_at.astimezone(CITY_TZ).date(),
            "closes_on": last.date(),
            "closes_time": last.time(),
            "least": _yuan(call.least_fen),
            "most": _yuan(call.most_fen),
            "purpose": call.purpose_id,
            "resolution": call.resolution_id,
            "regions": [one.pk for one in call.regions.all()],
            "line_kinds": line_kinds_text(list(call.line_kinds.all())),
        }


def _yuan(fen: int) -> str:
    yuan, rest = divmod(fen, FEN_PER_YUAN)
    return f"{yuan}.{rest:02d}" if rest else str(yuan)


class PostponeForm(forms.Form):
    """A later end."""

    closes_on = NearDay("新的截止日期")
    closes_time = Hour("截止时刻", required=False, help_text="留空为 23:59。")
    reason = Words("原因", rules.REASON_MOST, long=True, help_text="公众能看到。")

    def ends_at(self) -> datetime:
        """Return the first instant that is too late."""
        said = self.cleaned_data
        last: time = said["closes_time"] or rules.LAST_MINUTE
        return datetime.combine(said["closes_on"], last, CITY_TZ) + timedelta(minutes=1)


class ExtendForm(PostponeForm):
    """More time for one organization."""

    organization = PickField(thing="组织", label="组织",
                             error_messages={"required": "请选择组织。"})  # fmt: skip
    reason = Words("原因", rules.REASON_MOST, long=True, help_text="这个组织能看到。")
    field_order = ("organization", "closes_on", "closes_time", "reason")

    def __init__(self, *args: Any, near: QuerySet[Organization], **options: Any) -> None:
        super().__init__(*args, **options)
        url = f"{reverse('orgs:pick')}?may=grant_review&field=organization&state=active"
        cast("PickField", self.fields["organization"]).choose_from(near, url=url)


class SectionForm(forms.Form):
    """A section of a form."""

    title = Words("栏目名称", building.TITLE_MOST)
    hint = Words("栏目说明", building.HELP_MOST, long=True, required=False)

    def section(self, key: str) -> Section:
        """Return what was said."""
        return Section(key, self.cleaned_data["title"], self.cleaned_data["hint"])


class QuestionForm(forms.Form):
    """A question of a form."""

    label = Words("题目", building.LABEL_MOST)
    kind = forms.ChoiceField(
        label="类型", choices=QuestionKind.choices,
        error_messages={"required": "请选择题目的类型。", "invalid_choice": "请选择题目的类型。"},
    )  # fmt: skip
    help = Words("填写说明", building.HELP_MOST, long=True, required=False)
    is_required = forms.BooleanField(label="必填", required=False, initial=True)
    most = Number(
        "最多", 0, 5000, required=False,
        help_text="文字最多几个字，或最多几个附件；留空用常用的长度。",
    )  # fmt: skip
    options = Words(
        "选项", 3000, long=True, required=False, help_text="单选和多选的选项，一行一个。"
    )

    def question(self, key: str) -> Question:
        """Return what was said."""
        said = self.cleaned_data
        kind = QuestionKind(said["kind"])
        has_length = kind in building.LONGEST
        return Question(
            key, kind, said["label"], said["help"], said["is_required"],
            (said["most"] or 0) if has_length else 0, tuple(said["options"].split("\n")),
        )  # fmt: skip

    @staticmethod
    def kept(question: Question) -> dict[str, Any]:
        """Return what the form begins with for a question."""
        return {
            "label": question.label, "kind": question.kind, "help": question.help,
            "is_required": question.is_required, "most": question.most or None,
            "options": "\n".join(question.options),
        }  # fmt: skip


class StartForm(forms.Form):
    """For which organization somebody begins an application."""

    organization = chosen("申报组织", Organization.objects.none())

    def __init__(self, *args: Any, organizations: QuerySet[Organization], **options: Any) -> None:
        super().__init__(*args, **options)
        field = cast("forms.ModelChoiceField[Organization]", self.fields["organization"])
        field.queryset = organizations


class WordsForm(forms.Form):
    """Words for one step."""

    def __init__(self, *args: Any, label: str, hint: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["words"] = Words(label, rules.REASON_MOST, long=True, help_text=hint)


class NothingForm(forms.Form):
    """A step that needs no words."""


class ReturnForm(forms.Form):
    """Send back: words about the whole, and the last day."""

    words = Words("总体意见", rules.REMARK_MOST, long=True, required=False,
                  help_text="也可以只写各项旁边的意见。")  # fmt: skip
    due_on = NearDay("补正期限", help_text="这一天 24 点以前。")

    def due_at(self) -> datetime:
        """Return the first instant that is too late."""
        last = self.cleaned_data["due_on"]
        return datetime.combine(last + timedelta(days=1), time(), CITY_TZ)
