"""One row of a list: the rules of registration, and what people write in cells."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from voluncity.city.people.lists.checking import (
    CHECKED,
    Checker,
    Chunk,
    Faulty,
    Person,
    shown_name,
    shown_number,
)
from voluncity.city.people.lists.columns import KEYS
from voluncity.city.people.lists.ground import Ground
from voluncity.city.people.lists.words import region_key
from voluncity.kernel import sealing
from voluncity.testing.make_lists import COMMUNITY, make_answers
from voluncity.testing.make_people import NOON, TODAY, make_id_number

KEY, INDEX_KEY = b"k" * 32, b"i" * 32
NUMBER = "140100000001"
WANG = "140106199005010028"
LOST = "这一格存成了数字，末几位已经丢失，请把这一列设为“文本”格式，再重新填写。"
BAD_DAY = "日期不对，请写成 1990-05-01 这样。"
GROUND = Ground(
    at=NOON,
    today=TODAY,
    youngest=14,
    adult=18,
    regions={COMMUNITY: 7, "太原市迎泽区柳巷街道柳巷社区": 7},
    upper_regions=frozenset({"太原市迎泽区", "140106000000"}),
    far_regions=frozenset({"太原市万柏林区千峰街道漪汾社区"}),
    twin_regions=frozenset({"和平社区"}),
    organizations={"桥东街道志愿服务队": 5},
    skills={"急救": 1, "手语": 2},
    categories={"邻里守望": 3},
    data_keys=[KEY],
    index_key=INDEX_KEY,
    places=tuple(range(len(KEYS))),
)


def looked_at(**answers: str) -> Person | Faulty:
    """Return what becomes of one row with these answers."""
    row = make_answers(**answers)
    record = [row.get(key, "") for key in KEYS]
    result = Checker(GROUND).check(Chunk(2, [record], [NUMBER]))
    return result.people[0] if result.people else result.faulty[0]


def faults(**answers: str) -> str:
    """Return everything that is said against one row."""
    found = looked_at(**answers)
    assert isinstance(found, Faulty), found
    return found.sentence


def values(**answers: str) -> dict[str, object]:
    """Return the fields of somebody who passes."""
    found = looked_at(**answers)
    assert isinstance(found, Person), found
    return dict(zip(CHECKED, found.values, strict=True))


def test_a_good_row_becomes_the_fields_of_a_volunteer() -> None:
    found = values(
        id_number=WANG,
        phone="+86 139-0351-0001",
        is_party_member="中共党员",
        channel="组织招募",
        registered_on="2024年3月5日",
    )

    bound_to = f"volunteer:{NUMBER}"
    id_cipher, phone_cipher = str(found.pop("id_cipher")), str(found.pop("phone_cipher"))
    assert sealing.unseal(id_cipher, keys=[KEY], bound_to=bound_to) == WANG
    assert sealing.unseal(phone_cipher, keys=[KEY], bound_to=bound_to) == "13903510001"
    assert found == {
        "number": NUMBER,
        "name": "王芳",
        "sex": "F",
        "born_on": date(1990, 5, 1),
        "id_type": "resident",
        "id_index": sealing.blind_index(f"resident:{WANG}", key=INDEX_KEY, purpose="id"),
        "phone_index": sealing.blind_index("13903510001", key=INDEX_KEY, purpose="phone"),
        "phone_tail_index": sealing.tail_index("13903510001", key=INDEX_KEY),
        "region": 7,
        "is_party_member": True,
        "channel": "organization",
        "registered_at": datetime(2024, 3, 4, 16, tzinfo=UTC),  # midnight in the city
        "recruited_by": None,
    }


def test_what_is_left_empty_takes_its_usual_meaning() -> None:
    found = values(phone="", channel="", registered_on="", is_party_member="")
    kept = ("phone_cipher", "phone_index", "channel", "registered_at", "is_party_member")
    assert {key: found[key] for key in kept} == {
        "phone_cipher": "",
        "phone_index": "",
        "channel": "paper",
        "registered_at": NOON,
        "is_party_member": False,
    }


def test_full_width_digits_and_blanks_are_forgiven() -> None:
    wide = WANG.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    found = values(
        name="　王 芳 ", id_number=f" {wide}\u200b", phone="１３９　０３５１　０００１",
        region="１４０１０６００１００１", registered_on="２０２４／３／５", agreed=" 是 ",
    )  # fmt: skip
    assert (found["name"], found["region"]) == ("王芳", 7)
    assert found["id_index"] == sealing.blind_index(f"resident:{WANG}", key=INDEX_KEY, purpose="id")
    assert found["registered_at"] == datetime(2024, 3, 4, 16, tzinfo=UTC)


def test_skills_intentions_and_free_times_are_found_by_name() -> None:
    found = looked_at(
        skills="手语、急救，急救", intentions="邻里守望", free_times="周日下午 周六上午"
    )
    assert isinstance(found, Person)
    assert (found.skills, found.categories) == ((1, 2), (3,))
    assert found.free_times == ((5, "morning"), (6, "afternoon"))


def test_another_paper_needs_birth_and_sex() -> None:
    found = values(id_type="护照", id_number="e12345678", born_on="1985/7/1", sex="男")
    assert (found["id_type"], found["born_on"], found["sex"]) == (
        "passport",
        date(1985, 7, 1),
        "M",
    )
    assert faults(id_type="护照", id_number="e12345678") == "出生日期：请填写出生日期。"
    assert faults(id_type="护照", id_number="e12345678", born_on="1985-07-01", sex="?") == (
        "性别：请选择性别。"
    )


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"name": ""}, "姓名：请填写姓名。"),
        ({"name": "王"}, "姓名：姓名应为 2 到 30 个字，请按证件上的姓名填写。"),
        ({"name": "王" * 31}, "姓名：姓名应为 2 到 30 个字，请按证件上的姓名填写。"),
        (
            {"name": "王芳😀"},
            "姓名：姓名只能是汉字（少数民族姓名可用“·”）或英文字母，请按证件上的姓名填写。",
        ),
        ({"id_number": ""}, "证件号码：请填写身份证号。"),
        ({"id_number": "12345"}, "证件号码：身份证号应为 18 位，现在是 5 位，请核对。"),
        (
            {"id_number": "140106199005010026"},
            "证件号码：身份证号校验不通过，可能有一位写错了，请对照证件逐位核对。",
        ),
        (
            {"id_number": "140106900501002"},
            "证件号码：15 位的旧身份证号已经停用，请填写 18 位身份证号。",
        ),
        ({"id_number": "1.40106E+17"}, f"证件号码：{LOST}"),
        (
            {"id_type": "学生证"},
            "证件类型：没有这种证件类型，请填“居民身份证”“护照”等证件全称。",
        ),
        ({"phone": "12345"}, "手机号：手机号应为 11 位数字，现在是 5 位，请核对。"),
        ({"phone": "1.39E+10"}, f"手机号：{LOST}"),
        ({"phone": "一三九"}, "手机号：手机号只能填写数字，请重新填写。"),
        ({"region": ""}, "所在社区：请填写所在社区（村）的区划代码或全称。"),
        (
            {"region": "太原市 迎泽区"},
            "所在社区：“太原市 迎泽区”还不够具体，请写到社区（村）。",
        ),
        (
            {"region": "太原市/万柏林区/千峰街道/漪汾社区"},
            (
                "所在社区：“太原市/万柏林区/千峰街道/漪汾社区”不在导入人的管理范围内，"
                "请由当地登记，或请本人用手机登记。"
            ),
        ),
        (
            {"region": "火星" * 50},
            (
                f"所在社区：本市没有“{'火星' * 10}…”，或已经停用，"
                "请填 12 位区划代码或从市写到社区（村）的全称。"
            ),
        ),
        ({"is_party_member": "也许"}, "是否党员：请填“是”或“否”，不填就是“否”。"),
        ({"skills": "急救、飞行"}, "服务专长：没有“飞行”这项服务专长，请对照平台上的选项填写。"),
        ({"intentions": "做梦"}, "服务意向：没有“做梦”这项服务意向，请对照平台上的选项填写。"),
        (
            {"free_times": "周八上午"},
            "空闲时间：“周八上午”看不懂，请写成周六上午、周日下午这样。",
        ),
        (
            {"channel": "托梦"},
            (
                "招募渠道：没有这种招募渠道，请填组织招募、社会招募、互联网招募、电话报名、"
                "表格登记中的一种。"
            ),
        ),
        ({"registered_on": "去年"}, f"登记日期：{BAD_DAY}"),
        ({"registered_on": "2025-02-30"}, f"登记日期：{BAD_DAY}"),
        ({"registered_on": "2026-11-25"}, "登记日期：登记日期还没有到，请核对。"),
        ({"registered_on": "1980-01-01"}, "登记日期：登记日期早于出生日期，请核对。"),
        ({"agreed": ""}, "本人同意：没有本人同意不能登记，请取得签字后填“是”。"),
        ({"agreed": "否"}, "本人同意：没有本人同意不能登记，请取得签字后填“是”。"),
    ],
)
def test_each_bad_answer_is_said_at_its_column(answers: dict[str, str], sentence: str) -> None:
    assert faults(**answers) == sentence


def test_everything_that_is_wrong_is_said_at_once() -> None:
    assert faults(name="王", phone="12345", agreed="") == (
        "姓名：姓名应为 2 到 30 个字，请按证件上的姓名填写。 "
        "手机号：手机号应为 11 位数字，现在是 5 位，请核对。 "
        "本人同意：没有本人同意不能登记，请取得签字后填“是”。"
    )


@pytest.mark.parametrize("nasty", ["\x00", "\x1b[31m", "\u202e", "\ud800", "=cmd|'/c calc'!A0"])
@pytest.mark.parametrize("key", KEYS)
def test_no_cell_breaks_the_check(key: str, nasty: str) -> None:
    looked_at(**{key: nasty})
    looked_at(**{key: nasty * 5_000})


def test_a_child_is_sent_away_and_a_youth_needs_a_guardian() -> None:
    child, youth = make_id_number(date(2013, 5, 1)), make_id_number(date(2010, 5, 1))
    assert faults(id_number=child).startswith("证件号码：未满 14 周岁的小朋友不能自行登记。")
    assert faults(id_number=youth).startswith("监护人姓名：未满 18 周岁需要监护人同意")
    half = {"guardian_name": "王建国", "guardian_phone": "13903510009"}
    assert faults(id_number=youth, **half) == "监护人关系：请选择监护人和您的关系。"
    whole = looked_at(id_number=youth, guardian_relation="祖父母、外祖父母", **half)
    assert isinstance(whole, Person)
    assert whole.guardian
    assert (whole.guardian.name, whole.guardian.relation) == ("王建国", "祖父母")
    assert (
        sealing.unseal(whole.guardian.phone_cipher, keys=[KEY], bound_to=f"volunteer:{NUMBER}")
        == "13903510009"
    )


def test_the_guardian_of_an_adult_is_not_asked_about() -> None:
    found = looked_at(guardian_name="?", guardian_phone="x")
    assert isinstance(found, Person)
    assert found.guardian is None


@pytest.mark.parametrize(
    "raw", ["2024-03-05", "2024.3.5", "20240305", "45356", "2024-3-5 08:30:00"]
)
def test_a_day_is_understood_in_the_ways_it_is_written(raw: str) -> None:
    assert values(registered_on=raw)["registered_at"] == datetime(2024, 3, 4, 16, tzinfo=UTC)


def test_empty_rows_and_the_note_of_the_template_are_left_out() -> None:
    note = ["填写说明（导入时跳过这一行）：必填", *["必填"] * (len(KEYS) - 1)]
    records = [[], [""] * 20, ["", " "], note]
    result = Checker(GROUND).check(Chunk(2, records, [NUMBER] * 4))
    assert (result.position, result.people, result.faulty, result.skipped) == (5, [], [], [])


def test_a_wrong_name_or_number_is_masked_too() -> None:
    found = looked_at(name="王小芳", id_number="140106199005010026")
    assert found.masked == ("王*芳", "1401***********026")
    assert (shown_name(""), shown_number("")) == ("", "")


def test_a_region_is_compared_without_blanks_and_separators() -> None:
    assert region_key(" 太原市 > 迎泽区/柳巷街道·柳巷社区") == "太原市迎泽区柳巷街道柳巷社区"


def test_keys_stay_out_of_what_is_printed() -> None:
    assert "kkkk" not in repr(GROUND)
    assert "iiii" not in repr(GROUND)
