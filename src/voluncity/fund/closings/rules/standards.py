"""Lists by which closings are looked at: the first version, and what a later one must keep to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from voluncity.fund.closings.states import StandardKind
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import clean, number_in, words

ITEMS_MOST, TEXT_MOST, HINT_MOST = 20, 60, 200
WHOLE = 100


@dataclass(frozen=True)
class Item:
    """One thing that is looked at; `weight` in percent, of scores only."""

    text: str
    hint: str = ""
    weight: int = 0


# The city's own first version; the office writes later ones.
FIRST: dict[StandardKind, tuple[Item, ...]] = {
    StandardKind.VISIT: (
        Item("项目在申报的地点和范围内开展", "看场地、点位和活动记录"),
        Item("服务对象真实受益", "随机访谈服务对象，听听他们怎么说"),
        Item("购置的物资设备在位、在用", "对照支出明细逐件查看"),
        Item("票据原件与报告一致", "抽查原始票据和签收单"),
        Item("志愿者补贴、保险发放到人", "看签收记录和保单"),
        Item("资助标识和公示到位", "现场有资助说明，支出情况向受益人公开"),
    ),
    StandardKind.SCORE: (
        Item("目标完成", "里程碑和预期成果完成得怎么样", 30),
        Item("服务成效", "服务对象有什么改变，人次和时长是否实在", 25),
        Item("资金使用", "按预算使用，票据齐全，偏差有合理说明", 25),
        Item("组织管理", "报告及时，人员安排、安全和档案有序", 10),
        Item("持续和推广", "结束以后怎么延续，经验能不能推广", 10),
    ),
}


def parse(text: str, kind: StandardKind, *, field: str = "items") -> tuple[Item, ...]:
    """Return the items that somebody wrote, one a line: 内容 | 怎么看 | 权重.

    :raises BadInput: when a line is wrong, there are none or too many, or weights are not 100.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise BadInput("请至少写一行。", field=field)
    if len(lines) > ITEMS_MOST:
        raise BadInput(f"最多 {ITEMS_MOST} 行，请合并后再保存。", field=field)
    items = tuple(_item(line, kind, field) for line in lines)
    if len({item.text for item in items}) < len(items):
        raise BadInput("有两行内容相同，请修改。", field=field)
    if kind == StandardKind.SCORE and sum(item.weight for item in items) != WHOLE:
        now = sum(item.weight for item in items)
        raise BadInput(f"权重合计应为 100%，现在是 {now}%，请修改。", field=field)
    return items


def _item(line: str, kind: StandardKind, field: str) -> Item:
    parts = [part.strip() for part in line.replace("｜", "|").split("|")]
    text = words(parts[0], field, "内容", TEXT_MOST)
    hint = clean(parts[1], max_length=HINT_MOST, field=field, label="怎么看") if parts[1:] else ""
    if kind == StandardKind.VISIT:
        return Item(text, hint)
    weight = number_in(parts[2].rstrip("%％").strip()) if parts[2:] else None
    if weight is None or not 0 < weight <= WHOLE:
        raise BadInput(f"“{text}”的权重应是 1 到 100 的整数，写在第二个“|”后面。", field=field)
    return Item(text, hint, weight)


def as_text(items: Sequence[Item], kind: StandardKind) -> str:
    """Return items as somebody may edit them."""
    tails = ["" if kind == StandardKind.VISIT else f" | {item.weight}%" for item in items]
    return "\n".join(
        f"{item.text} | {item.hint}{tail}" for item, tail in zip(items, tails, strict=True)
    )
