"""Run one step of the preparation: `python -m bench.prepare STEP FOLDER PORT [NUMBER…]`."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import django


def main(arguments: list[str]) -> int:
    """Run a step and write the numbers that it found into the folder."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "voluncity.config.settings")
    django.setup()
    from bench.prepare.steps import STEPS  # models can be imported only now

    what, folder, port, *numbers = arguments
    facts = STEPS[what](Path(folder), int(port), *(int(number) for number in numbers))
    (Path(folder) / f"{what}.json").write_text(json.dumps(facts), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
