"""Two records of one person become one: points go along, and come back when it is undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from voluncity.city.people import queries as people
from voluncity.honor.points import actions, queries
from voluncity.kernel.merging import MergePart, Pair


def _preview(pair: Pair) -> list[str]:
    held, owed = queries.balance(pair.loser_id), queries.owed(pair.loser_id)
    words = [f"{held} 积分转到保留的登记，有效期不变。"] if held else []
    return words + ([f"欠 {owed} 分一并转入，先用余下的积分抵扣。"] if owed else [])


def _move(pair: Pair) -> dict[str, Any]:
    return actions.join_records(
        loser_id=pair.loser_id, winner_id=pair.winner_id, by_id=pair.by_id, at=pair.at
    )


def _restore(pair: Pair, kept: Mapping[str, Any]) -> list[str]:
    missing = actions.part_records(
        loser_id=pair.loser_id,
        winner_id=pair.winner_id,
        records=people.records_of(pair.loser_id),
        kept=kept,
        by_id=pair.by_id,
        at=pair.at,
    )
    if not missing:
        return []
    return [f"合并后已经用掉 {missing} 积分，没有足够的积分可以退回原来的登记。"]


PART = MergePart("points", "积分", _preview, _move, _restore)
