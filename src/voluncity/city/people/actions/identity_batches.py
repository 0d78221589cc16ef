"""Real names checked by the authority, many at once: handed over, and the answers taken in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from voluncity.city.access import personal
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.journal.actions import record, record_many
from voluncity.city.people import queries
from voluncity.city.people.actions.importing import refuse_strangers
from voluncity.city.people.lists import answers as files
from voluncity.city.people.lists.answers import Answer
from voluncity.city.people.lists.checking import shown_name, shown_number
from voluncity.city.people.lists.source import digest, in_memory
from voluncity.city.people.models import (
    IdentityBatch,
    IdentityCheck,
    IdentityLine,
    User,
    Volunteer,
)
from voluncity.city.people.states import IdentityState, IdType, RevealReason
from voluncity.kernel import text
from voluncity.kernel.refusals import BadInput, Refusal

T = TypeVar("T")
PASSED, REJECTED, UNCHANGED, UNDONE = "通过", "退回", "没有改动", "未处理"
MOST_BYTES = 5 * 1024 * 1024
_AT_ONCE = 400  # values in one question


@transaction.atomic
def export_checks(*, reason: str, by: User, at: datetime) -> list[list[str]]:
    """Return the checks that wait, with whole numbers, as rows for the authority; oldest first.

    Each person is journaled as read.

    :raises BadInput: without a reason from the list, or when nobody waits.
    :raises NotAllowed: when `by` may not review, or not see whole numbers.
    """
    for permission in (Permission.IDENTITY_REVIEW, Permission.IDENTITY_REVEAL):
        refuse_strangers(by, permission)
    if reason not in RevealReason.values:
        raise BadInput("请选择导出的原因，它会和您的名字一起记入操作记录。", field="reason")
    seen = Volunteer.objects.in_scope(scope_of(by, Permission.IDENTITY_REVEAL))
    waiting = queries.identity_queue(by).filter(Exists(seen.filter(pk=OuterRef("volunteer"))))
    checks = list(waiting[: files.MOST_ANSWERS])
    if not checks:
        raise BadInput("没有等待核验的人，不用导出。", field="reason")
    for some in _portions([check.pk for check in checks]):
        IdentityCheck.objects.filter(pk__in=some).update(exported_at=at)
    people = [check.volunteer for check in checks]
    record_many("people.reveal", ((one, {"reason": reason}) for one in people), by=by, at=at)
    rows = [
        [one.number, one.name, one.get_id_type_display(), queries.id_number_of(one), ""]
        for one in people
    ]
    return [list(files.HEADER), *rows]


class _Verdict(NamedTuple):
    """What is to become of one row."""

    answer: Answer
    outcome: str
    words: str
    check: IdentityCheck | None = None
    reason: str = ""


def decide_batch(*, name: str, content: bytes, by: User, at: datetime) -> IdentityBatch:
    """Decide the open checks of one's own area by an answer file; the same file is read once.

    :raises BadInput: at `file`, when it is too large or no answer file.
    :raises NotAllowed: when `by` may not review real names.
    """
    refuse_strangers(by, Permission.IDENTITY_REVIEW)
    if len(content) > MOST_BYTES:
        raise BadInput("文件最大 5 MB，请拆成几个文件。", field="file")
    source = in_memory(name, content)
    answers = files.answers(source)
    if not answers:
        raise BadInput("这个文件里没有人，请核对后重新选择。", field="file")
    mark = digest(source)
    earlier = IdentityBatch.objects.filter(digest=mark, uploaded_by=by).first()
    if earlier is not None:
        return earlier
    try:
        return _decided(text.clean(name)[-100:] or "答复", mark, answers, by=by, at=at)
    except IntegrityError:  # sent twice at once: the first is it
        return IdentityBatch.objects.get(digest=mark, uploaded_by=by)


@transaction.atomic
def _decided(
    name: str, mark: str, answers: list[Answer], *, by: User, at: datetime
) -> IdentityBatch:
    batch = IdentityBatch.objects.create(
        file_name=name, digest=mark, uploaded_by=by, uploaded_at=at
    )
    verdicts = _verdicts(answers, by)
    won = _write_down(batch, verdicts, by=by, at=at)
    settled = [_settled(verdict, won) for verdict in verdicts]
    IdentityLine.objects.bulk_create(_line(batch, verdict) for verdict in settled)
    for field, outcome in (
        ("passed", PASSED), ("rejected", REJECTED), ("unchanged", UNCHANGED), ("refused", UNDONE),
    ):  # fmt: skip
        setattr(batch, field, sum(verdict.outcome == outcome for verdict in settled))
    batch.save(update_fields=["passed", "rejected", "unchanged", "refused"])
    record(
        "people.decide_batch", batch, by=by, at=at,
        passed=batch.passed, rejected=batch.rejected,
    )  # fmt: skip
    return batch


def _verdicts(answers: list[Answer], by: User) -> list[_Verdict]:
    people = _People(answers, by)
    given: dict[int, set[tuple[bool, str] | None]] = defaultdict(set)
    first: list[_Verdict] = []
    for answer in answers:
        verdict = _verdict(answer, people, by)
        first.append(verdict)
        if verdict.check is not None:
            given[verdict.check.pk].add((verdict.outcome == PASSED, verdict.reason))
    seen: set[int] = set()
    return [_alone(verdict, given, seen) for verdict in first]


def _alone(
    verdict: _Verdict, given: dict[int, set[tuple[bool, str] | None]], seen: set[int]
) -> _Verdict:
    """Return a verdict unless the same file says something else about the same person."""
    if verdict.check is None:
        return verdict
    if len(given[verdict.check.pk]) > 1:
        words = "同一个人在文件里有不同的结果，请核对后单独审核。"
        return _Verdict(verdict.answer, UNDONE, words)
    if verdict.check.pk in seen:
        return _Verdict(verdict.answer, UNCHANGED, "和前面的一行是同一个人。")
    seen.add(verdict.check.pk)
    return verdict


def _verdict(answer: Answer, people: _People, by: User) -> _Verdict:
    try:
        is_match, reason = files.meaning_of(answer.result)
        volunteer = people.of(answer)
        check = people.open_check(volunteer, answer)
    except Refusal as refusal:
        return _Verdict(answer, UNDONE, refusal.sentence)
    if check is None:
        return _Verdict(answer, UNCHANGED, "没有等待审核的实名信息，可能早已审核。")
    if by.pk in (volunteer.user_id, volunteer.registered_by_id):
        return _Verdict(answer, UNDONE, "自己的或自己代为登记的，请由另一位同事审核。")
    return _Verdict(answer, PASSED if is_match else REJECTED, "", check, reason)


class _People:
    """The people within reach whom the answers are about, found in few questions."""

    def __init__(self, answers: list[Answer], by: User) -> None:
        reach = Volunteer.objects.in_scope(scope_of(by, Permission.IDENTITY_REVIEW))
        self._by_number: dict[str, Volunteer] = {}
        self._by_index: dict[str, Volunteer] = {}
        self._indexes = {one.id_number: _indexes_of(one.id_number) for one in answers}
        for some in _portions([one.number for one in answers if one.number]):
            self._keep(reach.filter(number__in=some))
        for some in _portions([index for found in self._indexes.values() for index in found]):
            self._keep(reach.filter(id_index__in=some))
        ids = {one.pk for one in (*self._by_number.values(), *self._by_index.values())}
        self._checks: dict[int, IdentityCheck] = {}
        for pks in _portions(ids):
            checks = IdentityCheck.objects.filter(volunteer__in=pks, decided_at=None)
            self._checks |= {check.volunteer_id: check for check in checks}

    def _keep(self, found: Iterable[Volunteer]) -> None:
        for one in found:
            self._by_number[one.number] = self._by_index[one.id_index] = one

    def of(self, answer: Answer) -> Volunteer:
        """Return whom an answer is about.

        :raises BadInput: when nobody within reach, or its parts are of different people.
        """
        if files.is_lost(answer.id_number):
            raise BadInput("证件号码存成了数字，末几位已经丢失，请把这一列设为“文本”格式。")
        indexes = self._indexes[answer.id_number]
        found = self._by_number.get(answer.number) if answer.number else None
        if found is None and not answer.number:
            found = next((self._by_index[i] for i in indexes if i in self._by_index), None)
        if found is None:
            raise BadInput("没有找到这位志愿者，或不在您的管理范围内。")
        if answer.id_number and found.id_index not in indexes:
            raise BadInput("证件号码和登记的不一样，可能导出以后更正过，请重新导出核验。")
        if answer.name and answer.name.replace(" ", "") != found.name.replace(" ", ""):
            raise BadInput("姓名和登记的不一样，可能导出以后更正过，请重新导出核验。")
        return found

    def open_check(self, volunteer: Volunteer, answer: Answer) -> IdentityCheck | None:
        """Return the check that waits, if any.

        :raises BadInput: when the answer names no number and may be about an older one.
        """
        check = self._checks.get(volunteer.pk)
        if check is not None and not answer.id_number and check.exported_at is None:
            raise BadInput("文件里没有证件号码，本人导出以后又改过，请重新导出核验。")
        return check


def _indexes_of(id_number: str) -> list[str]:
    plain = id_number.replace(" ", "").upper()
    if not plain:
        return []
    return [personal.index(f"{kind}:{plain}", purpose="id") for kind in IdType.values]


def _portions(values: Iterable[T]) -> Iterable[list[T]]:
    every = list(values)
    return (every[start : start + _AT_ONCE] for start in range(0, len(every), _AT_ONCE))


def _write_down(
    batch: IdentityBatch, verdicts: list[_Verdict], *, by: User, at: datetime
) -> set[int]:
    """Decide the checks that still wait; return which were decided by this file."""
    groups: dict[tuple[bool, str], list[IdentityCheck]] = defaultdict(list)
    for verdict in verdicts:
        if verdict.check is not None:
            groups[verdict.outcome == PASSED, verdict.reason].append(verdict.check)
    for (is_match, reason), checks in groups.items():
        for some in _portions([check.pk for check in checks]):
            IdentityCheck.objects.filter(pk__in=some, decided_at=None).update(
                decided_at=at, decided_by=by, source="staff", is_match=is_match, reason=reason,
                batch=batch,
            )  # fmt: skip
    won = set(batch.checks.values_list("pk", flat=True))
    for (is_match, reason), checks in groups.items():
        state = IdentityState.VERIFIED if is_match else IdentityState.REJECTED
        decided = [check for check in checks if check.pk in won]
        for pks in _portions([check.volunteer_id for check in decided]):
            Volunteer.objects.filter(pk__in=pks, identity_state=IdentityState.PENDING).update(
                identity_state=state, identity_reason=reason
            )
        told = (
            (Volunteer(pk=check.volunteer_id),
             {"check": check.pk, "is_match": is_match, "reason": reason})
            for check in decided
        )  # fmt: skip
        record_many("people.decide_identity", told, by=by, at=at)
    return won


def _settled(verdict: _Verdict, won: set[int]) -> _Verdict:
    if verdict.check is None or verdict.check.pk in won:
        return verdict
    return _Verdict(verdict.answer, UNCHANGED, "刚刚已经有人审核过。")


def _line(batch: IdentityBatch, verdict: _Verdict) -> IdentityLine:
    answer = verdict.answer
    return IdentityLine(
        batch=batch,
        row=answer.row,
        outcome=verdict.outcome,
        number=answer.number[:14],
        name=shown_name(answer.name)[:60],
        id_number=shown_number(answer.id_number)[:60],
        words=verdict.words,
    )
