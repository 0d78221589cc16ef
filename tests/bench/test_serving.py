"""`voluncity serve` with several processes answers many at once on PostgreSQL."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from bench.city import answers, free_port
from bench.load import drive
from bench.plan import Request
from house.processes import Family
from voluncity.testing.live import environment

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    port = free_port()
    parts = urlsplit(os.environ["DATABASE_URL"])
    url = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
    command = [sys.executable, "-m", "voluncity", "serve", "--workers", "2", "--port", str(port)]
    family = Family()
    family.start(command, environment(url), into=tmp_path / "log")
    until = time.monotonic() + 60
    while not answers(f"http://127.0.0.1:{port}/healthz") and time.monotonic() < until:
        time.sleep(0.1)
    yield port
    family.stop()


def test_forked_processes_have_connections_of_their_own(port: int) -> None:
    run = drive([Request("/healthz", expect={200: "", 503: ""})] * 64, port=port, connections=16)
    assert (run.requests, run.errors) == (64, 0)
    assert run.times.most < 15_000  # and nobody waited until a pool gave up
