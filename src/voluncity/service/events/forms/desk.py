"""The desk: an event, its groups, posts and days; decisions; what is handed out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from voluncity.city.catalog.models import Skill
from voluncity.city.files.forms import PaperField
from voluncity.city.people.models import User
from voluncity.city.regions.forms import RegionField
from voluncity.city.regions.models import Level
from voluncity.service.events.actions.deciding import Decision
from voluncity.service.events.actions.things import MOST_PIECES, ItemPlan
from voluncity.service.events.forms.fields import Day, day_choices
from voluncity.service.events.forms.resident import ApplyForm
from voluncity.service.events.models import Event, Group, Item, Post, PostDay
from voluncity.service.events.rules.plans import (
    MOST_WANTED,
    NAME_MOST,
    PLACE_MOST,
    REASON_MOST,
    DayPlan,
    EventPlan,
    PostPlan,
    plan_of,
)
from voluncity.service.events.states import ItemKind, Size
from voluncity.service.projects.models import Project
from voluncity.service.training.models import Course
from voluncity.web.controls import CHOOSE, Hour, Moment, Number, Several, Words, chosen


class EventForm(forms.Form):
    """Everything that an event says about itself."""

    project = chosen("所属项目", Project.objects.none())
    name = Words("赛会名称", NAME_MOST, help_text="如“2026 太原马拉松”")
    region = RegionField(label="所在区划", least=Level.COUNTY)
    place = Words("地点", PLACE_MOST, help_text="如“滨河东路沿线”")
    starts_on = Day("第一天")
    ends_on = Day("最后一天")
    leader = chosen("总负责人", User.objects.none(), help_text="要有本组织的签到签退权限")
    intro = Words("介绍", 2000, long=True)
    conditions = Words("报名条件", 600, long=True, required=False)
    risk_notice = Words("风险告知", 1000, long=True, help_text="报名前必须让志愿者知道")
    min_age = Number("最低年龄", 8, 100, initial=16)
    max_age = Number("最高年龄", 8, 100, required=False)
    apply_from = Moment("报名开始")
    apply_until = Moment("报名截止", help_text="在第一天之前")
    reply_days = Number("录用后几天内确认", 1, 30, initial=3)

    def __init__(
        self,
        *args: Any,
        projects: Any,
        leaders: Iterable[User],
        today: date,
        event: Event | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        fields: Any = self.fields
        fields["region"].on(today)
        fields["project"].queryset = projects
        fields["leader"].queryset = User.objects.filter(pk__in=[user.pk for user in leaders])
        if event is not None:
            del self.fields["project"]
            now = vars(plan_of(event))
            now |= {"region": event.region, "leader": event.leader_id}
            self.initial = {**now, **self.initial}

    def plan(self) -> EventPlan:
        """Return what was written."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "project"}
        return EventPlan(region_id=said.pop("region").pk, leader_id=said.pop("leader").pk, **said)


class GroupForm(forms.Form):
    """A group and the one who leads it."""

    name = Words("组名", 12, help_text="如“媒体组”“医疗组”“赛道组”")
    about = Words("做什么", 200, required=False)
    leader = chosen("组长", User.objects.none(), required=False, empty_label="先不定")

    def __init__(
        self, *args: Any, leaders: Iterable[User], group: Group | None = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        fields: Any = self.fields
        fields["leader"].queryset = User.objects.filter(pk__in=[user.pk for user in leaders])
        if group is not None:
            self.initial = {
                "name": group.name, "about": group.about, "leader": group.leader_id
            }  # fmt: skip


class PostForm(forms.Form):
    """A post and what it asks for."""

    name = Words("岗位", 20, help_text="如“5 公里补给点”")
    place = Words("位置", 60)
    tasks = Words("职责", 300, required=False)
    zones = Words(
        "可进入区域", 60, required=False, help_text="用“、”分开，印在证件上，如“A区、终点区”"
    )
    skills = Several(
        "要求的专长（有其中一项即可，包括外语、手语）", queryset=Skill.objects.all(),
        required=False, widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    course = chosen("须先完成的培训", Course.objects.all(), required=False, empty_label="没有要求")

    def __init__(self, *args: Any, post: Post | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        if post is not None:
            names = ("name", "place", "tasks", "zones")
            self.initial = {name: getattr(post, name) for name in names}
            self.initial |= {"course": post.course_id, "skills": list(post.skills.all())}

    def plan(self) -> PostPlan:
        """Return what was written."""
        said = dict(self.cleaned_data)
        course = said.pop("course")
        skills = tuple(skill.pk for skill in said.pop("skills"))
        return PostPlan(skill_ids=skills, course_id=course.pk if course else None, **said)


class DayForm(forms.Form):
    """A day of a post: from when to when, and how many people."""

    day = forms.ChoiceField(
        label="日期", error_messages={"required": "请选择日期。", "invalid_choice": CHOOSE}
    )
    begins = Hour("开始")
    ends = Hour("结束")
    wanted = Number("人数", 1, MOST_WANTED)

    def __init__(
        self, *args: Any, event: Event, row: PostDay | None = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        fields: Any = self.fields
        fields["day"].choices = day_choices(event.days)
        if row is not None:
            self.initial = {
                "day": row.day.isoformat(), "begins": row.begins, "ends": row.ends,
                "wanted": row.wanted,
            }  # fmt: skip

    def plan(self) -> DayPlan:
        """Return what was written."""
        said = self.cleaned_data
        return DayPlan(
            date.fromisoformat(said["day"]), said["begins"], said["ends"], said["wanted"]
        )


class DecisionForm(forms.Form):
    """What is decided about one or many, with what it needs."""

    verb = forms.ChoiceField(
        label="怎样办理",
        choices=[
            ("screen", "资格通过"),
            ("invite", "约面试"),
            ("select", "录用"),
            ("reserve", "列为备选"),
            ("reject", "不录用"),
        ],
        error_messages={"required": "请选择怎样办理。", "invalid_choice": "请选择怎样办理。"},
    )
    reason = Words(
        "不录用的原因", REASON_MOST, required=False, help_text="写给本人看的一句话（不录用时必填）"
    )
    interview_at = Moment("面试时间", required=False, help_text="约面试时必填")
    interview_place = Words("面试地点", 60, required=False)

    def decision(self) -> Decision:
        """Return what was decided."""
        return Decision(**self.cleaned_data)


class InterviewForm(forms.Form):
    """How an interview went."""

    has_come = forms.ChoiceField(
        label="到场", choices=[("yes", "到了"), ("no", "没有到")], widget=forms.RadioSelect,
        error_messages={"required": "请选择是否到场。", "invalid_choice": "请选择是否到场。"},
    )  # fmt: skip
    score = Number("评分", 0, 100, required=False, help_text="0 到 100")
    remark = Words("评语", 200, required=False)


class AssignForm(forms.Form):
    """Where somebody is put by hand."""

    day = forms.ChoiceField(
        label="岗位和日期", error_messages={"required": "请选择岗位。", "invalid_choice": CHOOSE}
    )

    def __init__(self, *args: Any, rows: Iterable[PostDay], **options: Any) -> None:
        super().__init__(*args, **options)
        fields: Any = self.fields
        fields["day"].choices = [("", "请选择")] + [(str(row.pk), _row_words(row)) for row in rows]


def _row_words(row: PostDay) -> str:
    left = row.shift.capacity - row.shift.taken if row.shift else 0
    return (
        f"{row.day.month}月{row.day.day}日 {row.post.group.name} · {row.post.name}（缺 {left} 人）"
    )


class ReasonForm(forms.Form):
    """One sentence why."""

    reason = Words("原因", REASON_MOST)


class EnterForm(ApplyForm):
    """The desk enters somebody who called or has no account."""

    number = Words("志愿者编号", 20, help_text="志愿者证上的编号")
    field_order = ("number",)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["risks_read"].label = "已当面或电话告知风险，本人同意"


class BriefingForm(forms.Form):
    """When people are briefed, and what they must have read."""

    briefing_at = Moment("培训会时间", required=False)
    place = Words("培训会地点", 120, required=False)
    text = Words("上岗须知", 4000, long=True, required=False)
    paper = PaperField(label="附件（PDF 或图片）", required=False)

    def __init__(self, *args: Any, event: Event, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial = {
            "briefing_at": event.briefing_at, "place": event.briefing_place,
            "text": event.briefing_text,
        }  # fmt: skip


class ItemForm(forms.Form):
    """A thing to hand out, and how many pieces there are."""

    kind = forms.ChoiceField(
        label="种类", choices=ItemKind.choices,
        error_messages={"required": "请选择种类。", "invalid_choice": CHOOSE},
    )  # fmt: skip
    name = Words("名称", 16, help_text="如“午餐”“志愿者 T 恤”“对讲机”")
    day = forms.ChoiceField(
        label="哪一天", required=False, help_text="餐食必填；服装、器材一般不填",
        error_messages={"invalid_choice": CHOOSE},
    )  # fmt: skip
    is_returned = forms.BooleanField(label="用后归还（器材）", required=False)
    pieces = Number("数量（餐食、器材）", 0, MOST_PIECES, required=False)

    def __init__(self, *args: Any, event: Event, item: Item | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        fields: Any = self.fields
        fields["day"].choices = [("", "不限"), *day_choices(event.days)]
        for size in Size:
            fields[f"size_{size.value}"] = Number(
                f"服装 {size.value}", 0, MOST_PIECES, required=False
            )
        if item is not None:
            self.initial = _of_item(item)
            kept = "pieces" if item.kind != ItemKind.CLOTHING else ""
            for name in [*self.fields]:
                if (name.startswith("size_") and kept) or (name == "pieces" and not kept):
                    del self.fields[name]
            fields["kind"].choices = [(item.kind, item.get_kind_display())]

    @property
    def sizes(self) -> list[Any]:
        """Return the fields for clothing."""
        return [self[name] for name in self.fields if name.startswith("size_")]

    def plan(self) -> ItemPlan:
        """Return what was written."""
        said = self.cleaned_data
        pieces = {size: said.get(f"size_{size}") or 0 for size in Size.values}
        pieces[""] = said.get("pieces") or 0
        day = date.fromisoformat(said["day"]) if said["day"] else None
        return ItemPlan(said["kind"], said["name"], day, said["is_returned"], pieces)


def _of_item(item: Item) -> dict[str, Any]:
    found: dict[str, Any] = {
        "kind": item.kind, "name": item.name, "is_returned": item.is_returned,
        "day": item.day.isoformat() if item.day else "",
    }  # fmt: skip
    for stock in item.stocks.all():
        found[f"size_{stock.size}" if stock.size else "pieces"] = stock.pieces
    return found


class ThanksForm(forms.Form):
    """Words for everybody who helped."""

    thanks = Words("致谢", 1000, long=True, help_text="发给每一位到岗的志愿者，并写在赛会页面上")


class MessageForm(forms.Form):
    """Words to a group."""

    group = forms.ChoiceField(
        label="发给", required=False, error_messages={"invalid_choice": CHOOSE}
    )
    text = Words("消息", 200, long=True)

    def __init__(self, *args: Any, event: Event, **options: Any) -> None:
        super().__init__(*args, **options)
        fields: Any = self.fields
        groups = [(str(group.pk), group.name) for group in event.groups.order_by("pk")]
        fields["group"].choices = [("", "全体已安排的人"), *groups]


class IncidentForm(forms.Form):
    """What happened."""

    place = Words("地点", 60)
    what = Words("情况", 200)
    handler = Words("谁处理", 30, required=False)


class BadgeForm(forms.Form):
    """A badge, scanned or typed; where its bearer wants to go."""

    code = forms.CharField(
        label="证件", max_length=300, help_text="扫证件上的码，或输入证号，如 3-0012",
        error_messages={"required": "请扫码，或输入证号。", "max_length": "这不是赛会证件的码。"},
    )  # fmt: skip
    zone = forms.ChoiceField(
        label="在哪个区域", required=False, error_messages={"invalid_choice": CHOOSE}
    )

    def __init__(self, *args: Any, zones: Iterable[str], **options: Any) -> None:
        super().__init__(*args, **options)
        fields: Any = self.fields
        fields["zone"].choices = [("", "不核对区域"), *((zone, zone) for zone in zones)]
