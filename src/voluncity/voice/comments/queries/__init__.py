"""What is asked about comments."""

from voluncity.voice.comments.queries.desk import (
    TASKS,
    Filters,
    behind,
    counts,
    desk_bans,
    desk_comments,
    detailed,
    open_appeals,
    waiting,
)
from voluncity.voice.comments.queries.people import (
    cause_to_wait,
    liked_by,
    live_ban,
    looked_at,
    own_bans,
    own_comments,
    page_of,
    why_not,
    words,
)
from voluncity.voice.comments.queries.reading import (
    below,
    number_below,
    shown_below,
    topic,
    topics,
    with_numbers,
)
from voluncity.voice.comments.queries.subjects import (
    commented_topic,
    official_name,
    public_topics,
    subject,
)

__all__ = [
    "TASKS",
    "Filters",
    "behind",
    "below",
    "cause_to_wait",
    "commented_topic",
    "counts",
    "desk_bans",
    "desk_comments",
    "detailed",
    "liked_by",
    "live_ban",
    "looked_at",
    "number_below",
    "official_name",
    "open_appeals",
    "own_bans",
    "own_comments",
    "page_of",
    "public_topics",
    "shown_below",
    "subject",
    "topic",
    "topics",
    "waiting",
    "why_not",
    "with_numbers",
    "words",
]
