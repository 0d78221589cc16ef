"""Which object of the two halves stands at the addresses of certificates."""

from __future__ import annotations

from voluncity.testing.samples import Sample, pk_of

RECOGNITION: dict[str, Sample] = {
    "recognition:key_file": lambda half: {"name": half.ids["signing_key"]},
    "recognition:ward_stars": pk_of("child"),
    "recognition:ward_certificates": pk_of("child"),
    "recognition:ward_issue": pk_of("child"),
    "recognition:desk_print": pk_of("organization"),
    "recognition:desk_job": pk_of("print_job"),
    "recognition:desk_job_file": pk_of("print_job"),
}
