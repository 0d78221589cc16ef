"""`voluncity manage rotate_signing_key`: retire the key that signs certificates, make another."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from voluncity.honor.recognition import actions
from voluncity.kernel.refusals import Refusal


class Command(BaseCommand):
    """Change the key; what the old one signed stays good."""

    help = "Retire the key that signs certificates and make another one."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Change it and name the new one.

        :raises CommandError: when the key comes from the environment.
        """
        try:
            key = actions.rotate_key(by=None, at=now())
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal
        self.stdout.write(f"新的签名密钥：{key.name}")
