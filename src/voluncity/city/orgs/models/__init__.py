"""Organizations in one tree, who belongs to them, and what is known about them."""

from voluncity.city.orgs.models.about import BrandProject, Building, Proof
from voluncity.city.orgs.models.members import (
    Duty,
    Invitation,
    JoinRequest,
    MemberDuty,
    Membership,
)
from voluncity.city.orgs.models.organizations import Organization
from voluncity.city.orgs.models.tree import Merger, OrgChange

__all__ = [
    "BrandProject",
    "Building",
    "Duty",
    "Invitation",
    "JoinRequest",
    "MemberDuty",
    "Membership",
    "Merger",
    "OrgChange",
    "Organization",
    "Proof",
]
