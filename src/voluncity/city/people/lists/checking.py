"""Check one record of a list by the rules of registration, and seal what must be sealed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple, TypeVar

from voluncity.city.people import rules
from voluncity.city.people.lists.columns import KEYS, NOTE, TITLES, key_of
from voluncity.city.people.lists.ground import Ground
from voluncity.city.people.lists.words import NOTHING, Words
from voluncity.kernel import masks, sealing, text
from voluncity.kernel.identity import age_on
from voluncity.kernel.refusals import BadInput, Refusal

T = TypeVar("T")
# The fields of a volunteer, in the order in which a checked person has them.
CHECKED = (
    "number", "name", "sex", "born_on", "id_type", "id_cipher", "id_index", "phone_cipher",
    "phone_index", "phone_tail_index", "region", "is_party_member", "channel", "registered_at",
    "recruited_by",
)  # fmt: skip
NUMBER, NAME, ID_INDEX, PHONE_INDEX = (
    CHECKED.index(name) for name in ("number", "name", "id_index", "phone_index")
)
_SHOWN = 30  # characters of something wrong, masked in the report
_NAME_PLACE, _ID_PLACE = KEYS.index("name"), KEYS.index("id_number")
# What stands below a list, or between its pages, and is nobody.
_NOBODY = re.compile(
    "合计|总计|小计|共计|累计|总人数|人数|制表|填表|审核|负责人|经办|单位|日期|备注|注[:：]|说明|联系人|打印|盖章|第.{1,6}页"
)
_LOST_END = re.compile(r"[0-9]{14,15}0{3,4}")
_LOST = "号码末几位是 0 且校验不通过，很可能存成数字时丢了末几位，请把这一列设为“文本”再重新填写。"


class Guardian(NamedTuple):
    """The guardian of a minor, sealed."""

    name: str
    relation: str
    phone_cipher: str
    phone_index: str


class Person(NamedTuple):
    """A record that passed every check; `values` stand in the order of `CHECKED`."""

    row: int
    values: tuple[object, ...]
    skills: tuple[int, ...]
    categories: tuple[int, ...]
    free_times: tuple[tuple[int, str], ...]
    guardian: Guardian | None
    masked: tuple[str, str]  # name and identity number


class Faulty(NamedTuple):
    """A record that did not pass, with everything that is wrong."""

    row: int
    sentence: str
    masked: tuple[str, str]


class Chunk(NamedTuple):
    """Some records in a row; the first stands in row `first` of the file."""

    first: int
    records: list[list[str]]
    numbers: list[str]  # a volunteer number for each, drawn before

    @property
    def position(self) -> int:
        """Return how many records of the file are read with these."""
        return self.first + len(self.records) - 1


class Result(NamedTuple):
    """What became of a chunk."""

    position: int
    people: list[Person]
    faulty: list[Faulty]
    skipped: list[int]  # rows that are nobody: totals, signatures, repeated headers
    hidden: frozenset[int] = frozenset()  # rows that their spreadsheet does not show


def shown_name(raw: str) -> str:
    """Return a name that may be wrong, masked for the report."""
    name = text.clean(raw)[:_SHOWN]
    return masks.mask_name(name) if name else ""


def shown_number(raw: str) -> str:
    """Return an identity number that may be wrong, masked for the report."""
    return masks.mask_id(text.clean(raw).replace(" ", "")[:_SHOWN])


def _place_of(asked: dict[str, str]) -> str:
    """Return where somebody lives, also where it is spread over several columns."""
    above = asked["county"] + asked["town"]
    place = asked["region"]
    if not above or place.isdecimal() or place.startswith(asked["county"] or asked["town"]):
        return place
    return above + place


def _is_nobody(record: Sequence[str], name: str) -> bool:
    """Return whether a record without a number is a total, a signature or a header again."""
    filled = [cell.strip() for cell in record if cell.strip()]
    first = filled[0].replace(" ", "").replace("\u3000", "")
    return (
        bool(_NOBODY.match(first)) or (not name and key_of(first) == "name") or _is_header(filled)
    )


def _is_header(filled: Sequence[str]) -> bool:
    return len(filled) > 1 and sum(bool(key_of(cell)) for cell in filled) * 2 > len(filled)


class _Faults:
    """Collects what is wrong with one record, so that all of it is said at once."""

    def __init__(self) -> None:
        self.sentences: list[str] = []

    def ask(self, key: str, rule: Callable[..., T], *given: object) -> T | None:
        """Return what the rule says, or keep its refusal and return None."""
        try:
            return rule(*given)
        except Refusal as refusal:
            title = TITLES.get(refusal.field) or TITLES[key]
            self.sentences.append(f"{title}：{refusal.sentence}")
            return None


class Checker:
    """Checks the records of one list."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._words = Words(ground)
        self._tails: dict[str, str] = {}  # ten thousand at most

    def check(self, chunk: Chunk) -> Result:
        """Return who passed and who did not; empty records are left out."""
        result = Result(chunk.position, [], [], [])
        for place, (record, number) in enumerate(zip(chunk.records, chunk.numbers, strict=True)):
            asked = self._asked(record)
            if asked is None:
                continue
            if not asked["id_number"] and _is_nobody(record, asked["name"]):
                result.skipped.append(chunk.first + place)
                continue
            found = self._person(chunk.first + place, asked, number)
            if isinstance(found, Person):
                result.people.append(found)
            else:
                result.faulty.append(found)
        return result

    def _asked(self, record: Sequence[str]) -> dict[str, str] | None:
        """Return the answers by key; None for an empty record and for the template's note."""
        width = len(record)
        cells = [record[place] if -1 < place < width else "" for place in self._ground.places]
        whole = "".join(cells)
        if not whole.strip() or cells[0].startswith(NOTE):
            return None
        if not NOTHING.isdisjoint(cells):
            cells = ["" if cell in NOTHING else cell for cell in cells]
        if "'" in whole or "\ufeff" in whole:  # how people keep a spreadsheet from counting
            cells = [cell.lstrip("'\ufeff ") for cell in cells]
        number = cells[_ID_PLACE]
        if number and not number[0].isdigit() and key_of(number) == "id_number":
            cells[_NAME_PLACE] = cells[_ID_PLACE] = ""  # the header once more, on each page
        return dict(zip(KEYS, cells, strict=True))

    def _person(self, row: int, asked: dict[str, str], number: str) -> Person | Faulty:
        faults, words = _Faults(), self._words
        ask = faults.ask
        name = ask("name", text.person_name, asked["name"])
        identity = ask("id_number", self._identity, asked)
        phone = ask("phone", words.phone, asked["phone"])
        region = ask("region", words.region, _place_of(asked))
        is_party_member = ask("is_party_member", words.is_party_member, asked["is_party_member"])
        skills = ask("skills", words.skills, asked["skills"])
        categories = ask("intentions", words.categories, asked["intentions"])
        free_times = ask("free_times", words.free_times, asked["free_times"])
        channel = ask("channel", words.channel, asked["channel"])
        organization = ask("organization", words.organization, asked["organization"])
        ask("agreed", words.agreed, asked["agreed"])
        born_on = identity.born_on if identity else None
        registered_at = ask("registered_on", words.registered_at, asked["registered_on"], born_on)
        guardian = ask("guardian_name", self._guardian, asked, born_on, number)
        if faults.sentences or identity is None or phone is None:
            masked = shown_name(asked["name"]), shown_number(asked["id_number"])
            return Faulty(row, " ".join(faults.sentences), masked)
        values = (
            number, name, identity.sex, identity.born_on, identity.id_type,
            self._sealed(identity.number, number), self._index(identity.index_text, "id"),
            self._sealed(phone, number), self._index(phone, "phone"), self._tail(phone),
            region, is_party_member, channel, registered_at, organization,
        )  # fmt: skip
        masked = masks.mask_name(str(name)), masks.mask_id(identity.number)
        return Person(
            row, values, skills or (), categories or (), free_times or (), guardian, masked
        )

    def _identity(self, asked: dict[str, str]) -> rules.Identity:
        words, today = self._words, self._ground.today
        words.refuse_lost(asked["id_number"], "id_number")
        born_on = words.day(asked["born_on"], "born_on")
        sex = words.sex(asked["sex"])
        try:
            identity = rules.identity_of(
                id_type=words.id_type(asked["id_type"]),
                number=asked["id_number"],
                born_on=born_on,
                sex=sex,
                today=today,
            )
        except BadInput as refusal:
            if _LOST_END.fullmatch(asked["id_number"].strip()):
                raise BadInput(_LOST, field="id_number") from refusal
            raise
        if (born_on or identity.born_on) != identity.born_on:
            raise BadInput("和证件号码里的出生日期不一样，请对照证件核对。", field="born_on")
        if (sex or identity.sex) != identity.sex:
            raise BadInput("和证件号码对不上，请对照证件核对性别和号码。", field="sex")
        rules.refuse_too_young(age_on(identity.born_on, today), youngest=self._ground.youngest)
        return identity

    def _guardian(
        self, asked: dict[str, str], born_on: date | None, number: str
    ) -> Guardian | None:
        if born_on is None or age_on(born_on, self._ground.today) >= self._ground.adult:
            return None
        answer = None
        if asked["guardian_name"].strip():
            relation = self._words.relation(asked["guardian_relation"])
            answer = rules.GuardianAnswer(asked["guardian_name"], relation, asked["guardian_phone"])
        known = rules.checked_guardian(answer)
        return Guardian(
            known.name, known.relation, self._sealed(known.phone, number),
            self._index(known.phone, "phone"),
        )  # fmt: skip

    def _sealed(self, plain: str, number: str) -> str:
        if not plain:
            return ""
        return sealing.seal(plain, keys=self._ground.data_keys, bound_to=f"volunteer:{number}")

    def _tail(self, phone: str) -> str:
        tail = phone[-sealing.TAIL :]
        found = self._tails.get(tail)
        if found is None:
            found = sealing.tail_index(phone, key=self._ground.index_key)
            self._tails[tail] = found
        return found

    def _index(self, plain: str, purpose: str) -> str:
        if not plain:
            return ""
        return sealing.blind_index(plain, key=self._ground.index_key, purpose=purpose)
