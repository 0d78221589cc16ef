"""The operator's commands: administrators, reference data, server and worker."""

from __future__ import annotations

import threading
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils.timezone import now
from django_tasks import task
from django_tasks_db.models import DBTaskResult
from pytest_django.fixtures import Settings

from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import Role
from voluncity.city.catalog.models import Category
from voluncity.city.jobs import queries as jobs
from voluncity.city.jobs.rules import LONG, SHORT
from voluncity.city.people.models import User
from voluncity.city.regions import queries as regions
from voluncity.city.regions.models import Region
from voluncity.doors.portal.management.commands.create_admin import PASSWORD_VARIABLE
from voluncity.doors.portal.management.commands.serve import refuse_missing_static
from voluncity.doors.portal.management.commands.worker import Loop
from voluncity.testing.make_people import make_region

pytestmark = pytest.mark.django_db
GOOD = "clouds-over-Fenhe-7"
WANG = {"handle": "wang-fang", "name": "王芳", "phone": "13903510001"}


def _create(monkeypatch: pytest.MonkeyPatch, *, password: str = GOOD, **options: str) -> str:
    monkeypatch.setenv(PASSWORD_VARIABLE, password)
    out = StringIO()
    call_command("create_admin", stdout=out, **(WANG | options))
    return out.getvalue()


def test_the_first_administrator_may_give_roles_in_the_whole_city(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_region()

    assert _create(monkeypatch) == "已建立安全管理员账号 wang-fang（王芳）。\n"

    user = User.objects.get(handle="wang-fang")
    assert user.check_password(GOOD)
    grant = Grant.objects.get(user=user)
    assert (grant.role, grant.region, grant.organization) == (
        Role.SECURITY_ADMIN,
        regions.city(),
        None,
    )


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        ({"password": "1234567890"}, "密码"),
        ({"password": "short"}, "密码"),
        ({"phone": "12345"}, "手机"),
        ({"phone": "１３９０３５１０００１８"}, "手机"),
        ({"handle": "王芳"}, "账号"),
        ({"handle": "x" * 300}, "账号"),
        ({"name": "\x00"}, "姓名"),
    ],
)
def test_a_bad_answer_is_refused_and_nothing_is_written(
    bad: dict[str, str], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_region()
    with pytest.raises(CommandError, match=sentence):
        _create(monkeypatch, **bad)
    assert (User.objects.count(), Grant.objects.count()) == (0, 0)


def test_an_account_is_not_made_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    make_region()
    _create(monkeypatch)
    with pytest.raises(CommandError, match="已经"):
        _create(monkeypatch)
    assert (User.objects.count(), Grant.objects.count()) == (1, 1)


def test_without_divisions_nobody_becomes_administrator(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="基础数据"):
        _create(monkeypatch)
    assert User.objects.count() == 0


def test_a_role_that_is_no_administrator_is_wrong_usage(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="city_office"):
        call_command("create_admin", "--role", "city_office")


@pytest.mark.parametrize("missing", ["handle", "name", "phone"])
def test_a_script_is_told_which_option_is_missing(missing: str) -> None:
    answers = {name: value for name, value in WANG.items() if name != missing}
    with pytest.raises(CommandError, match=f"--{missing}") as error:
        call_command("create_admin", **answers)
    assert error.value.returncode == 2


def test_a_script_is_told_where_the_password_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PASSWORD_VARIABLE, raising=False)
    with pytest.raises(CommandError, match=PASSWORD_VARIABLE):
        call_command("create_admin", **WANG)


def test_reference_data_is_loaded_and_harmless_to_load_again() -> None:
    out = StringIO()
    call_command("load_reference", stdout=out)
    first = (Region.objects.count(), Category.objects.count())
    call_command("load_reference", stdout=StringIO())

    assert out.getvalue().splitlines()[0] == "已装入行政区划"
    assert regions.city().name == "太原市"
    assert (Region.objects.count(), Category.objects.count()) == first


@pytest.mark.parametrize("option", ["--workers=0", "--blocking-threads=-1"])
def test_a_server_without_hands_is_wrong_usage(option: str) -> None:
    with pytest.raises(CommandError, match="至少为 1") as error:
        call_command("serve", option)
    assert error.value.returncode == 2


def test_without_collected_files_a_real_server_does_not_start(
    settings: Settings, tmp_path: object
) -> None:
    settings.WHITENOISE_USE_FINDERS = False
    settings.STATIC_ROOT = str(tmp_path)
    with pytest.raises(CommandError, match="collectstatic"):
        refuse_missing_static()


def _fail() -> None:
    raise ValueError("the moon is full")


@pytest.mark.django_db(transaction=True)
def test_the_worker_runs_what_waits_and_says_that_it_lives(settings: Settings) -> None:
    settings.VOLUNCITY_RECURRING = {"voluncity.city.jobs.tasks.forget_old_jobs": 60}
    waiting = DBTaskResult.objects.create(
        args_kwargs={"args": [], "kwargs": {}},
        task_path="voluncity.no.such.task",
        run_after=now(),
        backend_name="default",
    )

    call_command("worker", "--once")

    waiting.refresh_from_db()
    assert waiting.status == "FAILED"
    assert jobs.worker_is_alive(at=now())
    assert jobs.failing_work() == []


@pytest.mark.django_db(transaction=True)
def test_work_that_fails_is_noted_and_stops_nothing_else() -> None:
    failing = f"{__name__}._fail"
    fine = "voluncity.city.jobs.tasks.forget_old_jobs"

    Loop({failing: 60, fine: 60}).run(once=True)

    assert [(turn.work, turn.failure) for turn in jobs.failing_work()] == [
        (failing, "ValueError: the moon is full")
    ]
    assert jobs.worker_is_alive(at=now())


LongJob = Callable[[float], "DBTaskResult[..., bool]"]
_reading, _told, _loops = threading.Event(), threading.Event(), list[Loop]()


@task(queue_name=LONG)
def _read_long_list(patience: float) -> bool:
    """Last until a message has gone out meanwhile, then let the worker end; say whether it has."""
    _reading.set()
    has_gone_out = _told.wait(timeout=patience)
    _loops.pop().stop()
    return has_gone_out


def _tell_people() -> None:
    if _reading.is_set():
        _told.set()


@pytest.fixture
def long_job(settings: Settings) -> LongJob:
    """Return a way to put a long job into the queue."""
    queued = {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": [SHORT, LONG]}
    settings.TASKS = {"default": queued}
    _reading.clear()
    _told.clear()

    def put(patience: float) -> DBTaskResult[..., bool]:
        return DBTaskResult.objects.get(pk=_read_long_list.enqueue(patience).id)

    return put


@pytest.mark.django_db(transaction=True)
def test_a_message_goes_out_while_a_long_list_is_read(long_job: LongJob) -> None:
    job = long_job(20)
    _loops.append(Loop({f"{__name__}._tell_people": 0}))
    _loops[0].run()
    job.refresh_from_db()
    assert (job.status, job.return_value) == ("SUCCESSFUL", True)


@pytest.mark.django_db(transaction=True)
def test_in_one_thread_the_message_would_wait_for_the_list(long_job: LongJob) -> None:
    class OneThread(Loop):
        def run(self, *, once: bool = False) -> None:
            self._work(self._do_recurring_work, self._do_short, self._do_long)

    job = long_job(0.2)
    _loops.append(OneThread({f"{__name__}._tell_people": 0}))
    _loops[0].run()
    job.refresh_from_db()
    assert (job.status, job.return_value) == ("SUCCESSFUL", False)


def _break() -> None:
    raise KeyError("nobody expected this")


def test_what_breaks_among_long_jobs_ends_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = Loop({})
    monkeypatch.setattr(loop, "_do_short", lambda: False)
    monkeypatch.setattr(loop, "_do_long", _break)
    with pytest.raises(KeyError, match="nobody expected"):
        loop.run()


@pytest.mark.django_db(transaction=True)
def test_a_stopped_worker_begins_nothing_new() -> None:
    loop = Loop({"voluncity.city.jobs.tasks.forget_old_jobs": 60})
    loop.stop()
    loop.run()
    assert jobs.last_sign_of_life() is None
