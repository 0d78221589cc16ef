"""What is asked about stories."""

from voluncity.voice.showcase.queries.public import (
    StoryFilters,
    about_me,
    commented,
    hindrance,
    mine_to_answer,
    people_to_ask,
    public_stories,
    public_story,
    shown_photos,
)
from voluncity.voice.showcase.queries.writing import (
    desk_stories,
    may_be_chosen,
    photos_to_choose,
    story_of,
)

__all__ = [
    "StoryFilters",
    "about_me",
    "commented",
    "desk_stories",
    "hindrance",
    "may_be_chosen",
    "mine_to_answer",
    "people_to_ask",
    "photos_to_choose",
    "public_stories",
    "public_story",
    "shown_photos",
    "story_of",
]
