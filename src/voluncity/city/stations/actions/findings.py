"""What failed is mended with proof, and looked at again by somebody else."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from voluncity.city.access.permissions import Permission
from voluncity.city.files import actions as files
from voluncity.city.files.rules import Checked
from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.city.stations.actions.inspections import refuse_own
from voluncity.city.stations.models import Finding
from voluncity.city.stations.states import FINDING_FLOW, FindingState, InspectionKind
from voluncity.kernel.refusals import BadInput, NotAllowed
from voluncity.kernel.text import clean

NOTE_MOST = 200


@transaction.atomic
def fix_finding(
    *, finding_id: int, note: str, photo: Checked | None, by: User, at: datetime
) -> Finding:
    """Say how a finding was mended, with a picture.

    After a visit somebody from outside looks again; what a self-check found is closed at once.

    :raises BadInput: when words or picture are missing.
    :raises WrongState: when it was mended already.
    """
    said = _words(note, "整改说明")
    if photo is None:
        raise BadInput("请拍一张整改后的照片。", field="photo")
    finding = _finding(finding_id)
    is_visit = finding.answer.inspection.kind == InspectionKind.VISIT
    stored = files.store(
        photo,
        subject=f"inspection:{finding.station_id}",
        by=by,
        at=at,
        organization_id=finding.station.organization_id,
        seen_with=Permission.ORG_SEE,
    )
    verb = "fix" if is_visit else "mend"
    _step(
        finding, verb, fix_note=said, fix_photo=stored, fixed_at=at, fixed_by=by,
        check_note="", checked_at=None, checked_by=None,
    )  # fmt: skip
    record(f"stations.{verb}_finding", finding, by=by, at=at)
    return finding


@transaction.atomic
def check_fix(*, finding_id: int, is_accepted: bool, note: str, by: User, at: datetime) -> Finding:
    """Look again at what was mended: accept it, or send it back with a reason.

    :raises BadInput: when it is sent back without a reason.
    :raises NotAllowed: when the station is one's own, or one mended it oneself.
    :raises WrongState: when there is nothing to look at.
    """
    finding = _finding(finding_id)
    refuse_own(finding.station, by)
    if finding.fixed_by_id == by.pk:
        raise NotAllowed("整改是您提交的，请由其他检查人员复查。", code="stations.own_fix")
    said = clean(note, max_length=NOTE_MOST, field="note", label="复查意见")
    if not is_accepted:
        said = _words(note, "退回原因")
    verb = "accept" if is_accepted else "reject"
    _step(finding, verb, check_note=said, checked_at=at, checked_by=by)
    record(f"stations.{verb}_fix", finding, by=by, at=at)
    return finding


def _words(note: str, label: str) -> str:
    said = clean(note, max_length=NOTE_MOST, field="note", label=label)
    if not said:
        raise BadInput(f"请填写{label}。", field="note")
    return said


def _finding(finding_id: int) -> Finding:
    finding: Finding = Finding.objects.select_related(
        "station__organization", "answer__inspection", "answer__item"
    ).get(pk=finding_id)
    return finding


def _step(finding: Finding, verb: str, **changes: Any) -> None:
    """Take one step; the update is the decision, the table says what to tell."""
    changes["state"] = FINDING_FLOW.after(verb, finding.state)
    stepped = Finding.objects.filter(pk=finding.pk, state__in=FINDING_FLOW.sources(verb)).update(
        **changes
    )
    finding.refresh_from_db(fields=list(changes))
    if not stepped:
        FINDING_FLOW.after(verb, FindingState(finding.state))
