"""Learn: the clock of a chapter runs while its page gives signs of life, one chapter at a time."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Greatest

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.kernel.refusals import NotFound, Refusal
from voluncity.voice.classes import queries, rules
from voluncity.voice.classes.models import Page, Progress, Reading, Revision


def page_of(revision: Revision, chapter_id: int) -> Page:
    """Return what a chapter says in a revision.

    :raises NotFound: when the revision does not have it.
    """
    page = revision.pages.filter(chapter=chapter_id).select_related("video__file").first()
    if page is None:
        raise NotFound("没有找到这一章，请回到微课目录看看。")
    return page


@transaction.atomic
def beat(*, page: Page, position: int, by: User, at: datetime) -> Reading:
    """Give a sign of life: let the time since the last one count, and stop other chapters.

    Two pages that are open at once share the clock: a second counts for one chapter only.
    """
    revision = page.revision
    Progress.objects.get_or_create(
        user=by, micro_class=revision.micro_class,
        defaults={"chapter": page.chapter, "started_at": at, "last_at": at},
    )  # fmt: skip
    # Everything that this person reads waits for this row, so that no second counts twice.
    Progress.objects.filter(user=by, micro_class=revision.micro_class).update(
        chapter=page.chapter, last_at=Greatest(F("last_at"), at)
    )
    Reading.objects.filter(user=by, is_running=True).exclude(chapter=page.chapter).update(
        is_running=False
    )
    try:
        with transaction.atomic():
            reading, is_new = Reading.objects.get_or_create(
                user=by, chapter=page.chapter,
                defaults={"opened_at": at, "beat_at": at, "is_running": True},
            )  # fmt: skip
            if not is_new:
                _count(reading, position, at)
    except IntegrityError:  # another page of the same person was faster in this very moment
        raise Refusal("您同时打开了另一章，请只看一章。", code="classes.two_chapters") from None
    reading.refresh_from_db()
    return reading


def _count(reading: Reading, position: int, at: datetime) -> None:
    """Add the seconds since the last sign of life, if no other request has counted them."""
    counted = rules.elapsed(reading.beat_at, at) if reading.is_running else 0
    same = Reading.objects.filter(pk=reading.pk, beat_at=reading.beat_at)
    same.update(
        seconds=F("seconds") + counted, beat_at=max(reading.beat_at, at), is_running=True,
        position=max(0, min(100, position)),
    )  # fmt: skip


@transaction.atomic
def finish_chapter(*, page: Page, by: User, at: datetime) -> Reading:
    """Say that a chapter was read, if it was open long enough.

    :raises Refusal: with how much time is missing.
    """
    reading = beat(page=page, position=100, by=by, at=at)
    if reading.done_at is not None:
        return reading
    rules.require_read_long_enough(reading.seconds, page.least_seconds)
    Reading.objects.filter(pk=reading.pk, done_at=None).update(done_at=at)
    record("classes.finish_chapter", page.chapter, by=by, at=at, seconds=reading.seconds)
    _finish_class(page.revision, by=by, at=at)
    reading.refresh_from_db()
    return reading


def _finish_class(revision: Revision, *, by: User, at: datetime) -> None:
    """Write down that somebody came to the end of all chapters there are now."""
    standing = queries.standing(by, revision, queries.pages_of(revision), at=at)
    mine = Progress.objects.filter(user=by, micro_class=revision.micro_class_id, finished_at=None)
    if standing.is_read and mine.update(finished_at=at):
        record("classes.finish", revision.micro_class, by=by, at=at, revision=revision.number)
