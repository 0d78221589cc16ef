"""`voluncity settle-stars`: give everybody the stars that their minutes and today's ladder say."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now

from voluncity.honor.certification import actions as certification
from voluncity.honor.recognition import actions as recognition


class Command(BaseCommand):
    """Settle the stars of all volunteers; doing it again changes nothing."""

    help = "按现行星级标准核定全部志愿者的星级：标准修改后运行一次；重复运行不会重复授予。"

    def handle(self, **options: Any) -> None:
        """Settle and say of how many the stars changed."""
        started = time.monotonic()
        number = recognition.settle_all_stars(at=now())
        number += certification.carry_all_stars(at=now())
        seconds = time.monotonic() - started
        self.stdout.write(f"星级核定完成：{number} 人有变化（{seconds:.1f} 秒）。")
