"""`voluncity import-volunteers`: register the volunteers of a list.

Exit codes: 0 everybody is registered, 1 some were refused or it could not be read, 2 wrong usage.
"""

from __future__ import annotations

import time
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localtime, now

from voluncity.city.people import actions as people
from voluncity.city.people.actions import Counts, Tell
from voluncity.city.people.models import User
from voluncity.kernel.refusals import Refusal

SOME_REFUSED, WRONG_USAGE = 1, 2
PAUSE_SECONDS = 2.0
FORMATS = {".csv", ".xlsx"}


class Command(BaseCommand):
    """Import a file, going on where it was interrupted; write what became of each row."""

    help = (
        "导入志愿者名单：逐行按登记规则检查，合格的登记，不合格的写明原因。"
        "中断后再运行同一个文件会接着导入；已导入完的文件不会重复导入。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "file", nargs="?", type=Path, help="名单：XLSX、XLS 或 CSV（UTF-8 或 GB18030）"
        )
        parser.add_argument("--by", metavar="账号", help="由谁导入：有“代为登记志愿者”权限的账号")
        parser.add_argument(
            "--report", type=Path, metavar="文件", help="结果文件（默认在名单旁边）"
        )
        parser.add_argument("--dry-run", action="store_true", help="只检查，不登记任何人")
        parser.add_argument(
            "--all-or-nothing", action="store_true", help="全部合格才导入，有一行不合格就都不导入"
        )
        parser.add_argument(
            "--template", type=Path, metavar="文件", help="生成空白模板（.xlsx 或 .csv）"
        )

    def handle(self, **options: Any) -> None:
        """Write a template, try a list, or import it.

        :raises CommandError: when it cannot be read or written, or the usage is wrong.
        :raises SystemExit: with 1 when somebody was refused.
        """
        if options["template"] is not None:
            self._write_template(options["template"])
            return
        if options["file"] is None:
            raise CommandError("请写出名单的文件名，如 名单.xlsx。", returncode=WRONG_USAGE)
        by = self._account(options["by"], is_needed=not options["dry_run"])
        started = time.monotonic()
        try:
            counts = self._run(options, by, now())
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal
        self.stdout.write(f"{_words(counts, options['dry_run'])}，用时 {_seconds(started)}。")
        if counts.refused:
            raise SystemExit(SOME_REFUSED)

    def _write_template(self, path: Path) -> None:
        if path.suffix.lower() not in FORMATS:
            raise CommandError("模板的文件名请以 .xlsx 或 .csv 结尾。", returncode=WRONG_USAGE)
        if path.exists():
            raise CommandError(f"“{path}”已经有了，请换一个文件名。")
        try:
            people.write_template(path)
        except OSError as error:
            raise CommandError(f"“{path}”写不进去，请换一个位置。") from error
        self.stdout.write(f"已生成模板 {path}")

    @staticmethod
    def _account(handle: str | None, *, is_needed: bool) -> User | None:
        if handle is None and not is_needed:
            return None
        user = User.objects.filter(handle=handle, is_active=True).first() if handle else None
        if user is None:
            raise CommandError(
                f"没有账号“{handle}”，或已停用。" if handle else "请用 --by 写出由哪个账号导入。",
                returncode=WRONG_USAGE,
            )
        return user

    def _run(self, options: dict[str, Any], by: User | None, at: datetime) -> Counts:
        path: Path = options["file"]
        report: Path = options["report"] or _beside(path, at)
        sheet, unknown = people.named_sheet(path)
        if sheet:
            self._say(f"读取工作表：{sheet}")
        if unknown:
            self._say(f"这些列没有用到：{'、'.join(unknown)}")
        if options["dry_run"] or by is None:
            counts = people.try_volunteers(
                path=path, report_path=report, by=by, at=at, tell=self._progress()
            )
            self._say(f"逐行结果：{report}")
            return counts
        if options["all_or_nothing"]:
            counts = people.import_all_or_nobody(
                path=path, report_path=report, by=by, at=at, tell=self._progress()
            )
            if counts.refused:
                self._say("有不合格的行，没有导入任何人。")
            self._say(f"逐行结果：{report}")
            return counts
        batch = people.import_volunteers(
            path=path, report_path=report, by=by, at=at, tell=self._progress()
        )
        if batch.finished_at and batch.finished_at < at:
            self._say(
                f"这个文件在 {localtime(batch.finished_at):%Y-%m-%d %H:%M} 已经导入完，没有改动。"
            )
        self._say(f"逐行结果：{batch.report_path}")
        return people.counts_of(batch)

    def _progress(self) -> Tell:
        """Return what says how far the import is, every other second."""
        started, said = time.monotonic(), -PAUSE_SECONDS
        first = 0

        def tell(counts: Counts) -> None:
            nonlocal first, said
            first = first or counts.position
            passed = time.monotonic() - started
            if passed - said >= PAUSE_SECONDS:
                said = passed
                speed = (counts.position - first) / max(passed, 1)
                self._say(f"已读 {counts.position:,} 行，每秒约 {speed:,.0f} 行")

        return tell

    def _say(self, words: str) -> None:
        """Print at once, also into a pipe; results stay alone on standard output."""
        self.stderr.write(words)
        self.stderr.flush()


def _beside(path: Path, at: datetime) -> Path:
    return path.with_name(f"{path.stem}-结果-{localtime(at):%Y%m%d-%H%M%S}.csv")


def _words(counts: Counts, is_trial: bool) -> str:  # noqa: FBT001 -- called in one place
    done, refused = ("可以导入", "不能导入") if is_trial else ("导入", "未导入")
    everybody = counts.imported + counts.known + counts.refused
    return (
        f"共 {everybody:,} 人：{done} {counts.imported:,} 人，"
        f"早已登记 {counts.known:,} 人，{refused} {counts.refused:,} 人"
    )


def _seconds(started: float) -> str:
    return f"{time.monotonic() - started:.1f} 秒"
