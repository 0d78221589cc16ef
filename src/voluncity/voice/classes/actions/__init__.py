"""What is done with micro-classes."""

from voluncity.voice.classes.actions.learning import beat, finish_chapter, page_of
from voluncity.voice.classes.actions.reviewing import (
    missing,
    publish,
    restore,
    send_back,
    submit,
    take_back,
    withdraw,
)
from voluncity.voice.classes.actions.testing import hand_in, questions_of, start_test
from voluncity.voice.classes.actions.writing import (
    add_page,
    add_picture,
    add_question,
    attach,
    begin_correction,
    change_class,
    change_page,
    detach,
    load_questions,
    move_page,
    remove_page,
    remove_question,
    set_cover,
    start_class,
)

__all__ = [
    "add_page",
    "add_picture",
    "add_question",
    "attach",
    "beat",
    "begin_correction",
    "change_class",
    "change_page",
    "detach",
    "finish_chapter",
    "hand_in",
    "load_questions",
    "missing",
    "move_page",
    "page_of",
    "publish",
    "questions_of",
    "remove_page",
    "remove_question",
    "restore",
    "send_back",
    "set_cover",
    "start_class",
    "start_test",
    "submit",
    "take_back",
    "withdraw",
]
