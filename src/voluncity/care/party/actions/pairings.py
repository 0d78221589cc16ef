"""Pair a unit with a community, and end that."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from voluncity.care.party import rules
from voluncity.care.party.models import Pairing
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import scope_of
from voluncity.city.journal.actions import record
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import OrgState
from voluncity.city.people.models import User
from voluncity.city.regions import queries as regions
from voluncity.city.regions.models import Level
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, Refusal, WrongState


@transaction.atomic
def pair(*, unit_id: int, community_id: int, starts_on: date, by: User, at: datetime) -> Pairing:
    """Write down that a unit and a community build together from a day on.

    :raises BadInput: when one of them cannot be paired, or the day is to come.
    :raises Refusal: when the two are paired already.
    """
    today = local_date(at)
    unit = Organization.objects.filter(pk=unit_id, state=OrgState.ACTIVE).first()
    if unit is None or unit.kind not in rules.UNIT_KINDS:
        raise BadInput("请选择一个正常运行的机关企事业单位。", field="unit")
    community = regions.valid(today).filter(pk=community_id, level=Level.COMMUNITY).first()
    if community is None:
        raise BadInput("请选择到社区（村）。", field="region")
    if not any(community.path.startswith(p) for p in scope_of(by, Permission.PARTY_EDIT).regions):
        raise BadInput("这个社区不在您的管理范围内，请重新选择。", field="region")
    pairing = Pairing(
        unit=unit,
        community=community,
        starts_on=rules.checked_days(starts_on, today=today),
        made_at=at,
        made_by=by,
    )
    try:
        with transaction.atomic():
            pairing.save(force_insert=True)
    except IntegrityError as error:
        raise Refusal(
            f"“{unit.name}”和{community.name}已经结对，不用重复登记。",
            code="party.paired",
            field="unit",
        ) from error
    record("party.pair", pairing, by=by, at=at, unit=unit.pk, community=community.pk)
    return pairing


@transaction.atomic
def end_pairing(*, pairing_id: int, by: User, at: datetime) -> None:
    """End a pairing today; who reported through it stays until they leave.

    :raises WrongState: when it ended before.
    """
    pairing = Pairing.objects.get(pk=pairing_id)
    last = max(local_date(at), pairing.starts_on)
    if not Pairing.objects.filter(pk=pairing_id, ends_on=None).update(ends_on=last, ended_by=by):
        raise WrongState("这个结对已经解除，请刷新页面。")
    record(
        "party.end_pairing", pairing, by=by, at=at,
        unit=pairing.unit_id, community=pairing.community_id,
    )  # fmt: skip
