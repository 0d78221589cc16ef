"""`voluncity import-volunteers` as an operator runs it, also when it is killed."""

from __future__ import annotations

import csv
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from voluncity.city.access.permissions import Role
from voluncity.city.people.models import ImportBatch, User, Volunteer
from voluncity.city.regions.models import Region
from voluncity.doors.portal.management.commands import import_volunteers
from voluncity.testing import live, migrated
from voluncity.testing.make_lists import make_answers, make_list
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import make_region, make_user

OFFICE = """
from django.utils.timezone import now
from voluncity.city.access import actions as access
from voluncity.city.access.permissions import Role
from voluncity.city.regions import queries as regions
from voluncity.testing.make_people import make_user
from voluncity.testing.make_volunteer_files import write_xlsx
from pathlib import Path
user = make_user("周明", handle="office-zhou")
access.give_role(user=user, role=Role.CITY_OFFICE, region=regions.city(), by=None, at=now())
write_xlsx(Path({path!r}), {rows})
"""
ROWS, CHUNK = 12_000, 5_000


@pytest.fixture
def office(db: None) -> User:
    """Return an account of the city office, and the community where everybody lives."""
    make_region(code="140106001001")
    user = make_user("周明", handle="office-zhou")
    give(user, Role.CITY_OFFICE, Region.objects.get(code="140100000000"))
    return user


def run(*arguments: object, **options: object) -> tuple[str, str]:
    """Run the command and return its result and its progress."""
    out, told = StringIO(), StringIO()
    call_command(
        "import_volunteers", *map(str, arguments), stdout=out, stderr=told, no_color=True, **options
    )
    return out.getvalue(), told.getvalue()


def test_a_list_is_imported_with_a_report_beside_it(tmp_path: Path, office: User) -> None:
    path = make_list(tmp_path / "名单.csv", [make_answers("王芳"), make_answers("李强")])

    out, told = run(path, "--by", office.handle)

    assert out.startswith("共 2 人：导入 2 人，早已登记 0 人，未导入 0 人，用时 ")
    [report] = tmp_path.glob("名单-结果-*.csv")
    assert f"逐行结果：{report}\n" in told
    assert ImportBatch.objects.get().report_path == str(report)

    out, told = run(path, "--by", office.handle)
    assert "已经导入完，没有改动。" in told
    assert Volunteer.objects.count() == 2
    assert list(tmp_path.glob("名单-结果-*.csv")) == [report]


def test_refused_rows_end_with_one_also_the_second_time(tmp_path: Path, office: User) -> None:
    path = make_list(tmp_path / "名单.csv", [make_answers("王芳"), make_answers("李强", agreed="")])
    for _ in range(2):
        with pytest.raises(SystemExit) as ended:
            run(path, "--by", office.handle)
        assert ended.value.code == import_volunteers.SOME_REFUSED


def test_a_dry_run_needs_nobody_and_registers_nobody(tmp_path: Path, office: User) -> None:
    path = make_list(tmp_path / "名单.xlsx", [make_answers("王芳")])
    report = tmp_path / "检查.csv"
    out, _ = run(path, "--report", report, dry_run=True)
    assert out.startswith("共 1 人：可以导入 1 人，早已登记 0 人，不能导入 0 人，用时 ")
    assert report.exists()
    assert not Volunteer.objects.exists()


def test_all_or_nothing_brings_nobody_in_with_one_bad_row(tmp_path: Path, office: User) -> None:
    rows = [make_answers("王芳"), make_answers("李强", agreed="")]
    path = make_list(tmp_path / "名单.csv", rows)
    with pytest.raises(SystemExit) as ended:
        run(path, "--by", office.handle, "--all-or-nothing")
    assert ended.value.code == import_volunteers.SOME_REFUSED
    assert (Volunteer.objects.count(), ImportBatch.objects.count()) == (0, 0)

    path = make_list(tmp_path / "好名单.csv", rows[:1])
    for words in ("导入 1 人，早已登记 0 人", "导入 1 人，早已登记 0 人"):  # the second time too
        out, _ = run(path, "--by", office.handle, "--all-or-nothing")
        assert words in out
    assert Volunteer.objects.count() == ImportBatch.objects.count() == 1


def test_columns_that_are_not_read_are_named(tmp_path: Path, office: User) -> None:
    path = tmp_path / "名单.csv"
    path.write_text("姓名,证件号码,所在社区,本人同意,血型\n", encoding="utf-8")
    _, told = run(path, "--by", office.handle)
    assert "这些列没有用到：血型\n" in told


@pytest.mark.parametrize("name", ["模板.xlsx", "模板.csv"])
def test_a_template_is_written_once(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    out, _ = run(template=path)
    assert out == f"已生成模板 {path}\n"
    with pytest.raises(CommandError, match="已经有了，请换一个文件名"):
        run(template=path)


def test_a_template_can_be_filled_in_and_imported(tmp_path: Path, office: User) -> None:
    run(template=tmp_path / "名单.csv")
    with (tmp_path / "名单.csv").open("a", encoding="utf-8") as file:
        row = make_answers("王芳")
        file.write(f"王芳,,{row['id_number']},,,,{row['region']},,,,,,,,是,,,\n")
    out, _ = run(tmp_path / "名单.csv", "--by", office.handle)
    assert out.startswith("共 1 人：导入 1 人，")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "请写出名单的文件名，如 名单.xlsx。"),
        (["没有.csv"], "请用 --by 写出由哪个账号导入。"),
        (["没有.csv", "--by", "nobody"], "没有账号“nobody”，或已停用。"),
        (["没有.csv", "--by", "office-zhou"], "打不开文件“没有.csv”，请核对文件名和读取权限。"),
        (["--template", "模板.doc"], "模板的文件名请以 .xlsx 或 .csv 结尾。"),
        (["--template", "没有/模板.csv"], "“没有/模板.csv”写不进去，请换一个位置。"),
    ],
)
def test_wrong_usage_is_said_plainly(office: User, arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError) as caught:
        run(*arguments)
    assert str(caught.value) == sentence


def test_a_killed_import_goes_on_and_leaves_no_process_behind(tmp_path: Path) -> None:
    url, path, report = (
        f"sqlite://{tmp_path}/city.sqlite3",
        tmp_path / "名单.xlsx",
        tmp_path / "r.csv",
    )
    shutil.copy(migrated.file(), tmp_path / "city.sqlite3")
    live.manage(url, "load_reference", "--skip-checks")
    live.manage(url, "shell", "-c", OFFICE.format(path=str(path), rows=ROWS))
    command = [
        sys.executable, "-m", "voluncity", "import-volunteers", str(path), "--by", "office-zhou",
        "--report", str(report), "--skip-checks",
    ]  # fmt: skip

    with subprocess.Popen(  # noqa: S603 -- our own command
        command,
        env=live.environment(url),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as killed:
        assert killed.stderr
        assert killed.stderr.readline() == "读取工作表：志愿者名单\n"
        assert killed.stderr.readline().startswith("已读 5,001 行")
        killed.kill()
    wait_until_gone(killed.pid)
    reached = state_of(tmp_path / "city.sqlite3")
    assert reached[1] in {CHUNK, 2 * CHUNK}  # whole chunks, whenever the signal came
    assert reached == (reached[1] + 1, reached[1], reached[1], "running")

    done = subprocess.run(  # noqa: S603 -- our own command
        command, env=live.environment(url), capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout.split("，用时")[0]) == (
        0,
        "共 12,000 人：导入 12,000 人，早已登记 0 人，未导入 0 人",
    ), done.stderr
    assert state_of(tmp_path / "city.sqlite3") == (ROWS + 1, ROWS, ROWS, "finished")
    with report.open(encoding="utf-8-sig", newline="") as file:
        _, *lines = csv.reader(file)
    assert [int(line[0]) for line in lines] == list(range(2, ROWS + 2))
    assert Counter(line[1] for line in lines) == {"已导入": ROWS}


def state_of(database: Path) -> tuple[int, int, int, str]:
    """Return position, people, consents and state, as they are on the disk."""
    connection = sqlite3.connect(database)
    try:
        row: tuple[int, int, int, str] = connection.execute(
            "SELECT position, (SELECT count(*) FROM people_volunteer),"
            " (SELECT count(*) FROM people_consent), state FROM people_importbatch"
        ).fetchone()
    finally:
        connection.close()
    return row


def wait_until_gone(group: int) -> None:
    """Wait until no process of the killed command is left."""
    for _ in range(100):
        try:
            os.killpg(group, signal.SIGCONT)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail("a process was left behind")
