"""`voluncity create-admin`: the first people who may give roles to others."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.timezone import now

from voluncity.city.access import actions as access
from voluncity.city.access.permissions import ADMIN_ROLES, ROLES, Role
from voluncity.city.people import actions as people
from voluncity.city.regions import queries as regions
from voluncity.kernel.refusals import Refusal

PASSWORD_VARIABLE = "VOLUNCITY_ADMIN_PASSWORD"  # noqa: S105 -- a name and no password
CHOICES = [str(role) for role in ADMIN_ROLES]


class Command(BaseCommand):
    """Make an account with one of the three administrators' roles for the whole city."""

    help = (
        "建立管理员账号。系统管理员、安全管理员（分配角色）、审计员由不同的人担任。"
        f"缺少的内容会在终端询问；脚本中可用选项和环境变量 {PASSWORD_VARIABLE} 给出。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--handle", help="账号名，字母、数字和减号")
        parser.add_argument("--name", help="姓名")
        parser.add_argument("--phone", help="手机号")
        parser.add_argument(
            "--role",
            choices=CHOICES,
            default=str(Role.SECURITY_ADMIN),
            help="角色（默认 security_admin，可以给其他人分配角色）",
        )

    def handle(self, **options: Any) -> None:
        """Ask for what is missing, then make account and grant together."""
        handle = options["handle"] or _ask("账号名：", "--handle")
        name = options["name"] or _ask("姓名：", "--name")
        phone = options["phone"] or _ask("手机号：", "--phone")
        password = os.environ.get(PASSWORD_VARIABLE) or _ask_password()
        role = Role(options["role"])
        try:
            with transaction.atomic():
                user = people.create_account(
                    handle=handle, display_name=name, phone=phone, password=password, at=now()
                )
                access.give_role(user=user, role=role, region=regions.city(), by=None, at=now())
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal
        self.stdout.write(f"已建立{ROLES[role].name}账号 {user.handle}（{user.display_name}）。")


def _ask(question: str, option: str) -> str:
    if not sys.stdin.isatty():
        raise CommandError(f"没有终端可以询问，请用 {option} 给出。", returncode=2)
    return input(question)


def _ask_password() -> str:
    if not sys.stdin.isatty():
        raise CommandError(
            f"没有终端可以询问，请用环境变量 {PASSWORD_VARIABLE} 给出密码。", returncode=2
        )
    password = getpass("密码：")
    if password != getpass("再输一次："):
        raise CommandError("两次输入的密码不一样，请重新运行。")
    return password
