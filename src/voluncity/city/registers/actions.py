"""Keep filters; take lists out of the system, with a reason and a trace."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import IntegrityError, models, transaction

from voluncity.city.access.permissions import Permission
from voluncity.city.access.queries import has
from voluncity.city.access.scopes import ScopedQuerySet
from voluncity.city.files import actions as files
from voluncity.city.files.models import FileKind
from voluncity.city.files.rules import Checked
from voluncity.city.jobs.actions import sweep
from voluncity.city.jobs.rules import Interrupted
from voluncity.city.journal.actions import record
from voluncity.city.policy import queries as policy
from voluncity.city.registers import queries, rules
from voluncity.city.registers.models import Export, ExportedPart, SavedFilter
from voluncity.city.registers.rules import Cell, Column, Query, Register, Wanted
from voluncity.city.registers.states import EXPORT_FLOW, MOST_FILTERS, ExportReason, ExportState
from voluncity.kernel import text, workbook
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, Refusal, WrongState

NAME_LENGTH = SavedFilter._meta.get_field("name").max_length  # noqa: SLF001 -- Django's documented API
WORDS_LENGTH = Export._meta.get_field("words").max_length  # noqa: SLF001 -- Django's documented API
LEAST_WORDS = 4
PATIENCE = timedelta(hours=2)  # longer than any list takes: its worker is gone


# -- Filters ----------------------------------------------------------------------------------


@transaction.atomic
def save_filter(*, list_key: str, name: str, query: Query, by: models.Model) -> SavedFilter:
    """Keep a filter under a name; the same name again replaces it.

    :raises BadInput: when there is no name or no filter, or either is too long.
    :raises Refusal: when twenty are kept already.
    """
    name = text.clean(name, max_length=NAME_LENGTH, field="name", label="名称")
    if not name:
        raise BadInput("请给这个筛选起一个名称，例如“本县未实名”。", field="name")
    if not query:
        raise BadInput("现在没有筛选条件，请先在列表里筛选，再回来保存。", field="name")
    kept = SavedFilter.objects.filter(owner_id=by.pk, list_key=list_key)
    asked = rules.query_text(query)
    if kept.filter(name=name).update(query=asked):
        return kept.get(name=name)
    place = _free_place(set(kept.values_list("place", flat=True)))
    try:
        with transaction.atomic():  # of two at once the constraints take one
            return SavedFilter.objects.create(
                owner_id=by.pk, list_key=list_key, name=name, query=asked, place=place
            )
    except IntegrityError as error:
        raise WrongState("刚刚有另一个筛选在保存，请再试一次。") from error


def _free_place(taken: Collection[int]) -> int:
    for place in range(1, MOST_FILTERS + 1):
        if place not in taken:
            return place
    raise Refusal(f"常用筛选最多保存 {MOST_FILTERS} 个，请先删除不用的。", code="registers.full")


@transaction.atomic
def delete_filter(*, filter_id: int, by: models.Model) -> None:
    """Forget one's own filter.

    :raises NotFound: when it is not there or not one's own.
    """
    deleted, _ = SavedFilter.objects.filter(pk=filter_id, owner_id=by.pk).delete()
    if not deleted:
        raise NotFound("没有找到这个常用筛选，请刷新页面。")


# -- Exports ----------------------------------------------------------------------------------


@transaction.atomic
def ask_export(*, register: Register, wanted: Wanted, by: models.Model, at: datetime) -> Export:
    """Ask for a file of exactly the filtered list; `write_export` makes it.

    :raises NotAllowed: without the permission to export, or to export everything.
    :raises BadInput: at `reason`, `words` or `columns`.
    :raises Refusal: when there is nothing or too much, or another export is under way.
    """
    _refuse_strangers(register, by=by, is_full=wanted.is_full)
    columns = [one.key for one in register.columns if one.key in wanted.columns]
    words = _checked_answers(columns, wanted)
    found = queries.to_export(register, query=wanted.query, by=by, at=at, is_full=wanted.is_full)
    total = found.count()
    _refuse_amount(total, register, is_full=wanted.is_full, at=at)
    export = Export(
        owner_id=by.pk, list_key=register.key, query=rules.query_text(wanted.query),
        columns=",".join(columns), is_full=wanted.is_full, reason=wanted.reason, words=words,
        asked_at=at, total=total,
    )  # fmt: skip
    try:
        with transaction.atomic():
            export.save(force_insert=True)  # a constraint allows one at a time
    except IntegrityError as error:
        raise WrongState(
            "您有一个导出正在生成，请等它完成，再导出下一个。", code="registers.one_at_a_time"
        ) from error
    return export


def _checked_answers(columns: list[str], wanted: Wanted) -> str:
    if not columns:
        raise BadInput("请至少选择一列。", field="columns")
    if wanted.reason not in ExportReason.values:
        raise BadInput("请选择导出的原因，它会和您的名字一起记入操作记录。", field="reason")
    words = text.clean(wanted.words, max_length=WORDS_LENGTH, field="words", label="用途说明")
    if len(words) < LEAST_WORDS:
        raise BadInput("请写明用途，例如“报送省文明办季度统计”。", field="words")
    return words


def _refuse_strangers(register: Register, *, by: models.Model, is_full: bool) -> None:
    if not has(by, register.export_permission):
        raise NotAllowed("您没有导出这份名册的权限。如有需要，请联系本单位管理员。")
    if is_full and not has(by, Permission.EXPORT_FULL):
        raise NotAllowed("您没有导出完整信息的权限，请取消勾选，导出隐去号码的名册。")


def _refuse_amount(total: int, register: Register, *, is_full: bool, at: datetime) -> None:
    if not total:
        raise Refusal("没有可以导出的内容，请换个筛选条件再试。", code="registers.nothing")
    if total > rules.MOST_ROWS:
        raise Refusal("内容超过 100 万行，一个表格放不下，请加上筛选条件。", code="registers.rows")
    most = policy.number("registers.full_export_most", on=local_date(at))
    if is_full and total > most:
        raise BadInput(
            f"完整信息一次最多导出 {most} {register.unit}，现在有 {total} {register.unit}，"
            "请缩小筛选范围，或导出隐去号码的名册。",
            code="registers.too_many_full",
            field="is_full",
        )


def write_export(
    *, export_id: int, at: datetime, is_stopping: Callable[[], bool] = lambda: False
) -> Export:
    """Write the file of an export, with what its owner may see by now, and journal it.

    Not one transaction: meanwhile `done` tells how far it is. Only the end counts.

    :raises WrongState: when it was written or given up meanwhile.
    :raises Interrupted: when the worker is to stop.
    """
    export = Export.objects.select_related("owner").get(pk=export_id)
    EXPORT_FLOW.after("finish", export.state)
    register = queries.register_of(export.list_key)
    found = queries.to_export(
        register, query=rules.filters_in(export.query), by=export.owner, at=at,
        is_full=export.is_full,
    )  # fmt: skip
    columns = [one for one in register.columns if one.key in export.columns.split(",")]
    people: list[int] = []
    with TemporaryDirectory() as folder:
        path = Path(folder, "list.xlsx")
        workbook.write_sheet(
            path,
            name=register.title,
            columns=[(one.label, one.width) for one in columns],
            rows=_rows(export, register, found, columns, people, at, is_stopping),
        )
        content = path.read_bytes()
    return _finish(export, register, content=content, people=people, at=at)


def _rows(
    export: Export,
    register: Register,
    found: ScopedQuerySet,
    columns: list[Column],
    people: list[int],
    at: datetime,
    is_stopping: Callable[[], bool],
) -> Iterator[list[Cell]]:
    """Return the cells of all rows, in the order of the page; note whose data they are."""
    reads = [one.full if export.is_full and one.full is not None else one.value for one in columns]
    ids = list(found.values_list("pk", flat=True)[: export.total])
    for start in range(0, len(ids), rules.AT_ONCE):
        if is_stopping():
            raise Interrupted
        chunk = ids[start : start + rules.AT_ONCE]
        by_id = found.in_bulk(chunk)
        rows = [by_id[pk] for pk in chunk if pk in by_id]
        for item in register.shown(rows, local_date(at)):
            if register.volunteer_id is not None:
                people.append(register.volunteer_id(item))
            yield [read(item) for read in reads]
        if len(ids) > rules.AT_ONCE:
            waiting = Export.objects.filter(pk=export.pk, state=ExportState.WAITING)
            waiting.update(done=start + len(chunk))


@transaction.atomic
def _finish(
    export: Export, register: Register, *, content: bytes, people: list[int], at: datetime
) -> Export:
    stored = files.store(
        Checked(
            kind=FileKind.DOCUMENT,
            content_type=workbook.TYPE,
            content=content,
            original_name=f"{register.title} {local_date(at):%Y-%m-%d}.xlsx",
        ),
        subject=f"export:{export.pk}",
        by=export.owner,
        at=at,
    )
    waiting = Export.objects.filter(pk=export.pk, state=ExportState.WAITING)
    target = EXPORT_FLOW.after("finish", ExportState.WAITING)
    if not waiting.update(state=target, file=stored, made_at=at, done=models.F("total")):
        raise WrongState("这次导出刚刚已经结束，请重新导出。")
    ExportedPart.objects.bulk_create(
        ExportedPart(export=export, block=block, bits=bits)
        for block, bits in rules.packed(people).items()
    )
    _journal(export, register, at=at)
    export.refresh_from_db()
    return export


def _journal(export: Export, register: Register, *, at: datetime) -> None:
    """Append the one entry of this export; words of a search may be a name and stay out."""
    asked = rules.filters_in(export.query)
    record(
        "registers.export", export, by=export.owner, at=at,
        list=register.key, rows=export.total, full=export.is_full, reason=export.reason,
        columns=export.columns,
        filter=[[name, "…" if name in register.private else value] for name, value in asked],
    )  # fmt: skip


@transaction.atomic
def fail_export(*, export_id: int) -> None:
    """Write down that the file could not be made, so that its owner can ask again."""
    waiting = Export.objects.filter(pk=export_id, state=ExportState.WAITING)
    waiting.update(state=EXPORT_FLOW.after("fail", ExportState.WAITING))


@transaction.atomic
def sweep_exports(*, at: datetime) -> int:
    """Delete the files that are old enough, and give up what nobody works at; return how many."""
    stuck = Export.objects.filter(state=ExportState.WAITING, asked_at__lt=at - PATIENCE)
    stuck.update(state=EXPORT_FLOW.after("fail", ExportState.WAITING))
    kept = timedelta(days=policy.number("registers.file_days", on=local_date(at)))
    remove = partial(files.remove, at=at)
    return sweep(Export.objects.all(), EXPORT_FLOW, before=at - kept, remove=remove)
