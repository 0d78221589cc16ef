"""Prove the scores, the standings and the figures."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from django.db import connection
from django.db.models import Sum

from voluncity.city.journal.wrong_rows import wrong_ids
from voluncity.honor.leaderboards.models import Building, Count, Figure, Score, Standing, TeamScore
from voluncity.honor.leaderboards.rules import ALL_TIME, is_year
from voluncity.honor.recognition.models import Total


def faults(*, limit: int = 20) -> list[str]:
    """Compare scores, standings and figures with what they come from; name the wrong ones.

    While the scores are being made for the first time, nothing can be said of them.
    """
    if Building.objects.filter(finished_at=None).exists():
        return []
    found = (fault for check in CHECKS for fault in check())
    return list(islice(found, limit))


def _wrong_scores() -> Iterator[str]:
    """Compare all time with the ledger, months with the totals, years with their months."""
    for body in (_WRONG_BALANCE, _WRONG_MONTH, _WRONG_YEAR):
        for pk in wrong_ids("s.id", body):
            one = Score.objects.get(pk=pk)
            yield (
                f"leaderboards: volunteer {one.volunteer_id} is ranked with {one.proven} proven of "
                f"{one.minutes} minutes in {one.period or 'all time'}, which the books do not say"
            )


def _missing_scores() -> Iterator[str]:
    for pk in wrong_ids("t.id", _MISSING):
        total = Total.objects.get(pk=pk)
        yield (
            f"leaderboards: volunteer {total.volunteer_id} agreed to be ranked and is missing in "
            f"{total.month or 'all time'}"
        )


def _shown_without_consent() -> Iterator[str]:
    for pk in wrong_ids("s.id", _NOT_AGREED):
        one = Score.objects.get(pk=pk)
        yield f"leaderboards: volunteer {one.volunteer_id} is ranked without having agreed"


def _wrong_homes() -> Iterator[str]:
    for pk in wrong_ids("s.id", _WRONG_HOME):
        one = Score.objects.get(pk=pk)
        yield f"leaderboards: volunteer {one.volunteer_id} is ranked where they do not live"


def _wrong_teams() -> Iterator[str]:
    """Compare what organizations recorded with the records, month by month, and summed up."""
    month = "to_char(r.served_on, 'YYYY-MM')"
    if connection.vendor == "sqlite":
        month = "substr(r.served_on, 1, 7)"
    for body in (_WRONG_TEAM_MONTH.format(month=month, person=_PERSON), _WRONG_TEAM_SUM):
        for pk in wrong_ids("s.id", body):
            one = TeamScore.objects.get(pk=pk)
            yield (
                f"leaderboards: organization {one.organization_id} recorded other minutes for "
                f"volunteer {one.volunteer_id} in {one.period or 'all time'} than {one.minutes}"
            )


def _wrong_standings() -> Iterator[str]:
    for column, flag in (("proven", True), ("minutes", False)):
        for pk in wrong_ids("s.id", _WRONG_STANDING.format(column=column), [flag]):
            one = Standing.objects.get(pk=pk)
            yield (
                f"leaderboards: not {one.people} people stand at {one.minutes} minutes of "
                f"{one.period or 'all time'}"
            )
        for pk in wrong_ids("t.id", _MISSING_STANDING.format(column=column), [flag]):
            score = Score.objects.get(pk=pk)
            yield (
                f"leaderboards: volunteer {score.volunteer_id} stands nowhere in "
                f"{score.period or 'all time'}"
            )


def _wrong_figures() -> Iterator[str]:
    """Compare the sums over all regions with the totals of everybody, where nothing is stale."""
    fresh = set(Count.objects.filter(is_stale=False).values_list("period", flat=True))
    counted = dict(
        Figure.objects.filter(region__parent=None, region__isnull=False, period__in=fresh)
        .values_list("period")
        .annotate(Sum("minutes"))
        .order_by()
    )
    months = dict(
        Total.objects.filter(minutes__gt=0).values_list("month").annotate(Sum("minutes")).order_by()
    )
    for period in sorted(fresh):
        true = sum(n for month, n in months.items() if _belongs(month, period))
        if counted.get(period, 0) != true:
            yield (
                f"leaderboards: the areas served {counted.get(period, 0)} minutes in "
                f"{period or 'all time'}, the totals say {true}"
            )


def _belongs(month: str, period: str) -> bool:
    if period == ALL_TIME or not is_year(period):
        return month == period
    return month.startswith(f"{period}-")


CHECKS = (
    _wrong_scores, _missing_scores, _shown_without_consent, _wrong_homes, _wrong_teams,
    _wrong_standings, _wrong_figures,
)  # fmt: skip

_KEY = "'minutes:volunteer:' || s.volunteer_id || ':"
_WRONG_BALANCE = f"""
    FROM leaderboards_score s
    LEFT JOIN ledger_account p ON p.key = {_KEY}proven'
    LEFT JOIN ledger_account e ON e.key = {_KEY}entered'
    WHERE s.period = '' AND (
        s.proven <> COALESCE(p.balance, 0)
        OR s.minutes <> COALESCE(p.balance, 0) + COALESCE(e.balance, 0)
    )
"""
_WRONG_MONTH = """
    FROM leaderboards_score s
    LEFT JOIN recognition_total t ON t.volunteer_id = s.volunteer_id AND t.month = s.period
    WHERE length(s.period) = 7 AND (
        s.proven <> COALESCE(t.proven_minutes, 0) OR s.minutes <> COALESCE(t.minutes, 0)
    )
"""
_WRONG_YEAR = """
    FROM leaderboards_score s
    LEFT JOIN (
        SELECT volunteer_id, substr(period, 1, 4) AS year, SUM(proven) AS proven,
            SUM(minutes) AS minutes
        FROM leaderboards_score WHERE length(period) = 7 GROUP BY volunteer_id, substr(period, 1, 4)
    ) m ON m.volunteer_id = s.volunteer_id AND m.year = s.period
    WHERE length(s.period) = 4 AND (
        s.proven <> COALESCE(m.proven, 0) OR s.minutes <> COALESCE(m.minutes, 0)
    )
"""
# Who turned eighteen since is ranked with the next hours; a child must never be.
_MISSING = """
    FROM recognition_total t JOIN people_consent c ON c.volunteer_id = t.volunteer_id
        AND c.purpose = 'ranking' AND c.withdrawn_at IS NULL
    JOIN people_volunteer v ON v.id = t.volunteer_id AND v.closed_at IS NULL
    LEFT JOIN leaderboards_score s ON s.volunteer_id = t.volunteer_id AND s.period = t.month
    WHERE t.minutes > 0 AND s.id IS NULL AND EXISTS (
        SELECT 1 FROM leaderboards_score any_of_them
        WHERE any_of_them.volunteer_id = t.volunteer_id
    )
"""
_NOT_AGREED = """
    FROM leaderboards_score s JOIN people_volunteer v ON v.id = s.volunteer_id
    LEFT JOIN people_consent c ON c.volunteer_id = s.volunteer_id
        AND c.purpose = 'ranking' AND c.withdrawn_at IS NULL
    WHERE c.id IS NULL OR v.closed_at IS NOT NULL
"""
_WRONG_HOME = """
    FROM leaderboards_score s JOIN people_volunteer v ON v.id = s.volunteer_id
    JOIN regions_region home ON home.id = v.region_id
    LEFT JOIN regions_region c ON c.id = s.county_id
    LEFT JOIN regions_region t ON t.id = s.town_id
    LEFT JOIN regions_region m ON m.id = s.community_id
    WHERE (c.id IS NOT NULL AND home.path NOT LIKE c.path || '%%')
        OR (t.id IS NOT NULL AND home.path NOT LIKE t.path || '%%')
        OR (m.id IS NOT NULL AND home.path NOT LIKE m.path || '%%')
        OR (home.level = 'COMMUNITY' AND m.id IS NULL)
"""
# A record that was merged into one that was merged itself, up to three times.
_PERSON = "COALESCE(x.merged_into_id, w.merged_into_id, v.merged_into_id, r.volunteer_id)"
_WRONG_TEAM_MONTH = """
    FROM leaderboards_teamscore s LEFT JOIN (
        SELECT r.organization_id, {person} AS volunteer_id, {month} AS month,
            SUM(r.minutes) AS minutes,
            SUM(CASE r.trust WHEN 'proven' THEN r.minutes ELSE 0 END) AS proven
        FROM hours_servicerecord r JOIN people_volunteer v ON v.id = r.volunteer_id
        LEFT JOIN people_volunteer w ON w.id = v.merged_into_id
        LEFT JOIN people_volunteer x ON x.id = w.merged_into_id
        WHERE r.state = 'posted' GROUP BY r.organization_id, {person}, {month}
    ) m ON m.organization_id = s.organization_id AND m.volunteer_id = s.volunteer_id
        AND m.month = s.period
    WHERE length(s.period) = 7
        AND (s.minutes <> COALESCE(m.minutes, 0) OR s.proven <> COALESCE(m.proven, 0))
"""
# All time of one organization for one person: the sum of its months, and of its years.
_WRONG_TEAM_SUM = """
    FROM leaderboards_teamscore s JOIN (
        SELECT organization_id, volunteer_id, length(period) AS kind, SUM(minutes) AS minutes,
            SUM(proven) AS proven
        FROM leaderboards_teamscore WHERE period <> ''
        GROUP BY organization_id, volunteer_id, length(period)
    ) m ON m.organization_id = s.organization_id AND m.volunteer_id = s.volunteer_id
    WHERE s.period = '' AND (s.minutes <> m.minutes OR s.proven <> m.proven)
"""
_WRONG_STANDING = """
    FROM leaderboards_standing s LEFT JOIN (
        SELECT period, {column} AS minutes, COUNT(*) AS people FROM leaderboards_score
        WHERE {column} > 0 GROUP BY period, {column}
    ) held ON held.period = s.period AND held.minutes = s.minutes
    WHERE s.is_proven = %s AND s.people <> COALESCE(held.people, 0)
"""
_MISSING_STANDING = """
    FROM leaderboards_score t LEFT JOIN leaderboards_standing s
        ON s.period = t.period AND s.minutes = t.{column} AND s.is_proven = %s
    WHERE t.{column} > 0 AND s.id IS NULL
"""
