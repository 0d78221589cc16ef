"""Which tests a second database leaves out, and what a worker takes first."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from house.paths import ROOT
from voluncity.testing import tracing, turns

A_FILE = """
import unittest

import pytest
from django.test import TestCase

def test_plain(): pass

@pytest.fixture
def office(db): return db

def test_with_a_fixture_that_asks(office): pass

@pytest.mark.django_db
def test_marked(): pass

@pytest.mark.browser
def test_walk(): pass

@pytest.mark.once("looks at letters")
@pytest.mark.browser
def test_letters(): pass

class InDatabase(TestCase):
    def test_in_database(self): pass

class Alone(unittest.TestCase):
    def test_alone(self): pass
"""


def _collected(folder: Path, *options: str) -> set[str]:
    path = folder / "test_example.py"
    path.write_text(A_FILE)
    settings = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT)]
    command = [sys.executable, "-m", "pytest", *settings, "--collect-only", "-q", *options]
    return {line.rpartition("::")[2] for line in _lines([*command, str(path)]) if "::" in line}


def _lines(command: list[str]) -> list[str]:
    env = os.environ | tracing.UNTRACED
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_a_second_database_has_the_tests_that_may_ask_it(tmp_path: Path) -> None:
    everything = _collected(tmp_path)
    again = _collected(tmp_path, "--leave-out-once")
    assert again == {
        "test_with_a_fixture_that_asks", "test_marked", "test_walk", "test_in_database",
    }  # fmt: skip
    assert everything - again == {"test_plain", "test_letters", "test_alone"}


def test_what_is_seen_in_one_browser_is_left_to_postgresql(tmp_path: Path) -> None:
    measured = _collected(tmp_path, "--leave-out-browser")
    assert _collected(tmp_path) - measured == {"test_walk", "test_letters"}


def test_no_browser_test_is_left_out_by_both_databases() -> None:
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "tests/browser"]
    listed = [
        {line for line in _lines([*command, f"--leave-out-{what}"]) if "::" in line}
        for what in ("once", "browser")
    ]
    assert listed[0] | listed[1] == {line for line in _lines(command) if "::" in line}
    assert {line.partition("::")[0] for line in listed[1]} == set(turns.SERVED_BY_BOTH)


def test_what_is_ordered_exists() -> None:
    for start in {*turns.LONGEST, *turns.APART, *turns.SERVED_BY_BOTH}:
        assert (ROOT / start).exists(), start
