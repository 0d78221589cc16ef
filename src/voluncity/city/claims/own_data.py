"""What this slice keeps about one person: to take along, and what is unfinished."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse

from voluncity.city.claims.models import Claim, DataCorrection
from voluncity.city.claims.states import ClaimState, CorrectionState
from voluncity.city.people import queries as people
from voluncity.city.people.models import User, Volunteer
from voluncity.kernel.own_data import Hindrance, Section

_COLUMNS = ("内容", "提交时间", "说明", "结果", "原因", "办理时间")


def sections(volunteer: Volunteer) -> list[Section]:
    """Return what the person claimed, and asked to have corrected."""
    corrections = DataCorrection.objects.filter(volunteer__in=people.records_of(volunteer))
    asked: list[tuple[str, Claim | DataCorrection]] = [("更正信息", one) for one in corrections]
    if volunteer.user_id is not None:
        claims = Claim.objects.filter(claimant=volunteer.user_id)
        asked += [("认领登记", one) for one in claims]
    rows = tuple(
        (
            what,
            one.asked_at.isoformat(),
            one.words,
            one.get_state_display(),
            one.get_reason_display(),
            one.decided_at.isoformat() if one.decided_at else "",
        )
        for what, one in sorted(asked, key=lambda pair: pair[1].asked_at)
    )
    return [Section("claims", "认领和更正申请", _COLUMNS, rows)]


def hindrances(user: User | None, volunteer: Volunteer | None) -> list[Hindrance]:
    """Say which requests of the person are not decided yet, and that the record is claimed."""
    claimed = Q(claimant=user) if user else Q(pk__in=[])
    ids = people.records_of(volunteer) if volunteer else []
    open_claims = Claim.objects.filter(claimed | Q(volunteer__in=ids), state=ClaimState.ASKED)
    corrections = DataCorrection.objects.filter(volunteer__in=ids, state=CorrectionState.ASKED)
    found = []
    if open_claims.exists():
        words = "有一项认领登记的申请还没有办完，请等办完后再注销，或撤回您的申请。"
        found.append(Hindrance(words, reverse("claims:mine")))
    if corrections.exists():
        words = "您的信息更正申请还没有办完，请等办完后再注销，或撤回申请。"
        found.append(Hindrance(words, reverse("claims:correct")))
    return found
