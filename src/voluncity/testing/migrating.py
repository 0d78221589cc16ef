"""Migrate an empty database in a fraction of the time; `migrated` keeps what comes of it.

With each new table, column, constraint or index Django draws all models anew that are related to it
by any number of steps, which in the end is every model, because each knows a person. Nothing but
the one that changes is needed to change its table. `tests/house/test_run.py` migrates as a city
does, and compares.
"""

from __future__ import annotations

import os
import sys

import django
from django.core.management import call_command
from django.db.migrations.state import ModelState, ProjectState


def main() -> int:
    """Migrate the database of DATABASE_URL."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "voluncity.config.settings")
    django.setup()
    ProjectState.add_model = _add_model  # type: ignore[method-assign]
    ProjectState.reload_model = _reload_model  # type: ignore[method-assign]
    call_command("migrate", verbosity=0, skip_checks=True)
    return 0


def _add_model(self: ProjectState, model_state: ModelState) -> None:
    """Do what Django does, but draw the new model only."""
    key = model_state.app_label, model_state.name_lower
    self.models[key] = model_state
    if self._relations is not None:  # type: ignore[attr-defined]
        self.resolve_model_relations(key)
    if "apps" in self.__dict__:
        self.apps.render_multiple([model_state])
        self.is_delayed = True  # code of ours that asks models sees all of them drawn anew


def _reload_model(self: ProjectState, app_label: str, model_name: str, delay: bool = False) -> None:
    """Do what Django does, but draw the changed model only."""
    if "apps" in self.__dict__:
        self._reload({(app_label, model_name)})  # type: ignore[attr-defined]
        self.is_delayed = True  # as above


if __name__ == "__main__":
    sys.exit(main())
