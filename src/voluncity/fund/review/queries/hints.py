"""What may connect an expert with an application, as far as the records know.

A hint is never a verdict: the office sees its words and decides. Only who acts for the
organization is kept away without asking.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from voluncity.city.access import personal
from voluncity.city.access.models import Grant
from voluncity.city.orgs import queries as orgs
from voluncity.city.orgs.models import Membership, Organization, Proof
from voluncity.city.people.models import User
from voluncity.fund.calls import queries as calls
from voluncity.fund.calls.models import Application
from voluncity.fund.governance.models import Seat

ACTS = "acts"
WORDS = {
    ACTS: "代这个组织申报或办理过这份申报",
    "grant": "在这个组织或它的上下级单位任职",
    "member": "是这个组织或它的上下级单位的成员",
    "unit": "和这个组织的经办人在同一个单位",
    "family": "和这个组织的负责人、联系人或经办人同姓",
    "phone": "登记的电话和这个组织的联系电话相同",
    "seat": "在基金的机构任职，单位与申报组织相同",
}
# Family names of two characters; others are taken to have one.
COMPOUND = ("欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "令狐", "慕容", "司徒")


@dataclass(frozen=True)
class Hint:
    """One thing that connects an expert with an application."""

    code: str

    @property
    def words(self) -> str:
        """Return it as the office reads it."""
        return WORDS[self.code]

    @property
    def is_blocking(self) -> bool:
        """Return whether the expert may not read at all."""
        return self.code == ACTS


@dataclass
class _Expert:
    family: str
    phone_index: str | None
    roles: set[str] = field(default_factory=set)  # paths of organizations
    groups: set[str] = field(default_factory=set)
    units: list[str] = field(default_factory=list)  # where a seat of the fund says they work


@dataclass
class _Team:
    path: str
    name: str
    speakers: set[int]
    families: set[str]
    phone_index: str
    units: set[str]  # where its people act, too


def hints(
    applications: Sequence[Application], experts: Sequence[User]
) -> dict[tuple[int, int], list[Hint]]:
    """Return (application, expert) → hints; pairs without any are left out."""
    known = _experts(experts)
    found: dict[tuple[int, int], list[Hint]] = {}
    for application, team in _teams(applications):
        for expert in experts:
            codes = list(_codes(expert.pk, known[expert.pk], team))
            if codes:
                found[application.pk, expert.pk] = [Hint(code) for code in codes]
    return found


def _codes(expert_id: int, expert: _Expert, team: _Team) -> Iterable[str]:
    if expert_id in team.speakers:
        yield ACTS
    if any(_are_near(path, team.path) for path in expert.roles):
        yield "grant"
    if any(_are_near(path, team.path) for path in expert.groups):
        yield "member"
    if (expert.roles | expert.groups) & team.units:
        yield "unit"
    if expert.family and expert.family in team.families:
        yield "family"
    if expert.phone_index and expert.phone_index == team.phone_index:
        yield "phone"
    if any(unit and (team.name in unit or unit in team.name) for unit in expert.units):
        yield "seat"


def _are_near(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _experts(users: Sequence[User]) -> dict[int, _Expert]:
    known = {one.pk: _Expert(family_name(one.display_name), one.phone_index) for one in users}
    grants = Grant.objects.filter(user__in=known, revoked_at=None, organization__isnull=False)
    for pk, path in grants.values_list("user_id", "organization__path"):
        known[pk].roles.add(path)
    joined = Membership.objects.filter(volunteer__user__in=known, left_at=None)
    for pk, path in joined.values_list("volunteer__user_id", "organization__path"):
        known[pk].groups.add(path)
    seats = Seat.objects.filter(user__in=known, ended_on=None)
    for pk, unit in seats.values_list("user_id", "unit"):
        known[pk].units.append(unit)
    return known


def _teams(applications: Sequence[Application]) -> Iterable[tuple[Application, _Team]]:
    """Return what is known around each organization, asked once for all."""
    speakers = calls.speakers(applications)
    people = {pk for found in speakers.values() for pk in found}
    names = dict(User.objects.filter(pk__in=people).values_list("pk", "display_name"))
    responsible = dict(
        Proof.objects.filter(organization__in={one.organization_id for one in applications})
        .values_list("organization_id", "responsible_name")
    )  # fmt: skip
    units = _units(people)
    for application in applications:
        organization: Organization = application.organization
        theirs = speakers[application.pk]
        called = [names.get(pk, "") for pk in theirs]
        called += [organization.contact_name, responsible.get(organization.pk, "")]
        phone = orgs.contact_phone(organization)
        yield (
            application,
            _Team(
                path=organization.path,
                name=organization.name,
                speakers=theirs,
                families={family_name(name) for name in called if name},
                phone_index=personal.index(phone, purpose="phone") if phone else "",
                units={path for pk in theirs for path in units[pk]} - {organization.path},
            ),
        )


def _units(people: set[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    grants = Grant.objects.filter(user__in=people, revoked_at=None, organization__isnull=False)
    for pk, path in grants.values_list("user_id", "organization__path"):
        found[pk].add(path)
    joined = Membership.objects.filter(volunteer__user__in=people, left_at=None)
    for pk, path in joined.values_list("volunteer__user_id", "organization__path"):
        found[pk].add(path)
    return found


def family_name(name: str) -> str:
    """Return the family name of a Chinese name; nothing of a name in Latin letters."""
    if not name or name[0].isascii():
        return ""
    return name[:2] if name.startswith(COMPOUND) else name[:1]
