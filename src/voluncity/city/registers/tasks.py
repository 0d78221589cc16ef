"""Jobs: write a long list; delete the files of old ones."""

from __future__ import annotations

from django.utils.timezone import now
from django_tasks import task

from voluncity.city.jobs.rules import LONG, Interrupted, is_stopping
from voluncity.city.registers import actions


@task(queue_name=LONG)
def make_export(export_id: int) -> None:
    """Write the file of an export; what goes wrong lets its owner ask again.

    A worker that is asked to stop leaves it to the next one, which begins anew.
    """
    try:
        actions.write_export(export_id=export_id, at=now(), is_stopping=is_stopping)
    except Interrupted:
        make_export.enqueue(export_id)
    except Exception:
        actions.fail_export(export_id=export_id)
        raise


def sweep_exports() -> int:
    """Delete the files of exports that are old enough."""
    return actions.sweep_exports(at=now())
