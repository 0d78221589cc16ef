"""Words are found by their bigrams, in the catalogue that is kept in memory."""

from __future__ import annotations

from typing import Any

import pytest

from voluncity.kernel.clock import local_date
from voluncity.service.projects.models import Activity
from voluncity.service.projects.queries.catalogue import make_catalogue
from voluncity.service.projects.queries.choosing import fits_of, soonest
from voluncity.service.projects.queries.shifts import Filters
from voluncity.testing.make_people import NOON
from voluncity.testing.make_projects import make_activity, make_category, make_project, make_shift

pytestmark = pytest.mark.django_db


def _found(query: str) -> list[str]:
    known = make_catalogue(at=NOON)
    fits = fits_of(Filters(q=query), known, point=None, today=local_date(NOON), full=frozenset())
    return sorted({one.name for one in soonest(known.slots, fits, 100)[0]})


def shown(name: str, **fields: Any) -> None:
    """Write down an activity with a shift to come, as an organizer would."""
    make_shift(activity=make_activity(name, **fields))


@pytest.fixture(autouse=True)
def _three_activities() -> None:
    traffic = make_project("文明交通劝导", category=make_category())
    clinic = make_project("邻里守望", category=make_category("health", "医疗健康"))
    shown("早高峰路口执勤", project=traffic, address="五一广场")
    shown("社区义诊 Health Day 2030", project=clinic, description="测血压、问诊")
    shown("𬭎章书法课", project=clinic, address="迎泽公园")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("交通", ["早高峰路口执勤"]),  # of the project
        ("路口", ["早高峰路口执勤"]),
        ("五一", ["早高峰路口执勤"]),  # of the address
        ("文明引导", ["早高峰路口执勤"]),  # of the category
        ("义诊", ["社区义诊 Health Day 2030"]),
        ("血压", ["社区义诊 Health Day 2030"]),  # of the description
        ("医疗 义诊", ["社区义诊 Health Day 2030"]),  # words in any order
        ("义诊 路口", []),
        ("health", ["社区义诊 Health Day 2030"]),
        ("ＨＥＡＬＴＨ　２０３０", ["社区义诊 Health Day 2030"]),
        ("诊义", []),
        ("义", ["社区义诊 Health Day 2030"]),  # one character
        ("𬭎", ["𬭎章书法课"]),
        ("𬭎章", ["𬭎章书法课"]),
        ("守望", ["社区义诊 Health Day 2030", "𬭎章书法课"]),
        ("%", []),
        ("_", []),
        ("%%__", []),
        ("'; DROP TABLE projects_activity; --", []),
        ('" OR "', []),
        ("NEAR(义 诊)", []),
        ("义*", ["社区义诊 Health Day 2030"]),
        ("🙂", []),
        ("\x00\x07", []),
        ("长" * 200, []),
    ],
)
def test_words_are_found(query: str, names: list[str]) -> None:
    assert _found(query) == names


def test_no_words_keep_everything() -> None:
    assert len(_found("")) == len(_found("  ")) == 3


def test_a_changed_text_is_found_by_its_new_words_only() -> None:
    activity = Activity.objects.get(name="早高峰路口执勤")
    activity.search_text = "晚 晚高 高 高峰 峰"
    activity.save(update_fields=["search_text"])
    assert (_found("路口"), _found("晚高峰")) == ([], ["早高峰路口执勤"])
