"""The desk: what waits in the special fund."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Min

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import Person, scope_of
from voluncity.doors.portal.queries.piles import MOST, Pile, Waiting
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
from voluncity.fund.review import queries as review
from voluncity.kernel.clock import day_bounds

P = Permission

# What another one has to check: what one has written oneself does not count.
FUND_PILES = (
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
        "grants:desk_changes",
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
        "可以申请的拨付",
        P.PAYOUT_MAKE,
        payouts.ready,
        "ready_at",
        "payouts:desk_ready",
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
    Pile(
        "基金收支待复核",
        P.BUDGET_EDIT,
        books.waiting,
        "made_at",
        "books:desk_list",
        author="made_by",
    ),
    Pile(
        "基金申报待受理",
        P.GRANT_REVIEW,
        calls.to_check,
        "submitted_at",
        "calls:desk_list",
        "?state=submitted",
    ),
    Pile(
        "资助决定待公示",
        P.GRANT_REVIEW,
        review.to_show,
        "entered_at",
        "review:desk_decisions",
        "?state=entered",
    ),
    Pile(
        "资助决定暂缓生效",
        P.GRANT_REVIEW,
        review.held_up,
        "passed_at",
        "review:desk_decisions",
        "?state=shown",
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
)


def late_closings(user: Person, at: datetime) -> Waiting:
    """Return the pile of closings whose report should have been handed in by now."""
    late = closings.late(scope_of(user, P.FUNDING_EDIT), at=at).order_by("due_on")
    found = late[: MOST + 1].aggregate(count=Count("pk"), oldest=Min("due_on"))
    pile = Pile(
        "结项报告逾期", P.FUNDING_EDIT, lambda _: late, "due_on", "closings:desk_list",
        "?state=late",
    )  # fmt: skip
    oldest = day_bounds(found["oldest"])[1] if found["oldest"] else None
    return pile.of(found["count"], oldest, at=at)
