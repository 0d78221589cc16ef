"""Hand in, look at, publish and open again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.kernel.refusals import BadInput, NotAllowed, WrongState
from voluncity.service.archives import rules
from voluncity.service.archives.models import Archive
from voluncity.service.archives.states import ARCHIVE_FLOW, ArchiveState

S = ArchiveState
# Who looks at an archive decides about what was read, not about what came after it.
OF_WHAT_WAS_READ = ("accept", "send_back")


@transaction.atomic
def submit(*, archive: Archive, by: User, at: datetime) -> None:
    """Hand an archive in to the level above.

    :raises WrongState: when the activity is not over, or it was handed in already.
    :raises BadInput: when the summary or every photo is missing.
    """
    if archive.activity.ends_at > at:
        raise WrongState("活动还没有结束，请结束后再提交归档。", code="archives.too_early")
    if not archive.summary:
        raise BadInput("请先填写活动小结，再提交归档。", field="summary")
    _step(
        archive, "submit", by=by, at=at, submitted_at=at, submitted_by=by, state_reason="",
        reviewed_at=None, reviewed_by=None,
    )  # fmt: skip
    if not archive.photos.exists():
        raise BadInput("请至少上传一张活动照片，再提交归档。", field="photos")


@transaction.atomic
def withdraw(*, archive: Archive, by: User, at: datetime) -> None:
    """Take an archive back before it was looked at.

    :raises WrongState: when it was looked at already.
    """
    _step(archive, "withdraw", by=by, at=at)


@transaction.atomic
def send_back(*, archive: Archive, reason: str, by: User, at: datetime) -> None:
    """Let the organizer add what is missing.

    :raises BadInput: without a reason.
    :raises NotAllowed: when it is one's own.
    :raises WrongState: when it was looked at already.
    """
    _refuse_own(archive, by)
    words = rules.said(reason, label="退回原因", field="reason", most=rules.REASON_MOST)
    _step(archive, "send_back", by=by, at=at, state_reason=words)


@transaction.atomic
def accept(*, archive: Archive, is_public: bool, by: User, at: datetime) -> None:
    """Accept an archive; with `is_public` it is published at once.

    :raises NotAllowed: when it is one's own.
    :raises WrongState: when it was looked at already.
    """
    _refuse_own(archive, by)
    _step(archive, "accept", by=by, at=at, reviewed_at=at, reviewed_by=by)
    if is_public:
        publish(archive=archive, by=by, at=at)


@transaction.atomic
def publish(*, archive: Archive, by: User, at: datetime) -> None:
    """Show an accepted archive to everybody.

    :raises WrongState: when it is public already, or not accepted.
    """
    _step(archive, "publish", by=by, at=at, published_at=at)


@transaction.atomic
def reopen(*, archive: Archive, reason: str, by: User, at: datetime) -> None:
    """Open an accepted archive again, so that it is corrected; it is public no more.

    :raises BadInput: without a reason.
    :raises WrongState: when it is not accepted.
    """
    words = rules.said(reason, label="重新打开的原因", field="reason", most=rules.REASON_MOST)
    _step(archive, "reopen", by=by, at=at, state_reason=words, published_at=None)


def _refuse_own(archive: Archive, by: User) -> None:
    if by.pk in {archive.submitted_by_id, archive.created_by_id}:
        raise NotAllowed("这份归档是您自己整理的，请由上一级的其他人审核。", code="archives.own")


def _step(archive: Archive, verb: str, *, by: User, at: datetime, **changes: Any) -> None:
    """Take one step, if the archive still stands where it was read."""
    target = ARCHIVE_FLOW.after(verb, archive.state)
    same = Archive.objects.filter(pk=archive.pk, state=archive.state)
    if verb in OF_WHAT_WAS_READ:
        same = same.filter(version=archive.version)
    if not same.update(state=target, version=F("version") + 1, **changes):
        raise WrongState(
            "这份归档刚刚有人办理过，请刷新页面查看最新情况。", code="archives.was_faster"
        )
    record(f"archives.{verb}", archive, by=by, at=at)
    archive.refresh_from_db(fields=["state", "version", *changes])
