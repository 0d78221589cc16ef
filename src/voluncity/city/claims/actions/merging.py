"""Make two records of one person one, and take that back."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from voluncity.city.claims import queries
from voluncity.city.claims.actions import minutes
from voluncity.city.claims.models import Merge, NotDouble
from voluncity.city.claims.states import MergeReason
from voluncity.city.journal.actions import record
from voluncity.city.people import queries as people
from voluncity.city.people.actions import ownership
from voluncity.city.people.models import User, Volunteer
from voluncity.kernel.merging import Pair
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, Refusal, WrongState


@transaction.atomic
def merge(
    *,
    loser_id: int,
    winner_id: int,
    reason: str,
    by: User,
    at: datetime,
    keeps_loser_account: bool = False,
) -> Merge:
    """Let one record go on in another; records and certificates stay where they are.

    A merged record is closed, so that nothing leads from it back: cycles cannot be.

    :raises BadInput: without a reason from the list, or when both are one record.
    :raises NotAllowed: when one of them is one's own.
    :raises Refusal: while something about them is open, or where a minute would count twice.
    :raises WrongState: when one was closed or merged by now.
    """
    if reason not in MergeReason.values:
        raise BadInput("请选择怎样确认是同一个人。", code="claims.no_reason", field="reason")
    if loser_id == winner_id:
        raise BadInput("这是同一份登记，请选择两份不同的登记。", code="claims.one_record")
    ownership.hold_records(loser_id, winner_id)
    both = Volunteer.objects.filter(pk__in=[loser_id, winner_id])
    _refuse_own(set(both.values_list("user_id", flat=True)), by)
    pair = Pair(loser_id, winner_id, by.pk, at)
    if open_cases := queries.unfinished(pair):
        raise Refusal(open_cases[0].sentence, code="claims.unfinished")
    concerned = people.records_of(loser_id)
    done = Merge.objects.create(
        loser_id=loser_id, winner_id=winner_id, reason=reason, merged_at=at, merged_by=by
    )
    parts = {part.name: part.move(pair) for part in queries.merging_parts()}
    minutes.carry_up(volunteer_id=loser_id, key="merge", by=by, at=at)
    before = ownership.merge_records(
        loser_id=loser_id, winner_id=winner_id, keeps_loser_account=keeps_loser_account, at=at
    )
    done.kept = {"parts": parts, "accounts": asdict(before)}
    done.save(update_fields=["kept"])
    record("claims.merge", done, by=by, at=at, loser=loser_id, winner=winner_id, records=concerned)
    return done


@transaction.atomic
def undo(*, merge_id: int, by: User, at: datetime) -> list[str]:
    """Part two records again, as they were; return in sentences what could not come back.

    What was earned on the record that stayed remains there.

    :raises NotAllowed: when one of them is one's own.
    :raises Refusal: when the days for it are over, or the record that stayed was merged further.
    :raises WrongState: when it was taken back already.
    """
    done = Merge.objects.select_related("loser", "winner").filter(pk=merge_id).first()
    if done is None:
        raise NotFound("没有找到这次合并，请回到列表。")
    ownership_before = ownership.Accounts(**done.kept["accounts"])
    _refuse_own({done.winner.user_id, *queries.users_of(done)}, by)
    last_at = queries.undo_until(done)
    if at >= last_at:
        raise Refusal(
            "合并已经超过可以撤销的期限。确有错误的，请联系系统管理员按更正办理。",
            code="claims.undo_too_late",
        )
    if not Merge.objects.filter(pk=merge_id, undone_at=None).update(undone_at=at, undone_by=by):
        raise WrongState("这次合并刚刚已经撤销，请刷新页面。", code="claims.undone")
    _hold_winner(done)
    left = [] if ownership.part_records(
        loser_id=done.loser_id, winner_id=done.winner_id, before=ownership_before
    ) else [_NO_ACCOUNT]  # fmt: skip
    pair = Pair(done.loser_id, done.winner_id, by.pk, at)
    for part in queries.merging_parts():
        left += part.restore(pair, done.kept["parts"].get(part.name, {}))
    minutes.give_back(done, by=by, at=at)
    record(
        "claims.undo", done, by=by, at=at, loser=done.loser_id, winner=done.winner_id,
        records=people.records_of(done.loser_id),
    )  # fmt: skip
    return left


_NO_ACCOUNT = "原来的登录账号已经用于别的登记，请为本人重新绑定手机号。"


def _hold_winner(done: Merge) -> None:
    try:
        ownership.hold_records(done.winner_id)
    except WrongState as refusal:
        raise Refusal(
            "保留的那份登记后来又并入了别的登记或已注销，请先撤销后一次合并。",
            code="claims.merged_further",
        ) from refusal


def _refuse_own(user_ids: set[int | None], by: User) -> None:
    if by.pk in user_ids:
        raise NotAllowed("和自己的登记有关的合并，请由另一位同事办理。", code="claims.own_case")


@transaction.atomic
def say_not_double(*, first_id: int, second_id: int, by: User, at: datetime) -> None:
    """Write down that two records which look alike are of two people; they are named no more.

    :raises BadInput: when both are one record.
    """
    if first_id == second_id:
        raise BadInput("这是同一份登记，请选择两份不同的登记。", code="claims.one_record")
    low, high = sorted((first_id, second_id))
    row, is_new = NotDouble.objects.get_or_create(
        first_id=low, second_id=high, defaults={"said_at": at, "said_by": by}
    )
    if is_new:
        record("claims.not_double", row, by=by, at=at, first=low, second=high)
