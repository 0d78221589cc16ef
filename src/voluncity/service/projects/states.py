"""The lives of a project and of an activity."""

from __future__ import annotations

from django.db import models

from voluncity.kernel.flow import Flow, Step


class ProjectState(models.TextChoices):
    """Where a project stands."""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待审核"
    SENT_BACK = "sent_back", "退回修改"
    APPROVED = "approved", "已通过"
    PUBLISHED = "published", "已发布"
    RUNNING = "running", "进行中"
    SUMMARIZED = "summarized", "已总结"
    CLOSED = "closed", "已结项"
    CANCELLED = "cancelled", "已取消"
    # No plan of service: the home of an organization's training sessions (slice teaching). It takes
    # no step, is in no list of projects, and what is learned there never becomes hours.
    TEACHING = "teaching", "培训"


S = ProjectState
PROJECT_FLOW = Flow(
    [
        Step("submit", (S.DRAFT, S.SENT_BACK), S.SUBMITTED, "提交审核"),
        Step("send_back", (S.SUBMITTED,), S.SENT_BACK, "退回修改"),
        Step("approve", (S.SUBMITTED,), S.APPROVED, "审核通过"),
        Step("publish", (S.APPROVED,), S.PUBLISHED, "发布"),
        Step("start", (S.PUBLISHED,), S.RUNNING, "开始执行"),
        Step("summarize", (S.RUNNING,), S.SUMMARIZED, "提交总结"),
        Step("reopen", (S.SUMMARIZED,), S.RUNNING, "退回总结"),
        Step("close", (S.SUMMARIZED,), S.CLOSED, "结项"),
        Step(
            "cancel",
            (S.DRAFT, S.SUBMITTED, S.SENT_BACK, S.APPROVED, S.PUBLISHED, S.RUNNING),
            S.CANCELLED,
            "取消项目",
        ),
    ],
    dict(ProjectState.choices),
)

# May be half written; everything else passed `submit`, which asks for the whole plan.
UNFINISHED_STATES = (S.DRAFT, S.SENT_BACK, S.CANCELLED)
EDITABLE_STATES = (S.DRAFT, S.SENT_BACK)
# Approved as it stands: only what harms nobody may still be changed (rules.HARMLESS_FIELDS).
SETTLED_STATES = (S.APPROVED, S.PUBLISHED, S.RUNNING)
CHANGEABLE_STATES = EDITABLE_STATES + SETTLED_STATES
OVER_STATES = (S.SUMMARIZED, S.CLOSED, S.CANCELLED)
PUBLIC_STATES = (S.PUBLISHED, S.RUNNING, S.SUMMARIZED, S.CLOSED)
RECRUITING_STATES = (S.PUBLISHED, S.RUNNING)
# In which an activity may be open; residents come to trainings by their own page alone.
OPEN_STATES = (*RECRUITING_STATES, S.TEACHING)


class ActivityState(models.TextChoices):
    """Where an activity stands; whether it is over follows from its shifts."""

    DRAFT = "draft", "草稿"
    OPEN = "open", "招募中"
    # People are placed by name: nobody signs up by the open list (decision 0022).
    LISTED = "listed", "按名单"
    CANCELLED = "cancelled", "已取消"


A = ActivityState
ACTIVITY_FLOW = Flow(
    [
        Step("open", (A.DRAFT,), A.OPEN, "开放报名"),
        Step("list", (A.DRAFT,), A.LISTED, "按名单安排"),
        Step("cancel", (A.DRAFT, A.OPEN, A.LISTED), A.CANCELLED, "取消活动"),
    ],
    dict(ActivityState.choices),
)
# Takes place, whoever may come.
HELD_STATES = (A.OPEN, A.LISTED)
