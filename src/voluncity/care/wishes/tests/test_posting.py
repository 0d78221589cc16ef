"""Who may wish what, how often, and which words stay out of public."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from voluncity.care.wishes import actions, rules
from voluncity.care.wishes.actions.claiming import unsealed
from voluncity.care.wishes.models import Wish
from voluncity.care.wishes.rules import Contact
from voluncity.care.wishes.states import ForWhom, RejectReason, WishState
from voluncity.city.files.rules import check_image
from voluncity.city.people.models import User, Volunteer
from voluncity.kernel.refusals import BadInput, NotAllowed, TooMany, WrongState
from voluncity.testing.make_files import make_upload
from voluncity.testing.make_people import NOON, TODAY, make_user, make_volunteer, user_of
from voluncity.testing.make_wishes import (
    CONTACT,
    make_asked,
    make_decision,
    make_desk_wish,
    make_open_wish,
    make_posted_wish,
    make_wish_claim,
)

pytestmark = pytest.mark.django_db
S = WishState


def test_a_wish_keeps_name_phone_and_address_sealed(wisher: User) -> None:
    wish = make_posted_wish(wisher)
    columns = Wish.objects.filter(pk=wish.pk).values().get()
    kept = " ".join(str(value) for value in columns.values())
    for plain in (CONTACT.name, CONTACT.phone, CONTACT.address):
        assert plain not in kept
    assert (wish.state, wish.shown_name, unsealed(wish)) == (S.POSTED, "李*香", CONTACT)


def test_the_same_form_sent_twice_is_one_wish(wisher: User) -> None:
    asked = make_asked()
    first = actions.post_wish(asked=asked, user=wisher, by=wisher, at=NOON)
    assert actions.post_wish(asked=asked, user=wisher, by=wisher, at=NOON) == first
    assert Wish.objects.count() == 1


def test_a_seal_opens_only_in_its_own_wish(wisher: User) -> None:
    one, other = make_posted_wish(wisher), make_posted_wish(wisher)
    Wish.objects.filter(pk=one.pk).update(phone_cipher=other.phone_cipher)
    one.refresh_from_db()
    with pytest.raises(Exception, match="changed, or bound"):
        unsealed(one)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("请打 138 0000 1234 找我", "请不要在这里写电话"),
        ("请打１３８００００１２３４", "请不要在这里写电话"),
        ("电话幺三八零零零零幺二三四", "请不要在这里写电话"),
        ("加微信wang_1234联系", "请不要在这里写电话"),
        ("我住幸福里3号楼2单元", "请不要在这里写门牌地址"),
        ("送到 5 栋 501 室", "请不要在这里写门牌地址"),
        ("想要500元买药", "心愿里不能写钱款"),
        ("希望有人给我捐款", "心愿里不能写钱款"),
        ("交不起学费了", "心愿里不能写钱款"),
        ("要", "心愿至少 4 个字"),
        ("想要一只小猫🐱", "表情符号"),
        ("很" * 31, "心愿最多 30 个字"),
        ("\u0000\u200b", "心愿至少 4 个字"),
    ],
)
def test_words_that_must_not_be_public_are_refused_at_the_field(words: str, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence) as refused:
        make_posted_wish(title=words)
    assert (refused.value.field, Wish.objects.count()) == ("title", 0)


@pytest.mark.parametrize(
    "words",
    [
        "想请人修一下水龙头", "元旦想看一场晚会", "想学会用智能手机", "想找人一块儿下棋",
        "想要一副老花镜", "想有人陪我过70岁生日", "想去12号线坐一坐", "周末想要一个学习伙伴",
    ],
)  # fmt: skip
def test_plain_wishes_are_not_mistaken(words: str) -> None:
    assert make_posted_wish(title=words).title == words


def test_the_wish_of_a_child_names_neither_child_nor_school(wisher: User) -> None:
    wish = make_posted_wish(wisher, for_whom=ForWhom.CHILD, title="想要一本《昆虫记》")
    assert wish.shown_name == "一个孩子"
    for words in ("孩子在实验小学上学", "他在三年级二班"):
        with pytest.raises(BadInput, match="学校和班级"):
            make_posted_wish(for_whom=ForWhom.CHILD, text=words)
    with pytest.raises(BadInput, match="不要在这里写姓名"):
        make_posted_wish(title="李桂香想要一把伞")


def test_the_photo_of_a_child_is_never_public(wisher: User, desk: User) -> None:
    wish = make_posted_wish(wisher, for_whom=ForWhom.CHILD, photo=check_image(make_upload()))
    with pytest.raises(BadInput, match="孩子的心愿不公开照片"):
        actions.approve_wish(
            wish=wish, decision=make_decision(wish, is_photo_public=True), by=desk, at=NOON
        )


def test_who_is_under_14_wishes_through_the_guardian() -> None:
    child = make_volunteer("小明", born_on=date(2014, 3, 5))
    with pytest.raises(NotAllowed, match="监护人用自己的账号"):
        make_posted_wish(user_of(child))
    teen = make_volunteer("小刚", born_on=date(2011, 3, 5))
    with pytest.raises(NotAllowed, match="需要监护人同意"):
        make_posted_wish(user_of(teen))


def test_a_person_has_at_most_so_many_wishes_at_once_and_a_month(wisher: User) -> None:
    wishes = [make_posted_wish(wisher) for _ in range(2)]
    with pytest.raises(TooMany, match="同时最多有 2 个心愿"):
        make_posted_wish(wisher)
    for wish in wishes:
        actions.withdraw_wish(wish=wish, by=wisher, at=NOON)
    for wish in [make_posted_wish(wisher) for _ in range(2)]:
        actions.withdraw_wish(wish=wish, by=wisher, at=NOON)
    with pytest.raises(TooMany, match="一个月最多许 4 个"):
        make_posted_wish(wisher)
    assert make_posted_wish(wisher, at=NOON + timedelta(days=30)).turn == 1


def test_at_a_desk_the_limit_is_of_the_resident_not_of_the_officer(desk: User) -> None:
    for _ in range(2):
        make_desk_wish(desk)
    with pytest.raises(TooMany):
        make_desk_wish(desk)
    other = make_desk_wish(desk, contact=Contact("马大爷", "13800001234", "青年路 8 号"))
    assert (other.user, other.slot) == (None, 1)


@pytest.mark.parametrize("days", [-1, 0, 61])
def test_the_day_must_lie_ahead_and_not_too_far(days: int) -> None:
    with pytest.raises(BadInput, match="请选择明天到"):
        make_posted_wish(wanted_on=TODAY + timedelta(days=days))


# -- What the office decides ---------------------------------------------------------------------


def test_the_office_values_a_wish_and_keeps_the_residents_words(wisher: User, desk: User) -> None:
    wish = make_posted_wish(wisher)
    actions.approve_wish(
        wish=wish, by=desk, at=NOON,
        decision=make_decision(wish, title="想请人陪同理发", worth_minutes=60),
    )  # fmt: skip
    assert (wish.state, wish.title, wish.said_title, wish.worth_minutes, wish.was_edited) == (
        S.OPEN, "想请人陪同理发", "想请人陪我去理发", 60, True,
    )  # fmt: skip


@pytest.mark.parametrize("minutes", [0, -5, 181, 10_000])
def test_a_value_beyond_its_kind_is_refused(desk: User, minutes: int) -> None:
    wish = make_posted_wish()
    with pytest.raises(BadInput, match="最多 180 分钟"):
        actions.approve_wish(
            wish=wish, decision=make_decision(wish, worth_minutes=minutes), by=desk, at=NOON
        )


def test_nobody_reviews_their_own_wish(wisher: User) -> None:
    wish = make_posted_wish(wisher)
    with pytest.raises(NotAllowed, match="与您本人有关"):
        actions.approve_wish(wish=wish, decision=make_decision(wish), by=wisher, at=NOON)
    with pytest.raises(NotAllowed):
        actions.reject_wish(wish=wish, reason="money", words="", by=wisher, at=NOON)


def test_a_wish_that_is_none_is_refused_with_a_way_to_go(desk: User) -> None:
    wish = make_posted_wish()
    with pytest.raises(BadInput, match="请选择原因"):
        actions.reject_wish(wish=wish, reason="nothing", words="", by=desk, at=NOON)
    with pytest.raises(BadInput, match="请填写说明"):
        actions.reject_wish(wish=wish, reason="other", words=" ", by=desk, at=NOON)
    actions.reject_wish(wish=wish, reason="patrol", words="", by=desk, at=NOON)
    assert (wish.state, wish.slot) == (S.REJECTED, None)
    assert "随手拍" in rules.ADVICE[RejectReason.PATROL]
    with pytest.raises(WrongState):
        actions.approve_wish(wish=wish, decision=make_decision(wish), by=desk, at=NOON)


def test_public_words_change_only_while_nobody_has_claimed(
    desk: User, volunteer: Volunteer
) -> None:
    wish = make_open_wish()
    actions.amend_wish(
        wish=wish, decision=make_decision(wish, title="想请人陪着理个发"), by=desk, at=NOON
    )
    make_wish_claim(wish, volunteer)
    wish.refresh_from_db()
    with pytest.raises(WrongState):
        actions.amend_wish(wish=wish, decision=make_decision(wish), by=desk, at=NOON)


def test_the_city_keeps_at_least_one_kind(desk: User) -> None:
    make_posted_wish()
    kind = actions.add_kind(name="读报", worth=30, most=60, by=desk, at=NOON)
    for bad in ("", "读报", "长" * 13):
        with pytest.raises(BadInput):
            actions.add_kind(name=bad, worth=30, most=60, by=desk, at=NOON)
    with pytest.raises(BadInput, match="不超过最多"):
        actions.value_kind(key=kind.pk, worth=90, most=60, by=desk, at=NOON)
    for key in ("company", "errand", "repair", "learning", "things", "care", "other"):
        actions.end_kind(key=key, by=desk, at=NOON)
    with pytest.raises(WrongState, match="至少要保留一个"):
        actions.end_kind(key=kind.pk, by=desk, at=NOON)
    actions.reopen_kind(key="care", by=desk, at=NOON)


def test_who_posted_for_somebody_is_no_stranger(desk: User) -> None:
    wish = make_desk_wish(desk)
    assert (wish.posted_by, wish.user, make_user("别人") == desk) == (desk, None, False)
