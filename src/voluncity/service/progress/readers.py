"""What follows: organizers, partners and authors hear what concerns them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.urls import reverse

from voluncity.city.inbox import actions as inbox
from voluncity.city.journal.models import Entry
from voluncity.city.orgs.models import Merger
from voluncity.service.progress import actions, queries
from voluncity.service.progress.models import (
    Article,
    Cooperation,
    JointActivity,
    PlanCall,
    YearPlan,
)
from voluncity.service.progress.states import CooperationState
from voluncity.service.projects.models import Activity, Project

Word = tuple[Iterable[int], str, str, str]


def tell_people(entries: list[Entry]) -> None:
    """Tell who has to do something, and who waited for an answer."""
    for entry in entries:
        model, teller = _TELLERS.get(entry.verb, (None, None))
        if model is None or teller is None:
            continue
        row = model.objects.filter(pk=entry.subject_id or 0).first()
        word = teller(row, entry) if row is not None else None
        if word is None:
            continue
        for user_id in word[0]:
            inbox.send(
                user_id=user_id,
                key=f"progress:{entry.pk}:{user_id}",
                title=word[1],
                body=word[2],
                url=word[3],
                at=entry.at,
            )


def follow_units(entries: list[Entry]) -> None:
    """Carry cooperations over, or end them, when a unit has ended."""
    for entry in entries:
        if entry.verb not in {"orgs.merge", "orgs.dissolve"} or entry.subject_id is None:
            continue
        into = None
        if entry.verb == "orgs.merge":
            merged = Merger.objects.filter(organization=entry.subject_id).order_by("-pk")
            into = merged.values_list("into_id", flat=True).first()
        actions.follow_endings(organization_id=entry.subject_id, successor_id=into, at=entry.at)


def follow_projects(entries: list[Entry]) -> None:
    """Take summaries along when their project was sent back or closed by itself."""
    for entry in entries:
        if entry.verb in {"projects.reopen", "projects.close"} and entry.subject_id is not None:
            actions.follow_project(project_id=entry.subject_id, at=entry.at)


def _behind(project: Project, entry: Entry) -> Word:
    done = entry.data.get("sessions", 0)
    body = f"“{project.name}”计划 {project.sessions_planned} 次，已开展 {done} 次，进度滞后。"
    return (
        queries.organizers_of(project), "项目进度滞后",
        f"{body}请安排活动，或调整计划。", _page("desk_detail", project.pk),
    )  # fmt: skip


def _late(project: Project, _entry: Entry) -> Word:
    return (
        queries.organizers_of(project), "项目总结已经逾期",
        f"“{project.name}”已过总结期限，请尽快提交总结。", _page("summary", project.pk),
    )  # fmt: skip


def _sent_back(project: Project, _entry: Entry) -> Word:
    return (
        queries.organizers_of(project), "项目总结被退回",
        f"“{project.name}”：{project.state_reason}。请修改后再提交。",
        _page("summary", project.pk),
    )  # fmt: skip


def _accepted(project: Project, _entry: Entry) -> Word:
    return (
        queries.organizers_of(project), "项目总结已通过，项目结项",
        f"“{project.name}”可以编制下一期，也可以写经验文章。", _page("desk_detail", project.pk),
    )  # fmt: skip


def _invited(found: Cooperation, _entry: Entry) -> Word:
    what = f"{found.project.organization.name}邀请{found.organization.name}"
    return (
        queries.editors_of(found.organization), "收到项目合作邀请",
        f"{what}{found.get_role_display()}“{found.project.name}”，请答复。",
        _page("joint", found.pk),
    )  # fmt: skip


def _carried(found: Cooperation, entry: Entry) -> Word:
    if found.state == CooperationState.INVITED:
        return _invited(found, entry)
    return (
        queries.editors_of(found.organization), "接手一项项目合作",
        f"并入的单位{found.get_role_display()}的“{found.project.name}”，由本单位接着办理。",
        _page("joint", found.pk),
    )  # fmt: skip


def _answered(found: Cooperation, entry: Entry) -> Word:
    said = "接受" if entry.verb.endswith("accept_invitation") else "谢绝"
    return (
        queries.organizers_of(found.project), f"合作邀请已{said}",
        f"{found.organization.name}{said}参加“{found.project.name}”。",
        _page("units", found.project_id),
    )  # fmt: skip


def _ended(found: Cooperation, entry: Entry) -> Word:
    people = {*queries.editors_of(found.organization), *queries.organizers_of(found.project)}
    return (
        sorted(people - {entry.actor_id or 0}), "项目合作已结束",
        f"{found.organization.name}与“{found.project.name}”：{found.reason}。",
        _page("joint_list"),
    )  # fmt: skip


def _arranged(activity: Activity, entry: Entry) -> Word | None:
    joint = JointActivity.objects.select_related("cooperation__organization").get(activity=activity)
    project = joint.cooperation.project
    return (
        queries.organizers_of(project), "合作单位安排了活动，请核对后开放报名",
        f"{joint.cooperation.organization.name}为“{project.name}”安排了“{activity.name}”。",
        reverse("projects:desk_activity", args=[entry.subject_id]),
    )  # fmt: skip


_OPENING = {
    "projects.open_activity": "已开放报名",
    "projects.list_activity": "已核对，由主办单位确定名单",
    "projects.move_activity": "时间或地点有变动",
    "projects.cancel_activity": "已取消",
}


def _decided(activity: Activity, entry: Entry) -> Word | None:
    """Tell the unit what the organizer did with the activity that it arranged."""
    joint = (
        JointActivity.objects.filter(activity=activity)
        .select_related("cooperation__organization", "cooperation__project")
        .first()
    )
    if joint is None:
        return None
    people = {*queries.editors_of(joint.cooperation.organization), joint.arranged_by_id}
    said = _OPENING[entry.verb]
    return (
        sorted(people - {entry.actor_id or 0}), f"本单位安排的活动{said}",
        f"“{joint.cooperation.project.name}”的“{activity.name}”{said}。",
        _page("joint", joint.cooperation_id),
    )  # fmt: skip


def _called(call: PlanCall, _entry: Entry) -> Word:
    return (
        queries.planners_of_lines(), f"请报送 {call.year} 年度项目计划",
        f"请在 {call.due_on:%Y-%m-%d} 前报送本单位牵头的项目年度计划。", _page("year_new"),
    )  # fmt: skip


def _year(plan: YearPlan, entry: Entry) -> Word:
    is_accepted = entry.verb.endswith("accept_year")
    title = "年度计划已通过" if is_accepted else "年度计划被退回"
    more = "" if is_accepted else f"：{plan.remarks}"
    return (
        queries.editors_of(plan.unit), title,
        f"{plan.line.name} {plan.year} 年度计划{more}。", _page("year", plan.pk),
    )  # fmt: skip


_ARTICLE_WORDS = {
    "progress.publish_article": "经验文章已发布",
    "progress.send_back_article": "经验文章被退回",
    "progress.withdraw_article": "经验文章已撤下",
}


def _article(article: Article, entry: Entry) -> Word:
    more = f"：{article.reason}" if article.reason else ""
    people = {*queries.organizers_of(article.project), article.written_by_id}
    return (
        sorted(people - {entry.actor_id or 0}), _ARTICLE_WORDS[entry.verb],
        f"《{article.title}》{more}。", _page("article", article.pk),
    )  # fmt: skip


def _page(name: str, *args: int) -> str:
    return reverse(f"progress:{name}", args=args)


_Teller = Callable[[Any, Entry], Word | None]
_TELLERS: dict[str, tuple[Any, _Teller]] = {
    "progress.remind_behind": (Project, _behind),
    "progress.remind_summary": (Project, _late),
    "progress.send_back_summary": (Project, _sent_back),
    "progress.accept_summary": (Project, _accepted),
    "progress.invite_unit": (Cooperation, _invited),
    "progress.carry_over": (Cooperation, _carried),
    "progress.accept_invitation": (Cooperation, _answered),
    "progress.decline_invitation": (Cooperation, _answered),
    "progress.end_cooperation": (Cooperation, _ended),
    "progress.arrange_activity": (Activity, _arranged),
    **dict.fromkeys(_OPENING, (Activity, _decided)),
    "progress.open_call": (PlanCall, _called),
    "progress.accept_year": (YearPlan, _year),
    "progress.send_back_year": (YearPlan, _year),
    "progress.reopen_year": (YearPlan, _year),
    **dict.fromkeys(_ARTICLE_WORDS, (Article, _article)),
}
