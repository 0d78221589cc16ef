"""Look at a station along its standard: started, saved item by item, submitted once."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from voluncity.city.access.permissions import Permission
from voluncity.city.files import actions as files
from voluncity.city.files.models import StoredFile
from voluncity.city.files.rules import Checked
from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.city.policy import queries as policy
from voluncity.city.publicity import queries as publicity
from voluncity.city.stations import queries, rules
from voluncity.city.stations.actions.demonstrations import confirm_demonstration
from voluncity.city.stations.models import Answer, Finding, Inspection, Station
from voluncity.city.stations.states import InspectionKind, Verdict
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, Refusal
from voluncity.kernel.text import clean

NOTE_MOST, REMARK_MOST = 200, 300


@transaction.atomic
def start_inspection(
    *, station_id: int, kind: InspectionKind, by: User, at: datetime
) -> Inspection:
    """Begin a self-check or a visit; who has a draft of it already goes on with that.

    Nobody visits a station of their own organization.

    :raises NotAllowed: when it is one's own.
    :raises Refusal: when the station is closed, or there is no standard for its kind.
    """
    station = Station.objects.select_related("organization", "kind").get(pk=station_id)
    if station.closed_at is not None:
        raise Refusal("这个服务站已经关闭，不用检查。", code="stations.closed")
    if kind == InspectionKind.VISIT:
        refuse_own(station, by)
    draft = {"station": station, "kind": kind, "by": by, "submitted_at": None}
    try:
        with transaction.atomic():
            inspection = Inspection.objects.create(**draft, started_at=at)
    except IntegrityError:  # the draft of before
        return Inspection.objects.get(**draft)
    items = list(queries.standard(station.kind_id, on=local_date(at)))
    if not items:
        raise Refusal(
            f"还没有“{station.kind.name}”服务站的建站标准，请市文明办先添加。",
            code="stations.no_standard",
        )
    Answer.objects.bulk_create(Answer(inspection=inspection, item=item) for item in items)
    record("stations.start_inspection", inspection, by=by, at=at, kind=str(kind))
    return inspection


def refuse_own(station: Station, by: User) -> None:
    """Refuse to let somebody judge a station that they look after themselves.

    :raises NotAllowed: when it is theirs.
    """
    if queries.is_own(by, station):
        raise NotAllowed(
            "这是您自己单位的服务站，请由其他检查人员办理。", code="stations.own_station"
        )


@transaction.atomic
def save_answer(
    *,
    answer_id: int,
    verdict: str,
    note: str,
    photo: Checked | None,
    by: User,
    at: datetime,
) -> Answer:
    """Keep what was found at one item of one's own draft; it may be half an answer still.

    :raises BadInput: when the verdict is none, or the note is too long.
    :raises NotFound: when there is no such item.
    :raises Refusal: when it is somebody else's draft, or was submitted.
    """
    if verdict and verdict not in Verdict.values:
        raise BadInput("请选择合格、不合格或不适用。", field="verdict")
    said = clean(note, max_length=NOTE_MOST, field="note", label="说明")
    answer = (
        Answer.objects.select_related("inspection__station", "item", "photo")
        .filter(pk=answer_id)
        .first()
    )
    if answer is None:
        raise NotFound("没有找到这一项，请回到服务站页面重新打开检查。")
    _hold_own_draft(answer.inspection, by)
    answer.verdict, answer.note, answer.saved_at = verdict, said, at
    if photo is not None:
        answer.photo = _evidence(photo, answer.inspection.station, by=by, at=at)
    answer.save(update_fields=["verdict", "note", "saved_at", "photo"])
    return answer


def _hold_own_draft(inspection: Inspection, by: User) -> None:
    """Hold one's own draft: a submission at the same time waits, or is seen here."""
    if inspection.by_id != by.pk:
        raise Refusal("只有检查人自己能填写这次检查。", code="stations.not_yours")
    held = Inspection.objects.filter(pk=inspection.pk, submitted_at=None)
    if not held.update(submitted_at=None):
        raise Refusal("这次检查已经提交，不能再改。", code="stations.submitted")


def _evidence(photo: Checked, station: Station, *, by: User, at: datetime) -> StoredFile:
    return files.store(
        photo,
        subject=f"inspection:{station.pk}",
        by=by,
        at=at,
        organization_id=station.organization_id,
        seen_with=Permission.ORG_SEE,
    )


@transaction.atomic
def submit_inspection(*, inspection_id: int, note: str, by: User, at: datetime) -> Inspection:
    """Finish one's draft: the score is fixed, and what failed has to be mended by a day.

    A visit that passed carries a model station on for another time.

    :raises NotFound: when there is no such inspection.
    :raises Refusal: when it is somebody else's, an item is missing, or it was submitted already.
    """
    inspection = _inspection(inspection_id)
    _hold_own_draft(inspection, by)
    if inspection.kind == InspectionKind.VISIT:
        refuse_own(inspection.station, by)
    today = local_date(at)
    answers = list(inspection.answers.select_related("item"))
    line = policy.number("stations.pass_score", on=today)
    result = rules.result([queries.mark(answer) for answer in answers], pass_score=line)
    inspection.note = clean(note, max_length=REMARK_MOST, field="note", label="总体意见")
    inspection.score, inspection.is_passed = result.score, result.is_passed
    inspection.pass_score, inspection.submitted_at = line, at
    inspection.save(update_fields=["note", "score", "is_passed", "pass_score", "submitted_at"])
    _find(inspection, answers, today=today, at=at)
    record(
        "stations.submit_inspection",
        inspection,
        by=by,
        at=at,
        station=inspection.station_id,
        score=result.score,
        is_passed=result.is_passed,
    )
    if inspection.kind == InspectionKind.VISIT and result.is_passed:
        confirm_demonstration(station_id=inspection.station_id, at=at)
    return inspection


def _find(inspection: Inspection, answers: list[Answer], *, today: date, at: datetime) -> None:
    workdays = policy.number("stations.rectify_workdays", on=today)
    due_on = publicity.due_on(today, workdays)
    Finding.objects.bulk_create(
        Finding(station_id=inspection.station_id, answer=answer, found_at=at, due_on=due_on)
        for answer in answers
        if answer.verdict == Verdict.FAILED
    )


@transaction.atomic
def discard_draft(*, inspection_id: int, by: User, at: datetime) -> int:
    """Throw one's own draft away; return the id of its station.

    :raises NotFound: when there is none.
    :raises Refusal: when it is somebody else's, or was submitted.
    """
    draft = _inspection(inspection_id)
    _hold_own_draft(draft, by)
    record("stations.discard_inspection", draft, by=by, at=at)
    draft.answers.all().delete()
    draft.delete()
    station_id: int = draft.station_id
    return station_id


def _inspection(inspection_id: int) -> Inspection:
    found = Inspection.objects.select_related("station__organization").filter(pk=inspection_id)
    inspection: Inspection | None = found.first()
    if inspection is None:
        raise NotFound("没有找到这次检查，请回到服务站页面重新打开。")
    return inspection
