from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from voluncity.city.access import personal
from voluncity.city.inbox import actions, gateway, queries, tasks
from voluncity.city.inbox.models import TextMessage
from voluncity.testing.make_people import NOON
from voluncity.testing.rivals import rival_before

PHONE, WORDS = "13912345678", "【志愿之城】登录验证码 123456"
MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.django_db


def send(key: str = "one") -> TextMessage:
    return actions.send_text(phone=PHONE, text=WORDS, key=key, at=NOON)


def test_number_and_words_are_sealed() -> None:
    row = send()
    assert (PHONE in str(vars(row)), "123456" in str(vars(row))) == (False, False)
    assert personal.unseal(row.phone_cipher, bound_to="text:one") == PHONE


def test_one_key_is_sent_once() -> None:
    assert send() == send()
    assert TextMessage.objects.count() == 1


def test_the_demo_keeps_the_words_for_the_screen() -> None:
    send()
    assert actions.deliver_texts(at=NOON) == 1
    assert actions.deliver_texts(at=NOON) == 0
    assert queries.shown_text("one") == WORDS
    assert queries.shown_text("unknown") == ""


@pytest.mark.parametrize("change", [{"VOLUNCITY_SMS": "none"}, {"VOLUNCITY_DEMO": False}])
def test_outside_the_demo_no_words_are_shown(settings: Settings, change: dict[str, object]) -> None:
    send()
    for name, value in change.items():
        setattr(settings, name, value)
    assert (queries.can_text(), queries.shown_text("one")) == (False, "")


def test_a_message_that_cannot_be_sent_is_tried_three_times(settings: Settings) -> None:
    send()
    settings.VOLUNCITY_SMS = "none"
    assert [actions.deliver_texts(at=NOON) for _ in range(5)] == [0] * 5
    row = TextMessage.objects.get()
    assert (row.tries, row.sent_at) == (3, None)
    assert row.failure == "no SMS gateway is set up (VOLUNCITY_SMS)"


def test_a_message_that_is_too_late_is_not_sent() -> None:
    send()
    assert actions.deliver_texts(at=NOON + 10 * MINUTE) == 0


def test_two_workers_do_not_send_one_message_twice() -> None:
    send()
    sent: list[int] = []
    with rival_before(
        'UPDATE "inbox_textmessage"', lambda: sent.append(actions.deliver_texts(at=NOON))
    ):
        sent.append(actions.deliver_texts(at=NOON))
    assert sent == [1, 0]


def test_words_are_wiped_once_a_real_gateway_took_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken: list[tuple[str, str]] = []
    monkeypatch.setattr(gateway, "is_fake", lambda: False)
    monkeypatch.setattr(gateway, "deliver", lambda *, phone, text: taken.append((phone, text)))
    send()
    assert actions.deliver_texts(at=NOON) == 1
    row = TextMessage.objects.get()
    assert taken == [(PHONE, WORDS)]
    assert (row.phone_cipher, row.text_cipher, row.sent_at) == ("", "", NOON)


def test_a_message_is_forgotten_after_a_month() -> None:
    send()
    actions.forget_texts(at=NOON + timedelta(days=30))
    assert TextMessage.objects.exists()
    actions.forget_texts(at=NOON + timedelta(days=31))
    assert not TextMessage.objects.exists()


def test_the_recurring_work_uses_the_clock() -> None:
    tasks.deliver_texts()
    tasks.forget_texts()
