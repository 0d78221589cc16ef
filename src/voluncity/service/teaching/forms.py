"""Forms of trainings: a session, a course's rule and questions, results and lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.timezone import localtime

from voluncity.city.access.permissions import Permission
from voluncity.city.files.forms import PaperField
from voluncity.city.orgs import queries as orgs
from voluncity.city.people.models import User
from voluncity.kernel.clock import CITY_TZ
from voluncity.service.teaching.actions.courses import MOST_MONTHS, RulePlan
from voluncity.service.teaching.models import Question, Session
from voluncity.service.teaching.rules import MAX_MEETINGS, MAX_PLACES, Meeting, SessionPlan
from voluncity.service.teaching.states import Audience
from voluncity.service.training.models import Course
from voluncity.web.controls import CHOOSE, Day, Hour, Number
from voluncity.web.picking import PickField

MOST_BYTES = 2 * 1024 * 1024
OPTION_LETTERS = "ABCD"


class Text(forms.CharField):
    """A line of text; what may stand in it, the rules say."""

    def __init__(self, label: str, longest: int, **options: Any) -> None:
        options.setdefault("error_messages", {"required": f"请填写{label}。"})
        super().__init__(label=label, **options)
        self.validators = []  # the rules drop or refuse what does not belong there
        self.widget.attrs["maxlength"] = longest


class MeetingForm(forms.Form):
    """One row: a day, from when to when."""

    shift_id = forms.IntegerField(
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid": "课次与培训班不符，请刷新页面后再试。"},
    )
    day = Day("日期")
    begins = Hour("开始")
    ends = Hour("结束")

    def clean(self) -> dict[str, Any]:
        """Check that the meeting ends after it begins."""
        values = self.cleaned_data
        if "begins" in values and "ends" in values and values["ends"] <= values["begins"]:
            self.add_error("ends", "结束时间要晚于开始时间，请修改。")
        return values

    def meeting(self) -> Meeting:
        """Return the row with its instants."""
        values = self.cleaned_data
        return Meeting(
            datetime.combine(values["day"], values["begins"], CITY_TZ),
            datetime.combine(values["day"], values["ends"], CITY_TZ),
            values["shift_id"] or None,
        )


class MeetingRows(BaseFormSet[MeetingForm]):
    """All rows; those left empty or marked to be removed do not count."""

    def meetings(self) -> list[Meeting]:
        """Return what the rows that count say."""
        gone, known = self.deleted_forms, self.initial_form_count()
        return [
            row.meeting()
            for place, row in enumerate(self.forms)
            if row not in gone and (place < known or row.has_changed())
        ]


MeetingFormSet = formset_factory(
    MeetingForm,
    formset=MeetingRows,
    extra=2,
    can_delete=True,
    max_num=MAX_MEETINGS,
    absolute_max=MAX_MEETINGS + 10,
    validate_max=True,
)


class SessionForm(forms.Form):
    """A session; `rows` holds its meetings."""

    course = forms.ModelChoiceField(
        label="培训课程", queryset=Course.objects.order_by("pk"), empty_label="请选择",
        error_messages={"required": "请选择培训课程。", "invalid_choice": CHOOSE},
    )  # fmt: skip
    title = Text("培训班名称", 60, help_text="居民看到的名称，如“新志愿者入门培训（第 3 期）”")
    trainers = Text("讲师", 120, help_text="姓名和单位，多位用顿号隔开")
    leader = forms.ModelChoiceField(
        label="班主任", queryset=User.objects.none(), empty_label="请选择",
        help_text="负责现场签到签退",
        error_messages={"required": "请选择班主任。", "invalid_choice": CHOOSE},
    )  # fmt: skip
    audience = forms.ChoiceField(
        label="培训对象", choices=Audience.choices, initial=Audience.ALL,
        error_messages={"required": "请选择培训对象。", "invalid_choice": CHOOSE},
    )  # fmt: skip
    address = Text("地点", 120, help_text="线上培训请填“线上”，并填写线上地址")
    online_url = Text("线上地址", 300, required=False, help_text="只有报上名的人能看到")
    capacity = Number("名额", 1, MAX_PLACES, initial=40)
    closes_on = Day("报名截止日期", help_text="当天晚上截止；与第一次课同一天时，开课前截止")
    material = Text(
        "学习资料", 4000, required=False, widget=forms.Textarea({"rows": 5}),
        help_text="文字说明；文件在保存后上传",
    )  # fmt: skip

    def __init__(
        self,
        data: Any = None,
        *,
        leaders: Sequence[User],
        session: Session | None = None,
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        fields: Any = self.fields
        fields["leader"].queryset = User.objects.filter(pk__in=[one.pk for one in leaders])
        if len(leaders) == 1:
            fields["leader"].initial = leaders[0].pk
        if session is not None:
            self.initial = {**_values_of(session), **self.initial}
        known = _rows_of(session) if session else []
        formset: Any = MeetingFormSet(data, initial=known, prefix="meetings")
        self.rows: MeetingRows = formset

    def is_valid(self) -> bool:
        """Check both parts, so that all mistakes are shown at once."""
        return all([super().is_valid(), self.rows.is_valid()])

    def plan(self, *, at: datetime, session: Session | None = None) -> SessionPlan:
        """Return what was written; a new session takes people from now on."""
        values, meetings = self.cleaned_data, self.rows.meetings()
        closes_at = datetime.combine(values["closes_on"] + timedelta(days=1), time(0), CITY_TZ)
        first = min((one.starts_at for one in meetings), default=closes_at)
        return SessionPlan(
            course_id=values["course"].pk,
            title=values["title"],
            trainers=values["trainers"],
            address=values["address"],
            leader_id=values["leader"].pk,
            capacity=values["capacity"],
            meetings=meetings,
            enroll_from=session.enroll_from if session else at,
            enroll_until=first if _is_day_of(first, values["closes_on"]) else closes_at,
            audience=values["audience"],
            online_url=values["online_url"],
            material=values["material"],
        )


def _is_day_of(instant: datetime, day: date) -> bool:
    return localtime(instant, CITY_TZ).date() == day


def _values_of(session: Session) -> dict[str, Any]:
    activity = session.activity
    first = activity.shifts.order_by("starts_at").first()
    return {
        "course": session.course_id,
        "title": activity.name,
        "trainers": session.trainers,
        "leader": activity.leader_id,
        "audience": session.audience,
        "address": activity.address,
        "online_url": session.online_url,
        "capacity": first.capacity if first else 1,
        "closes_on": localtime(session.enroll_until - timedelta(seconds=1), CITY_TZ).date(),
        "material": session.material,
    }


def _rows_of(session: Session) -> list[dict[str, Any]]:
    return [
        {
            "shift_id": one.pk,
            "day": localtime(one.starts_at, CITY_TZ).date(),
            "begins": localtime(one.starts_at, CITY_TZ).time(),
            "ends": localtime(one.ends_at, CITY_TZ).time(),
        }
        for one in session.activity.shifts.order_by("starts_at")
    ]


class HostForm(forms.Form):
    """Which organization holds the session: asked first, because its people lead it."""

    organization = PickField(
        label="举办组织", thing="组织", error_messages={"required": "请选择举办组织。"}
    )

    def __init__(self, *args: Any, organizations: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["organization"]
        field.choose_from(organizations, url=orgs.active_pick_url(Permission.TRAINING_EDIT))


class NumberForm(forms.Form):
    """Somebody whom the desk enrolls."""

    number = forms.CharField(
        label="志愿者编号",
        max_length=30,
        error_messages={
            "required": "请输入志愿者证上的编号。",
            "max_length": "编号太长，请核对志愿者证上的编号。",
        },
    )


class ReasonForm(forms.Form):
    """Why something is called off, given back or revoked."""

    reason = Text("原因", 200)


class MaterialForm(forms.Form):
    """A file for those who take part."""

    title = Text("资料名称", 60)
    file = PaperField(label="文件", help_text="PDF 或图片")


class ListForm(forms.Form):
    """An attendance list from paper."""

    file = forms.FileField(
        label="纸质签到表",
        help_text="XLSX、XLS 或 CSV，第一行写列名：志愿者编号、姓名、学习分钟（可不填）",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv,.txt"}),
        error_messages={
            "required": "请选择要上传的文件。",
            "invalid": "文件没有上传成功，请重新选择。",
            "missing": "文件没有上传成功，请重新选择。",
            "empty": "这个文件是空的，请核对后重新选择。",
        },
    )

    def clean_file(self) -> tuple[str, bytes]:
        """Return name and content, unless it is too large to be looked at."""
        upload = self.cleaned_data["file"]
        if (upload.size or 0) > MOST_BYTES:
            raise forms.ValidationError("文件最大 2 MB，请只保留签到表。")
        return upload.name or "", upload.read()


class ResultForm(forms.Form):
    """The result of a test on paper."""

    percent = Number("得分", 0, 100)


class CourseForm(forms.Form):
    """A new course."""

    name = Text("课程名称", 60)
    content = Text("主要内容", 300)
    valid_months = Number("有效期（月）", 0, MOST_MONTHS, initial=0, help_text="0 表示长期有效")


class RuleForm(forms.Form):
    """What a course asks for from a day on."""

    valid_from = Day("从哪天起")
    share_percent = Number("学时至少达到百分之", 1, 100, initial=80)
    asks_test = forms.BooleanField(label="须通过测验", required=False)
    pass_percent = Number("测验合格线（分）", 1, 100, initial=60)
    tries = Number("最多测验次数", 1, 10, initial=3)

    def plan(self) -> RulePlan:
        """Return what was written."""
        return RulePlan(**self.cleaned_data)


class QuestionForm(forms.Form):
    """A question with up to four answers."""

    text = Text("题目", 300)
    option_a = Text("选项 A", 120)
    option_b = Text("选项 B", 120)
    option_c = Text("选项 C", 120, required=False)
    option_d = Text("选项 D", 120, required=False)
    right = forms.ChoiceField(
        label="正确答案", choices=list(enumerate(OPTION_LETTERS)),
        error_messages={"required": "请选择正确答案。", "invalid_choice": CHOOSE},
    )  # fmt: skip

    def options(self) -> list[str]:
        """Return the answers in their order."""
        return [self.cleaned_data[f"option_{one.lower()}"] for one in OPTION_LETTERS]


class TestForm(forms.Form):
    """The test of a course: one choice for each question."""

    __test__ = False  # no class of tests

    def __init__(self, *args: Any, questions: Sequence[Question], **options: Any) -> None:
        super().__init__(*args, **options)
        for place, one in enumerate(questions, start=1):
            self.fields[f"q{one.pk}"] = forms.ChoiceField(
                label=f"{place}. {one.text}",
                choices=list(enumerate(one.options)),
                widget=forms.RadioSelect,
                error_messages={"required": "请选择一个答案。", "invalid_choice": CHOOSE},
            )

    def answers(self) -> dict[int, int]:
        """Return the chosen option by question."""
        return {int(name[1:]): int(value) for name, value in self.cleaned_data.items()}
