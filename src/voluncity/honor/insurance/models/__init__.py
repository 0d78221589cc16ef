"""Policies, whom they cover, which activities need cover, and what happened."""

from voluncity.honor.insurance.models.claims import Claim, ClaimFile, ClaimMove
from voluncity.honor.insurance.models.covered import ActivityCover, Enrollment, Insured
from voluncity.honor.insurance.models.policies import Policy, PolicyQuerySet
from voluncity.honor.insurance.models.risks import RiskMark, RiskyCategory

__all__ = [
    "ActivityCover",
    "Claim",
    "ClaimFile",
    "ClaimMove",
    "Enrollment",
    "Insured",
    "Policy",
    "PolicyQuerySet",
    "RiskMark",
    "RiskyCategory",
]
