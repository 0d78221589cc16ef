"""What an organizer writes down: summary, people served, materials, money."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F

from voluncity.city.files import actions as files
from voluncity.city.files.rules import Checked
from voluncity.city.journal.actions import record
from voluncity.city.people.models import User
from voluncity.kernel.refusals import BadInput, WrongState
from voluncity.kernel.text import clean
from voluncity.service.archives import rules
from voluncity.service.archives.models import Archive, Material, Outcome, OutcomeKind, Spending
from voluncity.service.archives.states import EDITABLE_STATES, Spent
from voluncity.service.projects.models import Activity
from voluncity.service.projects.states import HELD_STATES, ProjectState


@transaction.atomic
def begin(*, activity: Activity, by: User, at: datetime) -> Archive:
    """Return the archive of an activity that has begun; a new one where there is none.

    :raises WrongState: when it is a training, a draft or cancelled, or has not begun.
    """
    if activity.project.state == ProjectState.TEACHING:
        raise WrongState("培训班不用归档，请在培训班的页面办理结业。", code="archives.training")
    if activity.state not in HELD_STATES or activity.starts_at > at:
        raise WrongState("活动开始以后才能归档，请活动开始后再来。", code="archives.too_early")
    archive, is_new = Archive.objects.get_or_create(
        activity=activity, defaults={"created_at": at, "created_by": by}
    )
    if is_new:
        record("archives.begin", archive, by=by, at=at)
    return archive


def changed(archive: Archive, part: str, *, by: User, at: datetime) -> None:
    """Note a change first, so that it takes turns with others and with the steps of the flow.

    :raises WrongState: when the archive was handed in.
    """
    still = Archive.objects.filter(pk=archive.pk, state__in=EDITABLE_STATES)
    if not still.update(version=F("version") + 1):
        raise WrongState(
            "归档已经提交，不能再修改。需要补充的，请先撤回，或请审核单位退回。",
            code="archives.handed_in",
        )
    record("archives.change", archive, by=by, at=at, part=part)


@transaction.atomic
def save_summary(*, archive: Archive, summary: str, by: User, at: datetime) -> None:
    """Keep the words about the activity.

    :raises BadInput: when they are too long.
    :raises WrongState: when the archive was handed in.
    """
    words = clean(
        summary, max_length=rules.SUMMARY_MOST, field="summary", label="活动小结", multiline=True
    )
    changed(archive, "summary", by=by, at=at)
    Archive.objects.filter(pk=archive.pk).update(summary=words)


@transaction.atomic
def save_outcomes(*, archive: Archive, numbers: Mapping[str, int], by: User, at: datetime) -> None:
    """Keep how many were served, by kind; what is not named is taken off.

    :raises BadInput: when a kind is not offered, or a number is none.
    :raises WrongState: when the archive was handed in.
    """
    changed(archive, "outcomes", by=by, at=at)
    known = {one.kind_id for one in archive.outcomes.all()}
    offered = set(OutcomeKind.objects.open().values_list("pk", flat=True)) | known
    for key, number in numbers.items():
        if key not in offered:
            raise BadInput("请从列表中选择服务成效的类型。")
        if not 0 < number <= rules.NUMBER_MOST:
            raise BadInput("数量应大于 0，请核对。", field=f"kind_{key}")
    archive.outcomes.all().delete()
    Outcome.objects.bulk_create(
        Outcome(archive=archive, kind_id=key, number=number) for key, number in numbers.items()
    )


@transaction.atomic
def add_material(
    *, archive: Archive, name: str, amount: int, unit: str, value_fen: int, by: User, at: datetime
) -> Material:
    """Write down what was handed out.

    :raises BadInput: when a word is missing or a number is none.
    :raises WrongState: when the archive was handed in.
    """
    changed(archive, "materials", by=by, at=at)
    _refuse_too_many(archive.materials.count())
    if not 0 < amount <= rules.NUMBER_MOST:
        raise BadInput("数量应大于 0，请核对。", field="amount")
    return Material.objects.create(
        archive=archive,
        name=rules.said(name, label="物资名称", field="name", most=rules.NAME_MOST),
        unit=rules.said(unit, label="单位", field="unit", most=rules.UNIT_MOST),
        amount=amount,
        value_fen=value_fen,
    )


@transaction.atomic
def remove_material(*, archive: Archive, material_id: int, by: User, at: datetime) -> None:
    """Take a line of materials off.

    :raises WrongState: when it is gone already, or the archive was handed in.
    """
    changed(archive, "materials", by=by, at=at)
    _gone_once(archive.materials.filter(pk=material_id).delete()[0])


@transaction.atomic
def add_spending(
    *,
    archive: Archive,
    item: str,
    fen: int,
    source: str,
    voucher: Checked | None,
    by: User,
    at: datetime,
) -> Spending:
    """Write down money spent, with its voucher; the voucher is never public.

    :raises BadInput: when a word is missing or the sum is none.
    :raises WrongState: when the archive was handed in.
    """
    changed(archive, "spendings", by=by, at=at)
    _refuse_too_many(archive.spendings.count())
    if not 0 < fen <= rules.YUAN_MOST * 100:
        raise BadInput("金额应大于 0，请核对。", field="fen")
    if source not in Spent.values:
        raise BadInput("请选择资金来源。", field="source")
    words = rules.said(item, label="支出内容", field="item", most=rules.NAME_MOST)
    kept = files.store(voucher, subject=subject(archive), by=by, at=at) if voucher else None
    return Spending.objects.create(
        archive=archive, item=words, fen=fen, source=source, voucher=kept
    )


@transaction.atomic
def remove_spending(*, archive: Archive, spending_id: int, by: User, at: datetime) -> None:
    """Take a line of money off, with its voucher.

    :raises WrongState: when it is gone already, or the archive was handed in.
    """
    changed(archive, "spendings", by=by, at=at)
    row = archive.spendings.select_related("voucher").filter(pk=spending_id).first()
    _gone_once(archive.spendings.filter(pk=spending_id).delete()[0])
    if row is not None and row.voucher is not None:
        files.remove(row.voucher, at=at)


def subject(archive: Archive) -> str:
    """Return how files name the archive that they belong to."""
    return f"archive:{archive.pk}"


def _refuse_too_many(number: int) -> None:
    if number >= rules.LINES_MOST:
        raise BadInput(f"最多填写 {rules.LINES_MOST} 行，请把同类的合并。")


def _gone_once(deleted: int) -> None:
    if not deleted:
        raise WrongState("这一行刚刚已经删除，请刷新页面。", code="archives.gone")
