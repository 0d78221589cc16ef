"""Words are found by their bigrams, on whichever database the tests run."""

from __future__ import annotations

import pytest
from django.db import connection

from voluncity.service.projects.models import Activity
from voluncity.service.projects.queries.search import containing
from voluncity.testing.make_projects import make_activity, make_category, make_project

pytestmark = pytest.mark.django_db


def _found(query: str) -> list[str]:
    return sorted(containing(Activity.objects.all(), query).values_list("name", flat=True))


@pytest.fixture(autouse=True)
def _three_activities() -> None:
    traffic = make_project("文明交通劝导", category=make_category())
    clinic = make_project("邻里守望", category=make_category("health", "医疗健康"))
    make_activity("早高峰路口执勤", project=traffic, address="五一广场")
    make_activity("社区义诊 Health Day 2030", project=clinic, description="测血压、问诊")
    make_activity("𬭎章书法课", project=clinic, address="迎泽公园")


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


def test_the_index_follows_changes_and_deletions() -> None:
    activity = Activity.objects.get(name="早高峰路口执勤")
    activity.search_text = "晚 晚高 高 高峰 峰"
    activity.save(update_fields=["search_text"])
    assert (_found("路口"), _found("晚高峰")) == ([], ["早高峰路口执勤"])
    activity.delete()
    assert _found("晚高峰") == []


def test_the_index_follows_bulk_writes() -> None:
    Activity.objects.update(search_text="全 全市 市")
    assert len(_found("全市")) == 3
    Activity.objects.all().delete()
    assert _found("全市") == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="FTS5 is SQLite's")
def test_the_index_of_sqlite_agrees_with_its_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO projects_activity_search(projects_activity_search, rank)"
            " VALUES ('integrity-check', 1)"
        )


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="GIN is PostgreSQL's")
def test_postgresql_can_use_its_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = containing(Activity.objects.all(), "义诊").explain()
    assert "projects_activity_search" in plan
