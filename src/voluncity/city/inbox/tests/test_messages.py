from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from voluncity.city.inbox import actions, queries
from voluncity.city.inbox.models import Message
from voluncity.city.people.models import User
from voluncity.kernel.refusals import NotFound
from voluncity.testing.counting import queries_for
from voluncity.testing.make_people import NOON, make_user
from voluncity.testing.pages import as_
from voluncity.testing.rivals import rival_before

pytestmark = pytest.mark.django_db


@pytest.fixture
def wang() -> User:
    return make_user("王芳")


def tell(user: User, key: str = "one", *, url: str = "", minutes: int = 0) -> Message:
    return actions.send(
        user_id=user.pk,
        key=key,
        title=f"活动提醒 {key}",
        body="明天上午九点集合。",
        url=url,
        at=NOON + timedelta(minutes=minutes),
    )


def test_one_event_tells_a_person_once(wang: User) -> None:
    assert tell(wang) == tell(wang, url="/x/")
    assert Message.objects.get().url == ""


def test_telling_twice_at_once_tells_once(wang: User) -> None:
    with rival_before("SAVEPOINT", lambda: tell(wang)):
        tell(wang)
    assert Message.objects.count() == 1


def test_messages_are_counted_until_they_are_read(wang: User) -> None:
    first = tell(wang)
    tell(wang, "two")
    tell(make_user("李强"), "three")
    assert queries.unread(wang) == 2
    actions.read_message(message_id=first.pk, by=wang, at=NOON)
    actions.read_message(message_id=first.pk, by=wang, at=NOON + timedelta(hours=1))
    assert queries.unread(wang) == 1
    assert Message.objects.get(pk=first.pk).read_at == NOON
    assert actions.read_all(by=wang, at=NOON) == 1
    assert queries.unread(wang) == 0


def test_nobody_reads_the_message_of_another(wang: User) -> None:
    message = tell(make_user("李强"))
    with pytest.raises(NotFound):
        actions.read_message(message_id=message.pk, by=wang, at=NOON)
    assert as_(wang).post(f"/messages/{message.pk}/open/").status_code == 404
    assert Message.objects.get().read_at is None


def test_the_page_shows_my_messages_newest_first(wang: User) -> None:
    tell(wang, "old")
    tell(wang, "new", minutes=5)
    tell(make_user("李强"), "foreign")
    words = as_(wang).get("/messages/").content.decode()
    assert words.index("活动提醒 new") < words.index("活动提醒 old")
    assert "2 条未读" in words
    assert "foreign" not in words


def test_an_empty_page_says_what_will_come(wang: User) -> None:
    assert "还没有消息" in as_(wang).get("/messages/").content.decode()


def test_opening_a_message_marks_it_and_goes_where_it_points(wang: User) -> None:
    message = tell(wang, url="/me/card/")
    page = as_(wang).post(f"/messages/{message.pk}/open/")
    assert page.headers["Location"] == "/me/card/"
    assert queries.unread(wang) == 0


@pytest.mark.parametrize("url", ["", "https://example.com/", "//example.com/"])
def test_a_message_leads_to_no_other_site(wang: User, url: str) -> None:
    message = tell(wang, url=url)
    page = as_(wang).post(f"/messages/{message.pk}/open/")
    assert page.headers["Location"] == "/messages/"


def test_all_are_marked_as_read_with_one_press(wang: User) -> None:
    tell(wang)
    assert as_(wang).post("/messages/read/").headers["Location"] == "/messages/"
    assert queries.unread(wang) == 0
    assert as_(wang).get("/messages/read/").status_code == 405


def test_strangers_have_no_messages() -> None:
    assert Client().get("/messages/").headers["Location"] == "/login/?next=/messages/"


def test_the_page_asks_as_much_for_one_as_for_thirty(wang: User) -> None:
    browser = as_(wang)
    tell(wang)
    asked = queries_for(browser, "/messages/")
    for number in range(29):
        tell(wang, str(number))
    assert queries_for(browser, "/messages/") == asked
