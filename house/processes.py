"""Start programs so that all of them, and what they start, can be stopped again."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from types import FrameType

from house.paths import ROOT
from house.words import Stop

PATIENCE_SECONDS = 10
ASKED_TO_STOP = 130


class Family:
    """The programs that one command started, each leading a process group of its own.

    A signal only leaves a note; the loops that wait look at it. So it cannot come between the
    start of a program and the moment when it is known here.
    """

    def __init__(self) -> None:
        self.asked_to_stop = False
        self._members: list[subprocess.Popen[bytes]] = []

    def listen(self) -> None:
        """Note Ctrl-C, `kill` and a closed terminal."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self.asked_to_stop = True

    def start(
        self,
        command: Sequence[str],
        env: Mapping[str, str] | None = None,
        *,
        quiet: bool = False,
        into: Path | None = None,
    ) -> subprocess.Popen[bytes]:
        """Start a program in its own process group.

        `quiet` drops what it prints; with `into`, everything that it says goes into that file.

        :raises Stop: when somebody asked to stop in the meantime.
        """
        self.heed()
        output = subprocess.DEVNULL if quiet else None
        with into.open("wb") if into else nullcontext(output) as said:
            child = subprocess.Popen(
                command,
                cwd=ROOT,
                env=env,
                stdout=said,
                stderr=said if into else None,
                start_new_session=True,
            )
        self._members.append(child)
        return child

    def run(
        self, command: Sequence[str], env: Mapping[str, str] | None = None, *, quiet: bool = False
    ) -> int:
        """Run a program to its end and return its exit code."""
        child = self.start(command, env, quiet=quiet)
        while child.poll() is None:
            self.heed()
            time.sleep(0.05)
        self._members.remove(child)
        return child.returncode

    def end(self, child: subprocess.Popen[bytes]) -> None:
        """End one program and everything in its group; the others go on."""
        _end([child])
        self._members.remove(child)

    def heed(self) -> None:
        """Look whether somebody asked to stop.

        :raises Stop: if so.
        """
        if self.asked_to_stop:
            raise Stop("", ASKED_TO_STOP)

    def wait_for_one_to_end(self) -> subprocess.Popen[bytes] | None:
        """Wait until a program ends or somebody asks to stop (then None)."""
        while not self.asked_to_stop:
            for child in self._members:
                if child.poll() is not None:
                    return child
            time.sleep(0.2)
        return None

    def stop(self) -> None:
        """End every program and everything in its group; kill what does not end in time."""
        _end(self._members)
        self._members.clear()


def _end(members: Sequence[subprocess.Popen[bytes]]) -> None:
    for child in members:
        if child.poll() is None:
            child.terminate()
    until = time.monotonic() + PATIENCE_SECONDS
    for child in members:
        while child.poll() is None and time.monotonic() < until:
            time.sleep(0.05)
    for child in members:
        _clear_group(child, until)


def _clear_group(leader: subprocess.Popen[bytes], until: float) -> None:
    """End what the leader of a process group left behind."""
    number = signal.SIGTERM
    while _send(leader.pid, number):
        leader.poll()
        time.sleep(0.05)
        if time.monotonic() > until:
            number = signal.SIGKILL


def _send(group: int, number: int) -> bool:
    """Send a signal to a process group and return whether anybody is left in it."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True
