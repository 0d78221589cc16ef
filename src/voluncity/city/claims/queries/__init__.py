"""Read claims, requests to correct, doubles and merges."""

from voluncity.city.claims.queries.books import faults, net_moves
from voluncity.city.claims.queries.cases import (
    case_with_photo,
    claims_of,
    corrections_of,
    dues,
    evidence_before,
    evidence_days,
    identity_wanted,
    number_given,
    open_claims,
    open_corrections,
    photos_of,
    record_with,
)
from voluncity.city.claims.queries.doubles import pairs_alike, suspects
from voluncity.city.claims.queries.merges import (
    hindrances,
    merges,
    merging_parts,
    preview,
    undo_until,
    unfinished,
    users_of,
)

__all__ = [
    "case_with_photo",
    "claims_of",
    "corrections_of",
    "dues",
    "evidence_before",
    "evidence_days",
    "faults",
    "hindrances",
    "identity_wanted",
    "merges",
    "merging_parts",
    "net_moves",
    "number_given",
    "open_claims",
    "open_corrections",
    "pairs_alike",
    "photos_of",
    "preview",
    "record_with",
    "suspects",
    "undo_until",
    "unfinished",
    "users_of",
]
