"""Stations for tests, with the reference data they stand on."""

from __future__ import annotations

from itertools import count
from typing import Any

from voluncity.city.files.rules import check_image
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.city.stations import actions
from voluncity.city.stations.models import Inspection, OpeningSpan, Station, StationKind
from voluncity.city.stations.states import InspectionKind, Verdict
from voluncity.testing.make_files import make_upload
from voluncity.testing.make_orgs import make_organization
from voluncity.testing.make_people import NOON

_numbers = count(1)


def make_reference() -> None:
    """Load kinds, services, equipment and the standard, once for a test."""
    if not StationKind.objects.filter(checklist__isnull=False).exists():
        actions.load_reference()


def make_station(
    name: str = "",
    *,
    organization: Organization | None = None,
    kind: str = "community",
    week: str = "",
    **fields: Any,
) -> Station:
    """Make a station; `week` is one span of every day ("9-17"), empty for no hours at all."""
    make_reference()
    runs = organization or make_organization()
    station = Station.objects.create(
        name=name or f"第{next(_numbers)}服务站",
        kind_id=kind,
        organization=runs,
        **{"region": runs.region, "address": "青年路 1 号", **fields},
    )
    if week:
        opens, closes = (int(hour) * 60 for hour in week.split("-"))
        OpeningSpan.objects.bulk_create(
            OpeningSpan(station=station, weekday=day, opens=opens, closes=closes)
            for day in range(7)
        )
    return station


def make_inspection(
    station: Station,
    *,
    by: User,
    kind: InspectionKind = InspectionKind.VISIT,
    failed: int = 0,
    at: Any = NOON,
    is_submitted: bool = True,
) -> Inspection:
    """Make an inspection in which the last `failed` items fail and all others pass."""
    inspection = actions.start_inspection(station_id=station.pk, kind=kind, by=by, at=at)
    answers = list(inspection.answers.select_related("item"))
    evidence = None
    for number, answer in enumerate(answers):
        fails = number >= len(answers) - failed
        needs = answer.item.needs_photo and not fails
        if needs and evidence is None:
            actions.save_answer(
                answer_id=answer.pk,
                verdict=Verdict.PASSED,
                note="",
                photo=check_image(make_upload()),
                by=by,
                at=at,
            )
            answer.refresh_from_db()
            evidence = answer.photo
        answer.verdict = Verdict.FAILED if fails else Verdict.PASSED
        answer.note = "没有做到" if fails else ""
        answer.photo = evidence if needs else None
        answer.saved_at = at
        answer.save()
    if is_submitted:
        inspection = actions.submit_inspection(inspection_id=inspection.pk, note="", by=by, at=at)
    return inspection
