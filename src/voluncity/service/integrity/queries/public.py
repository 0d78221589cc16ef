"""What everybody may know: proven shares, cases and their outcomes, spot checks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from statistics import median

from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum

from voluncity.service.integrity.models import Case, SpotCheck, TrustFigures
from voluncity.service.integrity.states import RUNNING, About, CaseState, SpotState

_HOUR = 60


@dataclass(frozen=True)
class CityTrust:
    """Hours of the whole city, or of one county."""

    name: str
    proven_minutes: int
    entered_minutes: int
    since: date | None = None
    counted_at: datetime | None = None

    @property
    def minutes(self) -> int:
        """Return all posted minutes."""
        return self.proven_minutes + self.entered_minutes

    @property
    def percent(self) -> int:
        """Return the proven share, rounded down."""
        return self.proven_minutes * 100 // self.minutes if self.minutes else 0


@dataclass(frozen=True)
class Outcomes:
    """Cases and what became of them, and what spot checks showed."""

    running: int
    unfounded: int
    confirmed: int
    lifted: int
    median_days: int | None
    checked: int
    wrong: int

    @property
    def wrong_percent(self) -> str:
        """Return how many of a hundred checked records were wrong, to one place."""
        return f"{self.wrong * 100 / self.checked if self.checked else 0:.1f}".removesuffix(".0")

    @property
    def closed(self) -> int:
        """Return how many cases are over."""
        return self.unfounded + self.confirmed + self.lifted


def city_trust() -> CityTrust:
    """Return the figures of the whole city."""
    total = TrustFigures.objects.aggregate(
        proven=Sum("proven_minutes", default=0), entered=Sum("entered_minutes", default=0),
        since=Min("since"), counted_at=Max("counted_at"),
    )  # fmt: skip
    return CityTrust("全市", total["proven"], total["entered"], total["since"], total["counted_at"])


def organizations(*, words: str = "") -> QuerySet[TrustFigures]:
    """Return organizations with at least one posted hour, those with the most hours first."""
    found = TrustFigures.objects.annotate(total=F("proven_minutes") + F("entered_minutes")).filter(
        total__gte=_HOUR
    )
    if words:
        found = found.filter(organization__name__icontains=words)
    return found.select_related("organization__region").order_by("-total", "pk")


def figures_of(organization_id: int) -> TrustFigures | None:
    """Return one organization's figures, where it has hours."""
    return TrustFigures.objects.filter(pk=organization_id).first()


def outcomes(*, since: date | None = None, organization_id: int | None = None) -> Outcomes:
    """Return cases and spot checks, of one organization or of all, opened since a day."""
    cases, checks = Case.objects.all(), SpotCheck.objects.all()
    if since is not None:
        cases = cases.filter(opened_at__date__gte=since)
        checks = checks.filter(draw__week__gte=since)
    if organization_id is not None:
        # A person's case is not the organization's, and in a small team it names the person.
        cases = cases.filter(organization=organization_id, about=About.ORGANIZATION)
        checks = checks.filter(record__organization=organization_id)
    by_state = cases.aggregate(
        running=Count("pk", filter=Q(state__in=RUNNING)),
        unfounded=Count("pk", filter=Q(state=CaseState.UNFOUNDED)),
        confirmed=Count("pk", filter=Q(state=CaseState.CONFIRMED)),
        lifted=Count("pk", filter=Q(state=CaseState.LIFTED)),
    )
    spans = cases.filter(decided_at__isnull=False).values_list("opened_at", "decided_at")
    days = [(decided - opened).days for opened, decided in spans]
    checked = checks.aggregate(
        checked=Count("pk", filter=Q(state__in=[SpotState.RIGHT, SpotState.WRONG])),
        wrong=Count("pk", filter=Q(state=SpotState.WRONG)),
    )
    return Outcomes(**by_state, **checked, median_days=int(median(days)) if days else None)
