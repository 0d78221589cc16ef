"""An import that is killed, overtaken or repeated: nothing is lost, nothing comes twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from voluncity.city.journal import actions as journal
from voluncity.city.journal.models import Entry
from voluncity.city.people import actions, queries
from voluncity.city.people.actions import importing, imports
from voluncity.city.people.actions.reading import Counts
from voluncity.city.people.models import (
    Consent,
    ImportBatch,
    User,
    Volunteer,
)
from voluncity.city.people.states import BatchState
from voluncity.city.people.tests.importing import (
    MANY,
    TOMORROW,
    bring_in,
    people,
    report_of,
    words_of,
)
from voluncity.kernel.refusals import BadInput, Refusal, WrongState
from voluncity.testing.make_lists import make_answers, make_list
from voluncity.testing.make_people import (
    NOON,
    make_volunteer,
)

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """Stands for a process that ends in the middle of its work."""


@pytest.mark.parametrize("chunks_done", [0, 1, 2])
def test_an_interrupted_import_goes_on_where_it_was(
    tmp_path: Path, office: User, chunks_done: int
) -> None:
    path = make_list(tmp_path / "名单.csv", people(*MANY))
    kill = dying_after(chunks_done)
    with pytest.raises(Killed):
        bring_in(path, office, tell=kill)
    if chunks_done < 2:
        # The lines of the next chunk, which was not committed, may be on the disk already.
        with path.with_suffix(".result.csv").open("a", encoding="utf-8") as file:
            file.write("5,已导入,写了一半")
    assert Volunteer.objects.count() == min(chunks_done * 3 + 3, 7)

    batch = bring_in(path, office, at=TOMORROW)

    assert list(Volunteer.objects.order_by("pk").values_list("name", flat=True)) == MANY
    assert words_of(path) == [(str(row), "已导入", "") for row in range(2, 9)]
    assert actions.counts_of(batch) == Counts(position=8, imported=7, known=0, refused=0)


def dying_after(chunks: int) -> Callable[[Counts], None]:
    """Return something to tell that ends the process after so many chunks and one more."""
    told: list[Counts] = []

    def tell(counts: Counts) -> None:
        told.append(counts)
        if len(told) > chunks:
            raise Killed

    return tell


def test_a_crash_inside_a_chunk_leaves_nothing_of_it(
    tmp_path: Path, office: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_list(tmp_path / "名单.csv", people(*MANY))

    def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(imports, "record", recording_until("people.import", die))
        with pytest.raises(Killed):
            bring_in(path, office)
    left = (Volunteer.objects.count(), Consent.objects.count(), ImportBatch.objects.get().position)
    assert left == (0, 0, 0)

    bring_in(path, office)
    assert Volunteer.objects.count() == 7
    assert len(report_of(path)) == 7


def recording_until(verb: str, then: Callable[..., None]) -> Callable[..., object]:
    right = journal.record

    def record(said: str, *given: Any, **more: Any) -> object:
        if said == verb:
            then()
        return right(said, *given, **more)

    return record


def test_a_lost_report_is_begun_anew(tmp_path: Path, office: User) -> None:
    path = make_list(tmp_path / "名单.csv", people(*MANY))
    with pytest.raises(Killed):
        bring_in(path, office, tell=dying_after(0))
    path.with_suffix(".result.csv").unlink()

    bring_in(path, office)

    assert words_of(path) == [(str(row), "已导入", "") for row in range(5, 9)]
    assert Volunteer.objects.count() == 7


def test_no_other_file_is_overwritten_by_the_report(tmp_path: Path, office: User) -> None:
    path = make_list(tmp_path / "名单.csv", people("王芳"))
    precious = path.read_bytes()
    with pytest.raises(BadInput) as caught:
        actions.import_volunteers(
            path=path, report_path=path, by=office, at=NOON, tell=lambda _counts: None
        )
    assert caught.value.sentence == f"“{path}”已经是别的文件，请用 --report 另选一个位置。"
    assert path.read_bytes() == precious
    assert not Volunteer.objects.exists()


def test_of_two_processes_with_one_file_the_slower_stops(tmp_path: Path, office: User) -> None:
    path = make_list(tmp_path / "名单.csv", people(*MANY))

    def be_overtaken(counts: Counts) -> None:
        if counts.position == 4:
            bring_in(path, office)  # somebody else imports the whole file meanwhile

    with pytest.raises(WrongState) as caught:
        bring_in(path, office, tell=be_overtaken)
    assert caught.value.sentence == "这个文件正由另一个进程导入，请等它结束，再看结果文件。"
    assert sorted(Volunteer.objects.values_list("name", flat=True)) == sorted(MANY)
    assert ImportBatch.objects.get().imported == 7


def test_without_turns_the_slower_process_would_undo_the_counts_of_the_faster(
    tmp_path: Path, office: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def push_in(batch: ImportBatch, position: int) -> None:
        ImportBatch.objects.filter(pk=batch.pk).update(position=position)

    path = make_list(tmp_path / "名单.csv", people(*MANY))

    def be_overtaken(counts: Counts) -> None:
        if counts.position == 4:
            bring_in(path, office)

    monkeypatch.setattr(imports, "_take_turn", push_in)
    with pytest.raises(WrongState):  # only at the very end, when all the damage is done
        bring_in(path, office, tell=be_overtaken)
    assert ImportBatch.objects.get().imported == 3
    assert Volunteer.objects.count() == 7


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_file_at_once_bring_everybody_in_once(
    tmp_path: Path, office: User
) -> None:
    path = make_list(tmp_path / "名单.csv", people(*MANY * 3))
    start = Barrier(2)

    def one(_number: int) -> str:
        try:
            start.wait(timeout=20)
            return bring_in(path, office).state
        except Refusal as refusal:
            return refusal.sentence
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        ends = sorted(pool.map(one, range(2)))

    batch = ImportBatch.objects.get()
    if batch.state == BatchState.RUNNING:  # both lost one turn: whoever runs it again ends it
        batch = bring_in(path, office)
    assert actions.counts_of(batch) == Counts(position=22, imported=21, known=0, refused=0), ends
    assert Volunteer.objects.count() == 21
    assert [row for row, _, _ in words_of(path)] == [str(row) for row in range(2, 23)]


@pytest.fixture
def late_rival(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return a way to let somebody register with a number after the first look at it."""

    def register_late(id_number: str) -> None:
        right, looks = queries.newcomers, []

        def look(result: Any) -> Any:
            new = right(result)
            looks.append(new)
            if len(looks) == 1:
                make_volunteer("李强", id_number=id_number)
            return new

        monkeypatch.setattr(queries, "newcomers", look)

    return register_late


def test_a_conflict_at_the_last_moment_repeats_the_whole_chunk(
    tmp_path: Path, office: User, late_rival: Callable[[str], None]
) -> None:
    rows = people("王芳", "李强")
    path = make_list(tmp_path / "名单.csv", rows)
    late_rival(rows[1]["id_number"])

    bring_in(path, office)

    # The rival shared our transaction here and went with it, so both come in.
    assert [outcome for _, outcome, _ in words_of(path)] == ["已导入", "已导入"]
    found = Volunteer.objects.order_by("pk")
    assert [queries.id_number_of(one) for one in found] == [row["id_number"] for row in rows]


def test_without_the_repetition_such_a_conflict_ends_the_import(
    tmp_path: Path,
    office: User,
    late_rival: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = people("王芳", "李强")
    late_rival(rows[1]["id_number"])
    monkeypatch.setattr(importing, "_MOST_TRIES", 1)
    with pytest.raises(Refusal, match="没有写进去，请再运行一次"):
        bring_in(make_list(tmp_path / "名单.csv", rows), office)
    assert Volunteer.objects.count() == 0


def test_equal_volunteer_numbers_are_never_given(
    tmp_path: Path, office: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = make_volunteer("赵敏").number
    drawn = [[taken, "140100000001", "140100000001"], ["140100000002", "140100000003"]]
    monkeypatch.setattr(
        "voluncity.city.people.queries.imports.drawn_numbers", lambda _count: drawn.pop(0)
    )
    assert sorted(queries.free_numbers(2, taken={"140100000003"})) == [
        "140100000001",
        "140100000002",
    ]


def test_processes_beside_this_one_come_to_the_same(tmp_path: Path, office: User) -> None:
    rows = [*people(*MANY), make_answers(phone="1")]
    path = make_list(tmp_path / "名单.xlsx", rows)

    batch = bring_in(path, office, processes=2)

    assert list(Volunteer.objects.order_by("pk").values_list("name", flat=True)) == MANY
    assert [outcome for _, outcome, _ in words_of(path)] == ["已导入"] * 7 + ["未导入"]
    assert actions.counts_of(batch) == Counts(position=9, imported=7, known=0, refused=1)


def test_the_same_file_again_changes_nothing(tmp_path: Path, office: User) -> None:
    path = make_list(tmp_path / "名单.csv", people(*MANY))
    batch = bring_in(path, office)
    before = (Volunteer.objects.count(), Entry.objects.count(), report_of(path))

    again = bring_in(path.rename(tmp_path / "另一个名字.csv"), office, at=TOMORROW)

    assert again == batch
    path.with_suffix(".result.csv").rename(tmp_path / "x.csv").rename(
        path.with_suffix(".result.csv")
    )
    assert (Volunteer.objects.count(), Entry.objects.count(), report_of(path)) == before
    assert list((tmp_path).glob("另一个名字.result.csv")) == []
