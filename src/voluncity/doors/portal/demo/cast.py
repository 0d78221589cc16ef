"""The people of the demo city: all fictional, the same for the same seed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from random import Random

from voluncity.city.access.permissions import Role
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User, Volunteer
from voluncity.kernel.identity import id_check_digit

SEED = 305  # 5 March, the day of Lei Feng
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN_OLD = [
    "建国", "秀英", "桂兰", "玉珍", "淑华", "国强", "桂英", "志强", "秀兰", "建华",
    "玉兰", "爱华", "凤英", "文军", "福生", "秀珍", "庆祥", "春梅",
]  # fmt: skip
GIVEN_YOUNG = [
    "子涵", "浩然", "欣怡", "雨桐", "思远", "佳琪", "宇轩", "梦瑶", "晓东", "海燕",
    "丽娟", "志鹏", "雪梅", "文静", "俊杰", "晓明", "婷婷", "鹏飞", "慧敏", "天宇",
]  # fmt: skip


@dataclass
class Cast:
    """Everybody in the demo city."""

    staff: dict[str, User] = field(default_factory=dict)
    volunteers: list[Volunteer] = field(default_factory=list)
    teams: dict[str, Organization] = field(default_factory=dict)

    @property
    def office(self) -> User:
        """Return the city office, which reviews."""
        return self.staff["demo-city-office"]


@dataclass(frozen=True)
class Resident:
    """Somebody who registers as a volunteer."""

    name: str
    born_on: date
    sex: str
    county: str  # six digits
    phone: str
    id_number: str
    shows_rank: bool


@dataclass(frozen=True)
class Staff:
    """An account of the demo's login page; `scope` is a region code or an organization's key."""

    handle: str
    name: str
    role: Role
    scope: str


STAFF = (
    Staff("demo-city-office", "赵文清", Role.CITY_OFFICE, "140100000000"),
    Staff("demo-county-office", "孙立新", Role.COUNTY_OFFICE, "140106000000"),
    Staff("demo-lead-unit", "周敏", Role.LEAD_UNIT, "civil-affairs-bureau"),
    Staff("demo-org-admin", "李桂芳", Role.ORG_ADMIN, "qiaodong"),
    Staff("demo-leader", "张志强", Role.TEAM_LEADER, "qiaodong"),
    Staff("demo-community", "马丽", Role.COMMUNITY_WORKER, "140106005001"),
    Staff("demo-supervisor", "高建平", Role.SUPERVISOR, "140100000000"),
    Staff("demo-security", "许安", Role.SECURITY_ADMIN, "140100000000"),
    Staff("demo-system", "何工", Role.SYSTEM_ADMIN, "140100000000"),
    Staff("demo-auditor", "沈明", Role.AUDITOR, "140100000000"),
    Staff("demo-fund-office", "董建华", Role.FUND_OFFICE, "140100000000"),
    Staff("demo-fund-finance", "程欣怡", Role.FUND_FINANCE, "140100000000"),
    Staff("demo-fund-supervisor", "袁国强", Role.FUND_SUPERVISOR, "140100000000"),
    # What the first one enters about decisions, the second one lets out.
    Staff("demo-fund-checker", "尹丽娟", Role.FUND_OFFICE, "140100000000"),
)


def residents(count: int, *, today: date) -> list[Resident]:
    """Return so many people; two thirds are over fifty, as in the seeds' teams."""
    random = Random(SEED)  # noqa: S311 -- a story, not a secret
    return [_resident(random, number, today) for number in range(count)]


def _resident(random: Random, number: int, today: date) -> Resident:
    is_old = random.random() < 0.62  # noqa: PLR2004 -- Puyang's patrol: 66 years on average
    year = today.year - (random.randint(56, 79) if is_old else random.randint(19, 55))
    born_on = date(year, random.randint(1, 12), random.randint(1, 28))
    sex = random.choice("MF")
    county = random.choice(["140105", "140106", "140107", "140108", "140109", "140110"])
    given = random.choice(GIVEN_OLD if is_old else GIVEN_YOUNG)
    first17 = f"{county}{born_on:%Y%m%d}{_sequence(number, sex):03d}"
    return Resident(
        name=random.choice(SURNAMES) + given,
        born_on=born_on,
        sex=sex,
        county=county,
        phone=f"1990351{number:04d}",
        id_number=first17 + id_check_digit(first17),
        shows_rank=random.random() < 0.7,  # noqa: PLR2004 -- most agree, some do not
    )


def _sequence(number: int, sex: str) -> int:
    """Return three digits, odd for men; they begin anew after 450 people of other birthdays."""
    return 100 + number % 450 * 2 + (sex == "M")
