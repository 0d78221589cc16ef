"""What can be read about projects, activities and shifts."""

from voluncity.service.projects.queries.catalogue import Catalogue, Offer, Options
from voluncity.service.projects.queries.desk import (
    DeskFilters,
    Happening,
    activities_for_desk,
    counts_by_state,
    is_own,
    may_edit,
    may_plan_activities,
    may_review,
    possible_leaders,
    projects_for_desk,
    stations_near,
    steps_for,
    timeline,
    waiting_for_review,
)
from voluncity.service.projects.queries.finding import Found, catalogue_now, find
from voluncity.service.projects.queries.lines import (
    leaders,
    line_led_by,
    lines,
    lines_seen_by,
    open_work,
)
from voluncity.service.projects.queries.opening import hindrances_to_open
from voluncity.service.projects.queries.public import coming_activities, public_projects
from voluncity.service.projects.queries.ranking import Card, Viewer, ages_text
from voluncity.service.projects.queries.shifts import Filters, days_of

__all__ = [
    "Card",
    "Catalogue",
    "DeskFilters",
    "Filters",
    "Found",
    "Happening",
    "Offer",
    "Options",
    "Viewer",
    "activities_for_desk",
    "ages_text",
    "catalogue_now",
    "coming_activities",
    "counts_by_state",
    "days_of",
    "find",
    "hindrances_to_open",
    "is_own",
    "leaders",
    "line_led_by",
    "lines",
    "lines_seen_by",
    "may_edit",
    "may_plan_activities",
    "may_review",
    "open_work",
    "possible_leaders",
    "projects_for_desk",
    "public_projects",
    "stations_near",
    "steps_for",
    "timeline",
    "waiting_for_review",
]
