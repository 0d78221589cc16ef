"""The desk's rail: where a person may go, drawn from what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import permissions_of


@dataclass(frozen=True)
class RailItem:
    """One entry: the page's URL name, and any of these permissions opens it.

    `also` names pages that belong to it though their addresses lie elsewhere.
    """

    group: str
    label: str
    url_name: str
    icon: str
    permissions: tuple[Permission, ...]
    also: tuple[str, ...] = ()


P = Permission

RAIL = (
    RailItem("", "工作台", "portal:desk", "layout-dashboard", (P.DESK_SEE,)),
    RailItem("服务", "项目", "projects:desk_list", "flag", (P.PROJECT_SEE, P.PROJECT_EDIT)),
    RailItem("服务", "项目进展", "progress:desk_list", "chart-line", (P.PROJECT_SEE,)),
    RailItem(
        "服务", "时长", "hours:desk_list", "clock", (P.HOURS_SEE, P.HOURS_CONFIRM, P.HOURS_APPROVE)
    ),
    RailItem(
        "服务",
        "缺席核实",
        "integrity:desk_absences",
        "calendar-x",
        (P.HOURS_CONFIRM, P.HOURS_APPROVE),
    ),
    RailItem("服务", "岗位排班", "rosters:desk_list", "calendar-clock", (P.ACTIVITY_EDIT,)),
    RailItem("服务", "巡防问题", "patrols:desk_list", "eye", (P.PATROL_SEE, P.PATROL_SOLVE)),
    RailItem(
        "服务",
        "大型活动",
        "events:desk_list",
        "calendar-range",
        (P.EVENT_EDIT, P.ATTENDANCE_RECORD),
    ),
    RailItem(
        "服务", "活动归档", "archives:desk_list", "archive", (P.ACTIVITY_EDIT, P.PROJECT_REVIEW)
    ),
    RailItem(
        "服务",
        "全民公益日",
        "welfare_days:desk_list",
        "sun",
        (P.WELFARE_DAY_EDIT, P.ACTIVITY_EDIT),
    ),
    RailItem(
        "服务", "认领认捐", "pledges:desk_list", "hand-coins", (P.PROJECT_EDIT, P.PROJECT_REVIEW)
    ),
    RailItem(
        "服务",
        "困难事项",
        "difficulties:desk_list",
        "life-buoy",
        (P.DIFFICULTY_SEE, P.DIFFICULTY_ANSWER, P.ACTIVITY_EDIT),
    ),
    RailItem("服务", "项目类别", "portal:lines", "landmark", (P.PROJECT_REVIEW,)),
    RailItem("服务", "培训", "teaching:desk_list", "graduation-cap", (P.TRAINING_RECORD,)),
    RailItem("志愿者", "名册", "people:desk_list", "users-round", (P.VOLUNTEER_SEE,)),
    RailItem("志愿者", "实名审核", "people:desk_identity", "badge-check", (P.IDENTITY_REVIEW,)),
    RailItem(
        "志愿者", "代为登记", "people:desk_register", "clipboard-list", (P.VOLUNTEER_REGISTER,)
    ),
    RailItem(
        "志愿者", "招募海报", "people:desk_posters", "qr-code", (P.VOLUNTEER_REGISTER, P.ORG_EDIT)
    ),
    RailItem("志愿者", "名单导入", "people:desk_imports", "file-up", (P.VOLUNTEER_IMPORT,)),
    RailItem("志愿者", "认领与更正", "claims:desk_list", "user-check", (P.CLAIM_REVIEW,)),
    RailItem("志愿者", "合并登记", "claims:desk_merges", "git-merge", (P.RECORD_MERGE,)),
    RailItem("志愿者", "困难与慰问", "hardship:desk_list", "heart-handshake", (P.HARDSHIP_SEE,)),
    RailItem("志愿者", "微心愿", "wishes:desk_list", "sparkles", (P.WISH_POST, P.WISH_REVIEW)),
    RailItem("组织", "组织", "orgs:desk_list", "building-2", (P.ORG_SEE, P.ORG_EDIT, P.ORG_REVIEW)),
    RailItem("组织", "入队申请", "orgs:desk_requests", "inbox", (P.MEMBER_REVIEW,)),
    RailItem(
        "组织", "志愿服务站", "stations:desk_list", "map-pin", (P.STATION_EDIT, P.STATION_INSPECT)
    ),
    RailItem("组织", "组织星级", "ratings:desk_list", "star", (P.RATING_EDIT,)),
    RailItem("组织", "双报到", "party:desk_list", "handshake", (P.PARTY_SEE, P.PARTY_EDIT)),
    RailItem("荣誉", "月度之星", "leaderboards:desk_list", "crown", (P.RANKING_EDIT,)),
    RailItem("荣誉", "星级与奖章", "certification:desk_list", "medal", (P.CERTIFICATION_EDIT,)),
    RailItem(
        "荣誉", "推荐人选", "certification:nominations", "user-round-plus", (P.AWARD_NOMINATE,)
    ),
    RailItem(
        "荣誉",
        "评选表彰",
        "awards:desk_list",
        "trophy",
        (P.AWARD_EDIT, P.AWARD_NOMINATE, P.AWARD_JUDGE),
    ),
    RailItem(
        "荣誉",
        "服务证明",
        "recognition:desk_list",
        "file-text",
        (P.CERTIFICATE_REVOKE, P.CERTIFICATE_PRINT),
    ),
    RailItem(
        "荣誉", "保险", "insurance:desk_list", "umbrella", (P.INSURANCE_SEE, P.INSURANCE_EDIT)
    ),
    RailItem("荣誉", "积分", "points:desk_list", "coins", (P.POINTS_SEE, P.POINTS_EDIT)),
    RailItem(
        "荣誉",
        "商家与兑换",
        "rewards:desk_list",
        "gift",
        (P.MERCHANT_REVIEW, P.OFFER_EDIT, P.REDEMPTION_TAKE),
    ),
    RailItem("基金", "基金治理", "governance:desk_list", "scroll-text", (P.FUND_SEE, P.FUND_EDIT)),
    RailItem("基金", "募捐", "donations:desk_list", "hand-heart", (P.APPEAL_EDIT, P.FUND_SEE)),
    RailItem(
        "基金",
        "捐赠登记",
        "donations:desk_gifts",
        "wallet",
        (P.GIFT_RECORD, P.GIFT_CHECK),
        ("donations:desk_batches", "donations:desk_refunds", "donations:desk_bills"),
    ),
    RailItem("基金", "基金申报", "calls:desk_list", "file-pen", (P.GRANT_APPLY, P.GRANT_REVIEW)),
    RailItem(
        "基金", "基金评审", "review:desk_list", "gavel", (P.GRANT_REVIEW, P.APPLICATION_JUDGE)
    ),
    RailItem(
        "基金",
        "资助项目",
        "grants:desk_list",
        "folder-kanban",
        (P.GRANT_APPLY, P.FUNDING_EDIT, P.FUND_SEE),
    ),
    RailItem(
        "基金",
        "结项评估",
        "closings:desk_list",
        "clipboard-check",
        (P.GRANT_APPLY, P.FUND_SEE, P.APPLICATION_JUDGE),
    ),
    RailItem(
        "基金",
        "资金拨付",
        "payouts:desk_list",
        "banknote",
        (P.FUND_SEE, P.PAYOUT_MAKE, P.PAYOUT_CHECK),
    ),
    RailItem("基金", "预算与账目", "books:desk_list", "calculator", (P.FUND_SEE, P.BUDGET_EDIT)),
    RailItem("基金", "年度总结", "showing:desk_list", "book-text", (P.FUND_SEE,)),
    RailItem("宣传", "志愿动态", "news:desk_list", "newspaper", (P.NEWS_EDIT, P.NEWS_REVIEW)),
    RailItem("宣传", "志愿风采", "showcase:desk_list", "images", (P.NEWS_EDIT, P.NEWS_REVIEW)),
    RailItem("宣传", "微课堂", "classes:desk_list", "book-open", (P.CLASS_EDIT,)),
    RailItem(
        "宣传", "评论审核", "comments:desk_list", "message-square-text", (P.COMMENT_MODERATE,)
    ),
    RailItem("监督", "公示与异议", "publicity:desk_list", "megaphone", (P.NOTICE_MANAGE,)),
    RailItem("监督", "时长核查", "integrity:desk_list", "scale", (P.ANOMALY_SEE, P.ANOMALY_DECIDE)),
    RailItem("监督", "操作记录", "portal:journal", "history", (P.JOURNAL_READ,)),
    RailItem("规则", "规则数值", "portal:policy", "sliders-horizontal", (P.POLICY_EDIT,)),
    RailItem("规则", "工作日历", "publicity:desk_calendar", "calendar-days", (P.POLICY_EDIT,)),
    RailItem("规则", "角色分配", "portal:grants", "key-round", (P.GRANT_MANAGE,)),
    RailItem("规则", "账号安全", "people:desk_accounts", "shield-check", (P.ACCOUNT_MANAGE,)),
    RailItem("", "使用帮助", "help:guides", "circle-question-mark", (P.DESK_SEE,)),
)


def rail(request: HttpRequest) -> dict[str, Any]:
    """Return the rail of the person who looks; only desk pages make it."""
    return {"rail": SimpleLazyObject(lambda: _items(request))}


def _items(request: HttpRequest) -> list[dict[str, Any]]:
    held = permissions_of(request.user)
    items = [
        (item, url)
        for item in RAIL
        if not held.isdisjoint(item.permissions) and (url := _url(item.url_name))
    ]
    lengths = [_match(request.path, item) for item, _ in items]
    longest = max(lengths, default=0)
    return [
        {
            "label": item.label, "url": url, "icon": item.icon, "group": item.group,
            "active": bool(longest) and length == longest,
        }
        for (item, url), length in zip(items, lengths, strict=True)
    ]  # fmt: skip


def _match(path: str, item: RailItem) -> int:
    """Return how much of an address an entry's pages cover."""
    own = [_url(name) for name in (item.url_name, *item.also)]
    return max((len(url) for url in own if url and path.startswith(url)), default=0)


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
