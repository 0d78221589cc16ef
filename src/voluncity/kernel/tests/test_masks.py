import pytest
from hypothesis import given
from hypothesis import strategies as st

from voluncity.kernel.masks import mask_address, mask_id, mask_name, mask_phone


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张", "张*"),
        ("张三", "张*"),
        ("张三丰", "张*丰"),
        ("欧阳娜娜", "欧**娜"),
        ("阿卜杜拉·买买提", "阿******提"),
        ("张\U00030edd", "张*"),
        ("John Smith", "J*** S***"),
        ("Müller Anna", "M*** A***"),
        ("Al", "A***"),
        ("", ""),
    ],
)
def test_name_shows_only_its_ends(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [("13800138000", "138****8000"), ("03514223181", "035****3181"), ("4223181", "42***81")],
)
def test_phone_hides_its_middle(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("11010519491231002X", "1101***********02X"),
        ("E12345678", "E1******8"),
        ("12345678", "12*****8"),
        ("", ""),
    ],
)
def test_identity_number_hides_the_birth_date(number: str, masked: str) -> None:
    assert mask_id(number) == masked


@given(st.text("0123456789X", min_size=1, max_size=20))
def test_at_least_half_of_a_number_is_hidden(number: str) -> None:
    masked = mask_id(number)
    assert len(masked) == len(number)
    assert masked.count("*") * 2 >= len(number)


@given(st.text("0123456789", min_size=1, max_size=20))
def test_at_least_a_third_of_a_phone_is_hidden(phone: str) -> None:
    masked = mask_phone(phone)
    assert len(masked) == len(phone)
    assert masked.count("*") * 3 >= len(phone)


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("山西省太原市迎泽区桥东街道青年路12号3单元5号", "山西省太原市迎泽区桥东街道****"),
        ("太原市小店区平阳路街道东方花园小区8号楼", "太原市小店区平阳路街道****"),
        ("迎泽区柳巷菜市场旁边", "迎泽区****"),
        ("濮阳市清丰县马庄桥镇李家村18号", "濮阳市清丰县马庄桥镇****"),
        (
            "内蒙古自治区鄂尔多斯市杭锦旗锡尼镇阿门其日格街",
            "内蒙古自治区鄂尔多斯市杭锦旗锡尼镇****",
        ),
        ("鄂尔多斯市乌审旗乌兰陶勒盖苏木1号", "鄂尔多斯市乌审旗乌兰陶勒盖苏木****"),
        ("东方小区3号", "****"),
        ("12号", "****"),
        ("", ""),
    ],
)
def test_address_stops_at_the_street_office(address: str, masked: str) -> None:
    assert mask_address(address) == masked
