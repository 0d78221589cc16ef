"""The public page of a funded project, and what its reports told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import F, QuerySet, Sum
from django.utils.module_loading import import_string

from voluncity.fund.governance.models import Fund
from voluncity.fund.grants.models import Funding, Milestone
from voluncity.fund.reports.models import Evidence, Linked, Report
from voluncity.fund.reports.states import EvidenceKind, ReportState
from voluncity.fund.showing.queries import figures
from voluncity.fund.showing.rules import Articles, Asked, Row, said
from voluncity.kernel.refusals import NotFound
from voluncity.service.archives.states import Faces

# A child's face is never public (Law on the Protection of Minors), others by consent.
SHOWN_FACES = (Faces.NONE, Faces.CONSENT)
ROWS_SHOWN, PICTURES_SHOWN = 20, 12


def public_project(number: str) -> Funding:
    """Return a funded project, which everybody may look at.

    :raises NotFound: when there is none of this number.
    """
    found = Funding.objects.filter(number=number)
    project: Funding | None = found.select_related(
        "fund", "serves", "resolution", "decision__submission", "organization", "region"
    ).first()
    if project is None:
        raise NotFound("没有找到这个资助项目，请从项目清单打开。")
    return project


@dataclass(frozen=True)
class Told:
    """One report as everybody may read it."""

    report: Report
    done: str
    results: str
    pictures: list[Evidence]


@dataclass(frozen=True)
class Effect:
    """What accepted reports say that was done: minutes of volunteers, people served."""

    minutes: int = 0
    served: int = 0
    sessions: int = 0

    @property
    def hours(self) -> int:
        """Return the whole hours."""
        return self.minutes // 60

    def __add__(self, other: Effect) -> Effect:
        """Return both together."""
        return Effect(
            self.minutes + other.minutes, self.served + other.served,
            self.sessions + other.sessions,
        )  # fmt: skip


def milestones(project: Funding) -> QuerySet[Milestone]:
    """Return what is to be reached, in order."""
    found: QuerySet[Milestone] = Milestone.objects.filter(funding=project)
    return found


def money(project: Funding) -> dict[str, tuple[int, int]]:
    """Return what a project got and spent: (fen, records) by list."""
    asked = Asked(award=project.award, number=project.number)
    keys = ("paid", "spent")
    return {key: figures.total(figures.SHEETS[key], project.fund, asked) for key in keys}


def rows_of(project: Funding, key: str) -> list[Row]:
    """Return the newest records of a list that are this project's."""
    one = figures.SHEETS[key]
    asked = Asked(award=project.award, number=project.number)
    return one.rows(list(figures.listed(one, project.fund, asked)[:ROWS_SHOWN]))


def pictures() -> QuerySet[Evidence]:
    """Return the pictures of accepted reports that everybody may see."""
    found: QuerySet[Evidence] = Evidence.objects.filter(
        kind=EvidenceKind.PICTURE, removed_at=None, faces__in=SHOWN_FACES,
        report__state=ReportState.ACCEPTED,
    )  # fmt: skip
    return found


def picture(pk: int) -> Evidence:
    """Return one picture that everybody may see.

    :raises NotFound: when there is none, or it is not public.
    """
    found = pictures().select_related("file", "small").filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这张照片，或者它没有公开。")
    return found


def reports_of(project: Funding) -> list[Told]:
    """Return what the accepted reports of a project tell, the newest first."""
    found = Report.objects.filter(funding=project, state=ReportState.ACCEPTED)
    shown: dict[int, list[Evidence]] = {}
    for one in pictures().filter(report__funding=project):
        shown.setdefault(one.report_id, []).append(one)
    rows = found.select_related("milestone").order_by("-period_to", "-number")
    return [
        Told(one, said(one.done), said(one.results), shown.get(one.pk, [])[:PICTURES_SHOWN])
        for one in rows
    ]


def effects(fundings: Iterable[int]) -> dict[int, Effect]:
    """Return funded project → what its accepted reports say that was done; two questions."""
    wanted = list(fundings)
    accepted = {"report__state": ReportState.ACCEPTED, "report__funding__in": wanted}
    rows = Linked.objects.filter(**accepted).order_by().values_list("report__funding")
    summed = rows.annotate(
        minutes=Sum(F("proven_minutes") + F("entered_minutes")), people=Sum("served"),
        times=Sum("sessions"),
    )  # fmt: skip
    found = {
        pk: Effect(minutes or 0, people or 0, times or 0) for pk, minutes, people, times in summed
    }
    reports = Report.objects.filter(state=ReportState.ACCEPTED, funding__in=wanted).order_by()
    for pk, more in reports.values_list("funding").annotate(more=Sum("served_more")):
        found[pk] = found.get(pk, Effect()) + Effect(served=more or 0)
    return found


def effects_of(fund: Fund) -> Effect:
    """Return what all accepted reports of a fund say that was done."""
    found = effects(Funding.objects.filter(fund=fund).values_list("pk", flat=True))
    return sum(found.values(), Effect())


@dataclass(frozen=True)
class Pages:
    """How much the public pages of some projects tell."""

    with_words: int
    with_pictures: int
    pictures: int


def told(fundings: Iterable[int]) -> Pages:
    """Return how many of these projects tell something in words, and how many in pictures."""
    wanted = list(fundings)
    accepted = Report.objects.filter(funding__in=wanted, state=ReportState.ACCEPTED).order_by()
    shown = list(
        pictures().filter(report__funding__in=wanted).values_list("report__funding", flat=True)
    )
    words = accepted.values_list("funding", flat=True).distinct().count()
    return Pages(words, len(set(shown)), len(shown))


def articles(found: Sequence[Funding], year: int) -> Articles:
    """Return what the articles of a year tell of projects (settings.VOLUNCITY_FUND_ARTICLES).

    A project is known by its title or by its number.
    """
    names = [(one.title, one.number) for one in found]
    count, reads, places = 0, 0, frozenset[int]()
    for path in settings.VOLUNCITY_FUND_ARTICLES:
        known: Articles = import_string(path)(names, year=year)
        count, reads, places = count + known.count, reads + known.reads, places | known.told_of
    return Articles(count, reads, places)


def newest_results(found: Iterable[Funding]) -> dict[int, str]:
    """Return funded project → what its newest accepted report says came of it."""
    accepted = Report.objects.filter(
        funding__in=[one.pk for one in found], state=ReportState.ACCEPTED
    )
    rows = accepted.order_by("period_to", "number").values_list("funding", "results", "done")
    return {pk: said(results or done) for pk, results, done in rows}
