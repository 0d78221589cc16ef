"""Which object stands at each operation of the API, and what must be sent there."""

from __future__ import annotations

from typing import Any

from voluncity.testing.face_operations import FACE_BODIES, FACE_OPERATIONS
from voluncity.testing.samples import Sample, object_of
from voluncity.testing.world import Half

OPERATIONS: dict[str, Sample] = {
    "api:enroll": object_of("training_id", "session"),
    "api:leave_training": object_of("training_id", "session"),
    "api:revoke_token": object_of("token_id", "token"),
    "api:project": object_of("project_id", "project"),
    "api:activity": object_of("activity_id", "activity"),
    "api:sign_up": object_of("shift_id", "shift"),
    "api:signup": object_of("signup_id", "signup"),
    "api:cancel": object_of("signup_id", "signup"),
    "api:answer_offer": object_of("signup_id", "signup"),
    "api:receipt": object_of("record_id", "own_record"),
    "api:ask_correction": object_of("record_id", "own_record"),
    "api:check": object_of("serial", "serial"),
    "api:managed_project": object_of("project_id", "project"),
    "api:change_project": object_of("project_id", "project"),
    "api:step_project": object_of("project_id", "project"),
    "api:create_activity": object_of("project_id", "project"),
    "api:managed_activity": object_of("activity_id", "activity"),
    "api:change_activity": object_of("activity_id", "activity"),
    "api:open_activity": object_of("activity_id", "activity"),
    "api:cancel_activity": object_of("activity_id", "activity"),
    "api:roster": object_of("activity_id", "activity"),
    "api:venue_code": object_of("shift_id", "shift"),
    "api:tick": object_of("signup_id", "signup"),
    "api:scan_card": object_of("shift_id", "shift"),
    "api:add": object_of("shift_id", "shift"),
    "api:take_off": object_of("signup_id", "signup"),
    "api:enter": object_of("signup_id", "signup"),
    **FACE_OPERATIONS,
}  # fmt: skip

_PLAN: dict[str, Any] = {
    "name": "河道清洁",
    "category_id": 1,
    "starts_on": "2030-01-01",
    "ends_on": "2030-12-31",
}


def _activity(half: Half) -> dict[str, Any]:
    shift = {
        "name": "清洁岗", "capacity": 5,
        "starts_at": "2030-03-06T09:00:00+08:00", "ends_at": "2030-03-06T11:00:00+08:00",
    }  # fmt: skip
    return {
        "name": "周三清洁", "region_id": half.county.pk, "address": "汾河东岸", "leader_id": 1,
        "shifts": [shift],
    }  # fmt: skip


# What an operation of the API must be sent before it looks at who owns the object.
BODIES: dict[str, Sample] = {
    "api:sign_up": lambda _: {"risks_read": True},
    "api:cancel": lambda _: {"reason": "临时有事"},
    "api:leave_training": lambda _: {"reason": "临时有事"},
    "api:answer_offer": lambda _: {"answer": "accept"},
    "api:ask_correction": lambda _: {"text": "少记了"},
    "api:create_project": lambda half: _PLAN | {"organization_id": half.ids["organization"]},
    "api:change_project": lambda _: _PLAN,
    "api:step_project": lambda _: {"verb": "submit"},
    "api:create_activity": _activity,
    "api:change_activity": _activity,
    "api:cancel_activity": lambda _: {"reason": "大风"},
    "api:tick": lambda _: {"direction": "in", "nonce": "nonce-0001"},
    "api:scan_card": lambda _: {"code": "000000000000", "nonce": "nonce-0002"},
    "api:add": lambda _: {"number": "000000000000", "risks_told": True},
    "api:take_off": lambda _: {"reason": "来不了"},
    "api:confirm": lambda half: {"record_ids": [half.ids["record"]]},
    "api:approve": lambda half: {"record_ids": [half.ids["record"]]},
    "api:refuse": lambda half: {"record_ids": [half.ids["record"]], "reason": "没有到场"},
    "api:enter": lambda _: {
        "starts_at": "2030-03-05T09:00:00+08:00",
        "ends_at": "2030-03-05T10:00:00+08:00",
        "reason": "扫码机坏了",
    },
    **FACE_BODIES,
}
