"""A desk closes the record of somebody without a phone, who asks for it in person."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.timezone import now

from voluncity.city.access.permissions import Role
from voluncity.city.inbox.models import Message
from voluncity.city.journal.models import Entry
from voluncity.city.people.models import User, Volunteer
from voluncity.city.privacy import actions
from voluncity.city.privacy.models import Closing
from voluncity.city.privacy.rules import CLOSING_WAIT
from voluncity.city.privacy.states import ClosingState
from voluncity.kernel.refusals import BadInput, NotAllowed, WrongState
from voluncity.testing.make_hours import make_past_shift, make_presence
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import NOON, make_region, make_user, make_volunteer
from voluncity.testing.pages import as_

pytestmark = pytest.mark.django_db
ANSWER = {"reason": "asked", "present": "on"}


@pytest.fixture
def worker() -> User:
    user = make_user("周姐")
    give(user, Role.COMMUNITY_WORKER, make_region(code="140106001001"))
    return user


@pytest.fixture
def elder(worker: User) -> Volunteer:
    region = make_region(code="140106001001")
    return make_volunteer("赵桂兰", region=region, user=False, phone="")


@pytest.fixture
def desk(worker: User) -> Client:
    return as_(worker)


def url(elder: Volunteer) -> str:
    return f"/me/privacy/desk/{elder.pk}/close/"


def test_the_desk_hears_what_holds_up_whom_it_must_tell(
    desk: Client, worker: User, elder: Volunteer
) -> None:
    actions.ask_to_close_at_desk(volunteer=elder, reason="asked", by=worker, at=NOON)
    make_presence(make_past_shift(), elder)
    later = NOON + CLOSING_WAIT
    assert actions.close_due(at=later) == actions.close_due(at=later) == 0
    told = Message.objects.get(user=worker)
    assert (told.title, told.url) == ("代为申请的注销暂时办不了", url(elder))
    assert elder.number in told.body
    assert "还没有办完的事" in desk.get(url(elder)).content.decode()


def test_an_elder_asks_at_the_desk_and_takes_a_receipt_home(
    desk: Client, worker: User, elder: Volunteer
) -> None:
    assert url(elder) in desk.get(f"/desk/volunteers/{elder.pk}/").content.decode()
    said = desk.post(url(elder), ANSWER, follow=True).content.decode()
    assert "注销申请回执" in said
    assert "周姐（已核对证件，本人当面提出）" in said
    closing = Closing.objects.get()
    assert (closing.user, closing.volunteer, closing.asked_by) == (None, elder, worker)
    entry = Entry.objects.get(verb="privacy.ask_close")
    assert (entry.actor, entry.on_behalf_of_id, entry.data["reason"]) == (
        worker,
        elder.pk,
        "asked",
    )
    assert Message.objects.filter(user=worker).count() == 0


def test_after_fifteen_days_nothing_tells_who_it_was(worker: User, elder: Volunteer) -> None:
    actions.ask_to_close_at_desk(volunteer=elder, reason="moved", by=worker, at=NOON)
    assert actions.close_due(at=NOON + CLOSING_WAIT) == 1
    elder.refresh_from_db()
    assert (elder.name, elder.id_cipher, elder.closed_at) == (
        "已注销用户",
        "",
        NOON + CLOSING_WAIT,
    )


def test_who_claimed_the_record_since_is_not_closed_by_the_desk(
    worker: User, elder: Volunteer
) -> None:
    actions.ask_to_close_at_desk(volunteer=elder, reason="moved", by=worker, at=NOON)
    Volunteer.objects.filter(pk=elder.pk).update(user=make_user("赵桂兰"))
    assert actions.close_due(at=NOON + CLOSING_WAIT) == 0
    elder.refresh_from_db()
    assert (elder.name, elder.closed_at) == ("赵桂兰", None)


def test_who_thinks_better_of_it_comes_back_and_stays(desk: Client, elder: Volunteer) -> None:
    desk.post(url(elder), ANSWER)
    desk.post(url(elder) + "stay/")
    assert Closing.objects.get().state == ClosingState.WITHDRAWN
    assert desk.post(url(elder) + "stay/").status_code == 409


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reason": ""}, "请选择原因"),
        ({"reason": "拆迁😀"}, "没有这个选项"),
        ({"present": ""}, "请先核对证件、说明结果，再勾选。"),
    ],
)
def test_a_wrong_answer_is_said_at_its_field(
    desk: Client, elder: Volunteer, changes: dict[str, str], sentence: str
) -> None:
    answer = desk.post(url(elder), ANSWER | changes)
    assert (answer.status_code, Closing.objects.count()) == (422, 0)
    assert sentence in answer.content.decode()


def test_who_has_an_account_asks_there(worker: User) -> None:
    with pytest.raises(NotAllowed, match="本人有账号"):
        actions.ask_to_close_at_desk(
            volunteer=make_volunteer("王芳"), reason="asked", by=worker, at=now()
        )


def test_asked_twice_is_asked_once(worker: User, elder: Volunteer) -> None:
    actions.ask_to_close_at_desk(volunteer=elder, reason="asked", by=worker, at=now())
    with pytest.raises(WrongState, match="已经申请过注销"):
        actions.ask_to_close_at_desk(volunteer=elder, reason="asked", by=worker, at=now())
    with pytest.raises(BadInput):
        actions.ask_to_close_at_desk(volunteer=elder, reason="", by=worker, at=now())


def test_a_desk_elsewhere_closes_nobody(elder: Volunteer) -> None:
    far, client = make_user("远方"), Client()
    give(far, Role.COMMUNITY_WORKER, make_region(code="140105002001"))
    client.force_login(far)
    assert client.post(url(elder), ANSWER).status_code == 404
