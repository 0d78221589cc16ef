"""Migrate as Django does by itself, for comparing; `voluncity migrate` has a quicker way.

It takes minutes. `tests/house/test_migrate.py` compares what comes of both.
"""

from __future__ import annotations

import gc
import os
import sys

import django


def main(slices: list[str]) -> int:
    """Migrate the database of DATABASE_URL, wholly or as far as the named slice needs it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "voluncity.config.settings")
    gc.set_threshold(200_000, 20, 100)  # it draws a hundred thousand models, and throws them away
    django.setup()
    # Readable only after the set-up; the one of the portal has the same name and goes before it.
    from django.core.management import call_command
    from django.core.management.commands.migrate import Command

    call_command(Command(), *slices, verbosity=0, skip_checks=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
