"""What is asked about stars, the leaderboard and certificates."""

from voluncity.honor.recognition.queries.certificates import (
    Wanted,
    by_organization,
    certificates_of,
    certified_activities,
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
from voluncity.honor.recognition.queries.merged import told_minutes, with_merges
from voluncity.honor.recognition.queries.places import (
    ALL_TIME,
    Board,
    MyPlace,
    Place,
    agreed_to_be_shown,
    board,
    leaderboard,
    my_place,
)
from voluncity.honor.recognition.queries.printing import (
    Printable,
    activities_to_print,
    jobs_of,
    printable,
    silent_jobs,
)
from voluncity.honor.recognition.queries.stars import (
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
    "Board",
    "MyPlace",
    "Place",
    "Printable",
    "SignedFound",
    "Wanted",
    "activities_to_print",
    "agreed_to_be_shown",
    "board",
    "by_organization",
    "certificates_of",
    "certified_activities",
    "certified_records",
    "check_signed",
    "faults",
    "find_certificate",
    "is_genuine",
    "jobs_of",
    "key_pem",
    "keys",
    "ladder_on",
    "leaderboard",
    "minutes_of_many",
    "my_place",
    "people_reaching",
    "posted_records",
    "printable",
    "silent_jobs",
    "star_progress",
    "stars_of",
    "statement_of",
    "tiers",
    "told_minutes",
    "total_minutes",
    "unsettled",
    "with_merges",
]
