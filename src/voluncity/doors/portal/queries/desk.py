"""What the desk shows a person: what waits for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from voluncity.care.wishes import queries as wishes
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import Person, has, scope_of
from voluncity.city.access.scopes import Scope
from voluncity.city.claims.models import Claim, DataCorrection
from voluncity.city.claims.states import ClaimState
from voluncity.city.claims.states import CorrectionState as ClaimCorrectionState
from voluncity.city.orgs.models import JoinRequest, Organization
from voluncity.city.orgs.states import JoinState, OrgState
from voluncity.city.people.models import IdentityCheck, Volunteer
from voluncity.city.publicity.models import Objection
from voluncity.city.publicity.states import ObjectionState
from voluncity.city.stations.models import Demonstration, Finding
from voluncity.city.stations.states import DemonstrationState, FindingState
from voluncity.doors.portal.queries.fund_piles import FUND_PILES, late_closings
from voluncity.doors.portal.queries.piles import MOST, Pile, Waiting, count_piles
from voluncity.honor.awards import queries as awards
from voluncity.honor.points.models import Adjustment
from voluncity.honor.points.states import AdjustmentState
from voluncity.honor.ratings.models import Batch
from voluncity.honor.ratings.states import BatchState
from voluncity.honor.rewards import queries as rewards
from voluncity.service.archives import queries as archives
from voluncity.service.archives.models import Archive, HideRequest
from voluncity.service.archives.states import ArchiveState, RequestState
from voluncity.service.difficulties import queries as difficulties
from voluncity.service.hours.models import Correction, ServiceRecord
from voluncity.service.hours.states import CorrectionState, RecordState
from voluncity.service.pledges import queries as pledges
from voluncity.service.pledges.models import Adoption, Pledge
from voluncity.service.pledges.states import AdoptionState, PledgeState
from voluncity.service.progress.models import Article, Cooperation, Progress, Summary, YearPlan
from voluncity.service.progress.states import (
    ArticleState,
    CooperationState,
    Standing,
    SummaryState,
    YearState,
)
from voluncity.service.projects.models import Project
from voluncity.service.projects.states import ProjectState
from voluncity.voice.classes import queries as classes
from voluncity.voice.comments import queries as comments
from voluncity.voice.news import queries as news

P = Permission


def _identity(scope: Scope) -> QuerySet[IdentityCheck]:
    # Asked for each open check: as a list, SQLite would first make one of all volunteers.
    theirs = Volunteer.objects.in_scope(scope).filter(pk=OuterRef("volunteer"), closed_at=None)
    return IdentityCheck.objects.filter(Exists(theirs), decided_at=None)


def _corrections(scope: Scope) -> QuerySet[DataCorrection]:
    # As above: from the few that wait to whose they are.
    theirs = Volunteer.objects.in_scope(scope).filter(pk=OuterRef("volunteer"))
    return DataCorrection.objects.filter(Exists(theirs), state=ClaimCorrectionState.ASKED)


def _objections(scope: Scope) -> QuerySet[Objection]:
    reach = Q(pk__in=[])
    for path in scope.regions:
        reach |= Q(notice__region__path__startswith=path)
    return Objection.objects.filter(reach, state=ObjectionState.OPEN)


def _wishes(task: str) -> Callable[[Scope], QuerySet[Any]]:
    return lambda scope: wishes.waiting(scope, task)


PILES = (
    Pile(
        "评论待审核",
        P.COMMENT_MODERATE,
        comments.waiting,
        "said_at",
        "comments:desk_list",
    ),
    Pile(
        "微课待审核",
        P.CLASS_EDIT,
        classes.waiting,
        "submitted_at",
        "classes:desk_list",
        "?state=submitted",
    ),
    Pile("实名审核", P.IDENTITY_REVIEW, _identity, "submitted_at", "people:desk_identity"),
    Pile(
        "组织审核",
        P.ORG_REVIEW,
        lambda scope: Organization.objects.in_scope(scope).filter(state=OrgState.APPLIED),
        "applied_at",
        "orgs:desk_list",
        "?state=applied",
    ),
    Pile(
        "入队申请",
        P.MEMBER_REVIEW,
        lambda scope: JoinRequest.objects.in_scope(scope).filter(state=JoinState.ASKED),
        "asked_at",
        "orgs:desk_requests",
    ),
    Pile(
        "项目审核",
        P.PROJECT_REVIEW,
        lambda scope: Project.objects.in_scope(scope).filter(state=ProjectState.SUBMITTED),
        "submitted_at",
        "projects:desk_list",
        "?state=submitted",
    ),
    Pile(
        "项目总结待审核",
        P.PROJECT_REVIEW,
        lambda scope: Summary.objects.in_scope(scope).filter(state=SummaryState.SUBMITTED),
        "submitted_at",
        "progress:desk_list",
        "?task=review",
    ),
    Pile(
        "项目总结逾期",
        P.PROJECT_EDIT,
        lambda scope: Progress.objects.in_scope(scope).filter(is_summary_late=True),
        "summary_due_at",
        "progress:desk_list",
        "?task=late",
    ),
    Pile(
        "项目进度滞后",
        P.PROJECT_EDIT,
        lambda scope: Progress.objects.in_scope(scope).filter(standing=Standing.BEHIND),
        "behind_since",
        "progress:desk_list",
        "?task=behind",
    ),
    Pile(
        "合作邀请",
        P.PROJECT_EDIT,
        lambda scope: Cooperation.objects.in_scope(scope).filter(state=CooperationState.INVITED),
        "invited_at",
        "progress:joint_list",
    ),
    Pile(
        "经验文章审核",
        P.PROJECT_REVIEW,
        lambda scope: Article.objects.in_scope(scope).filter(state=ArticleState.SUBMITTED),
        "submitted_at",
        "progress:articles",
    ),
    Pile(
        "年度计划审核",
        P.POLICY_EDIT,
        lambda scope: YearPlan.objects.in_scope(scope).filter(state=YearState.SUBMITTED),
        "submitted_at",
        "progress:years",
    ),
    Pile(
        "时长待确认",
        P.HOURS_CONFIRM,
        lambda scope: ServiceRecord.objects.in_scope(scope).filter(state=RecordState.COMPUTED),
        "computed_at",
        "hours:desk_list",
        "?queue=confirm",
        "due_on",
    ),
    Pile(
        "时长待复核",
        P.HOURS_APPROVE,
        lambda scope: ServiceRecord.objects.in_scope(scope).filter(state=RecordState.CONFIRMED),
        "confirmed_at",
        "hours:desk_list",
        "?queue=approve",
        "due_on",
    ),
    Pile(
        "更正申请",
        P.HOURS_CORRECT,
        lambda scope: Correction.objects.in_scope(scope).filter(state=CorrectionState.ASKED),
        "asked_at",
        "hours:desk_list",
        "?queue=corrections",
    ),
    Pile(
        "服务站待整改",
        P.STATION_EDIT,
        lambda scope: Finding.objects.in_scope(scope).filter(state=FindingState.OPEN),
        "found_at",
        "stations:desk_findings",
        "?state=open",
    ),
    Pile(
        "服务站待复查",
        P.STATION_INSPECT,
        lambda scope: Finding.objects.in_scope(scope).filter(state=FindingState.FIXED),
        "fixed_at",
        "stations:desk_findings",
        "?state=fixed",
    ),
    Pile(
        "示范站申报",
        P.NOTICE_MANAGE,
        lambda scope: Demonstration.objects.in_scope(scope).filter(
            state=DemonstrationState.PROPOSED
        ),
        "proposed_at",
        "stations:desk_demonstrations",
        "?state=proposed",
    ),
    Pile("评选推荐审核", P.AWARD_EDIT, awards.waiting, "waits_since", "awards:desk_list"),
    Pile(
        "组织星级审定",
        P.RATING_EDIT,
        lambda scope: Batch.objects.in_scope(scope).filter(state=BatchState.OPEN),
        "started_at",
        "ratings:desk_list",
    ),
    Pile(
        "认领登记",
        P.CLAIM_REVIEW,
        lambda scope: Claim.objects.in_scope(scope).filter(state=ClaimState.ASKED),
        "asked_at",
        "claims:desk_list",
    ),
    Pile(
        "信息更正",
        P.CLAIM_REVIEW,
        _corrections,
        "asked_at",
        "claims:desk_list",
    ),
    Pile(
        "认领待确认",
        P.PROJECT_EDIT,
        lambda scope: Pledge.objects.in_scope(scope).filter(state=PledgeState.PLEDGED),
        "pledged_at",
        "pledges:desk_list",
        "?task=new",
    ),
    Pile(
        "认领待致谢",
        P.PROJECT_EDIT,
        lambda scope: Pledge.objects.in_scope(scope).filter(state=PledgeState.DELIVERED),
        "delivered_at",
        "pledges:desk_list",
        "?task=thanks",
    ),
    Pile(
        "认领整个项目",
        P.PROJECT_EDIT,
        lambda scope: Adoption.objects.in_scope(scope).filter(state=AdoptionState.ASKED),
        "asked_at",
        "pledges:desk_needs",
    ),
    Pile(
        "捐资意向待登记",
        P.PROJECT_REVIEW,
        pledges.money_awaited,
        "pledged_at",
        "pledges:desk_list",
        "?task=money",
    ),
    Pile(
        "困难待答复",
        P.DIFFICULTY_ANSWER,
        difficulties.to_answer,
        "reported_at",
        "difficulties:desk_list",
        "?task=waiting",
    ),
    Pile(
        "困难待补充、待确认",
        P.ACTIVITY_EDIT,
        difficulties.to_confirm,
        "reported_at",
        "difficulties:mine",
    ),
    Pile(
        "归档待审核",
        P.PROJECT_REVIEW,
        lambda scope: Archive.objects.in_scope(scope).filter(state=ArchiveState.SUBMITTED),
        "submitted_at",
        "archives:desk_list",
        "?task=waiting",
    ),
    Pile(
        "稿件待审核",
        P.NEWS_REVIEW,
        news.waiting,
        "submitted_at",
        "news:desk_list",
        "?state=submitted&section=all",
    ),
    Pile(
        "照片下架请求",
        P.ACTIVITY_EDIT,
        lambda scope: HideRequest.objects.in_scope(scope).filter(state=RequestState.OPEN),
        "asked_at",
        "archives:requests",
    ),
    Pile(
        "积分调整待复核",
        P.POINTS_EDIT,
        lambda scope: Adjustment.objects.in_scope(scope).filter(state=AdjustmentState.WAITING),
        "asked_at",
        "points:desk_list",
    ),
    Pile(
        "商家和兑换项目审核",
        P.MERCHANT_REVIEW,
        rewards.to_review,
        "waits_since",
        "rewards:desk_list",
        "?task=waiting",
    ),
    *FUND_PILES,
    Pile("公示异议", P.NOTICE_MANAGE, _objections, "made_at", "publicity:desk_list"),
    *(
        Pile(
            label, P.WISH_REVIEW, _wishes(task), "waits_since", "wishes:desk_list", f"?task={task}"
        )
        for task, label in (
            ("review", "微心愿审核"),
            ("confirm", "微心愿待代为确认"),
            ("complaint", "微心愿举报"),
            ("reversal", "微心愿撤销待决定"),
        )
    ),
)


def waiting_for(user: Person, *, at: datetime) -> list[Waiting]:
    """Return the piles of cases that this person may decide, oldest first; empty ones left out."""
    mine = [pile for pile in PILES if has(user, pile.permission)]
    reached = [(pile, scope_of(user, pile.permission)) for pile in mine]
    found = count_piles(reached, at=at, user_id=user.pk)
    if has(user, P.ACTIVITY_EDIT):
        found.append(_late_archives(user, at))
    if has(user, P.FUNDING_EDIT):
        found.append(late_closings(user, at))
    return sorted((pile for pile in found if pile.count), key=lambda pile: -pile.days)


def _late_archives(user: Person, at: datetime) -> Waiting:
    """Return the pile of activities whose organizers should have handed in an archive by now."""
    scope = scope_of(user, P.ACTIVITY_EDIT)
    late = archives.activities(scope, archives.Filters(task="late"), at=at).order_by("ends_at")
    found = late[: MOST + 1].aggregate(count=Count("pk"), oldest=Min("ends_at"))
    pile = Pile(
        "活动逾期未归档", P.ACTIVITY_EDIT, lambda _: late, "ends_at", "archives:desk_list",
        "?task=late",
    )  # fmt: skip
    return pile.of(found["count"], found["oldest"], at=at)
