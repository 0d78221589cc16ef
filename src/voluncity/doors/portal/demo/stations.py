"""The stations of the demo city: open, inspected, one of them a model; stars of organizations."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from voluncity.city.orgs.models import Organization
from voluncity.city.regions import queries as regions
from voluncity.city.regions.models import Level, Region
from voluncity.city.stations import actions, queries
from voluncity.city.stations.models import (
    Answer,
    Equipment,
    Finding,
    Inspection,
    OpeningSpan,
    Service,
    Station,
    StationEquipment,
)
from voluncity.city.stations.rules import Week, parse_week
from voluncity.city.stations.states import InspectionKind, Verdict
from voluncity.doors.portal.demo.cast import SEED
from voluncity.honor.ratings import actions as ratings
from voluncity.honor.ratings.actions import BatchPlan
from voluncity.honor.ratings.rules import MEASURES, USUAL_KINDS, Rung
from voluncity.kernel.clock import day_bounds, local_date

if TYPE_CHECKING:
    from voluncity.doors.portal.demo.cast import Cast

KEYS = [measure.key for measure in MEASURES]
MORE = 60
SPREAD = 0.03  # degrees around the middle of a county's communities
WEEKS = (
    parse_week(["8:30-12:00，14:00-17:30", "同上", "同上", "同上", "同上", "", ""]),
    parse_week(["9:00-18:00", *["同上"] * 6]),
    parse_week(["8:00-20:00", "同上", "同上", "同上", "同上", "9:00-17:00", "同上"]),
)
KINDS = ("community", "community", "service_window", "public_place", "model_unit", "village")
NAMES = {
    "community": "志愿服务站",
    "service_window": "便民窗口志愿服务站",
    "public_place": "广场志愿服务站",
    "model_unit": "文明单位志愿服务站",
    "village": "村志愿服务站",
}
# A small city's ladder: members, hours, projects, activities, trained, from one star up.
LADDER = (
    (3, 20, 1, 6, 0),
    (4, 60, 1, 10, 0),
    (4, 100, 1, 12, 0),
    (8, 300, 2, 20, 0),
    (9, 500, 2, 40, 2),
)
# Rated on paper before the platform began: the office's own reasons.
ON_PAPER = {"yingze-patrol": 5, "traffic-corps": 4, "footcare": 3, "library": 2, "fenhe": 1}


def furnish(cast: Cast, *, at: datetime) -> None:
    """Let stations have hours, services and equipment; inspect one, name it, find fault in one."""
    random = Random(SEED)  # noqa: S311 -- a story
    _invent(cast, random)
    Station.objects.update(opening_hours="")  # the week says it
    for station in Station.objects.order_by("pk"):
        _open(station, random.choice(WEEKS), random)
    model, faulty = Station.objects.order_by("pk")[1:3]
    _visit(model, cast, failed=0, at=at)
    _visit(faulty, cast, failed=2, at=at + timedelta(days=1))
    row = actions.propose_demonstration(
        station_id=model.pk,
        reason="全年无休，志愿者天天在岗，居民随到随办。",
        by=cast.staff["demo-org-admin"],
        at=at + timedelta(days=1),
    )
    actions.show_demonstration(demonstration_id=row.pk, by=cast.office, at=at + timedelta(days=2))


def _invent(cast: Cast, random: Random) -> None:
    """Open more stations all over the city, so that the map is one."""
    teams = list(cast.teams.values())
    communities = list(Region.objects.filter(level=Level.COMMUNITY, valid_to=None).order_by("code"))
    middle = (37.865, 112.555)
    known = set(Station.objects.values_list("region_id", "name"))
    for number in range(MORE):
        community, kind = random.choice(communities), random.choice(KINDS)
        name = f"{community.name}{NAMES[kind]}"
        county = Random(f"{SEED}{community.code[:6]}")  # noqa: S311
        around = middle[0] + county.uniform(-0.12, 0.12), middle[1] + county.uniform(-0.14, 0.14)
        if (community.pk, name) in known:
            continue
        known.add((community.pk, name))
        Station.objects.create(
            name=name,
            kind_id=kind,
            organization=random.choice(teams),
            region=community,
            address=f"{community.name} {number + 1} 号",
            lat=round(around[0] + random.gauss(0, SPREAD / 2), 5),
            lng=round(around[1] + random.gauss(0, SPREAD / 2), 5),
            phone="0351-4223181",
        )


def _open(station: Station, week: Week, random: Random) -> None:
    OpeningSpan.objects.bulk_create(
        OpeningSpan(station=station, weekday=day, opens=span.opens, closes=span.closes)
        for day, spans in enumerate(week)
        for span in spans
    )
    services = list(Service.objects.all())
    station.services.set(random.sample(services, random.randint(4, 8)))
    things = random.sample(list(Equipment.objects.all()), random.randint(3, 6))
    StationEquipment.objects.bulk_create(
        StationEquipment(station=station, equipment=one, count=random.randint(1, 12))
        for one in things
    )


def _visit(station: Station, cast: Cast, *, failed: int, at: datetime) -> None:
    """Write a visit down as it was on paper: a demo has no photos to show."""
    inspector = cast.office
    visit = Inspection.objects.create(
        station=station, kind=InspectionKind.VISIT, by=inspector, started_at=at, submitted_at=at,
        score=100 - 6 * failed, is_passed=True, pass_score=80, note="现场检查",
    )  # fmt: skip
    items = list(queries.standard(station.kind_id, on=local_date(at)).filter(is_must=False))
    for number, item in enumerate(items):
        fails = number < failed
        answer = Answer.objects.create(
            inspection=visit,
            item=item,
            verdict=Verdict.FAILED if fails else Verdict.PASSED,
            note="还没有做到" if fails else "",
            saved_at=at,
        )
        if fails:
            Finding.objects.create(
                station=station, answer=answer, found_at=at,
                due_on=local_date(at) + timedelta(days=14),
            )  # fmt: skip


def rate_on_paper(cast: Cast, *, at: datetime) -> None:
    """Certify last year's stars from the papers of before; publicity lets them count."""
    ratings.set_ladder(
        rungs=[
            Rung(stars, dict(zip(KEYS, (asked[0], asked[1] * 60, *asked[2:]), strict=True)))
            for stars, asked in enumerate(LADDER, start=1)
        ],
        valid_from=local_date(at),
        basis="演示城市的标准",
        by=cast.office,
        at=at,
    )
    year = local_date(at).year - 1
    kinds = tuple(str(kind) for kind in USUAL_KINDS)
    plan = BatchPlan(year, regions.city().pk, kinds)
    batch = ratings.start_batch(plan=plan, by=cast.office, at=at)
    ratings.count_batch(batch_id=batch.pk, clock=lambda: at)
    for key, stars in ON_PAPER.items():
        organization = Organization.objects.get(key=key)
        proposal = batch.proposals.get(organization=organization)
        ratings.adjust(
            proposal_id=proposal.pk,
            stars=stars,
            reason="平台启用前已按纸质材料评定。",
            by=cast.office,
            at=at,
        )
    ratings.show_batch(batch_id=batch.pk, by=cast.office, at=at)


def leave_batch(cast: Cast, *, at: datetime) -> None:
    """Leave this year's batch for whoever tries the desk."""
    kinds = tuple(str(kind) for kind in USUAL_KINDS)
    year = local_date(at).year
    plan = BatchPlan(year, regions.city().pk, kinds)
    begun = max(at - timedelta(days=2), day_bounds(date(year, 1, 1))[0])
    batch = ratings.start_batch(plan=plan, by=cast.office, at=begun)
    ratings.count_batch(batch_id=batch.pk, clock=lambda: begun)
