"""Who may not touch a case: the accused, their colleagues, and whoever owes them a role."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q, QuerySet

from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import grants_of, scope_of
from voluncity.city.orgs.models import Organization
from voluncity.city.people import queries as people
from voluncity.city.people.models import Guardian, User, Volunteer
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound
from voluncity.kernel.text import clean
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.integrity.models import Case, Finding
from voluncity.service.integrity.models.cases import WORDS_MAX

Subject = Case | Finding
_ANOTHER = "请由文明办的另一位工作人员办理。"


def require_other_level(one: Subject, *, by: User) -> None:
    """Keep away everybody who is no stranger to the accused (PEERS.md (b) 1).

    :raises NotAllowed: for the accused and their family, people of the accused organization,
        those whose role came from them, and who confirmed or approved the hours in question.
    """
    if one.organizer_id == by.pk or _is_family(one.volunteer, by):
        raise NotAllowed(f"这件事与您本人或家人有关，{_ANOTHER}", code="integrity.own_case")
    if is_colleague(one.organization, by):
        raise NotAllowed(
            f"您在“{one.organization.name}”或它的下级任职，{_ANOTHER}", code="integrity.colleague"
        )
    if _owes_a_role(one, by):
        raise NotAllowed(f"您的角色是被核查的一方分配的，{_ANOTHER}", code="integrity.owes_role")
    if _evidence(one).filter(Q(confirmed_by=by) | Q(approved_by=by)).exists():
        raise NotAllowed(f"有关时长是您确认或复核的，{_ANOTHER}", code="integrity.own_work")


def is_colleague(organization: Organization, by: User) -> bool:
    """Return whether somebody has a role in an organization, or below it."""
    return any(
        grant.organization is not None and grant.organization.path.startswith(organization.path)
        for grant in grants_of(by)
    )


def _is_family(volunteer: Volunteer | None, by: User) -> bool:
    if volunteer is None:
        return False
    wards = Guardian.objects.filter(volunteer=volunteer, user=by, withdrawn_at=None)
    return people.holder_of(volunteer) == by.pk or wards.exists()


def _owes_a_role(one: Subject, by: User) -> bool:
    givers = {grant.given_by_id for grant in grants_of(by) if grant.given_by_id is not None}
    if one.organizer_id is not None and one.organizer_id in givers:
        return True
    inside = Grant.objects.filter(user__in=givers, organization=one.organization, revoked_at=None)
    return inside.exists()


def _evidence(one: Subject) -> QuerySet[ServiceRecord]:
    if isinstance(one, Finding):
        return ServiceRecord.objects.filter(evidence_of__finding=one)
    return ServiceRecord.objects.filter(evidence_of__finding__case=one)


def case_within(case_id: int, *, by: User) -> Case:
    """Return a case that a person may work on.

    :raises NotFound: when it is out of reach.
    :raises NotAllowed: when the person is no stranger to the accused.
    """
    reach = Case.objects.in_scope(scope_of(by, Permission.ANOMALY_DECIDE))
    case: Case | None = (
        reach.filter(pk=case_id)
        .select_related("organization__region", "volunteer", "organizer")
        .first()
    )
    if case is None:
        raise NotFound("没有找到这件核查，或者它不在您的管理范围内。")
    require_other_level(case, by=by)
    return case


def require_assigned(case: Case, *, by: User) -> None:
    """Leave a case to the person to whom it was assigned.

    :raises NotAllowed: for everybody else.
    """
    if case.assigned_to_id != by.pk:
        raise NotAllowed(
            "这件核查由另一位工作人员承办，请先转给您再办理。", code="integrity.not_assigned"
        )


def words(text: str, *, field: str, label: str, most: int = WORDS_MAX) -> str:
    """Return words as they are kept.

    :raises BadInput: when there are none, or too many.
    """
    said = clean(text, max_length=most, field=field, multiline=True, label=label)
    if not said:
        raise BadInput(f"请填写{label}。", field=field)
    return said


def require_files(count: Collection[object], *, most: int) -> None:
    """Refuse more files than a page can show.

    :raises BadInput: when there are too many.
    """
    if len(count) > most:
        raise BadInput(f"一次最多上传 {most} 个文件，请挑选最能说明问题的。", field="photo_1")
