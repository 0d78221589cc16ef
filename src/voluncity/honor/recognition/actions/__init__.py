"""What can be done in this slice."""

from voluncity.honor.recognition.actions.certificates import (
    correct_certificates,
    issue_certificate,
    revoke_certificate,
)
from voluncity.honor.recognition.actions.stars import (
    load_star_tiers,
    settle_all_stars,
    settle_stars,
    settle_stars_of,
)
from voluncity.honor.recognition.actions.totals import (
    add_minutes,
    recount_board,
    recount_people,
    show_people,
)

__all__ = [
    "add_minutes",
    "correct_certificates",
    "issue_certificate",
    "load_star_tiers",
    "recount_board",
    "recount_people",
    "revoke_certificate",
    "settle_all_stars",
    "settle_stars",
    "settle_stars_of",
    "show_people",
]
