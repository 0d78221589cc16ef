"""Take the archives of several activities out together: asked for, made by a worker, swept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import F

from voluncity.city.files import actions as files
from voluncity.city.files.models import FileKind
from voluncity.city.jobs.actions import Lease, Taken, sweep
from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.city.policy import queries as policy
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, Refusal, WrongState
from voluncity.service.archives import queries, rules
from voluncity.service.archives.actions.packing import pieces
from voluncity.service.archives.models import Archive, Package
from voluncity.service.archives.states import PACKAGE_FLOW
from voluncity.service.projects.models import Line, Project

Clock = Callable[[], datetime]
LEAST_WORDS = 4
TYPE = "application/zip"
LEASE = Lease(Package, PACKAGE_FLOW)


@dataclass(frozen=True)
class Wanted:
    """Which archives are taken out, and what for."""

    since: date
    until: date
    words: str
    project: Project | None = None
    line: Line | None = None


@transaction.atomic
def ask_package(*, wanted: Wanted, by: User, at: datetime) -> Package:
    """Ask for a ZIP of archives within one's reach; `make_package` makes it.

    :raises BadInput: when the days are in no order, or it is not said what for.
    :raises Refusal: when there is nothing or too much, or another one is under way.
    """
    if wanted.until < wanted.since:
        raise BadInput("结束日期不能早于开始日期。", field="until")
    words = rules.said(wanted.words, label="用途", field="words", most=rules.PURPOSE_MOST)
    if len(words) < LEAST_WORDS:
        raise BadInput("请写明用途，例如“报送市文明办”。", field="words")
    package = Package(
        owner=by, project=wanted.project, line=wanted.line, since=wanted.since,
        until=wanted.until, words=words, asked_at=at, touched_at=at,
    )  # fmt: skip
    package.total = _checked_amount(package)
    try:
        with transaction.atomic():
            package.save(force_insert=True)
    except IntegrityError as error:
        raise WrongState(
            "您有一个打包正在生成，请等它完成，再打包下一个。", code="archives.one_at_a_time"
        ) from error
    record("archives.ask_package", package, by=by, at=at, activities=package.total)
    return package


def _checked_amount(package: Package) -> int:
    found = queries.to_pack(package)
    total = found.count()
    if not total:
        raise Refusal("这段时间没有已提交的归档，请换个范围再试。", code="archives.nothing")
    if total > rules.PACKAGE_ACTIVITIES_MOST:
        raise Refusal(
            f"一次最多打包 {rules.PACKAGE_ACTIVITIES_MOST} 场活动，现在有 {total} 场，"
            "请缩短时间，或按项目打包。",
            code="archives.too_many",
        )
    if queries.bytes_of(found) > rules.PACKAGE_BYTES_MOST:
        raise Refusal(
            "照片和视频合计超过 4 GB，请缩短时间后分几次打包。", code="archives.too_large"
        )
    return total


def make_package(*, package_id: int, clock: Clock) -> None:
    """Write the ZIP; killed meanwhile, another worker begins again (`silent_packages`).

    Not one transaction: meanwhile `done` tells how far it is. Only the end counts.
    """
    package = Package.objects.select_related("owner", "project", "line").get(pk=package_id)
    if not LEASE.take(package, at=clock(), done=0):
        return
    archives = list(queries.whole(queries.to_pack(package)))[: package.total]

    def tell(done: int) -> None:
        LEASE.write(package, done=done, touched_at=clock())

    try:
        written = files.put_down(pieces(archives, at=clock(), tell=tell))
        _finish(package, written, archives, at=clock())
    except Taken:
        return


@transaction.atomic
def _finish(
    package: Package, written: files.Written, archives: list[Archive], *, at: datetime
) -> None:
    stored = files.store_written(
        written, subject=f"archive_package:{package.pk}", by=package.owner, at=at,
        kind=FileKind.DOCUMENT, content_type=TYPE,
        original_name=f"活动归档 {package.since:%Y%m%d}-{package.until:%Y%m%d}.zip",
    )  # fmt: skip
    LEASE.write(package, state=LEASE.ready, file=stored, made_at=at, done=F("total"))
    record("archives.package", package, by=package.owner, at=at,
           activities=[one.pk for one in archives])  # fmt: skip


def silent_packages(*, at: datetime) -> list[int]:
    """Return the packages whose worker was killed, or that nobody began."""
    return LEASE.silent(at=at)


@transaction.atomic
def note_single(*, archive: Archive, by: User, at: datetime) -> None:
    """Write down who took one archive out of the system, with its originals."""
    record("archives.take_out", archive, by=by, at=at)


@transaction.atomic
def sweep_packages(*, at: datetime) -> int:
    """Delete the files of packages that are old enough; return how many."""
    kept = timedelta(days=policy.number("archives.package_days", on=local_date(at)))
    remove = partial(files.remove, at=at)
    return sweep(Package.objects.all(), PACKAGE_FLOW, before=at - kept, remove=remove)
