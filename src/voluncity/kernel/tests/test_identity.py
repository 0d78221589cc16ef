from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from voluncity.kernel.identity import (
    IdNumber,
    OtherIdKind,
    age_on,
    id_check_digit,
    parse_mobile,
    parse_other_id,
    parse_resident_id,
    parse_uscc,
)
from voluncity.kernel.refusals import BadInput

TODAY = date(2026, 11, 22)
STANDARD = "11010519491231002X"  # the standard's own example


@pytest.mark.parametrize(
    ("number", "born_on", "sex", "permit"),
    [
        (STANDARD, date(1949, 12, 31), "F", False),
        ("410922195403050077", date(1954, 3, 5), "M", False),
        ("410902201303050013", date(2013, 3, 5), "M", False),
        ("410902201203050008", date(2012, 3, 5), "F", False),
        ("140107200002290038", date(2000, 2, 29), "M", False),
        ("830000199001010012", date(1990, 1, 1), "M", True),
    ],
)
def test_valid_numbers_tell_birth_and_sex(
    number: str, born_on: date, sex: str, permit: bool
) -> None:
    parsed = parse_resident_id(number, today=TODAY)
    assert parsed == IdNumber(number, born_on, sex, number[:6], permit)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "raw",
    ["11010519491231002x", " 110105 19491231 002X ", "１１０１０５１９４９１２３１００２Ｘ",
     "110105-19491231-002ｘ", "\u202d11010519491231002X\u202c"],
)  # fmt: skip
def test_number_is_read_however_it_is_typed(raw: str) -> None:
    assert parse_resident_id(raw, today=TODAY).number == STANDARD


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("", "请填写身份证号"),
        ("410922195403050078", "校验不通过"),
        ("140107190002290015", "没有这一天"),
        ("110105194912310", "15 位的旧身份证号已经停用"),
        ("1101051949123100", "现在是 16 位"),
        ("11010519491231002XX", "现在是 19 位"),
        ("1101051949123100X2", "最后一位可以是 X"),
        ("11010519491231002Y", "最后一位可以是 X"),
        ("1101051949123100²2", "最后一位可以是 X"),
        ("11010519491231002😀", "最后一位可以是 X"),
        ("٣١٠١٠٥١٩٤٩١٢٣١٠٠٢٢", "最后一位可以是 X"),
        ("911156199001010012", "证件类型"),
        ("110105000012310020", "没有这一天"),
    ],
)
def test_wrong_numbers_are_refused_with_the_reason(raw: str, words: str) -> None:
    with pytest.raises(BadInput) as refusal:
        parse_resident_id(raw, today=TODAY, field="guardian_id_no")
    assert words in refusal.value.sentence
    assert (refusal.value.code, refusal.value.field) == ("bad_input.id_no", "guardian_id_no")


def _number(born_on: date, region: str = "410902", sequence: str = "001") -> str:
    first17 = f"{region}{born_on:%Y%m%d}{sequence}"
    return first17 + id_check_digit(first17)


def test_birth_date_must_have_come() -> None:
    assert parse_resident_id(_number(TODAY), today=TODAY).born_on == TODAY
    with pytest.raises(BadInput, match="还没有到"):
        parse_resident_id(_number(date(2026, 11, 23)), today=TODAY)


def test_birth_date_lies_at_most_130_years_back() -> None:
    oldest = date(1895, 11, 23)
    assert parse_resident_id(_number(oldest), today=TODAY).born_on == oldest
    with pytest.raises(BadInput, match="超过了 130 年"):
        parse_resident_id(_number(date(1895, 11, 22)), today=TODAY)


@pytest.mark.parametrize("region", ["410971", "150603", "140105", "410928", "899999", "000000"])
def test_region_never_refuses(region: str) -> None:
    number = _number(date(1950, 5, 1), region=region)
    assert parse_resident_id(number, today=TODAY).region_code == region


@given(st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999), st.integers(0, 17), st.data())
def test_any_single_wrong_digit_is_noticed(
    born_on: date, sequence: int, place: int, data: st.DataObject
) -> None:
    number = _number(born_on, sequence=f"{sequence:03}")
    digit = data.draw(st.sampled_from("0123456789"))
    assume(digit != number[place])
    with pytest.raises(BadInput):
        parse_resident_id(number[:place] + digit + number[place + 1 :], today=TODAY)


@given(st.text(max_size=40))
def test_nonsense_is_always_refused_politely(raw: str) -> None:
    for parse in (parse_mobile, parse_uscc):
        with pytest.raises(BadInput):
            parse(raw)
    with pytest.raises(BadInput):
        parse_resident_id(raw, today=TODAY)


def test_number_does_not_show_in_logs() -> None:
    assert STANDARD not in repr(parse_resident_id(STANDARD, today=TODAY))


@pytest.mark.parametrize(
    ("kind", "raw", "number"),
    [
        (OtherIdKind.PASSPORT, "e1234 5678", "E12345678"),
        ("PASSPORT", "ＥＪ１２３４５６７", "EJ1234567"),
        ("HK_MACAO_PERMIT", "h12345678", "H12345678"),
        ("HK_MACAO_PERMIT", "M1234567800", "M1234567800"),
        ("TAIWAN_PERMIT", "12345678", "12345678"),
        ("TAIWAN_PERMIT", "0123456789(B)", "0123456789B"),
        ("FOREIGN_RESIDENT", "911156199001010012", "911156199001010012"),
        ("FOREIGN_RESIDENT", "usa110023456789", "USA110023456789"),
    ],
)
def test_other_documents_are_checked_by_form(kind: str, raw: str, number: str) -> None:
    assert parse_other_id(kind, raw) == number


@pytest.mark.parametrize(
    ("kind", "raw", "words"),
    [
        ("PASSPORT", "ABCDEFGH", "护照号码应为"),
        ("PASSPORT", "E12", "护照号码应为"),
        ("PASSPORT", "E1234567😀", "护照号码应为"),
        ("HK_MACAO_PERMIT", "A12345678", "H 或 M 加 8 位数字"),
        ("TAIWAN_PERMIT", "1234567", "8 位数字"),
        ("FOREIGN_RESIDENT", "811156199001010012", "9 开头的 18 位"),
        ("LIBRARY_CARD", "12345678", "没有这种证件类型"),
    ],
)
def test_other_documents_of_wrong_form_are_refused(kind: str, raw: str, words: str) -> None:
    with pytest.raises(BadInput) as refusal:
        parse_other_id(kind, raw)
    assert words in refusal.value.sentence
    assert refusal.value.field == "id_no"


USCCS = [
    "51410900MJ000000XJ", "52140100MJ0000018E", "53410900MJF0000075", "111401000000000195",
    "N2410922MF00000059", "91410900MA0000007R", "91110000600037341L",
]  # fmt: skip


@pytest.mark.parametrize("code", USCCS)
def test_valid_credit_codes_are_accepted(code: str) -> None:
    assert parse_uscc(f" {code[:8].lower()}-{code[8:]} ") == code


@pytest.mark.parametrize("code", USCCS)
def test_any_other_last_character_is_noticed(code: str) -> None:
    for last in "0123456789ABCDEFGHJKLMNPQRTUWXY".replace(code[-1], ""):
        with pytest.raises(BadInput, match="校验不通过"):
            parse_uscc(code[:-1] + last)


def test_wrong_inner_check_character_is_noticed() -> None:
    # The outer check character fits, that of the organization code does not.
    with pytest.raises(BadInput, match="校验不通过"):
        parse_uscc("91110000600037342P")


@pytest.mark.parametrize("letter", "IOSVZ😀志")
def test_letters_outside_the_alphabet_are_refused(letter: str) -> None:
    with pytest.raises(BadInput, match="没有 I、O、S、V、Z"):
        parse_uscc(f"9111000060003734{letter}L")


def test_credit_code_has_18_places() -> None:
    with pytest.raises(BadInput) as refusal:
        parse_uscc("91110000", field="license_no")
    assert refusal.value.sentence == "统一社会信用代码应为 18 位，现在是 8 位，请核对。"
    assert (refusal.value.code, refusal.value.field) == ("bad_input.uscc", "license_no")


@pytest.mark.parametrize(
    "raw",
    ["13800138000", "+8613800138000", "8613800138000", "008613800138000", "138 0013 8000",
     "138-0013-8000", "１３８００１３８０００", "＋８６ 138 0013 8000", "(+86)13800138000"],
)  # fmt: skip
def test_mobile_number_is_read_however_it_is_typed(raw: str) -> None:
    assert parse_mobile(raw) == "13800138000"


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("", "请填写手机号"),
        ("1380013800", "现在是 10 位"),
        ("138001380000", "现在是 12 位"),
        ("12800138000", "13 到 19 开头"),
        ("23800138000", "13 到 19 开头"),
        ("0351-4223181", "13 到 19 开头"),
        ("+8523800138000", "只能填写数字"),
        ("1380013800a", "只能填写数字"),
        ("1380013800²", "只能填写数字"),
        ("138😀00138000", "只能填写数字"),
        ("١٣٨٠٠١٣٨٠٠٠", "只能填写数字"),
    ],
)
def test_other_phone_numbers_are_refused(raw: str, words: str) -> None:
    with pytest.raises(BadInput) as refusal:
        parse_mobile(raw, field="mobile")
    assert words in refusal.value.sentence
    assert (refusal.value.code, refusal.value.field) == ("bad_input.phone", "mobile")


@pytest.mark.parametrize(
    ("born_on", "day", "age"),
    [
        (date(2012, 3, 5), date(2026, 3, 4), 13),
        (date(2012, 3, 5), date(2026, 3, 5), 14),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 28), 19),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
        (date(2026, 11, 22), date(2026, 11, 22), 0),
    ],
)
def test_age_rises_on_the_birthday(born_on: date, day: date, age: int) -> None:
    assert age_on(born_on, day) == age
