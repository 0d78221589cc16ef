"""What is asked about trainings."""

from voluncity.service.teaching.queries.checks import faults
from voluncity.service.teaching.queries.courses import questions_of, rule_of
from voluncity.service.teaching.queries.duty import (
    Duty,
    duties_by_organization,
    duty_of,
    newcomers_without,
)
from voluncity.service.teaching.queries.figures import Figures, figures, figures_by_organization
from voluncity.service.teaching.queries.sessions import (
    Place,
    coming,
    desk_sessions,
    enrolled,
    material_of,
    open_work,
    outcomes,
    place_of,
    places_of,
    session_of,
    to_settle,
)

__all__ = [
    "Duty",
    "Figures",
    "Place",
    "coming",
    "desk_sessions",
    "duties_by_organization",
    "duty_of",
    "enrolled",
    "faults",
    "figures",
    "figures_by_organization",
    "material_of",
    "newcomers_without",
    "open_work",
    "outcomes",
    "place_of",
    "places_of",
    "questions_of",
    "rule_of",
    "session_of",
    "to_settle",
]
