"""What is done with comments."""

from voluncity.voice.comments.actions.leaving import leave
from voluncity.voice.comments.actions.liking import accept_answer, like, report
from voluncity.voice.comments.actions.moderating import (
    TURNS,
    answer_appeal,
    appeal,
    approve,
    ban,
    keep,
    take_down,
    turn_topic,
)
from voluncity.voice.comments.actions.words import add_word, end_word, load_words
from voluncity.voice.comments.actions.writing import (
    Said,
    delete_comment,
    edit_comment,
    may_edit,
    open_topic,
    own,
    write_comment,
)

__all__ = [
    "TURNS",
    "Said",
    "accept_answer",
    "add_word",
    "answer_appeal",
    "appeal",
    "approve",
    "ban",
    "delete_comment",
    "edit_comment",
    "end_word",
    "keep",
    "leave",
    "like",
    "load_words",
    "may_edit",
    "open_topic",
    "own",
    "report",
    "take_down",
    "turn_topic",
    "write_comment",
]
