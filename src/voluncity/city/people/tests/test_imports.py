"""Lists become volunteers: everybody once, by the rules, and as the report says."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from voluncity.city.access import personal
from voluncity.city.access.permissions import Role
from voluncity.city.catalog.models import Category, Skill
from voluncity.city.journal.models import Entry
from voluncity.city.people import actions, queries, rules
from voluncity.city.people.actions import imports
from voluncity.city.people.actions.reading import Counts
from voluncity.city.people.models import (
    Consent,
    FreeTime,
    Guardian,
    IdentityCheck,
    ImportBatch,
    User,
    Volunteer,
)
from voluncity.city.people.states import IdentityState
from voluncity.city.people.tests.importing import (
    MANY,
    TOMORROW,
    bring_in,
    people,
    report_of,
    words_of,
)
from voluncity.city.regions.models import Region
from voluncity.kernel.refusals import BadInput, NotAllowed
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
