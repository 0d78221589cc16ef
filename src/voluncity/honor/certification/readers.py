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
from voluncity.honor.certification.rules import day_words
from voluncity.honor.certification.states import grade_name
from voluncity.kernel.clock import local_date

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


def tell_people(entries: list[Entry]) -> None:
    """Tell people that their name is shown, what they got, and what was taken back."""
    for entry in entries:
        if (tell := _TELLING.get(entry.verb)) is not None:
            tell(entry)


def _proposed(entry: Entry) -> None:
    one = Candidate.objects.select_related("batch__notice").filter(pk=entry.subject_id).first()
    if one is None or one.batch.notice is None:
        return
    _send(
        entry,
        f"您被列入{grade_name(one.batch.kind, one.grade)}拟认定名单",
        f"“{one.batch.title}”公示到{day_words(one.batch.notice.shown_until)}，姓名已脱敏。"
        "没有异议就正式认定。如果您不愿意，可以在“我的荣誉”里放弃。",
    )


def _granted(entry: Entry) -> None:
    honor = Honor.objects.select_related("batch").get(pk=entry.subject_id)
    _send(
        entry,
        f"恭喜您获得{honor.name}认定",
        f"“{honor.batch.title}”公示结束，您的证书编号是 {honor.serial}，可以下载打印。"
        "谢谢您的付出！",
    )


def _revoked(entry: Entry) -> None:
    honor = Honor.objects.get(pk=entry.subject_id)
    _send(
        entry,
        f"您的{honor.name}认定已撤销",
        f"原因：{honor.revoke_reason}。对此有疑问，请联系当地文明办。",
    )


def _removed(entry: Entry) -> None:
    one = Candidate.objects.select_related("batch").filter(pk=entry.subject_id).first()
    if one is not None:
        _send(
            entry,
            f"您已从{grade_name(one.batch.kind, one.grade)}拟认定名单移出",
            f"“{one.batch.title}”公示期间有人提出异议，经核实成立。有疑问请联系当地文明办。",
            volunteer_id=one.volunteer_id,
        )


def _decided(entry: Entry) -> None:
    """Tell who nominated somebody what became of it."""
    one = Candidate.objects.select_related("batch").filter(pk=entry.subject_id).first()
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


def _send(entry: Entry, title: str, body: str, *, volunteer_id: int | None = None) -> None:
    """Tell the person, or whoever answers for a child."""
    whose = volunteer_id or entry.data["volunteer"]
    volunteer = Volunteer.objects.get(pk=people.living_record(whose))
    accounts = {volunteer.user_id} if volunteer.user_id else set()
    on = local_date(entry.at)
    accounts |= set(people.guardian_accounts([volunteer.pk], on=on).get(volunteer.pk, []))
    for user_id in sorted(accounts):
        inbox.send(
            user_id=user_id,
            key=f"certification:{entry.pk}:{user_id}",
            title=title,
            body=body,
            url=reverse("certification:mine") if user_id == volunteer.user_id else "",
            at=entry.at,
        )


_TELLING: dict[str, Callable[[Entry], None]] = {
    "certification.propose": _proposed,
    "certification.grant": _granted,
    "certification.revoke": _revoked,
    "certification.remove": _removed,
    "certification.accept": _decided,
    "certification.reject": _decided,
}
