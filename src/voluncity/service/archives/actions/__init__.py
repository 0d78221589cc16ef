"""What is done with archives."""

from voluncity.service.archives.actions.album import (
    add_photos,
    add_video,
    change_photo,
    choose_cover,
    hide_photo,
    move_photo,
    note_reading,
    order_photos,
    remove_photo,
    remove_video,
    show_photo,
)
from voluncity.service.archives.actions.kinds import add_kind, end_kind, load_kinds, reopen_kind
from voluncity.service.archives.actions.packages import (
    Wanted,
    ask_package,
    make_package,
    note_single,
    silent_packages,
    sweep_packages,
)
from voluncity.service.archives.actions.packing import pieces
from voluncity.service.archives.actions.requests import answer_request, ask_to_hide
from voluncity.service.archives.actions.steps import (
    accept,
    publish,
    reopen,
    send_back,
    submit,
    withdraw,
)
from voluncity.service.archives.actions.writing import (
    add_material,
    add_spending,
    begin,
    remove_material,
    remove_spending,
    save_outcomes,
    save_summary,
)

__all__ = [
    "Wanted",
    "accept",
    "add_kind",
    "add_material",
    "add_photos",
    "add_spending",
    "add_video",
    "answer_request",
    "ask_package",
    "ask_to_hide",
    "begin",
    "change_photo",
    "choose_cover",
    "end_kind",
    "hide_photo",
    "load_kinds",
    "make_package",
    "move_photo",
    "note_reading",
    "note_single",
    "order_photos",
    "pieces",
    "publish",
    "remove_material",
    "remove_photo",
    "remove_spending",
    "remove_video",
    "reopen",
    "reopen_kind",
    "save_outcomes",
    "save_summary",
    "send_back",
    "show_photo",
    "silent_packages",
    "submit",
    "sweep_packages",
    "withdraw",
]
