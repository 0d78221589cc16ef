"""Lists become volunteers: once each, wholly or not at all, and as far as they were read."""

from __future__ import annotations

import csv
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from voluncity.city.access import personal
from voluncity.city.access.permissions import Role
from voluncity.city.catalog.models import Category, Skill
from voluncity.city.journal import actions as journal
from voluncity.city.journal.models import Entry
from voluncity.city.people import actions, queries, rules
from voluncity.city.people.actions import importing, imports
from voluncity.city.people.actions.importing import Counts
from voluncity.city.people.lists import reports
from voluncity.city.people.models import (
    Consent,
    FreeTime,
    Guardian,
    IdentityCheck,
    ImportBatch,
    User,
    Volunteer,
)
from voluncity.city.people.states import BatchState, IdentityState
from voluncity.city.regions.models import Region
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, WrongState
from voluncity.testing.make_lists import make_answers, make_list
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import (
    NOON,
    make_county,
    make_id_number,
    make_phone,
    make_region,
    make_user,
    make_volunteer,
)

pytestmark = pytest.mark.django_db
TOMORROW = NOON + timedelta(days=1)
MANY = ["王芳", "李强", "赵敏", "周涛", "陈静", "刘洋", "孙丽"]


class Killed(BaseException):
    """Stands for a process that ends in the middle of its work."""


@pytest.fixture
def office(home: Region) -> User:
    """Return somebody of the city office, who may register everybody."""
    user = make_user("周明")
    assert home.parent
    assert home.parent.parent
    give(user, Role.CITY_OFFICE, Region.objects.get(code="140100000000"))
    return user


def bring_in(path: Path, by: User, **more: Any) -> ImportBatch:
    """Import a list in chunks of three."""
    usual: dict[str, Any] = {
        "at": NOON,
        "tell": lambda _counts: None,
        "chunk_records": 3,
        "processes": 0,
    }
    return actions.import_volunteers(
        path=path, report_path=path.with_suffix(".result.csv"), by=by, **(usual | more)
    )


def report_of(path: Path) -> list[list[str]]:
    """Return the lines of the report without its header."""
    with path.with_suffix(".result.csv").open(encoding="utf-8-sig", newline="") as file:
        header, *lines = csv.reader(file)
    assert header == list(reports.HEADER)
    return lines


def words_of(path: Path) -> list[tuple[str, str, str]]:
    """Return row, outcome and words of each line."""
    return [(row, outcome, words) for row, outcome, _, _, _, words in report_of(path)]


def people(*names: str) -> list[dict[str, str]]:
    return [make_answers(name) for name in names]


def test_a_list_becomes_volunteers_who_wait_for_their_check(
    tmp_path: Path, office: User, home: Region
) -> None:
    skill = Skill.objects.create(key="first-aid", name="急救", group="医疗")
    category = Category.objects.create(key="traffic", name="文明交通", icon="x")
    minor = make_id_number(date(2010, 5, 1))
    listed = make_answers(
        "王芳", phone="13903510001", skills="急救", intentions="文明交通", free_times="周六上午",
        registered_on="2024-03-05", channel="组织招募",
    )  # fmt: skip
    youth = make_answers(
        "李明", id_number=minor, phone="", guardian_name="李建国", guardian_relation="父亲",
        guardian_phone="13903510002",
    )  # fmt: skip
    path = make_list(tmp_path / "名单.xlsx", [listed, youth])

    batch = bring_in(path, office)

    wang, li = Volunteer.objects.order_by("pk")
    assert (wang.name, wang.region, wang.identity_state) == (
        "王芳",
        home,
        IdentityState.UNVERIFIED,
    )
    assert (wang.registered_by, wang.user, wang.channel) == (office, None, "organization")
    assert queries.id_number_of(wang) == listed["id_number"]
    assert queries.phone_of(wang) == "13903510001"
    assert wang.id_index == personal.index(f"resident:{listed['id_number']}", purpose="id")
    assert (list(wang.skills.all()), list(wang.intentions.all())) == ([skill], [category])
    assert list(FreeTime.objects.values_list("volunteer", "weekday", "part")) == [
        (wang.pk, 5, "morning")
    ]
    assert list(
        Consent.objects.order_by("pk").values_list(
            "volunteer", "purpose", "text_version", "given_at", "given_by"
        )
    ) == [
        (wang.pk, "terms", rules.PAPER_TEXT, NOON, office.pk),
        (li.pk, "terms", rules.PAPER_TEXT, NOON, office.pk),
    ]
    guardian = Guardian.objects.get()
    assert (guardian.volunteer, guardian.name, guardian.relation) == (li, "李建国", "父亲")
    assert (
        personal.unseal(guardian.phone_cipher, bound_to=f"volunteer:{li.number}") == "13903510002"
    )
    assert not IdentityCheck.objects.exists()
    assert not User.objects.exclude(pk=office.pk).exists()
    assert report_of(path) == [
        ["2", "已导入", wang.number, "王*", f"1401***********{listed['id_number'][-3:]}", ""],
        ["3", "已导入", li.number, "李*", f"1401***********{minor[-3:]}", ""],
    ]
    assert actions.counts_of(batch) == Counts(position=3, imported=2, known=0, refused=0)
    assert (batch.state, batch.finished_at, batch.started_by) == ("finished", NOON, office)


def test_the_journal_says_who_imported_what_without_names(tmp_path: Path, office: User) -> None:
    batch = bring_in(make_list(tmp_path / "名单.csv", people(*MANY[:4])), office)

    first, *_, last = Volunteer.objects.order_by("pk").values_list("pk", flat=True)
    said = Entry.objects.filter(verb__startswith="people.").order_by("pk")
    assert list(said.values_list("verb", "actor", "subject_type", "subject_id", "data")) == [
        ("people.begin_import", office.pk, "importbatch", batch.pk, {}),
        (
            "people.import", office.pk, "importbatch", batch.pk,
            {"position": 4, "count": 3, "first": first, "last": last - 1},
        ),
        (
            "people.import", office.pk, "importbatch", batch.pk,
            {"position": 5, "count": 1, "first": last, "last": last},
        ),
        ("people.finish_import", office.pk, "importbatch", batch.pk, {"imported": 4}),
    ]  # fmt: skip


def test_who_was_imported_can_sign_in_and_claim_the_record(tmp_path: Path, office: User) -> None:
    answers = make_answers("王芳", phone="13903510001")
    bring_in(make_list(tmp_path / "名单.csv", [answers]), office)
    user = make_user("新朋友", "13903510001")

    applicant = rules.Applicant(
        name="王芳", id_type="resident", id_number=answers["id_number"],
        region_id=make_region(code=answers["region"]).pk, consents=frozenset({"terms"}),
    )  # fmt: skip
    claimed = actions.register_volunteer(applicant=applicant, user=user, by=user, at=TOMORROW)
    assert claimed == Volunteer.objects.get()
    actions.submit_identity(volunteer_id=claimed.pk, by=user, at=TOMORROW)


def test_bad_rows_stay_out_and_good_ones_come_in(tmp_path: Path, office: User) -> None:
    rows = [make_answers("王芳"), make_answers("李强", phone="1"), make_answers("赵敏")]
    path = make_list(tmp_path / "名单.csv", rows)

    batch = bring_in(path, office)

    assert list(Volunteer.objects.order_by("pk").values_list("name", flat=True)) == ["王芳", "赵敏"]
    assert words_of(path) == [
        ("2", "已导入", ""),
        ("3", "未导入", "手机号：手机号应为 11 位数字，现在是 1 位，请核对。"),
        ("4", "已导入", ""),
    ]
    assert actions.counts_of(batch) == Counts(position=4, imported=2, known=0, refused=1)


def test_nobody_is_registered_twice(tmp_path: Path, office: User) -> None:
    old, twin, other = make_id_number(), make_id_number(), make_id_number()
    make_volunteer("王芳", id_number=old, registered_at=NOON)
    rows = [
        make_answers("王芳", id_number=old),
        make_answers("王小芳", id_number=old),
        make_answers("李强", id_number=twin),
        make_answers("李强", id_number=twin),  # in the second chunk
        make_answers("赵敏", id_number=other),
        make_answers("赵敏", id_number=other),  # in the same chunk
        make_answers("赵明", id_number=other),  # in the third chunk
    ]
    path = make_list(tmp_path / "名单.csv", rows)

    batch = bring_in(path, office)

    other_name = queries_other_name()
    assert words_of(path) == [
        ("2", "已登记过", "早已登记，没有改动。"),
        ("3", "未导入", other_name),
        ("4", "已导入", ""),
        ("5", "已登记过", "早已登记，没有改动。"),
        ("6", "已导入", ""),
        ("7", "已登记过", "和前面的一行是同一个证件号码，只登记一次。"),
        ("8", "未导入", other_name),
    ]
    assert actions.counts_of(batch) == Counts(position=8, imported=2, known=3, refused=2)
    assert Volunteer.objects.count() == 3


def queries_other_name() -> str:
    return "这个证件号码已由另一个姓名登记，请对照证件核对姓名和号码。"


def test_a_family_may_share_a_phone_and_is_reminded(tmp_path: Path, office: User) -> None:
    make_volunteer("王建国", phone="13903510001")
    phones = ["13903510001", "13903510002", "13903510002", ""]
    rows = [make_answers(name, phone=phone) for name, phone in zip(MANY, phones, strict=False)]
    path = make_list(tmp_path / "名单.csv", rows)
    actions.import_volunteers(
        path=path, report_path=path.with_suffix(".result.csv"), by=office, at=NOON,
        tell=lambda _counts: None,
    )  # fmt: skip
    assert words_of(path) == [
        ("2", "已导入", imports.SHARED_PHONE),
        ("3", "已导入", imports.SHARED_PHONE),
        ("4", "已导入", imports.SHARED_PHONE),
        ("5", "已导入", ""),
    ]


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


def test_a_community_imports_only_its_own_residents(tmp_path: Path, home: Region) -> None:
    far = make_region("漪汾社区", parent=make_county(), code="140107001001")
    worker = make_user("社区小李")
    give(worker, Role.COMMUNITY_WORKER, home)
    rows = [make_answers("王芳"), make_answers("李强", region=far.code)]
    path = make_list(tmp_path / "名单.csv", rows)

    bring_in(path, worker)

    assert words_of(path) == [
        ("2", "已导入", ""),
        (
            "3",
            "未导入",
            ("所在社区：“140107001001”不在导入人的管理范围内，请由当地登记，或请本人用手机登记。"),
        ),
    ]


@pytest.mark.parametrize(
    "written",
    [
        "140106001001",
        "迎泽区桥东街道并州路社区",
        "太原市迎泽区桥东街道并州路社区",
        "山西省 太原市 迎泽区 桥东街道 并州路社区",
    ],
)
def test_a_region_is_found_by_code_and_by_full_name(
    tmp_path: Path, office: User, home: Region, written: str
) -> None:
    bring_in(make_list(tmp_path / "名单.csv", [make_answers(region=written)]), office)
    assert Volunteer.objects.get().region == home


def test_who_may_not_register_others_may_not_import_either(tmp_path: Path, home: Region) -> None:
    path = make_list(tmp_path / "名单.csv", people("王芳"))
    with pytest.raises(NotAllowed):
        bring_in(path, make_user("路人"))
    assert (Volunteer.objects.count(), ImportBatch.objects.count()) == (0, 0)


def test_a_list_without_our_header_begins_nothing(tmp_path: Path, office: User) -> None:
    path = tmp_path / "名单.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(BadInput):
        bring_in(path, office)
    assert not ImportBatch.objects.exists()


def test_a_trial_writes_the_report_and_nothing_else(tmp_path: Path, office: User) -> None:
    twin = make_id_number()
    rows = [
        *people("王芳", "李强"),
        make_answers("赵敏", id_number=twin),
        make_answers("赵敏", id_number=twin),
        make_answers("周涛", agreed=""),
    ]
    path = make_list(tmp_path / "名单.csv", rows)

    counts = actions.try_volunteers(
        path=path, report_path=path.with_suffix(".result.csv"), by=None, at=NOON,
        tell=lambda _counts: None, chunk_records=3, processes=0,
    )  # fmt: skip

    assert counts == Counts(position=6, imported=3, known=1, refused=1)
    assert words_of(path) == [
        ("2", "可以导入", ""),
        ("3", "可以导入", ""),
        ("4", "可以导入", ""),
        ("5", "已登记过", "和前面的一行是同一个证件号码，只登记一次。"),
        ("6", "未导入", "本人同意：没有本人同意不能登记，请取得签字后填“是”。"),
    ]
    assert (Volunteer.objects.count(), ImportBatch.objects.count()) == (0, 0)


def test_one_chunk_asks_the_database_as_often_for_thirty_as_for_one(
    tmp_path: Path, office: User
) -> None:
    def asked(count: int) -> int:
        rows = [make_answers(phone=make_phone()) for _ in range(count)]
        path = make_list(tmp_path / f"{count}.csv", rows)
        with CaptureQueriesContext(connection) as questions:
            actions.import_volunteers(
                path=path, report_path=tmp_path / f"{count}.r.csv", by=office, at=NOON,
                tell=lambda _counts: None,
            )  # fmt: skip
        return len(questions)

    asked(1)
    assert asked(30) == asked(2)


def test_what_looks_like_a_formula_stays_text_in_the_report(tmp_path: Path, office: User) -> None:
    row = make_answers("=1+2", id_number="@SUM(A1)")
    path = make_list(tmp_path / "名单.csv", [row])
    bring_in(path, office)
    [line] = report_of(path)
    assert line[3].startswith("'=")
    assert line[4].startswith("'@")


def test_a_report_holds_no_whole_number(tmp_path: Path, office: User) -> None:
    rows = [
        make_answers("王小芳", phone="13903510001"),
        make_answers("李小强", phone="13903510002x"),
    ]
    path = make_list(tmp_path / "名单.csv", rows)
    bring_in(path, office)
    written = path.with_suffix(".result.csv").read_text(encoding="utf-8")
    kept = [row["id_number"] for row in rows] + ["13903510001", "13903510002", "王小芳", "李小强"]
    assert [secret for secret in kept if secret in written] == []


def test_processes_beside_this_one_come_to_the_same(tmp_path: Path, office: User) -> None:
    rows = [*people(*MANY), make_answers(phone="1")]
    path = make_list(tmp_path / "名单.xlsx", rows)

    batch = bring_in(path, office, processes=2)

    assert list(Volunteer.objects.order_by("pk").values_list("name", flat=True)) == MANY
    assert [outcome for _, outcome, _ in words_of(path)] == ["已导入"] * 7 + ["未导入"]
    assert actions.counts_of(batch) == Counts(position=9, imported=7, known=0, refused=1)
