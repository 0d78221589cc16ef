"""A unit claims a whole project; its organizer accepts; one day it ends."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from voluncity.city.journal.actions import record
from voluncity.city.orgs.models import Organization
from voluncity.city.orgs.states import OrgState
from voluncity.city.people.models import User
from voluncity.kernel.refusals import NotAllowed, WrongState
from voluncity.service.pledges import rules
from voluncity.service.pledges.models import Adoption
from voluncity.service.pledges.states import ADOPTION_FLOW
from voluncity.service.projects.models import Project
from voluncity.service.projects.states import RECRUITING_STATES


@transaction.atomic
def ask_adoption(
    *, project: Project, unit: Organization, words: str, by: User, at: datetime
) -> Adoption:
    """Offer to stand behind a whole project.

    :raises BadInput: when it is not said how.
    :raises NotAllowed: when it is the unit's own project, or the unit does not work.
    :raises WrongState: when the project is over, or the unit has offered it already.
    """
    if project.state not in RECRUITING_STATES:
        raise WrongState("这个项目现在不能认领，请看看其他项目。", code="pledges.project_closed")
    if unit.pk == project.organization_id:
        raise NotAllowed("这是本组织自己的项目，请由其他单位认领。", code="pledges.own")
    if unit.state != OrgState.ACTIVE:
        raise NotAllowed("这个单位现在不能认领，请先恢复正常状态。", code="pledges.unit")
    how = rules.words(words, label="怎样支持", field="words")
    try:
        with transaction.atomic():
            adoption = Adoption.objects.create(
                project=project, unit=unit, words=how, asked_at=at, asked_by=by
            )
    except IntegrityError:
        raise WrongState(
            "本单位已经申请或认领了这个项目，请到“我的认领”查看。", code="pledges.twice"
        ) from None
    record("pledges.ask_adoption", adoption, by=by, at=at, unit=unit.pk)
    return adoption


@transaction.atomic
def accept_adoption(*, adoption: Adoption, by: User, at: datetime) -> None:
    """Let a unit stand behind the project; its name is shown there.

    :raises NotAllowed: when one asked oneself.
    :raises WrongState: when it was decided already.
    """
    _refuse_own(adoption, by)
    _step(adoption, "accept", by=by, at=at, decided_at=at, decided_by=by)


@transaction.atomic
def decline_adoption(*, adoption: Adoption, words: str, by: User, at: datetime) -> None:
    """Decline with a reason.

    :raises BadInput: without a reason.
    :raises WrongState: when it was decided already.
    """
    _refuse_own(adoption, by)
    why = rules.words(words, label="婉拒的原因", field="words")
    _step(adoption, "decline", by=by, at=at, decided_at=at, decided_by=by, reason=why)


@transaction.atomic
def withdraw_adoption(*, adoption: Adoption, by: User, at: datetime) -> None:
    """Take the offer back before it is decided.

    :raises WrongState: when it was decided already.
    """
    _step(adoption, "withdraw", by=by, at=at)


@transaction.atomic
def end_adoption(*, adoption: Adoption, words: str, by: User, at: datetime) -> None:
    """Let a claim end, with a reason that both sides read.

    :raises BadInput: without a reason.
    :raises WrongState: when it is not running.
    """
    why = rules.words(words, label="结束的原因", field="words")
    _step(adoption, "end", by=by, at=at, reason=why)


def _refuse_own(adoption: Adoption, by: User) -> None:
    if adoption.asked_by_id == by.pk:
        raise NotAllowed("这是您自己提出的认领，请由同事办理。", code="pledges.own")


def _step(adoption: Adoption, verb: str, *, by: User, at: datetime, **changes: Any) -> None:
    changes["state"] = ADOPTION_FLOW.after(verb, adoption.state)
    if not Adoption.objects.filter(pk=adoption.pk, state=adoption.state).update(**changes):
        raise WrongState("这项认领刚刚有人办理过，请刷新页面。", code="pledges.was_faster")
    record(f"pledges.{verb}_adoption", adoption, by=by, at=at)
    adoption.refresh_from_db(fields=list(changes))
