"""Make all scores of the leaderboards anew, as after a restore."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now

from voluncity.honor.leaderboards import actions


class Command(BaseCommand):
    """Start from the beginning, and go on until everybody is done."""

    help = "重新统计排行榜：全部志愿者的名次和各区域、组织的数字。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the scores, then count the figures."""
        actions.start_building(at=now())
        actions.build(clock=now)
        actions.mark_all_stale()
        actions.count_due(at=now())
        self.stdout.write("排行榜已重新统计。")
