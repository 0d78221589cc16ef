"""`voluncity load-reference`: the data that every city begins with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand

from voluncity.care.wishes import actions as wishes
from voluncity.city.catalog import actions as catalog
from voluncity.city.orgs import actions as orgs
from voluncity.city.publicity import actions as publicity
from voluncity.city.regions import actions as regions
from voluncity.city.stations import actions as stations
from voluncity.honor.certification import actions as certification
from voluncity.honor.insurance import actions as insurance
from voluncity.honor.ratings import actions as ratings
from voluncity.honor.recognition import actions as recognition
from voluncity.honor.rewards import actions as rewards
from voluncity.service.archives import actions as archives
from voluncity.service.difficulties import actions as difficulties
from voluncity.service.patrols import actions as patrols
from voluncity.service.projects import actions as projects
from voluncity.service.training import actions as training
from voluncity.voice.comments import actions as comments

LOADERS: tuple[tuple[str, Callable[[], object]], ...] = (
    ("行政区划", regions.load_regions),
    ("服务专长", catalog.load_skills),
    ("服务类别", catalog.load_categories),
    ("工作日历", publicity.load_calendar),
    ("服务站类型和建站标准", stations.load_reference),
    ("文明办、联合会和牵头单位", orgs.load_lead_units),
    ("组织职务", orgs.load_duties),
    ("26 类项目", projects.load_lines),
    ("培训课程", training.load_courses),
    ("巡防问题类型", patrols.load_kinds),
    ("微心愿类型", wishes.load_kinds),
    ("困难事项类型", difficulties.load_kinds),
    ("服务成效类型", archives.load_kinds),
    ("星级标准", recognition.load_star_tiers),
    ("组织星级标准", ratings.load_standards),
    ("危险服务类别", insurance.load_risks),
    ("兑换项目类别", rewards.load_kinds),
    ("星级与奖章认定标准", certification.load_ladders),
    ("评论词库", comments.load_words),
)


class Command(BaseCommand):
    """Bring the reference data up to the data files; harmless to repeat."""

    help = "装入或更新基础数据：行政区划、服务类别、工作日历、26 类项目等。可以重复运行。"

    def handle(self, **_options: Any) -> None:
        """Load one kind after the other and say so."""
        for name, load in LOADERS:
            load()
            self.stdout.write(f"已装入{name}")
