"""Jobs: make packages, go on where a worker was killed, delete old files."""

from __future__ import annotations

from django.utils.timezone import now
from django_tasks import task

from voluncity.service.archives import actions


@task()
def make_package(package_id: int) -> None:
    """Make one package; taken by another worker, it is left alone."""
    actions.make_package(package_id=package_id, clock=now)


def go_on() -> None:
    """Give packages whose worker was killed to another one."""
    for package_id in actions.silent_packages(at=now()):
        make_package.enqueue(package_id)


def sweep_packages() -> int:
    """Delete the files of old packages."""
    return actions.sweep_packages(at=now())
