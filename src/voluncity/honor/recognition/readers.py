"""What follows from posted and reversed hours: totals, stars, corrected certificates, messages."""

from __future__ import annotations

from collections import Counter

from django.urls import reverse

from voluncity.city.journal.models import Entry
from voluncity.city.people.actions import Letter, tell_person
from voluncity.city.people.models import Volunteer
from voluncity.honor.recognition import actions, queries
from voluncity.honor.recognition.models import PrintedPaper
from voluncity.honor.recognition.queries.merged import RECORD_SIGNS, WISH_SIGNS

# Minutes that come and go: of hours, and of wishes that came true (decision 0027).
SIGNS = RECORD_SIGNS | WISH_SIGNS
JOINED = {"claims.merge", "claims.undo"}
MOVED = {*JOINED, "claims.carry"}


def count_minutes(entries: list[Entry]) -> None:
    """Keep every volunteer's totals of the month and of all time."""
    deltas: Counter[tuple[int, str, str]] = Counter()
    joined = _joined(entries)
    for entry in entries:
        if (sign := SIGNS.get(entry.verb)) and entry.data["volunteer"] not in joined:
            data = entry.data
            key = (data["volunteer"], data["served_on"][:7], data["trust"])
            deltas[key] += sign * data["minutes"]
    actions.add_minutes(deltas)
    if joined:
        actions.recount_people(joined, until=entries[-1].sequence or 0)


def _joined(entries: list[Entry]) -> set[int]:
    """Return whose minutes are counted anew, because records of theirs were merged or parted.

    A posting to a merged record may be read before or after the merge itself; counting anew from
    the journal is right either way.
    """
    moved = {pk for e in entries if e.verb in SIGNS for pk in [e.data["volunteer"]]}
    found = queries.with_merges(moved)
    for entry in entries:
        if entry.verb in JOINED:
            found |= {entry.data["winner"], *entry.data["records"]}
            found |= queries.with_merges(found)
    return found


def award_stars(entries: list[Entry]) -> None:
    """Settle the stars of everyone whose hours moved, once for each batch."""
    moved = {e.data["volunteer"]: e.at for e in entries if e.verb in SIGNS}
    for entry in entries:
        if entry.verb in MOVED:
            moved |= dict.fromkeys((entry.data["loser"], entry.data["winner"]), entry.at)
    if moved:
        actions.settle_stars_of(moved)


def correct_certificates(entries: list[Entry]) -> None:
    """Mark certificates whose records were reversed after they were issued."""
    for entry in entries:
        if entry.verb == "hours.reverse":
            actions.correct_certificates(
                volunteer_id=entry.data["volunteer"], record_id=entry.data["record"], at=entry.at
            )


def tell_people(entries: list[Entry]) -> None:
    """Tell volunteers about a new star, one that was withdrawn, and who printed their papers."""
    for entry in entries:
        if entry.verb == "recognition.print":
            _tell_printed(entry)
        if entry.verb in {"recognition.award_star", "recognition.withdraw_star"}:
            _tell_star(entry)


def _tell_star(entry: Entry) -> None:
    volunteer = Volunteer.objects.filter(pk=entry.data["volunteer"]).first()
    if volunteer is None:
        return
    if queries.certified_stars([volunteer.pk]).get(volunteer.pk, (0, ""))[0] >= entry.data["stars"]:
        return  # as many are certified: the level does not change
    title, body = _words(entry.verb, entry.data["stars"])
    own = reverse("recognition:stars")
    theirs = reverse("recognition:ward_stars", args=[volunteer.pk])
    tell_person(
        volunteer=volunteer, key=f"star:{entry.pk}", letter=Letter(title, body, own, theirs),
        at=entry.at,
    )  # fmt: skip


def _tell_printed(entry: Entry) -> None:
    paper = (
        PrintedPaper.objects.select_related("job__organization", "volunteer", "certificate")
        .filter(certificate=entry.subject_id)
        .first()
    )
    if paper is None:
        return
    letter = Letter(
        title=f"“{paper.job.organization.name}”打印了您的服务证明",
        body=(
            f"用途：{paper.job.words}。证明只含这个组织记录的服务，您也可以下载。"
            "对打印有疑问，请联系这个组织或拨打服务电话。"
        ),
        url=reverse("recognition:certificates"),
        ward_url=reverse("recognition:ward_certificates", args=[paper.volunteer_id]),
    )
    tell_person(volunteer=paper.volunteer, key=f"printed:{entry.pk}", letter=letter, at=entry.at)


def _words(verb: str, stars: int) -> tuple[str, str]:
    name = f"{'一二三四五'[stars - 1]}星级志愿者"
    if verb == "recognition.award_star":
        return f"恭喜您成为{name}", "您的累计服务时长已达到标准。谢谢您的付出！"
    return f"{name}已撤回", "因部分服务记录更正，累计时长未达到标准。达到后会自动恢复。"
