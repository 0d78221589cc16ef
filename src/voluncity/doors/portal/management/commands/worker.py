"""`voluncity worker`: jobs from the queue and recurring work, in one process."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, close_old_connections, connections
from django.utils.module_loading import import_string
from django.utils.timezone import now
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from voluncity.city.jobs import actions as jobs
from voluncity.city.jobs import rules

logger = logging.getLogger(__name__)
PAUSE_SECONDS = 1.0
AWAY = (OperationalError, InterfaceError)
NICE = 10
# So many jobs at most before recurring work is looked at again.
JOBS_AT_ONCE = 20


class Command(BaseCommand):
    """Work until somebody stops it; what is being done is finished first."""

    help = "启动后台任务：发通知、计星级、做定时工作。按 Ctrl-C 停止，正在做的会先做完或记下进度。"

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
    """Recurring work that is due, then jobs, then a short rest; long jobs have their own thread.

    A list of the whole city is read for minutes. Messages, stars and publicity do not wait for it
    (docs/decisions/0020).
    """

    def __init__(self, recurring: Mapping[str, int]) -> None:
        self._recurring = recurring
        self._due = dict.fromkeys(recurring, 0.0)
        self._stopping = threading.Event()
        self._worker_id = f"{socket.gethostname()[:40]}-{os.getpid()}"
        self._jobs: dict[str, Worker] = {}

    def stop(self, _number: int = 0, _frame: FrameType | None = None) -> None:
        """End after the job that is running now; a long one lets go at its next step."""
        self._stopping.set()
        for jobs_of_queue in list(self._jobs.values()):
            jobs_of_queue.running = False

    def run(self, *, once: bool = False) -> None:
        """Work until stopped, or with `once` until nothing is left to do."""
        with rules.heeding(self._stopping):
            if once:
                self._work(self._do_recurring_work, self._do_short, self._do_long, once=True)
                return
            with ThreadPoolExecutor(1, thread_name_prefix="long-jobs") as threads:
                ended = threads.submit(self._work_at_long_jobs)
                try:
                    self._work(self._do_recurring_work, self._do_short)
                finally:
                    self.stop()
            ended.result()  # what broke there breaks here

    def _work_at_long_jobs(self) -> None:
        try:
            self._work(self._do_long)
        finally:
            self.stop()
            connections.close_all()

    def _work(self, *steps: Callable[[], bool], once: bool = False) -> None:
        """Do the steps in turn; a database that is away for a while is waited for."""
        while not self._stopping.is_set():
            close_old_connections()
            try:
                busy = any(step() for step in steps)
            except AWAY:
                logger.exception("the database does not answer; trying again")
                busy = False
            if once and not busy:
                return
            if not busy:
                self._stopping.wait(PAUSE_SECONDS)

    def _do_recurring_work(self) -> bool:
        """Do what is due; return that nothing need be done at once."""
        for work, seconds in self._recurring.items():
            if self._stopping.is_set() or time.monotonic() < self._due[work]:
                continue
            self._due[work] = time.monotonic() + min(seconds, 60)
            if jobs.take_turn(work=work, every=timedelta(seconds=seconds), at=now()):
                _do(work)
        return False

    def _do_short(self) -> bool:
        return self._do_jobs(rules.SHORT)

    def _do_long(self) -> bool:
        return self._do_jobs(rules.LONG)

    def _do_jobs(self, queue: str) -> bool:
        """Run some waiting jobs of one queue and return whether there were any."""
        waiting = DBTaskResult.objects.ready().filter(queue_name=queue)
        if self._stopping.is_set() or not waiting.exists():
            return False  # only reading: an idle worker takes no write lock on SQLite
        self._jobs[queue] = Worker(
            queue_names=[queue],
            excluded_queue_names=[],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=JOBS_AT_ONCE,
            worker_id=self._worker_id,
        )
        self._jobs[queue].run()
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
