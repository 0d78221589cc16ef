"""Health, gallery, service worker, manifest."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.utils.timezone import now
from pytest_django import Settings

from voluncity.city.jobs.models import Turn
from voluncity.city.journal.models import Cursor
from voluncity.doors.portal.queries import health

pytestmark = pytest.mark.django_db


def _worker_seen(minutes_ago: int) -> None:
    Turn.objects.create(work="some.work", taken_at=now() - timedelta(minutes=minutes_ago))


def test_health_is_200_when_database_migrations_worker_and_disk_are_well(client: Client) -> None:
    _worker_seen(0)
    answer = client.get("/healthz")
    assert answer.status_code == 200
    report = answer.json()
    assert report["ok"] is True
    assert {name: check["ok"] for name, check in report["checks"].items()} == {
        "database": True,
        "migrations": True,
        "worker": True,
        "disk": True,
    }
    assert report["checks"]["database"]["kind"] == connection.vendor


def test_health_is_503_when_the_worker_was_not_seen_for_three_minutes(client: Client) -> None:
    _worker_seen(3)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["checks"]["worker"]["ok"]) == (503, False)


def test_health_is_503_when_no_worker_ever_ran(client: Client) -> None:
    assert client.get("/healthz").status_code == 503


def test_health_names_the_journal_reader_that_fails(client: Client) -> None:
    _worker_seen(0)
    Cursor.objects.create(reader="honor.totals", failed_at=now(), failure="KeyError: 'minutes'")
    assert client.get("/healthz").json()["checks"]["worker"]["failing"] == ["honor.totals"]


def test_health_is_503_when_the_disk_is_full(
    client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _worker_seen(0)
    settings.VOLUNCITY_FILES = str(tmp_path / "not" / "yet" / "made")
    monkeypatch.setattr(health, "LEAST_FREE_BYTES", 10**18)
    assert client.get("/healthz").json()["checks"]["disk"]["ok"] is False


def test_health_is_503_when_a_migration_is_missing(client: Client) -> None:
    _worker_seen(0)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'recognition'")
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["checks"]["migrations"]["ok"]) == (503, False)


def test_the_service_worker_is_served_from_the_root_and_keeps_only_the_look(client: Client) -> None:
    answer = client.get("/sw.js")
    assert answer["Content-Type"] == "text/javascript"
    assert "/offline" in answer.content.decode()


def test_the_manifest_names_the_city(client: Client) -> None:
    answer = client.get("/manifest.webmanifest")
    assert answer.json()["short_name"] == "志愿之城"


@pytest.mark.parametrize("path", ["/design/", "/offline"])
def test_gallery_and_offline_page_answer_without_login(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200
