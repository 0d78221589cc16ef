"""What is told and asked about projects and activities."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from voluncity.city.tokens.shapes import (
    Asked,
    BodyId,
    Count,
    Day,
    Degrees,
    Instant,
    Shape,
    Words,
    YesNo,
    local,
)
from voluncity.service.projects.models import Activity, Project, Shift
from voluncity.service.projects.rules import ActivityPlan, ProjectPlan, ShiftPlan
from voluncity.service.projects.states import ActivityState, ProjectState

_LONG = 10_000  # the rule of the field says more exactly how much, in its own words


class ShiftShape(Shape):
    """One slot of an activity."""

    id: int
    name: str = Field(description="岗位")
    starts_at: datetime
    ends_at: datetime
    capacity: int = Field(description="名额")
    taken: int = Field(description="已报名")

    @classmethod
    def of(cls, shift: Shift) -> ShiftShape:
        """Return a shift as it is told."""
        return cls(
            id=shift.pk,
            name=shift.name,
            starts_at=local(shift.starts_at),
            ends_at=local(shift.ends_at),
            capacity=shift.capacity,
            taken=shift.taken,
        )


class ActivityShape(Shape):
    """One activity."""

    id: int
    project_id: int
    name: str
    description: str
    state: ActivityState
    state_label: str
    state_reason: str = Field(description="取消等情况的说明")
    region: str
    address: str
    lat: float | None
    lng: float | None
    starts_at: datetime
    ends_at: datetime
    shifts: list[ShiftShape]

    @classmethod
    def of(cls, activity: Activity) -> ActivityShape:
        """Return an activity as it is told."""
        return cls(
            id=activity.pk,
            project_id=activity.project_id,
            name=activity.name,
            description=activity.description,
            state=ActivityState(activity.state),
            state_label=ActivityState(activity.state).label,
            state_reason=activity.state_reason,
            region=activity.region.name,
            address=activity.address,
            lat=activity.lat,
            lng=activity.lng,
            starts_at=local(activity.starts_at),
            ends_at=local(activity.ends_at),
            shifts=[ShiftShape.of(shift) for shift in activity.shifts.all()],
        )


class ProjectShape(Shape):
    """One project with the seven fields of the notice, its risks and conditions."""

    id: int
    organization_id: int
    organization: str
    name: str
    state: ProjectState
    state_label: str
    state_reason: str
    category: str
    line: str
    served_group: str = Field(description="服务对象")
    session_minutes: int = Field(description="每次服务时长（分钟）")
    volunteers_wanted: int
    sessions_planned: int
    funding: str = Field(description="项目资金保障")
    intro: str
    risk_notice: str = Field(description="风险告知")
    starts_on: date
    ends_on: date
    min_age: int
    max_age: int | None
    skills: list[str]
    course: str = Field(description="须先完成的培训")
    members_only: bool

    @classmethod
    def of(cls, project: Project) -> ProjectShape:
        """Return a project as it is told."""
        state = ProjectState(project.state)
        return cls(
            id=project.pk,
            organization_id=project.organization_id,
            organization=project.organization.name,
            name=project.name,
            state=state,
            state_label=state.label,
            state_reason=project.state_reason,
            category=project.category.name,
            line=project.line.name if project.line else "",
            served_group=project.served_group,
            session_minutes=project.session_minutes,
            volunteers_wanted=project.volunteers_wanted,
            sessions_planned=project.sessions_planned,
            funding=project.funding,
            intro=project.intro,
            risk_notice=project.risk_notice,
            starts_on=project.starts_on,
            ends_on=project.ends_on,
            min_age=project.min_age,
            max_age=project.max_age,
            skills=[skill.name for skill in project.skills.all()],
            course=project.course.name if project.course else "",
            members_only=project.members_only,
        )


class ProjectAsked(Asked):
    """The plan of a project; as a draft it may still lack what submitting asks for."""

    name: Words = Field(max_length=_LONG)
    category_id: BodyId
    starts_on: Day
    ends_on: Day
    served_group: Words = Field("", max_length=_LONG, description="服务对象")
    session_minutes: Count = Field(120, description="每次服务时长（分钟）")
    volunteers_wanted: Count = 10
    funding: Words = Field("", max_length=_LONG, description="项目资金保障")
    sessions_planned: Count = 1
    risk_notice: Words = Field("", max_length=_LONG, description="风险告知，提交审核前必填")
    line_id: BodyId | None = None
    intro: Words = Field("", max_length=_LONG)
    min_age: Count = 14
    max_age: Count | None = None
    skill_ids: list[BodyId] = Field([], max_length=50)
    course_id: BodyId | None = None
    members_only: YesNo = False

    def plan(self) -> ProjectPlan:
        """Return the plan for the action."""
        values = {name: getattr(self, name) for name in ProjectAsked.model_fields}
        values.pop("organization_id", None)
        return ProjectPlan(**values | {"skill_ids": tuple(self.skill_ids)})


class NewProjectAsked(ProjectAsked):
    """The plan of a new project, and whose it is."""

    organization_id: BodyId


class ShiftAsked(Asked):
    """One slot."""

    id: BodyId | None = Field(None, description="修改已有班次时填写")
    name: Words = Field(max_length=_LONG, description="岗位")
    starts_at: Instant
    ends_at: Instant
    capacity: Count = Field(description="名额")


class ActivityAsked(Asked):
    """The plan of an activity."""

    name: Words = Field(max_length=_LONG)
    region_id: BodyId
    address: Words = Field(max_length=_LONG)
    leader_id: BodyId = Field(description="负责人的账号编号")
    description: Words = Field("", max_length=_LONG)
    lat: Degrees | None = Field(None, ge=-90, le=90)
    lng: Degrees | None = Field(None, ge=-180, le=180)
    shifts: list[ShiftAsked] = Field(max_length=100)

    def plan(self) -> ActivityPlan:
        """Return the plan for the action."""
        names = ("name", "region_id", "address", "leader_id", "description", "lat", "lng")
        return ActivityPlan(**{name: getattr(self, name) for name in names})

    def slots(self) -> list[ShiftPlan]:
        """Return the shifts for the action."""
        return [
            ShiftPlan(slot.name, slot.starts_at, slot.ends_at, slot.capacity, slot.id)
            for slot in self.shifts
        ]
