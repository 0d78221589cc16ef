"""Generate volunteers and their accounts: fictional, the same each time, sealed as real ones.

A pure generator without a database; it runs in a process of its own. Phone numbers begin with
154, which no operator uses.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from voluncity.doors.portal.scale.service import BLOCK, Block
from voluncity.doors.portal.scale.shape import (
    BORN_IN,
    DAYS,
    LEADERS,
    VERIFIED,
    Facts,
    Home,
    mix,
)
from voluncity.doors.portal.scale.slots import text, utc
from voluncity.kernel.identity import id_check_digit
from voluncity.kernel.sealing import blind_index, seal, tail_index

USER_COLUMNS = (
    "id", "handle", "display_name", "password", "phone_cipher", "phone_index", "is_active",
    "created_at",
)  # fmt: skip
VOLUNTEER_COLUMNS = (
    "id", "number", "user_id", "name", "sex", "born_on", "id_type", "id_cipher", "id_index",
    "phone_cipher", "phone_index", "phone_tail_index", "address_cipher", "region_id",
    "is_party_member",
    "identity_state", "identity_reason", "channel", "registered_at", "registered_by_id",
)  # fmt: skip
SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
    "苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
OLD = {
    "M": ("建国志庆福国文爱永德", "强华军生祥平明山林义"),
    "F": ("秀桂玉淑凤春金月翠爱", "英兰珍华梅芳莲琴香花"),
}
YOUNG = {
    "M": ("浩思志宇俊晓鹏天子嘉", "然远鹏轩杰东飞宇涵明"),
    "F": ("欣雨佳梦丽雪文婷慧海", "怡桐琪瑶娟梅静婷敏燕"),
}
AREAS = ("140105", "140106", "140107", "140108", "140109", "140110", "140121", "140122")
CHANNELS = ("internet", "internet", "organization", "organization", "public", "paper", "phone")
OLD_AGES, YOUNG_AGES = (56, 27), (18, 38)  # youngest, how many years
# Volunteers of the login page, among those who come most often to the first team.
KNOWN = {LEADERS + 3: ("demo-volunteer", "王芳"), LEADERS: ("demo-elder", "陈桂兰")}
_NO_PASSWORD = "!"  # noqa: S105 -- Django's mark for “no password can ever match”


def written(facts: Facts, office: int) -> Iterator[Block]:
    """Yield all accounts and volunteers, home by home; `office` entered who has no account."""
    users: list[tuple[object, ...]] = []
    volunteers: list[tuple[object, ...]] = []
    accounts = facts.accounts()
    for home in facts.homes:
        for place in range(home.size):
            one = _Person(facts, home, place)
            position = home.first + place
            if accounts[position]:
                users.append(one.user(facts.user0 + position))
            volunteers.append(one.volunteer(bool(accounts[position]), office))
        if len(volunteers) >= BLOCK:
            yield "people_user", USER_COLUMNS, users
            yield "people_volunteer", VOLUNTEER_COLUMNS, volunteers
            users, volunteers = [], []
    yield "people_user", USER_COLUMNS, users
    yield "people_volunteer", VOLUNTEER_COLUMNS, volunteers


class _Person:
    """One volunteer, drawn from their position alone."""

    def __init__(self, facts: Facts, home: Home, place: int) -> None:
        self.facts, self.home, self.place = facts, home, place
        self.position = home.first + place
        self.bits = mix(self.position)
        self.is_old = self.bits % 100 < 62  # noqa: PLR2004 -- Puyang's patrol: 66 years on average
        is_known = self.position in KNOWN
        self.sex = "F" if is_known or self.bits >> 8 & 7 < 5 else "M"  # noqa: PLR2004 -- five of eight
        self.born_on = self._born_on()
        self.handle, self.name = KNOWN.get(self.position, (f"u{self.bits:016x}", ""))
        self.name = self.name or self._name()
        self.phone = f"154{self.position:08d}"
        number = (self.position * 61_803_399 + 12_345) % 10**8
        self.number = f"{facts.city_code[:4]}{number:08d}"
        self.registered_at = self._registered_at()

    def _born_on(self) -> date:
        youngest, years = OLD_AGES if self.is_old else YOUNG_AGES
        age = youngest + (self.bits >> 12) % years
        group = self.position // 500 % 336  # the day makes the identity number the only one
        return date(self.facts.today.year - age - 1, 1 + group // 28, 1 + group % 28)

    def _name(self) -> str:
        first, second = (OLD if self.is_old else YOUNG)[self.sex]
        bits = self.bits >> 20
        surname = SURNAMES[bits % len(SURNAMES)]
        if bits >> 8 & 7 == 0:
            return surname + second[bits >> 12 & 7]
        return surname + first[(bits >> 12) % 10] + second[(bits >> 20) % 10]

    def _registered_at(self) -> str:
        share = self.place / self.home.size
        if share < BORN_IN:
            day = -1 - (self.bits >> 33) % 1000
        else:
            day = int(DAYS * (share - BORN_IN) / (1 - BORN_IN))
        local = self.facts.first_day + timedelta(days=day)
        return text(utc(local, 480 + (self.bits >> 44) % 600))

    def _id_number(self) -> str:
        area = AREAS[self.position // (500 * 336) % len(AREAS)]
        order = self.position % 500 * 2 + (self.sex == "M")
        first17 = f"{area}{self.born_on:%Y%m%d}{order:03d}"
        return first17 + id_check_digit(first17)

    def user(self, number: int) -> tuple[object, ...]:
        """Return the row of the account."""
        facts = self.facts
        cipher = seal(self.phone, keys=facts.data_keys, bound_to=f"user:{self.handle}")
        index = blind_index(self.phone, key=facts.index_key, purpose="phone")
        return (
            number, self.handle, self.name, _NO_PASSWORD, cipher, index, 1, self.registered_at,
        )  # fmt: skip

    def volunteer(self, has_account: bool, office: int) -> tuple[object, ...]:  # noqa: FBT001 -- a row
        """Return the row of the volunteer; some who were entered at a desk gave no phone."""
        facts, keys = self.facts, self.facts.data_keys
        bound_to, number = f"volunteer:{self.number}", self._id_number()
        phone = self.phone if has_account or self.bits >> 50 & 1 else ""
        state, reason = self._identity()
        is_local = self.bits >> 52 & 3
        communities = facts.communities
        return (
            facts.volunteer0 + self.position, self.number,
            facts.user0 + self.position if has_account else None,
            self.name, self.sex, self.born_on.isoformat(), "resident",
            seal(number, keys=keys, bound_to=bound_to),
            blind_index(f"resident:{number}", key=facts.index_key, purpose="id"),
            seal(phone, keys=keys, bound_to=bound_to) if phone else "",
            blind_index(phone, key=facts.index_key, purpose="phone") if phone else "",
            tail_index(phone, key=facts.index_key),
            "", self.home.region if is_local else communities[self.bits % len(communities)],
            int(self.bits >> 56 & 3 == 0), state, reason,
            "paper" if not has_account else CHANNELS[self.bits % len(CHANNELS)],
            self.registered_at, None if has_account else office,
        )  # fmt: skip

    def _identity(self) -> tuple[str, str]:
        if self.place < int(self.home.size * VERIFIED):
            return "verified", ""
        kind = self.bits >> 30 & 7
        if kind == 0:
            return "rejected", "number"
        return ("pending", "") if kind == 1 else ("unverified", "")
