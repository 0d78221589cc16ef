"""What a key for programs may open."""

from __future__ import annotations

from django.db import models


class TokenScope(models.TextChoices):
    """One door of the API; a key opens those it was made for, and never more than its owner may."""

    VOLUNTEER_READ = "volunteer:read", "查看自己的报名、时长和荣誉"
    VOLUNTEER_WRITE = "volunteer:write", "代自己报名、签到、申请"
    ORGANIZER_READ = "organizer:read", "查看所管理的项目、名单和时长"
    ORGANIZER_WRITE = "organizer:write", "办理所管理的项目、活动和时长"
