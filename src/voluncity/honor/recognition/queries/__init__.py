"""What is asked about stars, the leaderboard and certificates."""

from voluncity.honor.recognition.queries.certificates import (
    by_organization,
    certificates_of,
    find_certificate,
    is_genuine,
    posted_records,
)
from voluncity.honor.recognition.queries.checks import faults
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
from voluncity.honor.recognition.queries.stars import (
    ladder_on,
    minutes_of_many,
    star_progress,
    stars_of,
    total_minutes,
    unsettled,
)

__all__ = [
    "ALL_TIME",
    "Board",
    "MyPlace",
    "Place",
    "agreed_to_be_shown",
    "board",
    "by_organization",
    "certificates_of",
    "faults",
    "find_certificate",
    "is_genuine",
    "ladder_on",
    "leaderboard",
    "minutes_of_many",
    "my_place",
    "posted_records",
    "star_progress",
    "stars_of",
    "told_minutes",
    "total_minutes",
    "unsettled",
    "with_merges",
]
