"""A desk writes down that a guardian signed for a minor who has none, and that one withdraws."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from voluncity.city.access.permissions import Role
from voluncity.city.journal.models import Entry
from voluncity.city.people import actions, queries
from voluncity.city.people.models import Guardian, User, Volunteer
from voluncity.city.people.rules import GuardianAnswer
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import NotAllowed, WrongState
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import make_region, make_user, make_volunteer
from voluncity.testing.pages import as_
from voluncity.testing.rivals import rival_before

pytestmark = pytest.mark.django_db

MOTHER = GuardianAnswer("赵敏", "母亲", "13912340001")
ANSWER = {
    "guardian_name": "赵敏",
    "guardian_relation": "母亲",
    "guardian_phone": "１３９１２３４０００１",
    "paper_number": "柳巷 2026-15",
    "signed": "on",
}


def years_ago(years: int) -> date:
    today = local_date(now())
    return date(today.year - years, 1, 1)


@pytest.fixture
def worker() -> User:
    user = make_user("周姐")
    give(user, Role.COMMUNITY_WORKER, make_region(code="140106001001"))
    return user


@pytest.fixture
def teen(worker: User) -> Volunteer:
    region = make_region(code="140106001001")
    return make_volunteer("李小满", born_on=years_ago(16), region=region, user=False, phone="")


def opened(worker: User, teen: Volunteer) -> Client:
    client = as_(worker)
    client.post(f"/desk/volunteers/{teen.pk}/open/", {"reason": "identity"})
    return client


def record(teen: Volunteer, by: User, **changes: Any) -> Guardian:
    said: dict[str, Any] = {"guardian": MOTHER, "paper_number": "15", **changes}
    return actions.record_guardian(volunteer_id=teen.pk, by=by, at=now(), **said)


def test_a_signed_paper_lets_a_minor_serve_again(worker: User, teen: Volunteer) -> None:
    today = local_date(now())
    assert not queries.guardian_ok(teen, on=today)
    client = opened(worker, teen)
    file = client.get(f"/desk/volunteers/{teen.pk}/").content.decode()
    assert f"/desk/volunteers/{teen.pk}/guardian/" in file
    done = client.post(f"/desk/volunteers/{teen.pk}/guardian/", ANSWER, follow=True)
    said = done.content.decode()
    assert "同意书编号 柳巷 2026-15，2026-11-监护人 版" in said
    guardian = Guardian.objects.get()
    assert (guardian.name, guardian.relation, guardian.paper_number) == (
        "赵敏",
        "母亲",
        "柳巷 2026-15",
    )
    assert queries.guardian_phone(guardian) == "13912340001"
    assert queries.guardian_ok(teen, on=today)
    entry = Entry.objects.get(verb="people.record_guardian")
    assert (entry.actor, entry.on_behalf_of_id, entry.data) == (
        worker,
        teen.pk,
        {"guardian": guardian.pk},
    )


def test_a_withdrawal_at_the_desk_makes_room_for_another_guardian(
    worker: User, teen: Volunteer
) -> None:
    first = record(teen, worker)
    with pytest.raises(WrongState, match="已经有监护人的同意"):
        record(teen, worker)
    client = opened(worker, teen)
    client.post(f"/desk/volunteers/{teen.pk}/guardians/{first.pk}/withdraw/")
    first.refresh_from_db()
    assert first.withdrawn_at is not None
    assert record(teen, worker).withdrawn_at is None


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("guardian_name", "", "请填写监护人姓名。"),
        ("guardian_name", "赵敏😀", "请"),
        ("guardian_relation", "aunt", "没有这个选项"),
        ("guardian_phone", "12345", "手机号"),
        ("paper_number", "", "请填写签字的同意书的编号。"),
        ("paper_number", "编号" * 40, "最多"),
        ("paper_number", "😀", "请填写签字的同意书的编号"),
        ("signed", "", "请先请监护人到场签字，再勾选。"),
    ],
)
def test_a_wrong_answer_is_said_at_its_field(
    worker: User, teen: Volunteer, field: str, typed: str, sentence: str
) -> None:
    client = opened(worker, teen)
    answer = client.post(f"/desk/volunteers/{teen.pk}/guardian/", ANSWER | {field: typed})
    assert (answer.status_code, Guardian.objects.count()) == (422, 0)
    assert sentence in answer.content.decode()


def test_under_fourteen_a_guardians_account_is_needed(worker: User, teen: Volunteer) -> None:
    Volunteer.objects.filter(pk=teen.pk).update(born_on=years_ago(10))
    with pytest.raises(NotAllowed, match="未满 14 周岁"):
        record(teen, worker)


def test_who_is_of_age_needs_no_guardian(worker: User) -> None:
    with pytest.raises(NotAllowed, match="已经成年"):
        record(make_volunteer("王芳"), worker)


def test_nobody_signs_for_oneself(teen: Volunteer) -> None:
    own = make_user("李小满")
    Volunteer.objects.filter(pk=teen.pk).update(user=own)
    with pytest.raises(NotAllowed, match="请由同事办理"):
        record(teen, own)


def test_a_file_that_was_not_opened_takes_no_guardian(worker: User, teen: Volunteer) -> None:
    client = as_(worker)
    answer = client.post(f"/desk/volunteers/{teen.pk}/guardian/", ANSWER)
    assert (answer.status_code, Guardian.objects.count()) == (403, 0)


HOLD = 'UPDATE "people_volunteer"'
FATHER = GuardianAnswer("李建国", "父亲", "13912340002")


def test_of_two_desks_at_once_one_writes_a_guardian(worker: User, teen: Volunteer) -> None:
    with (
        rival_before(HOLD, lambda: record(teen, worker, guardian=FATHER)),
        pytest.raises(WrongState, match="已经有监护人的同意"),
    ):
        record(teen, worker)


def test_a_look_before_the_hold_would_write_two(
    worker: User, teen: Volunteer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The saboteur of the test above."""
    with rival_before(HOLD, lambda: record(teen, worker, guardian=FATHER)):
        monkeypatch.setattr(queries, "live_guardian", lambda _volunteer: None)
        record(teen, worker)
    assert Guardian.objects.count() == 2
