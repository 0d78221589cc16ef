"""What follows: honors after publicity, who is told, and what is looked at again."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse

from voluncity.city.inbox import actions as inbox
from voluncity.city.journal.models import Entry
from voluncity.city.people import queries as people
from voluncity.city.people.models import Volunteer
from voluncity.honor.certification import actions
from voluncity.honor.certification.models import Candidate, Honor
from voluncity.kernel.clock import date_text, local_date

KINDS = {"stars", "medals"}
TAKEN_BACK = {"hours.reverse", "wishes.take_back"}
PARTED = {"claims.merge", "claims.undo"}


def follow_publicity(entries: list[Entry]) -> None:
    """Certify what stood in public; take out, or take back, what met an objection that holds."""
    for entry in entries:
        if entry.data.get("kind") not in KINDS or entry.data.get("subject_type") != "batch":
            continue
        pk = entry.data["subject_id"]
        if entry.verb == "publicity.take_effect":
            actions.certify_batch(batch_id=pk, at=entry.at)
        elif entry.verb == "publicity.overturn":
            actions.reopen_batch(batch_id=pk, at=entry.at)
        elif entry.verb == "publicity.take_out":
            actions.remove_candidate(candidate_id=entry.data["key"], at=entry.at)


def follow_minutes(entries: list[Entry]) -> None:
    """Mark honors behind which hours were taken back; a job counts them anew."""
    for entry in entries:
        if entry.verb in TAKEN_BACK:
            living = people.living_record(entry.data["volunteer"])
            actions.mark_doubted(volunteer_ids=[living], at=entry.at)
        elif entry.verb in PARTED:
            whose = [entry.data["loser"], entry.data["winner"]]
            actions.mark_doubted(volunteer_ids=whose, at=entry.at)
            actions.carry_stars(volunteer_ids=whose, at=entry.at)


def tell_people(entries: list[Entry]) -> None:
    """Tell people that their name is shown, what they got, and what was taken back."""
    told = [entry for entry in entries if entry.verb in _TELLING]
    if told:
        audience = _Audience(told)
        for entry in told:
            _TELLING[entry.verb](entry, audience)


class _Audience:
    """Whom some entries are about, and the accounts that are told: a few questions for all."""

    def __init__(self, entries: list[Entry]) -> None:
        subjects = {entry.subject_id or 0 for entry in entries}
        candidates = Candidate.objects.select_related("batch__notice")
        honors = Honor.objects.select_related("batch")
        self.candidates = candidates.in_bulk(subjects)
        self.honors = honors.in_bulk(subjects)
        whose = {one.volunteer_id for one in [*self.candidates.values(), *self.honors.values()]}
        merged = people.families(whose)
        self.living = {pk: merged[pk][0] if pk in merged else pk for pk in whose}
        self.people = Volunteer.objects.in_bulk(self.living.values())
        on = max(local_date(entry.at) for entry in entries)
        self.guardians = people.guardian_accounts(set(self.living.values()), on=on)

    def send(self, entry: Entry, volunteer_id: int, title: str, body: str) -> None:
        """Tell the person, and whoever answers for a child."""
        living = self.people[self.living[volunteer_id]]
        mine, theirs = (
            reverse("certification:mine"),
            reverse("certification:ward", args=[living.pk]),
        )
        letters = dict.fromkeys(
            self.guardians.get(living.pk, []),
            (f"{living.name}：{_of_child(title)}", _of_child(body), theirs),
        )
        if living.user_id is not None:
            letters[living.user_id] = (title, body, mine)
        for user_id, (head, text, url) in sorted(letters.items()):
            inbox.send(
                user_id=user_id, key=f"certification:{entry.pk}:{user_id}", title=head, body=text,
                url=url, at=entry.at,
            )  # fmt: skip


def _of_child(words: str) -> str:
    return words.replace("您", "孩子").replace("我的荣誉", "孩子的荣誉")


def _proposed(entry: Entry, audience: _Audience) -> None:
    one = audience.candidates.get(entry.subject_id or 0)
    if one is None or one.batch.notice is None:
        return
    audience.send(
        entry,
        one.volunteer_id,
        f"您被列入{one.grade_name}拟认定名单",
        f"“{one.batch.title}”公示到{date_text(one.batch.notice.shown_until)}，姓名已脱敏。"
        "没有异议就正式认定。如果您不愿意，可以在“我的荣誉”里放弃。",
    )


def _granted(entry: Entry, audience: _Audience) -> None:
    honor = audience.honors[entry.subject_id or 0]
    audience.send(
        entry,
        honor.volunteer_id,
        f"恭喜您获得{honor.name}认定",
        f"“{honor.batch.title}”公示结束，您的证书编号是 {honor.serial}，可以下载打印。"
        "谢谢您的付出！",
    )


def _revoked(entry: Entry, audience: _Audience) -> None:
    honor = audience.honors[entry.subject_id or 0]
    audience.send(
        entry,
        honor.volunteer_id,
        f"您的{honor.name}认定已撤销",
        f"原因：{honor.revoke_reason}。对此有疑问，请联系当地文明办。",
    )


def _removed(entry: Entry, audience: _Audience) -> None:
    one = audience.candidates.get(entry.subject_id or 0)
    if one is not None:
        audience.send(
            entry,
            one.volunteer_id,
            f"您已从{one.grade_name}拟认定名单移出",
            f"“{one.batch.title}”公示期间有人提出异议，经核实成立。有疑问请联系当地文明办。",
        )


def _decided(entry: Entry, audience: _Audience) -> None:
    """Tell who nominated somebody what became of it."""
    one = audience.candidates.get(entry.subject_id or 0)
    if one is None or one.nominated_by_id is None:
        return
    is_in = entry.verb == "certification.accept"
    inbox.send(
        user_id=one.nominated_by_id,
        key=f"certification:{entry.pk}",
        title=f"您推荐的人选{'列入拟认定名单' if is_in else '没有通过审核'}",
        body=f"“{one.batch.title}”。{'审核意见：' + one.reason if one.reason else ''}",
        url=reverse("certification:nominations"),
        at=entry.at,
    )


_TELLING: dict[str, Callable[[Entry, _Audience], None]] = {
    "certification.propose": _proposed,
    "certification.grant": _granted,
    "certification.revoke": _revoked,
    "certification.remove": _removed,
    "certification.accept": _decided,
    "certification.reject": _decided,
}
