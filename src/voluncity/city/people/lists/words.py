"""What the words of a list mean in this city: yes and no, days, regions, skills."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TypeVar

from voluncity.city.people.lists.ground import Ground
from voluncity.city.people.states import Channel, DayPart, IdType, Relation
from voluncity.kernel import text
from voluncity.kernel.clock import day_bounds
from voluncity.kernel.identity import parse_mobile
from voluncity.kernel.refusals import BadInput

F = TypeVar("F", bound=Callable[..., object])
_SHOWN = 20  # characters of what was written, in a sentence
_REMEMBERED = 10_000  # equal words of each kind are looked at once

# Cells that people fill so that nobody thinks they forgot them.
NOTHING = frozenset(
    {"/", "\\", "-", "—", "——", "--", "无", "暂无", "没有", "空", "／", "－", "#N/A"}
)
_YES = {
    "是", "y", "yes", "1", "√", "✓", "✔", "☑", "对", "true", "t", "有", "同意", "已同意", "已签字",
    "已签字同意", "已签", "已签名", "签字", "是的", "本人同意",
}  # fmt: skip
_NO = {"", "否", "n", "no", "0", "×", "✗", "✘", "x", "不是", "false", "f", "未", "不同意", "未签字"}
_PARTY = _YES | {"中共党员", "党员", "中共预备党员", "预备党员", "共产党员", "中国共产党党员"}
_NO_PARTY = _NO | {
    "群众", "团员", "共青团员", "民主党派", "无党派人士", "无党派", "少先队员", "非党员",
    "普通群众", "民革党员", "民盟盟员",
    "民建会员", "民进会员", "农工党党员", "致公党党员", "九三学社社员",
    "台盟盟员",
}  # fmt: skip
_SEXES = {
    "男": "M", "女": "F", "m": "M", "f": "F", "男性": "M", "女性": "F", "1": "M", "2": "F",
    "male": "M", "female": "F", "♂": "M", "♀": "F", "先生": "M", "女士": "F",
}  # fmt: skip
_ID_TYPES = {str(kind.label): str(kind) for kind in IdType} | {
    "": str(IdType.RESIDENT),
    "身份证": str(IdType.RESIDENT),
    "居民身份证": str(IdType.RESIDENT),
    "港澳台居民居住证": str(IdType.RESIDENT),
}
_CHANNELS = {str(one.label): str(one) for one in Channel} | {str(one): str(one) for one in Channel}
_DAY_PARTS = {str(part.label): str(part) for part in DayPart}
_WEEKDAYS = {name: min(day, 6) for day, name in enumerate("一二三四五六日天")}
_FREE_TIME = re.compile(f"(?:周|星期|礼拜)([{''.join(_WEEKDAYS)}])({'|'.join(_DAY_PARTS)})")
_BETWEEN = re.compile(r"[、，,;；/|\s]+")
_DATE = re.compile(
    r"(\d{4}) ?[-/.－／．年] ?(\d{1,2}) ?[-/.－／．月] ?(\d{1,2}) ?日?"
    r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
    r"|(\d{4})(\d{2})(\d{2})"
)
# How spreadsheets keep a day: so many days after the last one of 1899.
_SERIAL, _SERIAL_START = re.compile(r"(\d{5})(?:\.\d+)?"), date(1899, 12, 30)
_POINT_ZERO = re.compile(r"\.0+\s*$")  # a number that a program wrote as 13903510001.0
_LOST = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
_IN_PLACE_NAMES = re.compile(r"[\s/\\>＞·,，、-]+")


def region_key(name: str) -> str:
    """Return the name of a region as it is compared: without blanks and separators."""
    return _IN_PLACE_NAMES.sub("", text.clean(name))


class Words:
    """Says what a cell means; equal cells are looked at once."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self.region = _remembering(self._region)
        self.skills = _remembering(self._skills)
        self.categories = _remembering(self._categories)
        self.free_times = _remembering(self._free_times)
        self._start_of = _remembering(self._start_of_day)

    def _region(self, raw: str) -> int:
        """Return the region somebody lives in.

        :raises BadInput: when there is none of that name, it is not deep enough, or out of reach.
        """
        self.refuse_lost(raw, "region")
        key = region_key(raw)
        if key in self._ground.regions:
            return self._ground.regions[key]
        if not key:
            return self._usual_region()
        if key in self._ground.upper_regions:
            raise BadInput(f"“{_short(raw)}”还不够具体，请写到社区（村）。")
        if key in self._ground.far_regions:
            raise BadInput(
                f"“{_short(raw)}”不在导入人的管理范围内，请由当地登记，或请本人用手机登记。"
            )
        if key in self._ground.twin_regions:
            raise BadInput(f"叫“{_short(raw)}”的不止一个，请写全称，如“某县某街道{_short(raw)}”。")
        raise BadInput(
            f"本市没有“{_short(raw)}”，或已经停用，请填 12 位区划代码或从市写到社区（村）的全称。"
        )

    def _usual_region(self) -> int:
        usual = self._ground.usual.region
        if usual is None:
            raise BadInput("请填写所在社区（村）的区划代码或全称。")
        return usual

    def organization(self, raw: str) -> int | None:
        """Return which organization recruited somebody, if any.

        :raises BadInput: when there is none of that name within reach.
        """
        name = text.clean(raw) if raw else ""
        if not name:
            return self._ground.usual.organization
        if name not in self._ground.organizations:
            raise BadInput(f"没有“{_short(raw)}”这个组织，或不在您的范围内，请核对全称。")
        return self._ground.organizations[name]

    def _skills(self, raw: str) -> tuple[int, ...]:
        return _each(raw, self._ground.skills, "服务专长")

    def _categories(self, raw: str) -> tuple[int, ...]:
        return _each(raw, self._ground.categories, "服务意向")

    def _free_times(self, raw: str) -> tuple[tuple[int, str], ...]:
        """Return weekdays (Monday is 0) and parts of the day.

        :raises BadInput: when a part is not understood.
        """
        found = set()
        for word in _split(raw):
            match = _FREE_TIME.fullmatch(word)
            if match is None:
                raise BadInput(f"“{_short(word)}”看不懂，请写成周六上午、周日下午这样。")
            found.add((_WEEKDAYS[match[1]], _DAY_PARTS[match[2]]))
        return tuple(sorted(found))

    def registered_at(self, raw: str, born_on: date | None) -> datetime:
        """Return when somebody registered: the start of the day, or the time of the import.

        :raises BadInput: when it is no day, to come, or before the birth.
        """
        day, start = self._start_of(raw)
        if born_on is not None and day <= born_on:
            raise BadInput("登记日期早于出生日期，请核对。")
        return start

    def _start_of_day(self, raw: str) -> tuple[date, datetime]:
        today = self._ground.today
        day = self.day(raw, "registered_on") or today
        if day > today:
            raise BadInput("登记日期还没有到，请核对。")
        return day, self._ground.at if day == today else day_bounds(day)[0]

    @staticmethod
    def day(raw: str, key: str) -> date | None:
        """Return the day that is written, None where nothing is.

        :raises BadInput: when there is no such day.
        """
        return _day(raw, key)

    @staticmethod
    def phone(raw: str) -> str:
        """Return eleven digits, or nothing for somebody without a mobile phone.

        :raises BadInput: when it is no such number.
        """
        Words.refuse_lost(raw, "phone")
        return parse_mobile(_POINT_ZERO.sub("", raw)) if raw.strip() else ""

    @staticmethod
    def is_party_member(raw: str) -> bool:
        """Return whether somebody is a member of the Party.

        :raises BadInput: when it says neither yes nor no.
        """
        word = _plain(raw)
        if word not in _PARTY | _NO_PARTY:
            raise BadInput("请填“是”或“否”，不填就是“否”。")
        return word in _PARTY

    def agreed(self, raw: str) -> None:
        """Refuse somebody whose consent the list does not declare (Order 67, art. 6).

        :raises BadInput: when it says anything but yes.
        """
        word = _plain(raw)
        if word not in _YES and (word or not self._ground.usual.is_signed):
            raise BadInput("没有本人同意不能登记，请取得签字后填“是”。", code="people.no_terms")

    @staticmethod
    def sex(raw: str) -> str:
        """Return the sex as papers know it; what is not understood is left to the rule."""
        return _SEXES.get(_plain(raw), "")

    @staticmethod
    def id_type(raw: str) -> str:
        """Return the kind of paper.

        :raises BadInput: when there is no such kind.
        """
        found = _ID_TYPES.get(_clean(raw))
        if found is None:
            raise BadInput("没有这种证件类型，请填“居民身份证”“护照”等证件全称。", field="id_type")
        return found

    def channel(self, raw: str) -> str:
        """Return by which way somebody was recruited.

        :raises BadInput: when there is no such way.
        """
        found = _CHANNELS.get(_clean(raw) or self._ground.usual.channel)
        if found is None:
            raise BadInput(f"没有这种招募渠道，请填{'、'.join(Channel.labels)}中的一种。")
        return found

    @staticmethod
    def relation(raw: str) -> str:
        """Return who the guardian is; what is not understood is left to the rule."""
        word = text.clean(raw)
        return next((value for value, label in Relation.choices if word in (value, label)), word)

    @staticmethod
    def refuse_lost(raw: str, key: str) -> None:
        """Refuse a number of which a spreadsheet threw the last digits away.

        :raises BadInput: when it stands there as 1.40106E+17.
        """
        if ("E" in raw or "e" in raw) and _LOST.fullmatch(raw.strip()):
            raise BadInput(
                "这一格存成了数字，末几位已经丢失，请把这一列设为“文本”格式，再重新填写。",
                field=key,
            )


def _remembering(rule: F) -> F:
    return lru_cache(maxsize=_REMEMBERED)(rule)  # type: ignore[return-value]


@lru_cache(maxsize=_REMEMBERED)
def _day(raw: str, key: str) -> date | None:
    words = text.clean(raw) if raw else ""
    if not words:
        return None
    if serial := _SERIAL.fullmatch(words):
        return _SERIAL_START + timedelta(days=int(serial[1]))
    match = _DATE.fullmatch(words)
    try:
        if match:
            year, month, day = (int(part) for part in match.groups() if part)
            return date(year, month, day)
    except ValueError:
        pass
    raise BadInput("日期不对，请写成 1990-05-01 这样。", field=key)


@lru_cache(maxsize=_REMEMBERED)
def _clean(raw: str) -> str:
    return text.clean(raw)


@lru_cache(maxsize=_REMEMBERED)
def _plain(raw: str) -> str:
    return text.clean(raw).lower()


def _split(raw: str) -> list[str]:
    return [word for word in _BETWEEN.split(text.clean(raw)) if word]


def _each(raw: str, known: Mapping[str, int], title: str) -> tuple[int, ...]:
    words = _split(raw)
    for word in words:
        if word not in known:
            raise BadInput(f"没有“{_short(word)}”这项{title}，请对照平台上的选项填写。")
    return tuple(sorted({known[word] for word in words}))


def _short(raw: str) -> str:
    words = text.clean(raw)
    return words if len(words) <= _SHOWN else f"{words[:_SHOWN]}…"
