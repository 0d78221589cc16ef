"""Keep up the stations: what they say, how they are looked after, which are a model."""

from voluncity.city.stations.actions.checklist import (
    ItemPlan,
    add_item,
    change_item,
    end_item,
)
from voluncity.city.stations.actions.demonstrations import (
    decline_demonstration,
    overturn_demonstration,
    propose_demonstration,
    publish_demonstration,
    show_demonstration,
    withdraw_demonstration,
)
from voluncity.city.stations.actions.findings import check_fix, fix_finding
from voluncity.city.stations.actions.inspections import (
    discard_draft,
    save_answer,
    start_inspection,
    submit_inspection,
)
from voluncity.city.stations.actions.loading import load_checklist, load_reference
from voluncity.city.stations.actions.opening import (
    add_photo,
    remove_exception,
    remove_photo,
    set_exception,
)
from voluncity.city.stations.actions.stations import (
    change_station,
    close_station,
    close_stations_of,
    open_station,
    reopen_station,
)

__all__ = [
    "ItemPlan",
    "add_item",
    "add_photo",
    "change_item",
    "change_station",
    "check_fix",
    "close_station",
    "close_stations_of",
    "decline_demonstration",
    "discard_draft",
    "end_item",
    "fix_finding",
    "load_checklist",
    "load_reference",
    "open_station",
    "overturn_demonstration",
    "propose_demonstration",
    "publish_demonstration",
    "remove_exception",
    "remove_photo",
    "reopen_station",
    "save_answer",
    "set_exception",
    "show_demonstration",
    "start_inspection",
    "submit_inspection",
    "withdraw_demonstration",
]
