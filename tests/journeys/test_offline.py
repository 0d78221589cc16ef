"""A day at a place without network: the roster is taken along, hours come out right, once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from voluncity.city.people import queries as people
from voluncity.city.people.models import Volunteer
from voluncity.service.hours import actions as hours
from voluncity.service.hours.models import ServiceRecord
from voluncity.testing.clock import stopped_at
from voluncity.testing.make_hours import (
    ELEVEN,
    MINUTE,
    NINE,
    make_leader,
    make_past_shift,
    make_place,
)
from voluncity.testing.make_people import make_volunteer, user_of
from voluncity.testing.pages import as_

pytestmark = pytest.mark.django_db


def _scan(volunteer: Volunteer, way: str, minutes: int) -> dict[str, Any]:
    at = NINE + minutes * MINUTE
    return {
        "nonce": f"{volunteer.pk:06d}{way}{minutes:08d}", "direction": way, "signup": None,
        "at": int(at.timestamp() * 1000), "code": people.card_code(volunteer.pk, at=at),
    }  # fmt: skip


@pytest.mark.row("C5")
def test_a_day_without_network_with_a_break_becomes_proven_hours_once() -> None:
    shift = make_past_shift()
    leader = make_leader(shift.activity.project.organization)
    volunteer = make_volunteer("王小芳")
    make_place(shift, volunteer)
    number = shift.activity_id
    with stopped_at(NINE - 20 * MINUTE) as clock:
        phone = as_(leader)
        assert "打开离线签到" in phone.get(f"/offline/desk/activities/{number}/").content.decode()
        roster = phone.post(f"/offline/activities/{number}/roster/").json()
        assert [one["name"] for one in roster["people"]] == ["王*芳"]
        clock.instant = ELEVEN + 30 * MINUTE
        scans = [
            _scan(volunteer, way, at)
            for way, at in (("in", 0), ("out", 45), ("in", 75), ("out", 120))
        ]
        sent = {
            "token": roster["token"], "offset_ms": 0, "scans": scans,
            "sent_at": int(clock.instant.timestamp() * 1000),
        }  # fmt: skip
        phone.force_login(leader)  # staff are logged out after half an hour
        answers = [
            phone.post("/offline/upload/", json.dumps(sent), "application/json").json()
            for _ in range(2)  # the first answer was lost on the way
        ]
        assert answers[0] == answers[1]
        assert {one["outcome"] for one in answers[0]["answers"]} == {"accepted"}
        assert hours.compute_due(at=clock.instant) == 1
        record = ServiceRecord.objects.get()
        hours.confirm(record_ids=[record.pk], by=leader, at=clock.instant)
        receipt = as_(user_of(volunteer)).get(f"/hours/{record.pk}/").content.decode()
    assert "扣除中途离开 30 分钟，共 90 分钟" in receipt
    record.refresh_from_db()
    assert (record.minutes, record.trust, record.state) == (90, "proven", "posted")
