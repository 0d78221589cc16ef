"""Write docs/access.md from the marks on the views, or check that it is true."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from voluncity.city.access.matrix import document


class Command(BaseCommand):
    """Keep the document of who may do what true."""

    help = "写出 docs/access.md（谁可以打开什么）；--check 只核对"

    def add_arguments(self, parser: CommandParser) -> None:
        """Add what may be said on the command line."""
        parser.add_argument("--check", action="store_true", help="只核对，不写；不一致时退出码为 1")

    def handle(self, *_args: Any, check: bool = False, **_options: Any) -> None:
        """Write or compare the document.

        :raises CommandError: when it is not true and only a check was asked for.
        """
        path, wanted = Path(settings.ROOT) / "docs" / "access.md", document()
        if not check:
            path.write_text(wanted, encoding="utf-8")
            self.stdout.write(f"已写出 {path.name}。")
            return
        if not path.exists() or path.read_text(encoding="utf-8") != wanted:
            raise CommandError("docs/access.md 与代码不一致，请运行 access_matrix 重新写出。")
        self.stdout.write("docs/access.md 与代码一致。")
