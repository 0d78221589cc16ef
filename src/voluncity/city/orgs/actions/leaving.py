"""Leave every organization at once: what follows when a person closes the account."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from voluncity.city.journal.actions import record_many
from voluncity.city.orgs.actions.duties import end_duties
from voluncity.city.orgs.models import JoinRequest, Membership
from voluncity.city.orgs.states import JoinState
from voluncity.city.people.models import User

REASON = "已注销账号"


@transaction.atomic
def leave_all(*, volunteer_id: int, by: User, at: datetime) -> None:
    """End a volunteer's memberships and take open requests to join back."""
    members = Membership.objects.filter(volunteer_id=volunteer_id, left_at=None)
    left = list(members.order_by("pk"))
    end_duties(Membership.objects.filter(volunteer_id=volunteer_id), by=by, at=at)
    members.update(left_at=at, left_reason=REASON)
    asked = JoinRequest.objects.filter(volunteer_id=volunteer_id, state=JoinState.ASKED)
    withdrawn = list(asked.order_by("pk"))
    asked.update(state=JoinState.WITHDRAWN, reason=REASON, decided_at=at, decided_by=by)
    record_many(
        "orgs.leave", [(m, {"organization": m.organization_id}) for m in left],
        by=by, at=at,
    )  # fmt: skip
    record_many(
        "orgs.withdraw_join",
        [(r, {"organization": r.organization_id}) for r in withdrawn],
        by=by, at=at,
    )  # fmt: skip
