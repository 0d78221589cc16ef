"""What became of a scan that a device sent later."""

from __future__ import annotations

from django.db import models


class Outcome(models.TextChoices):
    """How a scan that arrived later was answered."""

    ACCEPTED = "accepted", "已记录"
    ALREADY = "already", "早已记录"
    CONFLICT = "conflict", "有冲突"
    REFUSED = "refused", "没有通过"


# What somebody should look at: the two sides say different things, and both may be true.
CONFLICTS = frozenset(
    {
        "signups.in_twice", "signups.out_twice", "signups.just_out", "signups.out_before_in",
        "signups.not_in", "signups.too_early", "signups.too_late_in", "signups.too_late_out",
        "offline.clock", "offline.card_time", "hours.decided",
    }
)  # fmt: skip
TWICE = frozenset({"signups.in_twice", "signups.out_twice"})
