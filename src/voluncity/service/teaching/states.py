"""Who may come to a training, and how somebody came through it."""

from __future__ import annotations

from django.db import models


class Audience(models.TextChoices):
    """For whom a session is."""

    ALL = "all", "全体志愿者"
    MEMBERS = "members", "本组织成员"
    NEWCOMERS = "newcomers", "新注册志愿者"
    WITHOUT = "without", "还没有这项培训有效证书的志愿者"


class OutcomeState(models.TextChoices):
    """Where somebody stands after a session."""

    PASSED = "passed", "已通过"
    TEST = "test", "待测验"
    MISSED = "missed", "学时不足"
    FAILED = "failed", "测验未通过"


TONES = {
    OutcomeState.PASSED: "good",
    OutcomeState.TEST: "info",
    OutcomeState.MISSED: "warn",
    OutcomeState.FAILED: "bad",
}


class Source(models.TextChoices):
    """From where the minutes of somebody's attendance are known."""

    SCAN = "scan", "签到签退"
    LIST = "list", "纸质签到表"
