"""What this slice keeps about one person: to take along, and what is unfinished."""

from __future__ import annotations

from django.urls import reverse

from voluncity.city.orgs.models import JoinRequest, Membership, Organization
from voluncity.city.orgs.states import OrgState
from voluncity.city.people import queries as people
from voluncity.city.people.models import User, Volunteer
from voluncity.kernel.own_data import Hindrance, Section

UNDECIDED = (OrgState.APPLIED, OrgState.SENT_BACK, OrgState.SHOWN)


def sections(volunteer: Volunteer) -> list[Section]:
    """Return where the person belonged, and asked to belong."""
    ids = people.records_of(volunteer)
    members = Membership.objects.filter(volunteer__in=ids).select_related("organization")
    asked = JoinRequest.objects.filter(volunteer__in=ids).select_related("organization")
    return [
        Section(
            "memberships",
            "加入的组织",
            ("组织", "加入时间", "离开时间", "离开原因"),
            tuple(
                (
                    row.organization.name,
                    row.joined_at.isoformat(),
                    row.left_at.isoformat() if row.left_at else "",
                    row.left_reason,
                )
                for row in members.order_by("joined_at", "pk")
            ),
        ),
        Section(
            "join_requests",
            "入队申请",
            ("组织", "申请时间", "留言", "结果", "原因"),
            tuple(
                (
                    row.organization.name,
                    row.asked_at.isoformat(),
                    row.message,
                    row.get_state_display(),
                    row.reason,
                )
                for row in asked.order_by("asked_at", "pk")
            ),
        ),
    ]


def hindrances(user: User | None, _volunteer: Volunteer | None) -> list[Hindrance]:
    """Name the organizations whose application by this person is not decided yet."""
    if user is None:
        return []
    waiting = Organization.objects.filter(applied_by=user, state__in=UNDECIDED).order_by("pk")
    return [
        Hindrance(
            f"您为“{organization.name}”提交的组织申请还没有办完，请等待审核结果，或请其他人接手。",
            reverse("orgs:applied", args=[organization.pk]),
        )
        for organization in waiting
    ]
