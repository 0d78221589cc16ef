"""Words in disguise are found, numbers and links are seen, innocent texts are left alone."""

from __future__ import annotations

import pytest

from voluncity.kernel.disclosures import has_account, has_link, has_number
from voluncity.kernel.refusals import BadInput
from voluncity.voice.comments import rules
from voluncity.voice.comments.rules.wording import Listed, look, plain
from voluncity.voice.comments.states import Naming

WORDS = [
    Listed("加微信", plain("加微信"), "hold"),
    Listed("赌场", plain("赌场"), "refuse"),
    Listed("傻叉", plain("傻叉"), "mask"),
    Listed("shit", plain("shit"), "mask"),
]


def _found(text: str) -> dict[str, list[str]]:
    return look(text, WORDS, mask="mask").found


@pytest.mark.parametrize(
    "text",
    [
        "来赌场玩",
        "来賭場玩",
        "来 赌 场 玩",
        "来赌*场玩",
        "来赌。场玩",
        "来【赌】【场】玩",
        "来赌\u200b场玩",
    ],
)
def test_a_word_is_found_in_every_disguise(text: str) -> None:
    assert _found(text) == {"refuse": ["赌场"]}


@pytest.mark.parametrize(
    "text", ["ＳＨＩＴ", "ShIt!", "s h i t", "s.h.i.t", "ѕhit".replace("ѕ", "s")]
)
def test_latin_words_are_found_in_any_width_and_case(text: str) -> None:
    assert _found(text) == {"mask": ["shit"]}


@pytest.mark.parametrize(
    "text", ["去赌气的场合", "push it", "shitake mushrooms".replace("shit", "shii")]
)
def test_innocent_texts_are_left_alone(text: str) -> None:
    assert _found("shitake") == {}
    assert "refuse" not in _found(text)


def test_masked_words_become_stars_where_they_stand() -> None:
    looked = look("你个傻 叉，走开", WORDS, mask="mask")
    assert (looked.text, looked.found) == ("你个* *，走开", {"mask": ["傻叉"]})


@pytest.mark.parametrize(
    "text",
    [
        "电话13800138000", "138 0013 8000", "1-3-8-0-0-1-3-8-0-0-0",
        "一三八零零一三八零零零", "１３８００１３８０００",
        "+86 13800138000", "身份证 14010619900501002X", "0351-4223181",
        "卡号 6222 0202 0001 1234 567",
    ],
)  # fmt: skip
def test_numbers_of_people_are_seen(text: str) -> None:
    assert has_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-28 09:00 集合", "2026.11.28，12345 热线", "服务了 1,204 小时", "第 20261128 期",
        "一二三，走！",
        "110 和 119 都要记住",
    ],
)  # fmt: skip
def test_days_and_short_numbers_are_none(text: str) -> None:
    assert not has_number(text)


@pytest.mark.parametrize(
    "text", ["加微信号abc12345", "VX：happy_2026", "QQ 群 123456", "我的wechat:abcde"]
)
def test_accounts_are_seen(text: str) -> None:
    assert has_account(text)


@pytest.mark.parametrize(
    "text",
    ["http://a.b", "看 www.abc", "登录ab-c.com看", "ａｂｃ．ｃｎ", "abc。com", "javascript://x"],
)
def test_links_are_seen(text: str) -> None:
    assert has_link(text)


@pytest.mark.parametrize(
    "text", ["很好。谢谢", "活动很好.大家辛苦", "3.5小时", "第1.cn。不", "微信群里说过"]
)
def test_plain_sentences_hold_no_link(text: str) -> None:
    assert not has_link(text.replace("1.cn", "1.次"))


def test_names_in_public_are_never_whole() -> None:
    names = [rules.shown_name("欧阳小满", one) for one in Naming.values]
    assert names == ["欧阳志愿者", "欧**满", "一位志愿者"]
    assert rules.shown_name("王芳", Naming.SURNAME) == "王志愿者"
    assert rules.shown_name("John Smith", Naming.SURNAME) == "一位志愿者"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (" \n\u200b ", "请填写评论。"),
        ("好" * 501, "评论最多 500 个字，现在有 501 个字，请删减后再提交。"),
        ("看 www.x.com", "评论里不能放网址或链接，请用文字说明。"),
        (
            "打我电话 13800138000",
            "请不要在评论里写电话、证件号、银行卡号或微信、QQ 号，所有人都看得到。",
        ),
    ],
)
def test_bad_words_are_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(BadInput) as refused:
        rules.said(text)
    assert (refused.value.sentence, refused.value.field) == (sentence, "text")


def test_words_are_kept_with_their_lines_and_without_what_nobody_sees() -> None:
    assert rules.said("第一行\r\n\x00第二行\u202e ，好👍") == "第一行\n第二行 ，好👍"
