"""`voluncity serve`: the web server."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import OperationalError
from granian.constants import Interfaces
from granian.server import Server

APPLICATION = "voluncity.config.wsgi:application"
STOP_SECONDS = 15
MANIFEST = "staticfiles.json"


class Command(BaseCommand):
    """Serve the city until somebody stops it."""

    help = "启动网站，按 Ctrl-C 停止。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--host", default="127.0.0.1", help="监听地址（默认 127.0.0.1）")
        parser.add_argument("--port", type=int, default=8000, help="监听端口（默认 8000）")
        parser.add_argument("--workers", type=int, default=1, help="进程数，建议等于处理器核数")
        parser.add_argument("--blocking-threads", type=int, default=4, help="每个进程的线程数")

    def handle(self, **options: Any) -> None:
        """Refuse to serve what cannot work, then serve."""
        if min(options["workers"], options["blocking_threads"]) < 1:
            raise CommandError("--workers 和 --blocking-threads 至少为 1。", returncode=2)
        refuse_old_database()
        refuse_missing_static()
        server = Server(
            APPLICATION,
            address=options["host"],
            port=options["port"],
            interface=Interfaces.WSGI,
            workers=options["workers"],
            blocking_threads=options["blocking_threads"],
            workers_kill_timeout=STOP_SECONDS,
            respawn_failed_workers=True,
            websockets=False,
            log_enabled=options["verbosity"] > 1,
        )
        server.serve()


def refuse_old_database() -> None:
    """Look whether the database has the tables of this version.

    :raises CommandError: when it cannot be reached or migrations are missing.
    """
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except OperationalError as error:
        raise CommandError(f"连接不上数据库，请检查 DATABASE_URL。（{error}）") from error
    finally:
        _let_go_of_database()
    if missing:
        raise CommandError("数据库还不是最新版本，请先运行 voluncity migrate。")


def _let_go_of_database() -> None:
    """Close the connection and, on PostgreSQL, its pool.

    The workers are forked from this process: an inherited pool would give all of them the same
    connection and could not open another one.
    """
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()  # type: ignore[attr-defined] # of this database only


def refuse_missing_static() -> None:
    """Look whether the static files were collected, where they are needed in one place.

    :raises CommandError: when they were not.
    """
    if settings.WHITENOISE_USE_FINDERS or (Path(settings.STATIC_ROOT) / MANIFEST).exists():
        return
    raise CommandError("静态文件还没有准备好，请先运行 voluncity manage collectstatic --noinput。")
