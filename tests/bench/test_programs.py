"""What the benchmark starts ends in time, and what it took is known."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest

from bench import building
from bench.programs import run
from bench.spent import cpu_seconds, processes
from house.processes import Family
from house.words import Stop

BIG = "import time; x = bytearray(b'x') * 60_000_000; time.sleep(0.6); print('done'); exit(3)"


@pytest.fixture
def family() -> Iterator[Family]:
    started = Family()
    yield started
    started.stop()


def test_program_that_ended_tells_what_it_took(family: Family, tmp_path: Path) -> None:
    done = run(family, [sys.executable, "-c", BIG], dict(os.environ), tmp_path / "log", seconds=60)
    assert (done.code, done.said) == (3, "done\n")
    assert done.seconds >= 0.6
    assert 60 < done.peak_mb < 200


def test_work_of_a_program_and_its_children_is_counted(family: Family, tmp_path: Path) -> None:
    busy = "import time\nwhile time.process_time() < 0.3: pass\n"
    # One child that has ended, one in a group of its own that goes on.
    program = (
        "import subprocess, sys, time\n"
        f"subprocess.run([sys.executable, '-c', {busy!r}])\n"
        f"subprocess.Popen([sys.executable, '-c', {busy + 'time.sleep(60)'!r}], process_group=0)\n"
        f"{busy}open(sys.argv[1], 'w').close()\ntime.sleep(60)\n"
    )
    child = family.start([sys.executable, "-c", program, str(tmp_path / "done")])
    until = monotonic() + 60
    while cpu_seconds(child.pid) < 0.75 and monotonic() < until:
        sleep(0.05)
    assert 0.75 <= cpu_seconds(child.pid) < 3  # two of the three alone come to 0.6
    for one in processes():
        if one.parent == child.pid:
            os.kill(one.pid, signal.SIGKILL)


def test_program_that_takes_too_long_is_given_up(family: Family, tmp_path: Path) -> None:
    sleeper = [sys.executable, "-c", "import time; time.sleep(60)"]
    began = monotonic()
    with pytest.raises(Stop, match="took longer than 0 s"):
        run(family, sleeper, {}, tmp_path / "log", seconds=0.3)
    family.stop()
    assert monotonic() - began < 20


def test_measured_city_is_a_real_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(building, "KEYS", tmp_path / "keys.json")
    monkeypatch.setenv("VOLUNCITY_HTTPS", "0")
    monkeypatch.setenv("VOLUNCITY_DEBUG", "1")
    env = building.variables("sqlite:///city", port=8123)
    names = {"DEMO", "DEBUG", "HTTPS", "PLAIN_STATIC", "IMMEDIATE_JOBS"}
    assert not {f"VOLUNCITY_{name}" for name in names} & set(env)
    assert env["VOLUNCITY_PUBLIC_URL"] == "https://127.0.0.1:8123"
    assert (tmp_path / "keys.json").stat().st_mode & 0o077 == 0
    # The same secrets again, or nobody could read the built city's rows.
    again = building.variables("sqlite:///city", port=8123, demo=True)
    assert again == env | {"VOLUNCITY_DEMO": "1"}


def test_digest_of_the_building_code_is_the_same_twice() -> None:
    assert building.digest() == building.digest()
    assert len(building.digest()) == 64
