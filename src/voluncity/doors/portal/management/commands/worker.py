"""`voluncity worker`: jobs from the queue and recurring work, in one process."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
from argparse import ArgumentParser
from collections.abc import Mapping
from datetime import timedelta
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, close_old_connections
from django.utils.module_loading import import_string
from django.utils.timezone import now
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from voluncity.city.jobs import actions as jobs

logger = logging.getLogger(__name__)
PAUSE_SECONDS = 1.0
AWAY = (OperationalError, InterfaceError)
NICE = 10
# So many jobs at most before recurring work is looked at again.
JOBS_AT_ONCE = 20


class Command(BaseCommand):
    """Work until somebody stops it; what is being done is finished first."""

    help = "启动后台任务：发通知、计星级、做定时工作。按 Ctrl-C 停止，正在做的会先做完。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--once", action="store_true", help="做完现有的工作就结束")

    def handle(self, **options: Any) -> None:
        """Work, where people at the pages leave time for it."""
        if not options["once"]:
            os.nice(NICE)
        loop = Loop(settings.VOLUNCITY_RECURRING)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, loop.stop)
        loop.run(once=options["once"])


class Loop:
    """Recurring work that is due, then jobs, then a short rest."""

    def __init__(self, recurring: Mapping[str, int]) -> None:
        self._recurring = recurring
        self._due = dict.fromkeys(recurring, 0.0)
        self._stopping = threading.Event()
        self._worker_id = f"{socket.gethostname()[:40]}-{os.getpid()}"
        self._jobs: Worker | None = None

    def stop(self, _number: int = 0, _frame: FrameType | None = None) -> None:
        """End after the job that is running now."""
        self._stopping.set()
        if self._jobs is not None:
            self._jobs.running = False

    def run(self, *, once: bool = False) -> None:
        """Work until stopped, or with `once` until nothing is left to do.

        A database that is away for a while is waited for.
        """
        while not self._stopping.is_set():
            close_old_connections()
            try:
                self._do_recurring_work()
                busy = self._do_jobs()
            except AWAY:
                logger.exception("the database does not answer; trying again")
                busy = False
            if once and not busy:
                return
            if not busy:
                self._stopping.wait(PAUSE_SECONDS)

    def _do_recurring_work(self) -> None:
        for work, seconds in self._recurring.items():
            if self._stopping.is_set() or time.monotonic() < self._due[work]:
                continue
            self._due[work] = time.monotonic() + min(seconds, 60)
            if jobs.take_turn(work=work, every=timedelta(seconds=seconds), at=now()):
                _do(work)

    def _do_jobs(self) -> bool:
        """Run some waiting jobs and return whether there were any."""
        if self._stopping.is_set() or not DBTaskResult.objects.ready().exists():
            return False  # only reading: an idle worker takes no write lock on SQLite
        self._jobs = Worker(
            queue_names=["*"],
            excluded_queue_names=[],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=JOBS_AT_ONCE,
            worker_id=self._worker_id,
        )
        self._jobs.run()
        return True


def _do(work: str) -> None:
    """Do one piece of recurring work; its failure is noted and stops nothing else."""
    try:
        import_string(work)()
    except AWAY:
        raise
    except Exception as error:
        logger.exception("recurring work %s failed", work)
        jobs.note_failure(work=work, failure=f"{type(error).__name__}: {error}", at=now())
    else:
        jobs.note_success(work=work)
