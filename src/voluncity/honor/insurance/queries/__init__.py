"""What is asked about insurance."""

from voluncity.honor.insurance.queries.activities import (
    ActivityStanding,
    attachable,
    coming_risky,
    covers_to_freeze,
    frozen_lately,
    hindrances_to_open,
    is_risky,
    roster_of,
    standing_of,
)
from voluncity.honor.insurance.queries.claims import (
    claim_activities,
    claims,
    moves_of,
    own_claim,
    own_claims,
    policies_for_claim,
    story_of,
)
from voluncity.honor.insurance.queries.covered import (
    CoveredBy,
    asked_of,
    candidates,
    covered_by,
    covers_of,
    people_found,
)
from voluncity.honor.insurance.queries.policies import (
    counts_of,
    ending_soon,
    enrollments,
    figures,
    policies,
    risky_categories,
)

__all__ = [
    "ActivityStanding",
    "CoveredBy",
    "asked_of",
    "attachable",
    "candidates",
    "claim_activities",
    "claims",
    "coming_risky",
    "counts_of",
    "covered_by",
    "covers_of",
    "covers_to_freeze",
    "ending_soon",
    "enrollments",
    "figures",
    "frozen_lately",
    "hindrances_to_open",
    "is_risky",
    "moves_of",
    "own_claim",
    "own_claims",
    "people_found",
    "policies",
    "policies_for_claim",
    "risky_categories",
    "roster_of",
    "standing_of",
    "story_of",
]
