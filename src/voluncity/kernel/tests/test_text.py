import sqlite3
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import (
    bigram_query,
    bigrams,
    clean,
    half_width_digits,
    has_emoji,
    number_in,
    person_name,
)

CHINESE = "志愿者服务太原交通义诊的"
MIXED = [*CHINESE, " App ", " ３D ", "，", "。", "\n"]


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("  太原\t 志愿者 \r\n", "太原 志愿者"),
        ("ＡＢｃ１２３\u3000号", "ABc123 号"),
        ("您好，（请）看：“这里”；好！吗？。", "您好，（请）看：“这里”；好！吗？。"),
        ("a\x00b\x07c\x7fd\x9fe", "abcde"),
        ("付\u202e款\u2066\u200b\u200d\ufeff\u00ad", "付款"),
        ("坏\ud800字\udfff", "坏字"),
        ("cafe\u0301", "café"),
        ("e\u200d\u0301", "é"),
        ("空\u00a0\u2003格", "空 格"),
        ("\u2f2d西", "山西"),
        ("空\u3164白\u2800", "空白"),
        ("\ufffe非\U0010ffff", "非"),
        ("第一行\n第二行", "第一行 第二行"),
        ("\u3000\u200b ", ""),
        ("𬭎㛃䶮\U00030000\U000323af", "𬭎㛃䶮\U00030000\U000323af"),
    ],
)
def test_text_is_kept_as_it_is_seen(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


def test_lines_stay_where_lines_are_meant() -> None:
    raw = "\n 第一行 \r\n第二行\r\r\n\n\u2028第三行\u2029\n"
    assert clean(raw, multiline=True) == "第一行\n第二行\n\n第三行"


def test_too_long_text_is_refused_with_its_name_and_length() -> None:
    with pytest.raises(BadInput) as refusal:
        clean("志愿者 ", max_length=2, field="title", label="活动名称")
    assert refusal.value.sentence == "活动名称最多 2 个字，现在有 3 个字，请删减后再提交。"
    assert (refusal.value.code, refusal.value.field) == ("bad_input.too_long", "title")


def test_length_counts_what_is_kept() -> None:
    assert clean(" 志\u200b愿\x00 ", max_length=2) == "志愿"


@given(st.text(), st.booleans())
def test_clean_text_is_not_changed_again(raw: str, multiline: bool) -> None:
    once = clean(raw, multiline=multiline)
    assert clean(once, multiline=multiline) == once


@given(st.text(st.characters()))
def test_clean_text_can_always_be_stored(raw: str) -> None:
    text = clean(raw, multiline=True)
    assert "\x00" not in text
    assert text.encode().decode() == unicodedata.normalize("NFC", text)


def test_full_width_digits_become_half_width() -> None:
    assert half_width_digits("１３８－００１３Ｘ，") == "138－0013X，"


@pytest.mark.parametrize("value", ["😀", "志愿❤️", "⭐", "1\ufe0f\u20e3", "🇨🇳", "❌", "🫶"])
def test_pictures_are_seen(value: str) -> None:
    assert has_emoji(value)


@pytest.mark.parametrize("value", ["志愿者", "№1 ★ √ ①", "“好”—…", "㎡", "𬭎", "한글", "→"])
def test_signs_are_no_pictures(value: str) -> None:
    assert not has_emoji(value)


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("王芳", "王芳"),
        (" 王 芳 ", "王芳"),
        ("王\u3000芳", "王芳"),
        ("欧阳娜娜", "欧阳娜娜"),
        ("阿卜杜拉•买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉．买买提", "阿卜杜拉·买买提"),
        ("李㛃", "李㛃"),
        ("张𬭎", "张𬭎"),
        ("赵\U00030edd", "赵\U00030edd"),
        ("葛\U000e0100城", "葛城"),
        ("〇一", "〇一"),
        ("John Smith", "John Smith"),
        ("ＪＯＨＮ", "JOHN"),
        ("J. R. O’Neil-Müller", "J. R. O'Neil-Müller"),
        ("Martin Luther King Jr.", "Martin Luther King Jr."),
        ("王" * 30, "王" * 30),
    ],
)
def test_every_real_name_is_accepted(raw: str, name: str) -> None:
    assert person_name(raw) == name


@pytest.mark.parametrize(
    "raw",
    ["王", "王" * 31, "王芳1", "王芳１", "王😀芳", "王芳!", "·王芳", "王芳·", "王··芳", "王Fang",
     "<b>", "王\n\n，芳", "--", "A", "O''Neil", "Ли Си", "-John", "John  -  ", "王❤️", "J .. S"],
)  # fmt: skip
def test_what_is_no_name_is_refused(raw: str) -> None:
    with pytest.raises(BadInput) as refusal:
        person_name(raw, field="contact_name")
    assert refusal.value.field == "contact_name"
    assert "请按证件上的姓名填写。" in refusal.value.sentence


@pytest.mark.parametrize("raw", ["", " \u200b\x00"])
def test_empty_name_is_asked_for(raw: str) -> None:
    with pytest.raises(BadInput, match="请填写姓名"):
        person_name(raw)


def test_search_text_holds_characters_and_pairs() -> None:
    assert bigrams("志愿者，Hello ３D打印") == "志 志愿 愿 愿者 者 hello 3d 打 打印 印"


@pytest.mark.parametrize(
    ("query", "tokens"),
    [
        ("愿", ["愿"]),
        ("志愿", ["志愿"]),
        ("志愿者", ["志愿", "愿", "愿者"]),
        ("3D打印", ["3d", "打", "打印"]),
        ("志愿A", ["志愿", "愿", "a"]),
        ('" OR *', ["or"]),
        ("，！ ", []),
    ],
)
def test_query_becomes_a_phrase(query: str, tokens: list[str]) -> None:
    assert bigram_query(query) == tokens


def _found(text: str, query: str) -> bool:
    """Search as SQLite does it in production, with the quoting of FTS5 phrases."""
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE VIRTUAL TABLE texts USING fts5(search_text)")
        database.execute("INSERT INTO texts VALUES (?)", [bigrams(text)])
        phrase = '"' + " ".join(bigram_query(query)) + '"'
        found = database.execute("SELECT 1 FROM texts WHERE texts MATCH ?", [phrase]).fetchall()
    database.close()
    return found == [(1,)]


@given(st.text(CHINESE, min_size=1, max_size=30), st.text(CHINESE, min_size=1, max_size=4))
def test_search_finds_exactly_the_texts_that_contain_the_query(text: str, query: str) -> None:
    assert _found(text, query) == (query in text)


@given(st.lists(st.sampled_from(MIXED), min_size=1, max_size=20), st.data())
def test_search_finds_every_part_of_a_mixed_text(units: list[str], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(units) - 1))
    part = "".join(units[start : data.draw(st.integers(start + 1, len(units)))])
    assert _found("".join(units), part) or not bigram_query(part)


def test_punctuation_parts_words() -> None:
    assert not _found("志愿，愿服", "志愿服")
    assert _found("志愿，愿服", "愿，愿")


@pytest.mark.parametrize("text", ["㛃䶮", "𬭎𠮷", "\U0002ceb0\U00030edd", "ひらがな", "ㄅㄆ"])
def test_rare_characters_are_found(text: str) -> None:
    assert _found(f"题目{text}结束", text)


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=2, max_size=30))
def test_a_usual_name_is_taken_as_it_is_because_cleaning_would_not_change_it(name: str) -> None:
    assert (person_name(name), clean(name)) == (name, name)


@pytest.mark.parametrize(
    ("sent", "number"),
    [
        ("12", 12), ("0", 0), ("007", 7), ("9" * 18, 10**18 - 1), ("9" * 19, None), ("", None),
        (None, None), ("-1", None), (" 1", None), ("１２", None), ("²", None), ("1e3", None),
    ],
)  # fmt: skip
def test_a_number_is_plain_digits_that_fit_the_database(
    sent: str | None, number: int | None
) -> None:
    assert number_in(sent) == number
