"""Each rule in words: what it counts, what may be harmless about it, and its sentence.

The sentences are filled with the numbers of a finding; `limit` and the like are the city's
policy numbers of the day on which it was found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from voluncity.kernel.minutes import hours_text
from voluncity.service.integrity.states import Rule


@dataclass(frozen=True)
class Notice:
    """One rule as people read it."""

    looks_at: str
    harmless: str
    sentence: str


CATALOG: dict[str, Notice] = {
    Rule.BULK: Notice(
        "同一个人在一小时内补记或确认很多条没有扫码依据的时长。",
        "大型活动结束后，负责人可能一次确认整份点名名单。",
        "一小时内确认了 {records} 条没有扫码依据的时长（{people} 人），达到本市关注线 {limit} 条；"
        "其中 {absent} 条没有任何签到。",
    ),
    Rule.NIGHT_ENTRY: Notice(
        "深夜补记或确认没有扫码依据的时长。",
        "负责人白天上班，晚上才有空整理。",
        "在 {night_from} 点到次日 {night_to} 点之间确认了 {records} 条没有扫码依据的时长，"
        "达到关注线 {limit} 条。",
    ),
    Rule.NIGHT_SERVICE: Notice(
        "计入的时间在深夜，却没有扫码依据，或者不在班次时间之内。",
        "确有夜间值守，只是现场没有扫码。",
        "有 {records} 条时长共 {minutes_text}落在 {night_from} 点到次日 {night_to} 点之间，"
        "没有扫码依据或不在班次之内。",
    ),
    Rule.DEVICE: Notice(
        "同一台手机在一个班次里为很多人签到签退。",
        "老年志愿者没有智能手机，由同伴帮忙扫码。",
        "一台手机在一个班次里为 {people} 人扫码，达到关注线 {limit} 人。",
    ),
    Rule.PLACE: Notice(
        "签到时手机报告的位置离活动地点很远。",
        "手机定位不准，或者活动临时换了地点。",
        "一个班次里有 {scans} 次扫码离活动地点 {kilometers} 公里以上，达到关注线 {limit} 次。",
    ),
    Rule.DISTANCE: Notice(
        "同一天的两次服务相距太远，中间的时间来不及赶到。",
        "活动的地图位置填错了。",
        "两次服务相距 {kilometers} 公里，中间只有 {gap} 分钟，超过每小时 {limit} 公里。",
    ),
    Rule.IDENTICAL: Notice(
        "整个班次每个人的开始和结束时间完全相同，并且正好是计划时间。",
        "负责人按计划时间统一点名。",
        "这个月有 {shifts} 个班次共 {records} 条时长，每人的起止时间都与计划分秒不差"
        "（每班至少 {limit} 人才计）。",
    ),
    Rule.FAVORITES: Notice(
        "一个人确认的时长集中在少数几个人身上。",
        "固定岗位由几位骨干长期值守。",
        "确认的 {minutes_text}（{people} 人）里，最多的 3 人占 {share}%，达到关注线 {limit}%。",
    ),
    Rule.FAMILY: Notice(
        "为自己监护的未成年人确认时长。",
        "亲子活动里，家长恰好是负责人。",
        "为自己监护的志愿者确认了 {records} 条时长，共 {minutes_text}。",
    ),
    Rule.WEEK: Notice(
        "一个人一周的时长多得不寻常。",
        "大型赛会期间全天服务。",
        "这一周共计 {minutes_text}，超过关注线 {limit_text}。",
    ),
    Rule.PUNCTUAL: Notice(
        "每次签到签退都正好是计划时间。",
        "习惯准时到岗离岗。",
        "{records} 次扫码里有 {exact} 次起止都与计划相差不到 {seconds} 秒，"
        "占 {share}%，达到关注线 {limit}%。",
    ),
    Rule.OUTSIDE: Notice(
        "服务日期在项目起止日期之外。",
        "项目延期后没有及时修改日期。",
        "项目期限为 {starts_on} 至 {ends_on}，有 {records} 条时长共 {minutes_text}在期限之外。",
    ),
    Rule.SPOT: Notice(
        "随机抽查时，志愿者、服务对象或照片说明这条时长不属实。",
        "被询问的人记错了日期。",
        "随机抽查认为不属实，这条时长为 {minutes_text}。",
    ),
}
# These look at a longer time, because a habit shows only there.
PATTERN_RULES = frozenset({Rule.FAVORITES, Rule.PUNCTUAL, Rule.IDENTICAL})


def words_of(rule: str, numbers: dict[str, Any]) -> str:
    """Return the explanation of one finding with its numbers."""
    texts = {
        f"{name}_text": hours_text(numbers[name])
        for name in ("minutes", "limit")
        if isinstance(numbers.get(name), int)
    }
    return CATALOG[rule].sentence.format(**numbers, **texts)
