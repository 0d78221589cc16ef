"""How far somebody has come in one class."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from voluncity.city.people import queries as people
from voluncity.city.people.models import User
from voluncity.city.people.states import IdentityState
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotAllowed, Refusal
from voluncity.service.training import queries as training
from voluncity.voice.classes.models import (
    Attempt,
    MicroClass,
    Page,
    Progress,
    Reading,
    Revision,
)

LEARNED = ("finished", "passed")


@dataclass(frozen=True)
class Standing:
    """What somebody has done of a class, chapter by chapter, and what comes next."""

    readings: dict[int, Reading]
    progress: Progress | None
    done: int
    chapters: int
    attempts_today: int
    is_valid: bool  # passed, and the certificate still counts

    @property
    def is_read(self) -> bool:
        """Return whether all chapters were read."""
        return self.chapters > 0 and self.done >= self.chapters

    def is_done(self, page: Page) -> bool:
        """Return whether one chapter was read."""
        reading = self.readings.get(page.chapter_id)
        return reading is not None and reading.done_at is not None


def standing(user: User, revision: Revision, pages: list[Page], *, at: datetime) -> Standing:
    """Return how far somebody has come in a class."""
    chapters = [page.chapter_id for page in pages]
    rows = Reading.objects.filter(user=user, chapter__in=chapters)
    readings = {one.chapter_id: one for one in rows}
    today = local_date(at)
    tried = Attempt.objects.filter(user=user, micro_class=revision.micro_class_id)
    return Standing(
        readings=readings,
        progress=Progress.objects.filter(user=user, micro_class=revision.micro_class_id).first(),
        done=sum(one.done_at is not None for one in readings.values()),
        chapters=len(chapters),
        attempts_today=tried.filter(day=today).count(),
        is_valid=is_passed(user, revision, on=today),
    )


def is_passed(user: User, revision: Revision, *, on: date) -> bool:
    """Return whether somebody has passed, and has the certificate where there is one."""
    passed = Attempt.objects.filter(user=user, micro_class=revision.micro_class_id, is_passed=True)
    if not passed.exists():
        return False
    volunteer = user.volunteer_or_none
    if revision.course_id is None or volunteer is None:
        return True
    return training.has_passed(volunteer.pk, revision.course_id, on)


def why_not(user: User, revision: Revision, *, at: datetime) -> Refusal | None:
    """Return why somebody may not take a test that gives a certificate; nothing if they may."""
    if revision.course_id is None:
        return None
    volunteer = user.volunteer_or_none
    if volunteer is None:
        return NotAllowed(
            "这门微课发培训证书，请先登记为志愿者再参加测验。", code="classes.not_volunteer"
        )
    if volunteer.identity_state != IdentityState.VERIFIED:
        return NotAllowed("实名认证通过后才能参加测验、领取证书。", code="classes.unverified")
    if not people.guardian_ok(volunteer, on=local_date(at)):
        return NotAllowed(
            "未成年人参加测验需要监护人同意，请先到“家庭”里办理。", code="classes.guardian"
        )
    return None


def open_attempt(user: User, revision: Revision, *, on: date) -> Attempt | None:
    """Return the test that somebody has begun today and not handed in yet."""
    return Attempt.objects.filter(user=user, revision=revision, day=on, finished_at=None).first()


def attempts_of(user: User) -> dict[int, Attempt]:
    """Return the best try of somebody at each class."""
    found: dict[int, Attempt] = {}
    rows = Attempt.objects.filter(user=user, finished_at__isnull=False).select_related("record")
    for row in rows.order_by("percent", "pk"):
        found[row.micro_class_id] = row
    return found


# -- Who learns, as the desk sees it -------------------------------------------------------------


@dataclass(frozen=True)
class Learned:
    """Which learners somebody looks for: how far they came, in all or in one chapter."""

    what: str = ""  # "", "finished", "passed"
    chapter_id: int | None = None
    is_chapter_done: bool = False


def learners(micro_class: MicroClass, asked: Learned) -> QuerySet[Progress]:
    """Return who has begun a class, the last one first, each with the best score."""
    best = Attempt.objects.filter(
        user=OuterRef("user"), micro_class=micro_class, finished_at__isnull=False
    ).order_by("-percent")
    found = Progress.objects.filter(micro_class=micro_class)
    if asked.what in LEARNED:
        found = found.filter(**{f"{asked.what}_at__isnull": False})
    if asked.chapter_id is not None:
        read = Reading.objects.filter(user=OuterRef("user"), chapter=asked.chapter_id)
        done = read.filter(done_at__isnull=False) if asked.is_chapter_done else read
        found = found.filter(Exists(done))
    listed: QuerySet[Progress] = (
        found.select_related("user__volunteer__region")
        .annotate(best=Subquery(best.values("percent")[:1]))
        .order_by("-last_at", "-pk")
    )
    return listed
