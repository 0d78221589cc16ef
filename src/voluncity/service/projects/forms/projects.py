"""The plan of a project."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q
from django.urls import reverse

from voluncity.city.access.permissions import Permission
from voluncity.city.catalog.models import Category, Skill
from voluncity.service.projects import rules
from voluncity.service.projects.models import Line, Project
from voluncity.service.projects.rules import HARMLESS_FIELDS, WANTED_FIELDS, ProjectPlan
from voluncity.service.projects.states import SETTLED_STATES
from voluncity.service.training.models import Course
from voluncity.web.controls import CHOOSE, Day, Number, Relaxed, Several, Words, chosen
from voluncity.web.picking import PickField


class ProjectForm(Relaxed):
    """All of a plan; a draft may leave out what only the reviewer wants to know."""

    organization = PickField(label="所属组织", thing="组织", error_messages={"required": CHOOSE})
    name = Words("项目名称", 60)
    line = chosen(
        "项目条线",
        Line.objects.open(),
        required=False,
        help_text="市里分工的 26 条线；没有对应的可不选",
    )
    served_group = Words("服务对象", 120, help_text="服务哪些人，如“社区空巢老人”")
    category = chosen("服务类型", Category.objects.all(), help_text="居民按类型找活动")
    session_minutes = Number("每次服务时长（分钟）", 1, rules.MAX_SESSION_MINUTES, initial=120)
    volunteers_wanted = Number(
        "志愿者人数", 1, rules.MAX_VOLUNTEERS, initial=10, help_text="每次活动需要多少人"
    )
    funding = Words("项目资金保障", 300, help_text="经费从哪里来；不需要经费请写“不需要”")
    sessions_planned = Number("开展次数", 1, rules.MAX_SESSIONS, initial=1)
    intro = Words("项目介绍", 2000, long=True, required=False)
    starts_on = Day("开始日期")
    ends_on = Day("结束日期")
    risk_notice = Words(
        "风险告知", 1000, long=True,
        help_text="活动中可能遇到的风险和防护办法；志愿者报名前必须看到（志愿服务条例第十二条）",
    )  # fmt: skip
    min_age = Number("最低年龄", 0, rules.MAX_AGE, initial=14, help_text="未满 18 周岁须监护人同意")
    max_age = Number("最高年龄", 0, rules.MAX_AGE, required=False, help_text="不填表示不限")
    course = chosen("须先完成的培训", Course.objects.all(), required=False, empty_label="不要求")
    skills = Several(
        "需要的专长", queryset=Skill.objects.all(), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    members_only = forms.BooleanField(label="仅限本组织成员报名", required=False)

    def __init__(
        self,
        *args: Any,
        organizations: Any = None,
        project: Project | None = None,
        is_draft: bool = True,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.project, self.is_draft = project, is_draft
        if project is None:
            url = f"{reverse('orgs:pick')}?may={Permission.PROJECT_EDIT}"
            self._field("organization").choose_from(organizations, url=url)
            near = list(organizations[:2])
            if len(near) == 1:
                self.initial.setdefault("organization", near[0].name)
        else:
            del self.fields["organization"]
            self._field("line").queryset = Line.objects.filter(
                Q(until=None) | Q(pk=project.line_id)
            )
            self.initial = {**_values_of(project), **self.initial}
        self._keep_what_may_change()

    def may_be_empty(self) -> Iterable[str]:
        """Return what a draft may leave out."""
        return WANTED_FIELDS if self.is_draft else ()

    def _field(self, name: str) -> Any:
        return self.fields[name]

    def _keep_what_may_change(self) -> None:
        if self.project is not None and self.project.state in SETTLED_STATES:
            for name in set(self.fields) - set(HARMLESS_FIELDS):
                del self.fields[name]

    def plan(self) -> ProjectPlan:
        """Return what was written, over what the project already says."""
        values = (_values_of(self.project) if self.project else {}) | self.cleaned_data
        values.pop("organization", None)
        skills = values.pop("skills")
        return ProjectPlan(
            category_id=values.pop("category").pk,
            line_id=_key(values.pop("line")),
            course_id=_key(values.pop("course")),
            skill_ids=tuple(skill.pk for skill in skills),
            **values,
        )


def _key(row: Any) -> int | None:
    return row.pk if row else None


def _values_of(project: Project) -> dict[str, Any]:
    names = set(ProjectForm.base_fields) - {"organization", "skills"}
    return {name: getattr(project, name) for name in names} | {"skills": list(project.skills.all())}
