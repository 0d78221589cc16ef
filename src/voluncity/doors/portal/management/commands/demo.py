"""`voluncity demo`: load the demo city."""

from __future__ import annotations

import time
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from voluncity.city.people.models import User
from voluncity.doors.portal.demo import first_batch
from voluncity.doors.portal.demo.building import PEOPLE, build
from voluncity.doors.portal.demo.present import refresh
from voluncity.doors.portal.scale import indexes
from voluncity.doors.portal.scale.building import build as build_reference_city
from voluncity.doors.portal.scale.building import finish
from voluncity.doors.portal.scale.shape import LEAST_FACTOR, MOST_FACTOR


class Command(BaseCommand):
    """Load Taiyuan with fictional people into an empty database."""

    help = "装入演示城市太原：虚构的人物、组织、三个月的活动。只能在演示模式下装入空的数据库。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--once", action="store_true", help="已经装入过就只更新今天的活动")
        parser.add_argument(
            "--scale",
            type=_factor,
            metavar="FACTOR",
            help="改装入参考城市：puyang（75 万志愿者、300 万条服务记录）或 0.001 到 1 的倍数",
        )
        parser.add_argument(
            "--first-batch",
            action="store_true",
            help="再装入首批星级与奖章认定：约一千人、两万多条服务记录",
        )
        parser.add_argument("--people", type=int, help=f"居民人数（默认 {PEOPLE}）")

    def handle(self, **options: Any) -> None:
        """Build the city, saying how far it is."""
        if not settings.VOLUNCITY_DEMO:
            raise CommandError("只有演示模式（VOLUNCITY_DEMO=1）才能装入演示城市。")
        people = PEOPLE if options["people"] is None else options["people"]
        _refuse_small_options(options)
        if not 30 <= people <= 2000:  # noqa: PLR2004 -- teams need people; more is another command
            raise CommandError("--people 应在 30 到 2000 之间。", returncode=2)
        if indexes.is_unfinished():
            self.say("上次装入在建立索引时中断，现在接着做")
            finish(at=now(), say=self.say)
            return
        if User.objects.exists():
            if options["once"]:
                refresh(at=now())
                return
            raise CommandError("数据库里已经有人了，演示城市只能装入空的数据库。")
        started = time.monotonic()
        call_command("load_reference", stdout=self.stdout)
        if options["scale"]:
            build_reference_city(factor=options["scale"], at=now(), say=self.say)
        else:
            build(at=now(), say=self.say, people=people, certifies=not options["first_batch"])
            self._certify_first_batch(options, people)
        self.say(f"演示城市已装好，用时 {time.monotonic() - started:.0f} 秒")

    def _certify_first_batch(self, options: dict[str, Any], people: int) -> None:
        if options["first_batch"]:
            office = User.objects.get(handle="demo-city-office")
            first_batch.build(office=office, at=now(), say=self.say, after=people)

    def say(self, text: str) -> None:
        """Print a step at once, also into a pipe."""
        self.stdout.write(text)
        self.stdout.flush()


def _refuse_small_options(options: dict[str, Any]) -> None:
    """Refuse, beside the reference city, what only the small city knows."""
    given = [name for name in ("people", "first_batch") if options[name] not in (None, False)]
    if options["scale"] and given:
        name = given[0].replace("_", "-")
        raise CommandError(f"--{name} 只用于小的演示城市，请和 --scale 二选一。", returncode=2)


def _factor(value: str) -> float:
    """Return how many times Puyang the city is to be.

    :raises ArgumentTypeError: when it is neither its name nor a number in reach.
    """
    if value == "puyang":
        return MOST_FACTOR
    try:
        factor = float(value) if value.isascii() else 0.0
    except ValueError:
        factor = 0.0
    if not LEAST_FACTOR <= factor <= MOST_FACTOR:  # also refuses "nan"
        raise ArgumentTypeError(f"应为 puyang，或 {LEAST_FACTOR} 到 {MOST_FACTOR:.0f} 的数")
    return factor
