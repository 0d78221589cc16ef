"""What follows: authors and reviewers hear what concerns them, learners hear that they passed."""

from __future__ import annotations

from django.urls import reverse

from voluncity.city.inbox import actions as inbox
from voluncity.city.journal.models import Entry
from voluncity.voice.classes.models import Attempt, MicroClass, Revision


def tell_people(entries: list[Entry]) -> None:
    """Tell authors what became of a class, and who passed that the certificate is there."""
    for entry in entries:
        if entry.verb in {"classes.send_back", "classes.publish"}:
            _tell_author(entry)
        elif entry.verb == "classes.withdraw":
            _tell_withdrawn(entry)
        elif entry.verb == "classes.hand_in" and entry.data.get("is_passed"):
            _tell_learner(entry)


def _tell_author(entry: Entry) -> None:
    revision = Revision.objects.filter(pk=entry.subject_id or 0).first()
    if revision is None or revision.submitted_by_id is None:
        return
    is_out = entry.verb == "classes.publish"
    title = "微课已发布" if is_out else "微课退回修改"
    more = "" if is_out else f"审核意见：{revision.remarks}"
    _send(entry, revision.submitted_by_id, title, f"“{revision.title}”。{more}", revision)


def _tell_withdrawn(entry: Entry) -> None:
    micro_class = MicroClass.objects.filter(pk=entry.subject_id or 0).first()
    revision = micro_class.revisions.first() if micro_class else None
    if (
        revision is None
        or micro_class is None
        or revision.submitted_by_id in {None, entry.actor_id}
    ):
        return
    body = f"“{revision.title}”已撤下：{micro_class.withdraw_reason}"
    _send(entry, revision.submitted_by_id, "微课已撤下", body, revision)


def _send(entry: Entry, user_id: int | None, title: str, body: str, revision: Revision) -> None:
    if user_id is not None:
        inbox.send(
            user_id=user_id, key=f"classes:{entry.pk}", title=title, body=body,
            url=reverse("classes:desk_detail", args=[revision.micro_class_id]), at=entry.at,
        )  # fmt: skip


def _tell_learner(entry: Entry) -> None:
    attempt = Attempt.objects.select_related("revision").filter(pk=entry.subject_id or 0).first()
    if attempt is None or attempt.record_id is None:
        return
    inbox.send(
        user_id=attempt.user_id, key=f"classes:{entry.pk}", title="测验通过，证书已发放",
        body=f"“{attempt.revision.title}”：可以在“我的培训”里下载证书。",
        url=reverse("teaching:mine"), at=entry.at,
    )  # fmt: skip
