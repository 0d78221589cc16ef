"""What this slice keeps about one volunteer, for the person to take along."""

from __future__ import annotations

from voluncity.city.people import queries as people
from voluncity.city.people.models import User, Volunteer
from voluncity.honor.insurance.models import Claim, Insured
from voluncity.honor.insurance.queries import story_of
from voluncity.honor.insurance.states import OPEN_CLAIMS
from voluncity.kernel.own_data import Hindrance, Section

_LISTS = ("保险", "保单号", "起", "止", "依据", "本人意见", "列入时间", "不列入", "说明")
_CLAIMS = (
    "编号", "发生时间", "地点", "经过", "保险", "状态", "申请金额（分）", "赔付金额（分）",
    "登记时间", "材料",
)  # fmt: skip


def sections(volunteer: Volunteer) -> list[Section]:
    """Return the lists on which the person stands, and the person's claims."""
    ids = people.records_of(volunteer)
    listed = Insured.objects.filter(volunteer__in=ids).select_related("policy", "cover__activity")
    claims = Claim.objects.filter(volunteer__in=ids).select_related("policy")
    return [
        Section("insured", "保险", _LISTS, tuple(_listed(one) for one in listed.order_by("pk"))),
        Section(
            "insurance_claims", "保险理赔", _CLAIMS,
            tuple(_claim(one) for one in claims.order_by("pk")),
        ),
    ]  # fmt: skip


def _listed(row: Insured) -> tuple[str | int | bool | None, ...]:
    policy = row.policy
    return (
        str(policy),
        policy.number,
        policy.from_on.isoformat(),
        policy.until_on.isoformat(),
        row.cover.activity.name if row.cover else f"{row.stars or ''}星",
        row.get_answer_display(),
        row.listed_at.isoformat(),
        row.is_left_out,
        row.reason,
    )


def _claim(claim: Claim) -> tuple[str | int | bool | None, ...]:
    return (
        claim.number,
        claim.happened_at.isoformat(),
        claim.place,
        story_of(claim),
        str(claim.policy or ""),
        claim.get_state_display(),
        claim.asked_fen,
        claim.paid_fen,
        claim.reported_at.isoformat(),
        "、".join(one.label for one in claim.files.order_by("pk")),
    )


def hindrances(_user: User | None, volunteer: Volunteer | None) -> list[Hindrance]:
    """Say that a claim is still open: the insurer has to reach the person."""
    if volunteer is None:
        return []
    ids = people.records_of(volunteer)
    found = Claim.objects.filter(volunteer__in=ids, state__in=OPEN_CLAIMS).order_by("pk")
    return [
        Hindrance(f"保险理赔 {one.number} 还没有办结，请等它办结，或先撤回。", "/insurance/mine/")
        for one in found
    ]
