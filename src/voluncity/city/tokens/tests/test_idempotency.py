"""A repeated request is done once and answered the same, whatever happened on the way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse

from voluncity.city.access.permissions import Role
from voluncity.city.people.models import User
from voluncity.city.tokens import actions, operations
from voluncity.city.tokens.models import KeptAnswer
from voluncity.city.tokens.tasks import forget_answers
from voluncity.service.projects.models import Project
from voluncity.service.signups.models import Signup
from voluncity.testing.api import Answer, Program, program_of
from voluncity.testing.clock import stopped_at
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import NOON, make_user, make_volunteer
from voluncity.testing.make_projects import make_category, make_shift

pytestmark = pytest.mark.django_db


def organizer() -> tuple[Program, dict[str, Any]]:
    team, user = make_organization(), make_user("李强")
    give(user, Role.ORG_ADMIN, team)
    plan = {
        "organization_id": team.pk,
        "name": "河道清洁",
        "category_id": make_category().pk,
        "starts_on": "2026-12-01",
        "ends_on": "2026-12-31",
    }
    return program_of(user), plan


def replayed(answer: Answer) -> bool:
    return answer.headers.get("Idempotent-Replayed") == "true"


def test_a_repeated_request_is_done_once_and_answered_the_same() -> None:
    program, plan = organizer()
    first = program.post("organizer/projects", plan, once="plan-1")
    again = program.post("organizer/projects", plan, once="plan-1")
    assert (first.status, first.body) == (201, again.body)
    assert (again.status, replayed(first), replayed(again)) == (201, False, True)
    assert Project.objects.count() == 1
    other = program.post("organizer/projects", plan, once="plan-2")
    assert other.body["id"] != first.body["id"]


def test_without_a_key_everything_is_done_again() -> None:
    program, plan = organizer()
    program.post("organizer/projects", plan)
    program.post("organizer/projects", plan)
    assert Project.objects.count() == 2
    assert not KeptAnswer.objects.exists()


def test_another_request_with_the_same_key_is_an_error() -> None:
    program, plan = organizer()
    project = program.post("organizer/projects", plan, once="plan-1").body["id"]
    wanted = (422, "idempotency.key_reused", "Idempotency-Key")
    changed = plan | {"name": "公园清洁"}
    assert program.post("organizer/projects", changed, once="plan-1").refusal == wanted
    steps = f"organizer/projects/{project}/steps"
    assert program.post(steps, {"verb": "submit"}, once="plan-1").refusal == wanted
    assert Project.objects.get().state == "draft"


def test_a_refusal_is_kept_too() -> None:
    volunteer = make_volunteer()
    assert volunteer.user
    shift = make_shift(capacity=1, taken=1)
    program = program_of(volunteer.user)
    path, body = f"shifts/{shift.pk}/signups", {"risks_read": True}
    first = program.post(path, body, once="sign-up-1")
    assert first.refusal == (409, "signups.full", "")
    type(shift).objects.filter(pk=shift.pk).update(taken=0)
    again = program.post(path, body, once="sign-up-1")
    assert (again.status, again.body, replayed(again)) == (409, first.body, True)
    assert program.post(path, body, once="sign-up-2").status == 201


def test_input_that_was_never_understood_is_refused_again_without_being_kept() -> None:
    program, plan = organizer()
    for _ in range(2):
        answer = program.post("organizer/projects", plan | {"name": 5}, once="plan-1")
        assert answer.refusal == (422, "bad_input.string_type", "name")
    assert not KeptAnswer.objects.exists()


def test_two_callers_may_have_the_same_key() -> None:
    program, plan = organizer()
    other, other_plan = organizer()
    one = program.post("organizer/projects", plan, once="plan-1")
    two = other.post("organizer/projects", other_plan, once="plan-1")
    assert (two.status, replayed(two)) == (201, False)
    assert one.body["id"] != two.body["id"]


def test_who_may_no_longer_does_not_get_the_kept_answer() -> None:
    program, plan = organizer()
    program.post("organizer/projects", plan, once="plan-1")
    User.objects.update(is_active=False)
    assert program.post("organizer/projects", plan, once="plan-1").status == 401


@pytest.mark.parametrize("key", [" ", "x" * 81, "钥匙", "a b", "a\tb"])
def test_a_malformed_key_is_refused(key: str) -> None:
    program, plan = organizer()
    sent = key.encode().decode("latin-1")
    wanted = (422, "idempotency.bad_key", "Idempotency-Key")
    assert program.post("organizer/projects", plan, once=sent).refusal == wanted
    assert not Project.objects.exists()


def test_a_mistake_of_ours_keeps_nothing_and_the_request_can_be_sent_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The process may also die: key, effect and answer are one transaction."""
    program, plan = organizer()
    right = actions.keep_answer

    def die(*_args: Any, **_facts: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(actions, "keep_answer", die)
    broken = program.post("organizer/projects", plan, once="plan-1")
    assert broken.refusal == (500, "server_error", "")
    assert (Project.objects.count(), KeptAnswer.objects.count()) == (0, 0)
    monkeypatch.setattr(actions, "keep_answer", right)
    assert program.post("organizer/projects", plan, once="plan-1").status == 201
    assert Project.objects.count() == 1


def test_an_answer_outside_the_transaction_of_its_effect_would_be_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The saboteur: the same death between effect and answer does everything twice."""

    def careless(_request: Any, act: Any) -> HttpResponse:
        response: HttpResponse = act()
        if not dead.pop():
            return response
        raise MemoryError

    dead = [False, True]
    program, plan = organizer()
    monkeypatch.setattr(operations, "once", careless)
    assert program.post("organizer/projects", plan, once="plan-1").status == 500
    assert program.post("organizer/projects", plan, once="plan-1").status == 201
    assert Project.objects.count() == 2


def test_a_wait_a_minute_is_no_lasting_answer() -> None:
    with stopped_at(NOON) as clock:
        stranger = Program()
        asked = {"phone": "13900007777"}
        assert stranger.post("login-codes", asked, once="code-1").status == 201
        assert stranger.post("login-codes", asked, once="code-2").status == 429
        clock.move(minutes=2)
        assert stranger.post("login-codes", asked, once="code-2").status == 201
        assert replayed(stranger.post("login-codes", asked, once="code-2"))


def test_a_wrong_code_stays_counted_although_the_request_had_a_key() -> None:
    with stopped_at(NOON):
        stranger = Program()
        stranger.post("login-codes", {"phone": "13900007777"})
        sentences = [
            stranger.post(
                "login", {"phone": "13900007777", "code": "000000"}, once=f"login-{n}"
            ).body["error"]["sentence"]
            for n in range(2)
        ]
        assert sentences[0] != sentences[1]  # one try fewer is left


def test_a_kept_answer_cannot_be_read_in_the_database() -> None:
    program, plan = organizer()
    program.post("organizer/projects", plan, once="plan-1")
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM tokens_keptanswer")
        assert "河道清洁" not in cursor.fetchone()[0]


def test_a_login_that_is_repeated_gives_the_same_key_to_the_same_caller_only() -> None:
    with stopped_at(NOON):
        stranger = Program()
        sent = stranger.post("login-codes", {"phone": "13900007777"}).body["demo_text"]
        code = "".join(filter(str.isdigit, sent))[:6]
        body = {"phone": "13900007777", "code": code}
        first = stranger.post("login", body, once="login-1")
        assert (first.status, stranger.post("login", body, once="login-1").body) == (
            201,
            first.body,
        )
        elsewhere = stranger.client.post(
            "/api/v1/login", body, content_type="application/json",
            headers={"Idempotency-Key": "login-1"}, REMOTE_ADDR="10.1.2.3",
        )  # fmt: skip
        assert elsewhere.status_code == 422


def test_answers_are_kept_longer_than_a_day_and_then_forgotten() -> None:
    with stopped_at(NOON) as clock:
        program, plan = organizer()
        program.post("organizer/projects", plan, once="plan-1")
        clock.move(hours=47)
        forget_answers()
        assert replayed(program.post("organizer/projects", plan, once="plan-1"))
        clock.move(hours=2)
        forget_answers()
        assert not KeptAnswer.objects.exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_same_request_sent_six_times_at_once_is_done_once() -> None:
    from concurrent.futures import ThreadPoolExecutor  # threads need a database that has them
    from threading import Barrier

    volunteer = make_volunteer()
    assert volunteer.user
    shift = make_shift()
    key = program_of(volunteer.user).key
    start = Barrier(6)

    def send(_: int) -> tuple[int, Any]:
        start.wait()
        try:
            answer = Program(key).post(
                f"shifts/{shift.pk}/signups", {"risks_read": True}, once="sign-up-1"
            )
            return answer.status, answer.body["id"]
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = set(pool.map(send, range(6)))
    assert answers == {(201, Signup.objects.get().pk)}


def test_answers_older_than_asked_for_stay() -> None:
    KeptAnswer.objects.create(
        caller="user:1", key="a", request_digest="d", status=200, body="", created_at=NOON
    )
    assert actions.forget_answers(at=NOON + timedelta(hours=48)) == 0
    assert actions.forget_answers(at=NOON + timedelta(hours=48, seconds=1)) == 1
