"""`voluncity migrate`: make or update the database; an unused one the quick way (decision 0050)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.commands import migrate
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

from voluncity.city.people.models import User

PARTS = 10  # how often a long migration says how far it is


class Command(migrate.Command):
    """Do what Django's command does, quicker in an unused database, and say it in Chinese.

    Whoever asks for one slice, for a plan, or for more words (`--verbosity 2`) gets Django's own.
    """

    help = "建立或更新数据库。可以重复运行。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, and say how far it is."""
        connection = connections[options["database"]]
        loader = MigrationLoader(connection)
        self.steps = len(set(loader.graph.nodes) - set(loader.applied_migrations))
        self.done = 0
        self.speaks = options["verbosity"] == 1 and not _asks_for_less(options)
        if self.speaks:
            options["verbosity"] = 0
        started = time.monotonic()
        with _quickly(is_unused=not _asks_for_less(options) and _is_unused(connection)):
            self._say(f"正在更新数据库，共 {self.steps} 步。" if self.steps else "")
            super().handle(*args, **options)
        took = f"数据库已更新，用时 {time.monotonic() - started:.0f} 秒。"
        self._say(took if self.steps else "数据库已经是最新版本。")

    def migration_progress_callback(
        self,
        action: str,
        migration: Any = None,
        fake: bool = False,  # noqa: FBT001, FBT002 -- Django's signature
    ) -> None:
        """Say from time to time how many steps are done."""
        super().migration_progress_callback(action, migration, fake)
        if action == "apply_success":
            before, self.done = self.done, self.done + 1
            if before * PARTS // self.steps < self.done * PARTS // self.steps < PARTS:
                self._say(f"  已完成 {self.done} 步")

    def _say(self, words: str) -> None:
        """Print a line at once, also into a pipe."""
        if self.speaks and words:
            self.stdout.write(words)
            self.stdout.flush()


def _asks_for_less(options: dict[str, Any]) -> bool:
    """Say whether less is wanted than to bring everything up to date."""
    less = ("app_label", "plan", "check_unapplied", "prune", "fake", "fake_initial")
    return any(options.get(name) for name in less)


def _is_unused(connection: BaseDatabaseWrapper) -> bool:
    """Say whether nobody has an account yet: the database is empty, or was left half made."""
    if User._meta.db_table not in connection.introspection.table_names():  # noqa: SLF001
        return True
    return not User.objects.using(connection.alias).exists()


@contextmanager
def _quickly(*, is_unused: bool) -> Iterator[None]:
    """Let Django's command draw no more than what changes, if nobody uses the database."""
    usual = vars(migrate)["MigrationExecutor"]  # Django has no other place to name one
    vars(migrate)["MigrationExecutor"] = QuickExecutor if is_unused else usual
    try:
        yield
    finally:
        vars(migrate)["MigrationExecutor"] = usual


class QuickExecutor(MigrationExecutor):
    """Begins with a state that draws only what changes."""

    def _create_project_state(
        self,
        with_applied_migrations: bool = False,  # noqa: FBT001, FBT002 -- Django's signature
    ) -> ProjectState:
        usual = super()._create_project_state(with_applied_migrations)  # type: ignore[misc]
        return QuickState(usual.models, usual.real_apps)


class QuickState(ProjectState):
    """The models between two migrations, of which only the changed one is drawn anew.

    With each new table, column, constraint or index Django draws all models anew that are related
    to it by any number of steps, which in the end is every model, because each knows a person.
    Nothing but the one that changes is needed to change its table. Code of ours that asks models
    sees all of them drawn anew (`is_delayed`).
    """

    def clone(self) -> QuickState:
        """Do what Django does, and stay quick."""
        models = {key: state.clone() for key, state in self.models.items()}
        cloned = QuickState(models, self.real_apps)
        if "apps" in self.__dict__:
            cloned.apps = self.apps.clone()
        cloned.is_delayed = self.is_delayed
        return cloned

    def add_model(self, model_state: ModelState) -> None:
        """Do what Django does, but draw the new model only."""
        key = model_state.app_label, model_state.name_lower
        self.models[key] = model_state
        if self._relations is not None:  # type: ignore[attr-defined]
            self.resolve_model_relations(key)
        if "apps" in self.__dict__:
            self.apps.render_multiple([model_state])
            self.is_delayed = True

    def reload_model(
        self,
        app_label: str,
        model_name: str,
        delay: bool = False,  # noqa: FBT001, FBT002 -- Django's signature
    ) -> None:
        """Do what Django does, but draw the changed model only."""
        if "apps" in self.__dict__:
            self._reload({(app_label, model_name)})  # type: ignore[attr-defined]
            self.is_delayed = True
