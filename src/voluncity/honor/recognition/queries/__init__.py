"""What is asked about totals, stars and certificates."""

from voluncity.honor.recognition.queries.certificates import (
    Wanted,
    by_organization,
    certificates_for,
    certificates_of,
    certified_activities,
    certified_minutes,
    certified_records,
    find_certificate,
    is_genuine,
    posted_records,
)
from voluncity.honor.recognition.queries.checks import faults
from voluncity.honor.recognition.queries.keys import (
    SignedFound,
    check_signed,
    key_pem,
    keys,
    statement_of,
)
from voluncity.honor.recognition.queries.merged import ALL_TIME, told_minutes, with_merges
from voluncity.honor.recognition.queries.printing import (
    Printable,
    activities_to_print,
    jobs_of,
    printable,
)
from voluncity.honor.recognition.queries.stars import (
    certified_stars,
    ladder_on,
    minutes_of_many,
    people_reaching,
    star_progress,
    stars_of,
    tiers,
    total_minutes,
    unsettled,
)

__all__ = [
    "ALL_TIME",
    "Printable",
    "SignedFound",
    "Wanted",
    "activities_to_print",
    "by_organization",
    "certificates_for",
    "certificates_of",
    "certified_activities",
    "certified_minutes",
    "certified_records",
    "certified_stars",
    "check_signed",
    "faults",
    "find_certificate",
    "is_genuine",
    "jobs_of",
    "key_pem",
    "keys",
    "ladder_on",
    "minutes_of_many",
    "people_reaching",
    "posted_records",
    "printable",
    "star_progress",
    "stars_of",
    "statement_of",
    "tiers",
    "told_minutes",
    "total_minutes",
    "unsettled",
    "with_merges",
]
