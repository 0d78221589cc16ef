"""A list at the desk: checked, imported whole or in part, stopped, gone on with, forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django_tasks_db.models import DBTaskResult

from voluncity.city.access import personal
from voluncity.city.access import queries as access
from voluncity.city.access.models import Grant
from voluncity.city.access.permissions import Role
from voluncity.city.files import storage
from voluncity.city.files.models import StoredFile
from voluncity.city.jobs.rules import Interrupted
from voluncity.city.journal.models import Entry
from voluncity.city.people import actions, queries, tasks
from voluncity.city.people.actions import batches, running
from voluncity.city.people.models import Consent, ImportBatch, ImportLine, User, Volunteer
from voluncity.city.people.states import BatchState, ImportMode
from voluncity.city.people.tests.importing import brought_in, checked, run, uploaded, worked
from voluncity.city.regions.models import Region
from voluncity.kernel.refusals import BadInput, NotAllowed, NotFound, WrongState
from voluncity.testing.make_books import Tab, xlsx
from voluncity.testing.make_hostile_files import HEAD, book, person
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import (
    NOON,
    make_county,
    make_id_number,
    make_region,
    make_user,
    make_volunteer,
)

pytestmark = pytest.mark.django_db
NAMES = ["王芳", "李强", "赵敏", "周涛", "陈静", "刘洋", "孙丽"]
LATER = NOON + timedelta(minutes=10)


def people(*names: str) -> bytes:
    return book(HEAD, *(person(name) for name in names))


def one_bad() -> bytes:
    return book(HEAD, *(person(name) for name in NAMES[:4]), person("坏", phone="1"))


def lines_of(batch: ImportBatch) -> list[tuple[int, str]]:
    return list(batch.lines.order_by("row").values_list("row", "outcome"))


def test_a_trial_says_what_would_happen_and_registers_nobody(office: User) -> None:
    batch = checked("名单.xlsx", one_bad(), office)
    assert (batch.state, batch.imported, batch.known, batch.refused) == ("checked", 4, 0, 1)
    assert lines_of(batch) == [(row, "可以导入") for row in range(2, 6)] + [(6, "未导入")]
    assert Volunteer.objects.count() == 0
    assert batch.file is not None  # the next step needs no second upload


def test_after_a_trial_the_good_rows_come_in_from_the_same_upload(office: User) -> None:
    batch = checked("名单.xlsx", one_bad(), office)
    batch = run(batch, mode=ImportMode.SKIP, by=office)
    assert (batch.state, batch.imported, batch.refused) == ("finished", 4, 1)
    assert lines_of(batch) == [(row, "已导入") for row in range(2, 6)] + [(6, "未导入")]
    assert Volunteer.objects.count() == Consent.objects.count() == 4


def test_all_or_nothing_brings_nobody_in_when_one_row_is_wrong(office: User) -> None:
    batch = run(uploaded("名单.xlsx", one_bad(), office), mode=ImportMode.WHOLE, by=office)
    assert (batch.state, batch.imported, batch.refused) == ("refused", 0, 1)
    assert Volunteer.objects.count() == 0
    assert (6, "未导入") in lines_of(batch)


def test_all_or_nothing_brings_everybody_in_when_all_are_right(office: User) -> None:
    batch = run(uploaded("名单.xlsx", people(*NAMES), office), mode=ImportMode.WHOLE, by=office)
    assert (batch.state, batch.imported, batch.refused) == ("finished", 7, 0)
    assert lines_of(batch) == [(row, "已导入") for row in range(2, 9)]
    assert list(Volunteer.objects.order_by("pk").values_list("name", flat=True)) == NAMES


@pytest.fixture
def late_rival(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return a way to let somebody register with a number when all was checked already."""

    def register_late(id_number: str) -> None:
        right = running._write_all

        def write(run_: Any) -> None:
            if not Volunteer.objects.exists():
                make_volunteer("张三", id_number=id_number)
            right(run_)

        monkeypatch.setattr(running, "_write_all", write)

    return register_late


def test_somebody_who_registers_between_check_and_writing_keeps_the_whole_list_out(
    office: User, late_rival: Callable[[str], None]
) -> None:
    number = make_id_number()
    rows = [*(person(name) for name in NAMES[:6]), person("孙丽", id_number=number)]
    late_rival(number)

    batch = run(uploaded("名单.xlsx", book(HEAD, *rows), office), mode=ImportMode.WHOLE, by=office)

    assert (batch.state, batch.imported, batch.refused) == ("refused", 0, 1)
    assert list(Volunteer.objects.values_list("name", flat=True)) == ["张三"]
    assert lines_of(batch)[-1] == (8, "未导入")


def test_without_the_second_look_a_rival_would_leave_half_a_list(
    office: User, late_rival: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    number = make_id_number()
    rows = [*(person(name) for name in NAMES[:6]), person("孙丽", id_number=number)]
    late_rival(number)
    right = queries.newcomers

    def careless(*given: Any, **more: Any) -> Any:
        return right(*given, **more)._replace(refused=0)

    batch = uploaded("名单.xlsx", book(HEAD, *rows), office)
    monkeypatch.setattr(queries, "newcomers", careless)
    run(batch, mode=ImportMode.WHOLE, by=office)
    assert Volunteer.objects.count() == 7  # six of the list and the rival: half imported


class Killed(BaseException):
    """Stands for a process that ends in the middle of its work."""


def killed_after(monkeypatch: pytest.MonkeyPatch, chunks: int) -> None:
    right, seen = running._Run.tell, []

    def tell(self: Any, counts: Any) -> None:
        right(self, counts)
        seen.append(counts)
        if len(seen) > chunks:
            raise Killed

    monkeypatch.setattr(running._Run, "tell", tell)


@pytest.mark.parametrize("mode", [ImportMode.SKIP, ImportMode.WHOLE, ImportMode.TRIAL])
def test_a_killed_worker_loses_nothing(
    mode: str, office: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = uploaded("名单.xlsx", people(*NAMES), office)
    with monkeypatch.context() as patch:
        killed_after(patch, 1)
        with pytest.raises(Killed):
            run(batch, mode=mode, by=office)
    assert Volunteer.objects.count() == (3 if mode == ImportMode.SKIP else 0)
    assert queries.silent_batches(at=NOON) == []
    assert queries.silent_batches(at=LATER) == [batch.pk]

    batch = worked(batch, at=LATER)

    wanted = "可以导入" if mode == ImportMode.TRIAL else "已导入"
    assert lines_of(batch) == [(row, wanted) for row in range(2, 9)]
    assert batch.imported == 7
    assert Volunteer.objects.count() == (0 if mode == ImportMode.TRIAL else 7)


def test_a_list_that_kills_every_worker_is_given_up(office: User) -> None:
    batch = uploaded("名单.xlsx", people("王芳"), office)
    actions.start_import(
        batch=batch, choices=actions.Choices(mode=ImportMode.SKIP), by=office, at=NOON
    )
    ImportBatch.objects.update(turn=running.MOST_TURNS)
    batch = worked(batch)
    assert (batch.state, batch.problem) == (
        "failed",
        "导入了几次都没有完成，请系统管理员查看运行日志。",
    )


def test_a_list_is_taken_by_one_worker(office: User) -> None:
    batch = uploaded("名单.xlsx", people("王芳"), office)
    actions.start_import(
        batch=batch, choices=actions.Choices(mode=ImportMode.SKIP), by=office, at=NOON
    )
    assert running._taken(batch.pk, at=NOON) is not None
    assert running._taken(batch.pk, at=NOON) is None


@pytest.mark.parametrize("mode", [ImportMode.SKIP, ImportMode.WHOLE])
def test_a_stopped_list_keeps_who_came_in_and_goes_on_later(
    mode: str, office: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = uploaded("名单.xlsx", people(*NAMES), office)
    right, seen = running._Run.tell, []

    def stopping(self: Any, counts: Any) -> None:
        right(self, counts)
        seen.append(counts)
        if len(seen) == 2:
            current = ImportBatch.objects.get(pk=batch.pk)
            actions.stop_import(batch=current, by=office, at=NOON)

    with monkeypatch.context() as patch:
        patch.setattr(running._Run, "tell", stopping)
        stopped = run(batch, mode=mode, by=office)
    assert stopped.state == "stopped"
    assert Volunteer.objects.count() == (3 if mode == ImportMode.SKIP else 0)

    actions.resume_import(batch=stopped, by=office, at=LATER)
    assert worked(stopped, at=LATER).state == "finished"
    assert Volunteer.objects.count() == 7


def test_one_answer_counts_for_all_who_say_nothing(office: User, home: Region) -> None:
    team = make_organization(region=home)
    content = book(["姓名", "身份证号"], ["王芳", make_id_number()])
    batch = uploaded("名单.xlsx", content, office)
    assert batch.preview["missing"] == ["所在社区", "本人同意"]

    for choices, field in (
        ({}, "region"),
        ({"region_id": home.pk}, "is_signed"),
        ({"region_id": home.pk, "is_signed": True, "organization_id": 10**9}, "organization"),
        ({"region_id": 10**9, "is_signed": True}, "region"),
        ({"region_id": home.pk, "is_signed": True, "channel": "x"}, "channel"),
    ):
        with pytest.raises(BadInput) as refused:
            run(batch, mode=ImportMode.SKIP, by=office, **choices)
        assert refused.value.field == field
    run(
        batch, mode=ImportMode.SKIP, by=office, region_id=home.pk, is_signed=True,
        organization_id=team.pk, channel="organization",
    )  # fmt: skip

    found = Volunteer.objects.get()
    assert (found.region, found.recruited_by_id, found.channel) == (home, team.pk, "organization")


def test_a_county_imports_only_its_own_people(office: User, home: Region) -> None:
    county = make_county()
    make_region("漪汾社区", parent=county, code="140107001001")
    officer = make_user("县里小李")
    give(officer, Role.COUNTY_OFFICE, county)
    batch = brought_in(
        "名单.xlsx", book(HEAD, person("王芳", region="140107001001"), person("李强")), officer
    )
    assert [(line.outcome, line.words) for line in batch.lines.order_by("row")] == [
        ("已导入", ""),
        (
            "未导入",
            "所在社区：“140106001001”不在导入人的管理范围内，请由当地登记，或请本人用手机登记。",
        ),
    ]


def test_two_places_of_one_name_are_asked_about(office: User, home: Region) -> None:
    make_region("并州路社区", parent=make_county(), code="140107001001")
    batch = checked("名单.xlsx", book(HEAD, person(region="并州路社区")), office)
    assert batch.lines.get().words == (
        "所在社区：叫“并州路社区”的不止一个，请写全称，如“某县某街道并州路社区”。"
    )


def test_who_lost_the_permission_imports_nobody(office: User) -> None:
    batch = uploaded("名单.xlsx", people("王芳"), office)
    actions.start_import(
        batch=batch, choices=actions.Choices(mode=ImportMode.SKIP), by=office, at=NOON
    )
    Grant.objects.update(revoked_at=NOON, revoked_by=make_user("安全员"))
    access.forget_grants(office)
    batch = worked(batch)
    assert (batch.state, batch.problem) == (
        "failed",
        "这个账号没有“导入志愿者名单”的权限，请换市、县文明办或社区的账号。",
    )
    assert Volunteer.objects.count() == 0


def test_nobody_else_uploads_lists(home: Region) -> None:
    worker = make_user("社区小李")
    give(worker, Role.COMMUNITY_WORKER, home)
    with pytest.raises(NotAllowed):
        uploaded("名单.xlsx", people("王芳"), worker)


def test_the_list_is_kept_sealed_and_forgotten_when_it_is_read(office: User) -> None:
    content = people("王芳")
    batch = uploaded("名单.xlsx", content, office)
    assert batch.file is not None
    key = batch.file.key
    with storage.open_stored(key) as stream:
        sealed = stream.read()
    assert b"PK" not in sealed[:4]
    bound_to = f"import:{batch.digest}"
    assert personal.open_sealed_file(BytesIO(sealed), bound_to=bound_to).read() == content

    batch = run(batch, mode=ImportMode.SKIP, by=office)

    assert (batch.file, StoredFile.objects.count()) == (None, 0)


def test_lists_that_nobody_finishes_are_forgotten_after_a_week(office: User) -> None:
    draft = uploaded("草稿.xlsx", people("王芳"), office)
    seen = checked("检查.xlsx", people("李强"), office)
    week = NOON + batches.FILE_KEPT

    actions.forget_lists(at=week - timedelta(seconds=1))
    assert StoredFile.objects.count() == 2
    actions.forget_lists(at=week)

    assert StoredFile.objects.count() == 0
    assert list(ImportBatch.objects.order_by("pk").values_list("pk", "state")) == [
        (draft.pk, "discarded"),
        (seen.pk, "checked"),
    ]
    seen.refresh_from_db()
    with pytest.raises(WrongState, match="请重新上传"):
        run(seen, mode=ImportMode.SKIP, by=office)
    assert ImportLine.objects.count() == 1
    actions.forget_lists(at=NOON + batches.LINES_KEPT)
    assert ImportLine.objects.count() == 0


def test_the_same_upload_twice_is_one_list(office: User) -> None:
    content = people("王芳")
    first = uploaded("名单.xlsx", content, office)
    assert uploaded("名单（1）.xlsx", content, office) == first
    assert StoredFile.objects.count() == 1
    run(first, mode=ImportMode.SKIP, by=office)
    again = brought_in("名单.xlsx", content, office)
    assert (again.pk != first.pk, again.imported, again.known) == (True, 0, 1)


def test_a_discarded_list_is_gone(office: User) -> None:
    batch = uploaded("名单.xlsx", people("王芳"), office)
    actions.discard_import(batch=batch, by=office, at=NOON)
    batch.refresh_from_db()
    assert (batch.state, batch.file) == ("discarded", None)
    with pytest.raises(WrongState):
        actions.start_import(
            batch=batch, choices=actions.Choices(mode=ImportMode.SKIP), by=office, at=NOON
        )


def test_a_list_too_long_for_the_desk_is_refused(
    office: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "MOST_ROWS", 4)
    batch = brought_in("名单.xlsx", people(*NAMES), office)
    assert (batch.state, batch.imported) == ("failed", 3)
    assert batch.problem.startswith("工作台一次最多导入")
    monkeypatch.setattr(batches, "MOST_BYTES", 10)
    with pytest.raises(BadInput, match="文件最大"):
        uploaded("名单.xlsx", people("王芳"), office)
    monkeypatch.setattr(batches, "MOST_BYTES", 10**6)
    monkeypatch.setattr(batches, "MOST_ROWS", 1)
    with pytest.raises(BadInput, match="一次最多导入"):
        uploaded("名单.xlsx", people(*NAMES), office)


def test_a_list_that_breaks_off_in_the_middle_says_so(office: User) -> None:
    good = "\r\n".join(",".join(map(str, row)) for row in [HEAD, *(person(n) for n in NAMES * 2)])
    content = f'{good}\r\n"李强,2\r\n'.encode()
    batch = brought_in("名单.csv", content, office)
    assert (batch.state, batch.imported, batch.file) == ("failed", 12, None)
    assert "引号没有成对" in batch.problem


def test_a_file_that_is_gone_fails_with_a_sentence(office: User) -> None:
    batch = uploaded("名单.xlsx", people("王芳"), office)
    actions.start_import(
        batch=batch, choices=actions.Choices(mode=ImportMode.SKIP), by=office, at=NOON
    )
    assert batch.file is not None
    storage.remove(batch.file.key)
    assert worked(batch).problem == "名单文件已经删除，请重新上传；已导入的人不会重复。"


def test_the_lists_of_others_are_not_found(office: User) -> None:
    batch = uploaded("名单.xlsx", people("王芳"), office)
    other = make_user("另一位")
    give(other, Role.CITY_OFFICE, Region.objects.get(code="140100000000"))
    assert queries.my_batch(office, batch.pk) == batch
    with pytest.raises(NotFound):
        queries.my_batch(other, batch.pk)


def test_every_step_is_journaled(office: User) -> None:
    batch = checked("名单.xlsx", people("王芳"), office)
    batch = run(batch, mode=ImportMode.SKIP, by=office)
    said = Entry.objects.filter(verb__startswith="people.").order_by("pk")
    assert list(said.values_list("verb", "actor")) == [
        (f"people.{verb}", office.pk)
        for verb in (
            "upload_list", "start_import", "check_import", "start_import", "import",
            "finish_import",
        )
    ]  # fmt: skip


def test_oddities_of_the_sheet_are_said_once(office: User) -> None:
    content = xlsx(
        Tab(
            "名单",
            [HEAD, person("王芳"), person("李强")],
            after='<mergeCells count="1"><mergeCell ref="D2:D3"/></mergeCells>',
            hidden_rows=(3,),
        )
    )
    assert checked("名单.xlsx", content, office).problem == (
        "表里有上下合并的单元格（如 D2:D3），只有第一行有内容；"
        "其余各行如因此未导入，请取消合并、逐行填写后再导入。 "
        "表里有 1 行是隐藏的（可能筛选过），也一并处理了，请核对。"
    )


def test_a_list_without_a_worker_is_handed_on(office: User) -> None:
    batch = uploaded("名单.xlsx", people("王芳"), office)
    actions.start_import(
        batch=batch, choices=actions.Choices(mode=ImportMode.SKIP), by=office, at=NOON
    )
    ImportBatch.objects.update(touched_at=None)
    tasks.go_on_with_imports()
    batch.refresh_from_db()
    assert batch.state == BatchState.FINISHED
    tasks.forget_lists()


def stopped_after(steps: int) -> Callable[[], bool]:
    """Return what says that the worker is to stop, from so many steps on."""
    asked = iter([False] * steps)
    return lambda: next(asked, True)


@pytest.mark.parametrize(("mode", "steps", "there"), [(ImportMode.SKIP, 2, 6), ("whole", 4, 0)])
def test_a_worker_that_must_stop_gives_the_list_to_the_next_one(
    office: User, mode: str, steps: int, there: int
) -> None:
    batch = uploaded("名单.xlsx", people(*NAMES), office)
    actions.start_import(batch=batch, choices=actions.Choices(mode=mode), by=office, at=NOON)
    with pytest.raises(Interrupted):
        actions.run_import(
            batch_id=batch.pk, clock=lambda: NOON, is_stopping=stopped_after(steps),
            chunk_records=3, processes=0,
        )  # fmt: skip
    batch.refresh_from_db()
    assert (batch.state, batch.turn, batch.touched_at) == ("waiting", 0, None)
    assert (batch.is_writing, Volunteer.objects.count()) == (False, there)
    assert queries.silent_batches(at=NOON) == [batch.pk]

    batch = worked(batch)

    assert (batch.state, batch.imported, Volunteer.objects.count()) == ("finished", 7, 7)


def test_a_list_in_the_queue_is_not_queued_again(office: User) -> None:
    batch = uploaded("名单.xlsx", people("王芳"), office)
    actions.start_import(
        batch=batch, choices=actions.Choices(mode=ImportMode.SKIP), by=office, at=NOON
    )
    ImportBatch.objects.update(touched_at=None)
    queued = DBTaskResult.objects.create(
        args_kwargs={"args": [batch.pk], "kwargs": {}},
        task_path="voluncity.city.people.tasks.run_import",
        queue_name="long",
        backend_name="default",
    )
    tasks.go_on_with_imports()
    batch.refresh_from_db()
    assert batch.state == BatchState.WAITING
    queued.delete()
    tasks.go_on_with_imports()
    batch.refresh_from_db()
    assert batch.state == BatchState.FINISHED
