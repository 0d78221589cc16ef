"""Points by the API: what one has, what comes and goes, what is lost soon."""

from __future__ import annotations

from datetime import timedelta

import pytest

from voluncity.testing.api import program_of
from voluncity.testing.clock import stopped_at
from voluncity.testing.make_people import (
    NOON,
    TODAY,
    make_child,
    make_user,
    make_volunteer,
    user_of,
)
from voluncity.testing.make_points import give_points


@pytest.mark.row("E1")
@pytest.mark.django_db
def test_one_reads_balance_and_statement_of_oneself_alone() -> None:
    mine, other = make_volunteer("赵志强"), make_volunteer("吴刚")
    soon = TODAY + timedelta(days=30)
    give_points(mine, 120, expires_on=soon)
    give_points(other, 7)
    with stopped_at(NOON):
        program = program_of(user_of(mine))
        assert program.get("me/points").body == {
            "balance": 120, "owed": 0,
            "expiring": [{"last_day": soon.isoformat(), "points": 120}],
        }  # fmt: skip
        [line] = program.get("me/points/statement").body["items"]
        assert (line["points"], line["source"]) == (120, "adjustment:0")
        assert program.get("me/points/statement", show="out").body["total"] == 0
        assert program.get("me/points/statement", show="all").refusal[::2] == (422, "show")
        assert program_of(make_user("还没登记")).get("me/points").refusal[0] == 403


@pytest.mark.django_db
def test_a_guardian_reads_the_points_of_a_child_and_of_nobody_else() -> None:
    guardian, stranger = make_user("李娜"), make_volunteer("吴刚")
    child = make_child(guardian=guardian)
    give_points(child, 30)
    with stopped_at(NOON):
        program = program_of(guardian)
        assert program.get("me/points", volunteer_id=child.pk).body["balance"] == 30
        page = program.get("me/points/statement", volunteer_id=child.pk).body
        assert [line["points"] for line in page["items"]] == [30]
        for path in ("me/points", "me/points/statement", "me/insurance"):
            assert program.get(path, volunteer_id=stranger.pk).refusal[0] == 404
        assert program.get("me/insurance", volunteer_id=child.pk).body["is_covered"] is False
