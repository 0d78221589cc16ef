"""The command `voluncity`: what an operator may do, each a management command of Django.

Exit codes: 0 done, 1 failed with a sentence, 2 wrong usage, 78 wrong settings.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NamedTuple

WRONG_USAGE = 2
WRONG_SETTINGS = 78
HELP = {"-h", "--help"}


class Command(NamedTuple):
    """A command of ours and the management command behind it."""

    behind: str
    summary: str


COMMANDS = {
    "migrate": Command("migrate", "建立或更新数据库"),
    "load-reference": Command("load_reference", "装入行政区划、服务类别等基础数据"),
    "create-admin": Command("create_admin", "建立管理员账号"),
    "import-volunteers": Command("import_volunteers", "导入志愿者名单（XLSX、XLS 或 CSV）"),
    "serve": Command("serve", "启动网站"),
    "worker": Command("worker", "启动后台任务（通知、星级、定时工作）"),
    "check-books": Command("check_books", "核对台账余额和操作日志，指出被改动的记录"),
    "settle-stars": Command("settle_stars", "按现行星级标准核定全部志愿者的星级"),
    "demo": Command("demo", "装入演示城市（仅限演示模式）"),
    "manage": Command("", "运行任意 Django 管理命令"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or given[0] in HELP:
        print(_overview())
        return 0 if given else WRONG_USAGE
    command = COMMANDS.get(given[0])
    if command is None:
        print(f"没有“{given[0]}”这个命令。\n\n{_overview()}", file=sys.stderr)
        return WRONG_USAGE
    return _run(command, given[1:])


def _overview() -> str:
    lines = [f"  {name:<20}{command.summary}" for name, command in COMMANDS.items()]
    return "\n".join(
        ["用法：voluncity <命令> [选项]", "", *lines, "", "每个命令加 --help 查看选项。"]
    )


def _run(command: Command, rest: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "voluncity.config.settings")
    if HELP & set(rest):
        os.environ.setdefault("VOLUNCITY_DEMO", "1")  # help needs no keys
    # Django reads the settings at import, so it comes after they are named.
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        settings.SECRET_KEY  # noqa: B018 -- reading is what may fail
    except ImproperlyConfigured as error:
        print(f"设置有误：{error}", file=sys.stderr)
        return WRONG_SETTINGS
    name = [command.behind] if command.behind else []
    try:
        execute_from_command_line(["voluncity", *name, *rest])
    except KeyboardInterrupt:
        return 130
    return 0
