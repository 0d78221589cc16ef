"""Which guides there are, and for whom."""

from __future__ import annotations

from dataclasses import dataclass

from voluncity.city.access.permissions import Permission


@dataclass(frozen=True)
class Guide:
    """One guide; its words stand in `data/<slug>.zh-CN.md`, the title is their first line.

    At the desk it is offered to whoever holds one of the permissions.
    """

    slug: str
    audience: str
    about: str
    icon: str
    permissions: frozenset[Permission] = frozenset()


GUIDES = (
    Guide(
        "resident",
        "居民和志愿者",
        "加入、报名、签到、时长、心愿、积分、捐赠、更正和投诉",
        "user-round",
    ),
    Guide(
        "organizers",
        "团队和单位",
        "编排项目、开放活动、排班、签到、确认时长、归档、培训",
        "users-round",
        frozenset({Permission.PROJECT_EDIT, Permission.ACTIVITY_EDIT}),
    ),
    Guide(
        "fund-office",
        "专项基金办公室",
        "治理、预算、募捐、申报、评审、拨付、结项、公开",
        "landmark",
        frozenset({Permission.FUND_SEE, Permission.APPLICATION_JUDGE}),
    ),
)
