"""Keep the city's figures."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from voluncity.doors.portal.models import (
    FiguresRun,
    LineFigures,
    OrganizationFigures,
    RegionFigures,
)
from voluncity.doors.portal.queries import counting, lines
from voluncity.kernel.clock import local_date


def keep_figures(*, at: datetime) -> None:
    """Count the people and hours of every place and keep them instead of those counted before."""
    month = local_date(at).replace(day=1)
    # Counted before anything is written, so that on SQLite nobody waits for it.
    people = counting.people_by_region()
    organizations = counting.by_organization(month=month, at=at)
    with transaction.atomic():
        RegionFigures.objects.all().delete()
        OrganizationFigures.objects.all().delete()
        RegionFigures.objects.bulk_create(people)
        OrganizationFigures.objects.bulk_create(organizations)
        run = {"counted_at": at, "month": month}
        FiguresRun.objects.update_or_create(pk=1, defaults=run)


def keep_line_figures(*, at: datetime) -> None:
    """Count what is done in each of the 26 lines and keep it instead of what was counted before."""
    rows = lines.count_lines(year=local_date(at).replace(month=1, day=1), at=at)
    with transaction.atomic():
        LineFigures.objects.all().delete()
        LineFigures.objects.bulk_create(rows)
