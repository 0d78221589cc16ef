"""Which object of the two halves stands at the addresses of points."""

from __future__ import annotations

from voluncity.testing.samples import Sample, pk_of

POINTS: dict[str, Sample] = {
    "points:of_ward": pk_of("child"),
    "points:revoke": pk_of("point_gift"),
    "points:desk_person": pk_of("volunteer"),
    "points:desk_adjust": pk_of("volunteer"),
    "points:desk_adjustment": pk_of("point_adjustment"),
    "points:desk_decide": pk_of("point_adjustment"),
    "points:desk_withdraw": pk_of("point_adjustment"),
    "points:desk_entries": lambda _: {"key": "issued"},
}
