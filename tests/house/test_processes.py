"""Whatever a command starts, it also ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from house import processes
from house.words import Stop
from tests.house import process_table

# A program whose child is in no hurry to end and does not listen to SIGTERM.
STUBBORN = """
import signal, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", '''
import signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
open(sys.argv[1], "w").close()
time.sleep(60)
''', sys.argv[1] + ".up"])
open(sys.argv[1], "w").write(str(child.pid))
time.sleep(60)
"""


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "PATIENCE_SECONDS", 0.5)


def _grandchild(note: Path) -> int:
    until = time.monotonic() + 10
    while not note.with_name(note.name + ".up").exists() and time.monotonic() < until:
        time.sleep(0.02)
    return int(note.read_text())


@pytest.mark.usefixtures("impatient")
def test_a_stubborn_grandchild_is_ended_too(tmp_path: Path) -> None:
    family = processes.Family()
    family.start([sys.executable, "-c", STUBBORN, str(tmp_path / "pid")])
    grandchild = _grandchild(tmp_path / "pid")

    family.stop()

    assert process_table.living([grandchild]) == []


def test_saboteur_that_ends_only_the_child_leaves_the_grandchild(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    child = subprocess.Popen([sys.executable, "-c", STUBBORN, str(note)], start_new_session=True)
    grandchild = _grandchild(note)

    child.terminate()
    child.wait(timeout=10)

    assert process_table.living([grandchild]) == [grandchild]
    os.kill(grandchild, signal.SIGKILL)


def test_a_wish_to_stop_ends_a_long_step() -> None:
    family = processes.Family()
    threading.Timer(0.3, lambda: setattr(family, "asked_to_stop", True)).start()

    with pytest.raises(Stop) as stop:
        family.run([sys.executable, "-c", "import time; time.sleep(60)"])

    family.stop()
    assert stop.value.code == 130


def test_nothing_is_started_after_the_wish_to_stop() -> None:
    family = processes.Family()
    family.asked_to_stop = True
    with pytest.raises(Stop):
        family.start([sys.executable, "-c", "pass"])


def test_the_exit_code_of_a_step_is_handed_on() -> None:
    assert processes.Family().run([sys.executable, "-c", "raise SystemExit(7)"]) == 7


def test_the_program_that_ends_by_itself_is_named() -> None:
    family = processes.Family()
    family.start([sys.executable, "-c", "import time; time.sleep(60)"])
    short = family.start([sys.executable, "-c", "pass"])

    assert family.wait_for_one_to_end() is short
    family.stop()


@pytest.mark.usefixtures("impatient")
def test_one_program_is_ended_and_the_others_go_on(tmp_path: Path) -> None:
    family = processes.Family()
    stubborn = family.start([sys.executable, "-c", STUBBORN, str(tmp_path / "pid")])
    other = family.start([sys.executable, "-c", "import time; time.sleep(60)"])
    grandchild = _grandchild(tmp_path / "pid")

    family.end(stubborn)

    assert process_table.living([grandchild]) == []
    assert other.poll() is None
    family.stop()
    assert other.poll() is not None


def test_everything_that_a_program_says_is_kept_where_it_is_wanted(tmp_path: Path) -> None:
    family = processes.Family()
    program = "import sys; print('out', flush=True); print('err', file=sys.stderr)"
    child = family.start([sys.executable, "-c", program], into=tmp_path / "log")
    child.wait(timeout=10)
    assert (tmp_path / "log").read_text() == "out\nerr\n"
