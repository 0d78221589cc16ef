"""Read classes: what is public, what somebody learns, what the desk sees."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Sum
from django.urls import reverse

from voluncity.city.people.models import User
from voluncity.kernel.refusals import NotFound
from voluncity.kernel.text import clean
from voluncity.voice.classes.models import MicroClass, Page, Piece, Progress, Revision
from voluncity.voice.classes.states import OPEN, PieceKind, RevisionState, Theme
from voluncity.voice.comments.rules import Commented

S = RevisionState
QUERY_MOST = 40
# How long a class takes: at most so many minutes.
LENGTHS = ((10, "10 分钟以内"), (30, "30 分钟以内"))


def live() -> QuerySet[Revision]:
    """Return the wording of each class that everybody sees, the newest class first."""
    found = Revision.objects.filter(state=S.PUBLISHED, micro_class__withdrawn_at=None)
    return found.select_related("micro_class__organization", "cover__file", "course")


def listed(*, theme: str = "", words: str = "", longest: int = 0) -> QuerySet[Revision]:
    """Return the public classes that fit, each with its minutes and chapters."""
    found: Any = live().annotate(minutes=Sum("pages__minutes"), chapters=Count("pages"))
    if theme in Theme.values:
        found = found.filter(theme=theme)
    if longest:
        found = found.filter(minutes__lte=longest)
    for word in clean(words)[:QUERY_MOST].split():
        found = found.filter(Q(title__icontains=word) | Q(intro__icontains=word))
    ordered: QuerySet[Revision] = found.order_by("-micro_class")
    return ordered


def live_of(micro_class_id: int) -> Revision:
    """Return what a class says to everybody.

    :raises NotFound: when it is not published, or was withdrawn.
    """
    revision = live().filter(micro_class=micro_class_id).first()
    if revision is None:
        raise NotFound("没有找到这门微课，或者它已经撤下。请看看别的微课。")
    return revision


def pages_of(revision: Revision) -> list[Page]:
    """Return the chapters of a revision in their order, with video and papers."""
    papers = Piece.objects.filter(kind=PieceKind.PAPER).select_related("file")
    found = revision.pages.select_related("video__file")
    return list(found.prefetch_related(Prefetch("pieces", queryset=papers, to_attr="papers")))


def commented(pk: int) -> Commented | None:
    """Describe a class to those who comment on it."""
    revision = live().select_related("micro_class__organization__region").filter(micro_class=pk)
    found = revision.first()
    if found is None:
        return None
    organization = found.micro_class.organization
    return Commented(
        title=found.title,
        url=reverse("classes:show", args=[pk]),
        region_path=organization.region.path,
        organization_id=organization.pk,
    )


def is_public(piece: Piece) -> bool:
    """Return whether a page or a cover that everybody sees shows a picture, video or paper."""
    public = Q(revision__state=S.PUBLISHED, revision__micro_class__withdrawn_at=None)
    if Page.objects.filter(public, Q(pieces=piece) | Q(video=piece)).exists():
        return True
    return live().filter(cover=piece).exists()


# -- The desk ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figures:
    """How many people began a class, came to its end, and passed its test."""

    started: int = 0
    finished: int = 0
    passed: int = 0


def figures(micro_class_ids: Iterable[int]) -> dict[int, Figures]:
    """Return the figures of several classes by one question."""
    rows: Any = Progress.objects.filter(micro_class__in=list(micro_class_ids)).order_by()
    counted = rows.values("micro_class").annotate(
        started=Count("pk"), finished=Count("finished_at"), passed=Count("passed_at")
    )
    return {
        row["micro_class"]: Figures(row["started"], row["finished"], row["passed"])
        for row in counted
    }


def chapter_figures(revision: Revision) -> list[tuple[Page, int, int]]:
    """Return for each chapter how many opened it, and how many came to its end."""
    counted = revision.pages.annotate(
        opened=Count("chapter__readings"), done=Count("chapter__readings__done_at")
    )
    return [(one, one.opened, one.done) for one in counted.order_by("position", "pk")]


def newest(micro_classes: Iterable[MicroClass]) -> dict[int, Revision]:
    """Return for each class what the desk works on: the open revision, else the published one."""
    found: dict[int, Revision] = {}
    ids = [one.pk for one in micro_classes]
    rows = Revision.objects.filter(micro_class__in=ids, state__in=[*OPEN, S.PUBLISHED])
    for row in rows.select_related("course").order_by("number"):
        found[row.micro_class_id] = row
    return found


def desk_classes(scope: Any, *, state: str = "", theme: str = "", words: str = "") -> Any:
    """Return the classes within reach, the newest first."""
    found = MicroClass.objects.in_scope(scope).select_related("organization")
    revisions = Revision.objects.filter(micro_class=OuterRef("pk"))
    if state == "withdrawn":
        found = found.filter(withdrawn_at__isnull=False)
    elif state in S.values:
        found = found.filter(Exists(revisions.filter(state=state)))
    if theme in Theme.values:
        found = found.filter(Exists(revisions.filter(theme=theme)))
    for word in clean(words)[:QUERY_MOST].split():
        named = Exists(revisions.filter(title__icontains=word))
        found = found.filter(named | Q(organization__name__icontains=word))
    return found.order_by("-pk")


def open_revision(micro_class: MicroClass) -> Revision | None:
    """Return the wording that is being written or reviewed."""
    return micro_class.revisions.filter(state__in=OPEN).first()


def published_revision(micro_class: MicroClass) -> Revision | None:
    """Return the wording that was published last."""
    return micro_class.revisions.filter(state=S.PUBLISHED).first()


def waiting(scope: Any) -> QuerySet[Revision]:
    """Return the revisions within reach that wait for a second person."""
    theirs = MicroClass.objects.in_scope(scope)
    return Revision.objects.filter(micro_class__in=theirs, state=S.SUBMITTED)


def progress_of(user: User) -> QuerySet[Progress]:
    """Return the classes that somebody began, the last one first."""
    found = Progress.objects.filter(user=user).select_related("micro_class", "chapter")
    return found.order_by("-last_at", "-pk")
