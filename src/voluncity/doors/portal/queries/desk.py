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
from voluncity.doors.portal.queries.piles import MOST, Pile, Waiting, count_piles
from voluncity.fund.books import queries as books
from voluncity.fund.calls import queries as calls
from voluncity.fund.closings import queries as closings
from voluncity.fund.donations.models import Appeal, Gift, Refund
from voluncity.fund.donations.models import Batch as GiftBatch
from voluncity.fund.donations.states import AppealState, GiftState, RefundState
from voluncity.fund.donations.states import BatchState as GiftBatchState
from voluncity.fund.grants import queries as grants
from voluncity.fund.payouts import queries as payouts
from voluncity.fund.reports import queries as reports
from voluncity.honor.awards import queries as awards
from voluncity.honor.points.models import Adjustment
from voluncity.honor.points.states import AdjustmentState
from voluncity.honor.ratings.models import Batch
from voluncity.honor.ratings.states import BatchState
from voluncity.honor.rewards import queries as rewards
from voluncity.kernel.clock import day_bounds
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


# What another one has to check: what one has written oneself does not count.
_FUND_PILES = (
    Pile(
        "结项报告待审核",
        P.FUNDING_EDIT,
        closings.to_check,
        "submitted_at",
        "closings:desk_list",
        "?state=submitted",
    ),
    Pile(
        "结项待评估",
        P.FUNDING_EDIT,
        closings.to_evaluate,
        "accepted_at",
        "closings:desk_list",
        "?state=accepted",
    ),
    Pile(
        "结项异议待答复",
        P.FUNDING_EDIT,
        closings.objections,
        "made_at",
        "closings:desk_list",
        "?state=evaluated",
    ),
    Pile(
        "已评估待结项",
        P.FUNDING_EDIT,
        closings.to_close,
        "changed_at",
        "closings:desk_list",
        "?state=evaluated",
    ),
    Pile(
        "终止项目待结清资金", P.FUNDING_EDIT, closings.unsettled, "ended_at", "closings:desk_list"
    ),
    Pile(
        "募捐待发布",
        P.GIFT_CHECK,
        lambda scope: Appeal.objects.in_scope(scope).filter(state=AppealState.WAITING),
        "submitted_at",
        "donations:desk_list",
        "?state=waiting",
        author="submitted_by",
    ),
    Pile(
        "捐赠待复核",
        P.GIFT_CHECK,
        lambda scope: Gift.objects.in_scope(scope).filter(
            state__in=[GiftState.RECORDED, GiftState.HELD], batch=None
        ),
        "recorded_at",
        "donations:desk_gifts",
        author="recorded_by",
    ),
    Pile(
        "导入的捐赠待复核",
        P.GIFT_CHECK,
        lambda scope: GiftBatch.objects.in_scope(scope).filter(state=GiftBatchState.TAKEN),
        "taken_at",
        "donations:desk_batches",
        author="by",
    ),
    Pile(
        "退还捐赠待审批",
        P.GIFT_CHECK,
        lambda scope: Refund.objects.in_scope(scope).filter(state=RefundState.ASKED),
        "asked_at",
        "donations:desk_refunds",
        author="asked_by",
    ),
    Pile(
        "资助项目待办理",
        P.FUNDING_EDIT,
        grants.waiting,
        "stage_since",
        "grants:desk_list",
        "?waits=office",
    ),
    Pile(
        "资助项目变更待审核",
        P.FUNDING_EDIT,
        grants.changes_waiting,
        "asked_at",
        "grants:desk_list",
        author="asked_by",
    ),
    Pile("资助协议待签", P.GRANT_APPLY, grants.to_sign, "stage_since", "grants:own_list"),
    Pile(
        "收款账户待核对",
        P.PAYOUT_CHECK,
        payouts.to_verify,
        "made_at",
        "payouts:desk_accounts",
        "?state=entered",
        author="made_by",
    ),
    Pile(
        "拨付计划待同意",
        P.PAYOUT_CHECK,
        payouts.plans_waiting,
        "made_at",
        "payouts:desk_plans",
        author="made_by",
    ),
    Pile(
        "拨付待复核",
        P.PAYOUT_CHECK,
        payouts.approvals,
        "asked_at",
        "payouts:desk_list",
        "?state=asked",
        author="asked_by",
    ),
    Pile(
        "拨付待列清单",
        P.PAYOUT_CHECK,
        payouts.to_list,
        "decided_at",
        "payouts:desk_list_new",
    ),
    Pile(
        "拨付清单待导出",
        P.PAYOUT_CHECK,
        payouts.lists_waiting,
        "made_at",
        "payouts:desk_lists",
    ),
    Pile(
        "付款结果待确认",
        P.PAYOUT_CHECK,
        payouts.to_confirm,
        "decided_at",
        "payouts:desk_list",
        "?state=listed",
        author="asked_by",
    ),
    Pile(
        "拨付退回待确认",
        P.PAYOUT_CHECK,
        payouts.waiting,
        "made_at",
        "payouts:desk_returns",
        author="made_by",
    ),
)

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
    Pile(
        "基金收支待复核",
        P.BUDGET_EDIT,
        books.waiting,
        "made_at",
        "books:desk_list",
        author="made_by",
    ),
    *_FUND_PILES,
    Pile(
        "基金申报待受理",
        P.GRANT_REVIEW,
        calls.to_check,
        "submitted_at",
        "calls:desk_list",
        "?state=submitted",
    ),
    Pile(
        "进展报告待审阅",
        P.FUNDING_EDIT,
        reports.to_check,
        "submitted_at",
        "reports:desk_list",
        "?state=submitted",
    ),
    Pile(
        "进展报告待修改、待提交", P.GRANT_APPLY, reports.to_write, "changed_at", "reports:own_list"
    ),
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
        found.append(_late_closings(user, at))
    return sorted((pile for pile in found if pile.count), key=lambda pile: -pile.days)


def _late_closings(user: Person, at: datetime) -> Waiting:
    """Return the pile of closings whose report should have been handed in by now."""
    late = closings.late(scope_of(user, P.FUNDING_EDIT), at=at).order_by("due_on")
    found = late[: MOST + 1].aggregate(count=Count("pk"), oldest=Min("due_on"))
    pile = Pile(
        "结项报告逾期", P.FUNDING_EDIT, lambda _: late, "due_on", "closings:desk_list",
        "?state=late",
    )  # fmt: skip
    oldest = day_bounds(found["oldest"])[1] if found["oldest"] else None
    return pile.of(found["count"], oldest, at=at)


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
