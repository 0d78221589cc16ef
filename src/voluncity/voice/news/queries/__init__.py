"""What is asked about articles."""

from voluncity.voice.news.queries.desk import (
    detailed,
    due_to_expire,
    due_to_publish,
    found_at_desk,
    publishers,
    reach,
    waiting,
    writers,
)
from voluncity.voice.news.queries.guards import hindrance
from voluncity.voice.news.queries.public import (
    Filters,
    commented,
    gone_article,
    is_public,
    is_seen,
    newest,
    public_article,
    public_articles,
    reads_of,
)
from voluncity.voice.news.queries.telling import told_of

__all__ = [
    "Filters",
    "commented",
    "detailed",
    "due_to_expire",
    "due_to_publish",
    "found_at_desk",
    "gone_article",
    "hindrance",
    "is_public",
    "is_seen",
    "newest",
    "public_article",
    "public_articles",
    "publishers",
    "reach",
    "reads_of",
    "told_of",
    "waiting",
    "writers",
]
