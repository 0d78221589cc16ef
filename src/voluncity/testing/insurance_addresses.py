"""Which object of the two halves stands at the addresses of insurance."""

from __future__ import annotations

from typing import Any

from voluncity.testing.samples import Sample, pk_of
from voluncity.testing.world import Half


def _paper(half: Half) -> dict[str, Any]:
    return {"pk": half.ids["insurance_claim"], "file_pk": half.ids["claim_paper"]}


INSURANCE: dict[str, Sample] = {
    "insurance:of_ward": pk_of("child"),
    "insurance:ward_report": pk_of("child"),
    "insurance:answer": pk_of("insured", say="yes"),
    "insurance:claim": pk_of("insurance_claim"),
    "insurance:withdraw": pk_of("insurance_claim"),
    "insurance:claim_file": _paper,
    "insurance:desk_policy": pk_of("policy"),
    "insurance:desk_cancel": pk_of("policy"),
    "insurance:desk_paper": pk_of("policy"),
    "insurance:desk_end_risk": pk_of("risk"),
    "insurance:desk_enrollment": pk_of("enrollment"),
    "insurance:desk_add_person": pk_of("enrollment"),
    "insurance:desk_person": pk_of("insured"),
    "insurance:desk_enrollment_step": pk_of("enrollment", verb="send"),
    "insurance:desk_activity": pk_of("activity"),
    "insurance:desk_claim": pk_of("insurance_claim"),
    "insurance:desk_claim_add": pk_of("insurance_claim"),
    "insurance:desk_claim_file": _paper,
    "insurance:desk_claim_step": pk_of("insurance_claim", verb="hand_in"),
}
