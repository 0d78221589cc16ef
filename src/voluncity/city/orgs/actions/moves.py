"""Move an organization with all below it to another place in the tree."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, F, Max, Value
from django.db.models.functions import Concat, Substr

from voluncity.city.journal.actions import record
from voluncity.city.orgs import rules
from voluncity.city.orgs.actions.reviews import active_in_reach, refuse_own_case
from voluncity.city.orgs.actions.turns import take_turn
from voluncity.city.orgs.models import Organization, OrgChange
from voluncity.city.orgs.states import STANDING, OrgState
from voluncity.city.people.models import User
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, Refusal, WrongState


@transaction.atomic
def move(
    *, organization_id: int, parent_id: int, reason: str, by: User, at: datetime
) -> Organization:
    """Move an organization and everything below it under another parent.

    Roles, members and figures follow, because they hang on the tree; where each organization
    stood until today is kept, so that the figures of past days stay where they were.

    :raises BadInput: at the parent that is not possible.
    :raises NotAllowed: when it is one's own organization.
    :raises Refusal: when somebody else was quicker.
    """
    words = rules.reason(reason)
    take_turn(Organization.objects.values_list("path", flat=True).get(pk=organization_id))
    rows = Organization.objects.select_related("parent")
    organization: Organization = rows.get(pk=organization_id)
    refuse_own_case(organization, by)
    parent = _new_parent(organization, parent_id, by)
    old_parent = organization.parent_id
    relocate(organization, parent, words, by=by, at=at)
    record("orgs.move", organization, by=by, at=at, old=old_parent, parent=parent.pk)
    return organization


def relocate(
    organization: Organization, parent: Organization, reason: str, *, by: User, at: datetime
) -> None:
    """Give a subtree its new place and keep the old one; whoever calls has taken the turn.

    :raises Refusal: when one of the two places is not any more what was read.
    """
    old, new = organization.path, f"{parent.path}{organization.pk}/"
    _keep_places(old, reason, by=by, at=at)
    # The update asks again for what was decided on: no circle, no dead parent.
    target = Organization.objects.filter(pk=parent.pk, path=parent.path, state=OrgState.ACTIVE)
    moved = Organization.objects.filter(Exists(target), pk=organization.pk, path=old).update(
        parent=parent
    )
    if not moved:
        raise Refusal("组织的隶属关系刚刚变化，请刷新页面后再办理。", code="orgs.tree_changed")
    below = Organization.objects.filter(path__startswith=old)
    below.update(path=Concat(Value(new), Substr(F("path"), len(old) + 1)))
    organization.refresh_from_db(fields=["parent", "path"])


def _new_parent(organization: Organization, parent_id: int, by: User) -> Organization:
    if organization.state not in STANDING:
        raise WrongState("只有正常或暂停的组织可以变更隶属。", code="orgs.not_standing")
    if organization.parent_id is None:
        raise Refusal("这是组织树的最上级，不能移动。", code="orgs.root")
    parent = active_in_reach(parent_id, by)
    if parent is None:
        raise BadInput("请选择您管理范围内、状态正常的组织。", field="parent")
    if parent.path.startswith(organization.path):
        raise BadInput("不能移到它自己或它的下级组织下面，请另选上级。", field="parent")
    if parent.pk == organization.parent_id:
        raise BadInput("它现在就在这个组织下面，请选择新的上级。", field="parent")
    return parent


def _keep_places(path: str, reason: str, *, by: User, at: datetime) -> None:
    """Write for the whole subtree where each organization stood until today."""
    today = local_date(at)
    rows = list(
        Organization.objects.filter(path__startswith=path).values_list(
            "pk", "parent_id", "path", "applied_at"
        )
    )
    earlier: dict[int, date] = dict(
        OrgChange.objects.filter(organization__path__startswith=path)
        .values_list("organization_id")
        .annotate(last=Max("until"))
    )
    OrgChange.objects.bulk_create(
        OrgChange(
            organization_id=pk,
            parent_id=parent_id,
            path=place,
            since=min(earlier.get(pk) or local_date(applied_at), today),
            until=today,
            moved_at=at,
            moved_by=by,
            reason=reason,
        )
        for pk, parent_id, place, applied_at in rows
    )
