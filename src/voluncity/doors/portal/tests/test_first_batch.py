"""Puyang's first batch comes out of a thousand people's records by the rule, to the last person."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from voluncity.city.access.permissions import Role
from voluncity.city.journal.queries import chain_faults
from voluncity.city.ledger.queries import book_faults
from voluncity.city.regions import queries as regions
from voluncity.doors.portal.demo import first_batch
from voluncity.honor.certification import queries as certification
from voluncity.honor.certification.models import Honor
from voluncity.honor.leaderboards import queries as leaderboards
from voluncity.honor.recognition import queries as recognition
from voluncity.service.hours import queries as hours
from voluncity.service.hours.models import ServiceRecord
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import make_region, make_user
from voluncity.testing.make_projects import make_category

pytestmark = [pytest.mark.django_db, pytest.mark.row("D3")]
AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def test_the_first_batch_has_puyangs_numbers_and_the_books_are_clean() -> None:
    make_region()
    make_category()
    office = make_user("赵文清")
    give(office, Role.CITY_OFFICE, regions.city())
    stars, medals = first_batch.build(office=office, at=AT, say=lambda _: None)
    assert dict(certification.graded_honors(medals)) == {"金奖章": 4, "银奖章": 10, "铜奖章": 61}
    assert dict(certification.graded_honors(stars)) == {
        "五星级志愿者": 99, "四星级志愿者": 208, "三星级志愿者": 596,
    }  # fmt: skip
    # By the rule alone, out of records; who missed it narrowly is known, who is new is not there.
    assert {one["by_rule"] for one in Honor.objects.values_list("facts", flat=True)} == {True}
    assert certification.states_of(stars) == {"certified": 903, "short": 35}
    assert ServiceRecord.objects.count() > 20_000
    assert stars.looked_at == 903 + 35 + 20 + first_batch.TOO_NEW
    for faults in (
        book_faults, chain_faults, hours.faults, recognition.faults, leaderboards.faults,
        certification.faults,
    ):  # fmt: skip
        assert faults() == []
