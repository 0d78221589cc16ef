"""Jobs: write a long list; delete the files of old ones."""

from __future__ import annotations

from django.utils.timezone import now
from django_tasks import task

from voluncity.city.registers import actions


@task()
def make_export(export_id: int) -> None:
    """Write the file of an export; what goes wrong lets its owner ask again."""
    try:
        actions.write_export(export_id=export_id, at=now())
    except Exception:
        actions.fail_export(export_id=export_id)
        raise


def sweep_exports() -> int:
    """Delete the files of exports that are old enough."""
    return actions.sweep_exports(at=now())
