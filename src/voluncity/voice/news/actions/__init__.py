"""What is done with articles."""

from voluncity.voice.news.actions.pictures import (
    add_picture,
    change_picture,
    remove_picture,
    set_video,
)
from voluncity.voice.news.actions.reading import count_reading
from voluncity.voice.news.actions.reviewing import (
    approve_article,
    pin_article,
    recall_article,
    send_back_article,
    submit_article,
    unschedule_article,
    withdraw_article,
)
from voluncity.voice.news.actions.terms import keep_terms
from voluncity.voice.news.actions.writing import (
    correct_article,
    discard_article,
    give_correction_up,
    reopen_article,
    save_article,
    start_article,
)

__all__ = [
    "add_picture",
    "approve_article",
    "change_picture",
    "correct_article",
    "count_reading",
    "discard_article",
    "give_correction_up",
    "keep_terms",
    "pin_article",
    "recall_article",
    "remove_picture",
    "reopen_article",
    "save_article",
    "send_back_article",
    "set_video",
    "start_article",
    "submit_article",
    "unschedule_article",
    "withdraw_article",
]
