"""What follows from the journal: scores and figures move, stars of the month are named and told."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from voluncity.city.inbox import actions as inbox
from voluncity.city.journal.models import Entry
from voluncity.city.people import queries as people
from voluncity.city.people.states import Purpose
from voluncity.city.publicity.states import NoticeKind
from voluncity.honor.leaderboards import actions
from voluncity.honor.leaderboards.models import Candidate
from voluncity.honor.leaderboards.rules import period_text, periods_of
from voluncity.honor.recognition.queries.merged import RECORD_SIGNS, WISH_SIGNS
from voluncity.kernel.clock import local_date

SIGNS = RECORD_SIGNS | WISH_SIGNS
CONSENTS = {"people.give_consent", "people.withdraw_consent"}
JOINED = {"claims.merge", "claims.undo"}
# The person is the subject: may live elsewhere, be closed, or have another day of birth.
CHANGED = {"people.set_profile", "people.close"}
CORRECTED = {"claims.apply_correction"}


def keep_scores(entries: list[Entry]) -> None:
    """Settle the scores of everybody whom these entries concern, once for each batch."""
    concerned: set[int] = set()
    for entry in entries:
        concerned |= _concerned(entry)
    concerned.discard(0)
    if concerned:
        actions.settle_people(concerned, on=local_date(entries[-1].at))


def _concerned(entry: Entry) -> set[int]:
    if entry.verb in SIGNS or entry.verb in CORRECTED:
        return {entry.data["volunteer"]}
    if entry.verb in JOINED:
        return {entry.data["winner"], entry.data["loser"], *entry.data["records"]}
    is_ranking = entry.data.get("purpose") == Purpose.RANKING
    if entry.verb in CHANGED or (entry.verb in CONSENTS and is_ranking):
        return {entry.subject_id or 0} if entry.subject_type == "volunteer" else set()
    return set()


def mark_figures(entries: list[Entry]) -> None:
    """Say which periods must be counted anew.

    Somebody who moves may change them all: what is past is counted anew each day anyway, and a
    city in which somebody moves every hour would otherwise count its whole past every hour.
    """
    days = {date.fromisoformat(entry.data["served_on"]) for entry in entries if entry.verb in SIGNS}
    moved = JOINED | CHANGED | CORRECTED
    days |= {local_date(entry.at) for entry in entries if entry.verb in moved}
    if periods := {one for day in days for one in periods_of(day)}:
        actions.mark_stale(periods)


def follow_publicity(entries: list[Entry]) -> None:
    """Name the stars that stood in public; take back what met an objection that holds."""
    for entry in entries:
        said = entry.data
        if said.get("subject_type") != "starmonth" or said.get("kind") != NoticeKind.MONTHLY:
            continue
        if entry.verb == "publicity.take_effect":
            actions.name_stars(month_id=said["subject_id"], at=entry.at)
        elif entry.verb == "publicity.overturn":
            actions.reopen_month(month_id=said["subject_id"], at=entry.at)


def follow_closings(entries: list[Entry]) -> None:
    """Take the pages of stars away whose accounts were closed."""
    for entry in entries:
        if entry.verb == "people.close" and entry.subject_type == "volunteer":
            actions.hide_closed(volunteer_id=entry.subject_id or 0, at=entry.at)


def tell_people(entries: list[Entry]) -> None:
    """Ask who was picked, and congratulate who was named."""
    verbs = {"leaderboards.pick": _asked, "leaderboards.name": _named}
    for entry in entries:
        if teller := verbs.get(entry.verb):
            candidate = Candidate.objects.select_related("month", "volunteer").get(
                pk=entry.subject_id or 0
            )
            user_id = people.holder_of(candidate.volunteer)
            if user_id is not None:
                title, body = teller(candidate)
                inbox.send(
                    user_id=user_id,
                    key=f"leaderboards:{entry.pk}",
                    title=title,
                    body=body,
                    url=reverse("leaderboards:invitation", args=[candidate.pk]),
                    at=entry.at,
                )


def _asked(candidate: Candidate) -> tuple[str, str]:
    month = period_text(candidate.month.month)
    return f"您被推荐为{month}志愿之星", "公布前需要您本人同意，请打开看看，同意或婉拒都可以。"


def _named(candidate: Candidate) -> tuple[str, str]:
    month = period_text(candidate.month.month)
    return f"恭喜您成为{month}志愿之星", "公示已经结束。谢谢您的付出！您随时可以选择不再公开。"
