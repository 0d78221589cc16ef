"""The pages of the list import: upload, choose, watch, read the report."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from voluncity.city.access.permissions import Role
from voluncity.city.journal.models import Entry
from voluncity.city.people import actions
from voluncity.city.people.models import ImportBatch, ImportLine, User, Volunteer
from voluncity.city.people.states import BatchState, ImportMode, Origin
from voluncity.city.people.tests.importing import brought_in, checked, uploaded
from voluncity.city.regions.models import Region
from voluncity.testing.counting import queries_for
from voluncity.testing.make_hostile_files import HEAD, book, person
from voluncity.testing.make_orgs import give
from voluncity.testing.make_people import NOON, make_user
from voluncity.testing.pages import as_

pytestmark = pytest.mark.django_db
LISTS = "/desk/imports/"


def sent(content: bytes, name: str = "名单.xlsx") -> dict[str, SimpleUploadedFile]:
    return {"file": SimpleUploadedFile(name, content)}


def page_of(client: Client, batch: ImportBatch, **query: str) -> str:
    return client.get(f"{LISTS}{batch.pk}/", query).content.decode()


def test_a_list_goes_from_the_upload_to_the_report(office: User) -> None:
    client = as_(office)
    assert "还没有导入过名单" in client.get(LISTS).content.decode()

    answer = client.post(LISTS, sent(book([*HEAD, "血型"], [*person("王小芳"), "A"])))

    batch = ImportBatch.objects.get()
    assert answer.headers["Location"] == f"{LISTS}{batch.pk}/"
    page = page_of(client, batch)
    for words in ("识别结果", "没有用到的列：血型", "王*芳", "读取工作表“名单”", "待开始"):
        assert words in page
    assert "王小芳" not in page

    asked = {"mode": ImportMode.SKIP, "channel": "paper"}
    assert client.post(f"{LISTS}{batch.pk}/", asked).status_code == 302  # and a worker read it

    page = page_of(client, batch)
    for words in ("导入完成", "逐行结果", "已导入 1", Volunteer.objects.get().number):
        assert words in page
    assert "名单.xlsx" in client.get(LISTS).content.decode()


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "名单.xlsx", "这个文件是空的，请核对后重新选择。"),
        (b"%PDF-1.7", "名单.xlsx", "这是 PDF 文件，不是表格。"),
        (b"a,b\n1,2\n", "名单.csv", "前 20 行里没有找到表头"),
    ],
)
def test_a_wrong_file_is_refused_at_its_field(
    office: User, content: bytes, name: str, sentence: str
) -> None:
    answer = as_(office).post(LISTS, sent(content, name))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert ImportBatch.objects.count() == 0


def test_without_a_file_one_is_asked_for(office: User) -> None:
    answer = as_(office).post(LISTS, {})
    assert (answer.status_code, "请选择要上传的文件。" in answer.content.decode()) == (422, True)


def test_too_large_a_file_is_not_even_looked_at(
    office: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voluncity.city.people.actions.MOST_LIST_BYTES", 10)
    answer = as_(office).post(LISTS, sent(b"x" * 11))
    assert (answer.status_code, "请拆成几个文件再上传" in answer.content.decode()) == (422, True)


def test_what_is_missing_in_the_list_is_asked_for_at_its_field(office: User) -> None:
    client = as_(office)
    client.post(LISTS, sent(book(["姓名", "身份证号"], person()[:2])))
    batch = ImportBatch.objects.get()
    assert "名单里没有“所在社区、本人同意”" in page_of(client, batch)
    answer = client.post(f"{LISTS}{batch.pk}/", {"mode": ImportMode.SKIP, "channel": "paper"})
    assert answer.status_code == 422
    assert "请在这里选择大家所在的社区" in answer.content.decode()
    bad = client.post(f"{LISTS}{batch.pk}/", {"mode": "x", "channel": "y", "organization": "z"})
    assert bad.content.decode().count("没有这个选项，请重新选择。") >= 3


def test_the_report_is_read_row_by_row(office: User) -> None:
    content = book(HEAD, person("王芳"), person("李强", phone="1"))
    batch = checked("名单.xlsx", content, office)
    client = as_(office)
    assert "检查完成" in page_of(client, batch)
    assert "手机号应为 11 位数字" in page_of(client, batch, outcome="未导入")
    assert "手机号应为 11 位数字" not in page_of(client, batch, outcome="可以导入")

    answer = client.get(f"{LISTS}{batch.pk}/report.csv")
    lines = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))
    assert lines[0] == ["行号", "结果", "志愿者编号", "姓名", "证件号码", "说明"]
    assert [line[:2] for line in lines[1:]] == [["2", "可以导入"], ["3", "未导入"]]
    assert answer.headers["Content-Disposition"].startswith("attachment")

    answer = client.get(f"{LISTS}{batch.pk}/report.xlsx", {"outcome": "未导入"})
    with zipfile.ZipFile(io.BytesIO(b"".join(answer))) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert ("手机号应为 11 位数字" in sheet, sheet.count("<row")) == (True, 2)
    assert client.get(f"{LISTS}{batch.pk}/report.pdf").status_code == 404
    assert Entry.objects.filter(verb="people.read_report", actor=office).count() == 3


def waiting(office: User) -> ImportBatch:
    batch = uploaded("名单.xlsx", book(HEAD, person()), office)
    choices = actions.Choices(mode=ImportMode.SKIP)
    return actions.start_import(batch=batch, choices=choices, by=office, at=NOON)


def test_while_a_list_is_read_the_page_asks_how_far_it_is(office: User) -> None:
    client, batch = as_(office), waiting(office)
    page = page_of(client, batch)
    assert ("排队中" in page, 'hx-trigger="every 2s"' in page) == (True, True)
    ImportBatch.objects.update(state=BatchState.RUNNING, position=1, rows=4)
    part = client.get(f"{LISTS}{batch.pk}/progress/")
    assert ("HX-Refresh" in part.headers, "1 / 约 4 行" in part.content.decode()) == (False, True)
    ImportBatch.objects.update(state=BatchState.FINISHED, finished_at=NOON)
    assert client.get(f"{LISTS}{batch.pk}/progress/").headers["HX-Refresh"] == "true"


def test_a_list_is_stopped_and_gone_on_with(office: User) -> None:
    client, batch = as_(office), waiting(office)
    for verb, words in (("stop", "已停止"), ("resume", "已继续")):
        answer = client.post(f"{LISTS}{batch.pk}/{verb}/", follow=True)
        assert words in answer.content.decode()
    assert Volunteer.objects.count() == 1
    assert client.post(f"{LISTS}{batch.pk}/stop/").status_code == 409
    assert client.post(f"{LISTS}{batch.pk}/dance/").status_code == 404


def test_a_list_is_given_up(office: User) -> None:
    client, batch = as_(office), uploaded("名单.xlsx", book(HEAD, person()), office)
    assert "已放弃" in client.post(f"{LISTS}{batch.pk}/discard/", follow=True).content.decode()


def test_a_worker_that_is_gone_is_said(office: User) -> None:
    batch = uploaded("名单.xlsx", book(HEAD, person()), office)
    ImportBatch.objects.update(state=BatchState.RUNNING, touched_at=None)
    assert "后台暂时没有响应" in page_of(as_(office), batch)


@pytest.mark.parametrize("state", BatchState.values)
def test_every_state_has_a_page(office: User, state: str) -> None:
    batch = uploaded("名单.xlsx", book(HEAD, person()), office)
    is_open = state in {"draft", "waiting", "running", "stopped"}
    ImportBatch.objects.update(
        state=state, problem="读不下去", finished_at=None if is_open else NOON, touched_at=NOON,
        is_writing=True, position=5, imported=2,
    )  # fmt: skip
    answer = as_(office).get(f"{LISTS}{batch.pk}/")
    assert answer.status_code == 200
    assert str(BatchState(state).label) in answer.content.decode()


def test_the_lists_of_others_are_not_found(office: User) -> None:
    batch = brought_in("名单.xlsx", book(HEAD, person()), office)
    other = make_user("另一位")
    give(other, Role.CITY_OFFICE, Region.objects.get(code="140100000000"))
    client = as_(other)
    for path in ("", "progress/", "report.csv", "report.xlsx"):
        assert client.get(f"{LISTS}{batch.pk}/{path}").status_code == 404
    assert client.post(f"{LISTS}{batch.pk}/stop/").status_code == 404
    assert "名单.xlsx" not in client.get(LISTS).content.decode()


def test_a_template_is_handed_out(office: User) -> None:
    answer = as_(office).get(reverse("people:desk_import_template"))
    with zipfile.ZipFile(io.BytesIO(b"".join(answer))) as archive:
        assert "填写说明" in archive.read("xl/worksheets/sheet1.xml").decode()


def test_the_pages_ask_as_often_for_thirty_as_for_one(office: User) -> None:
    client = as_(office)

    def make(number: int) -> ImportBatch:
        return ImportBatch.objects.create(
            origin=Origin.DESK, file_name=f"{number}.xlsx", digest=str(number), started_at=NOON,
            started_by=office, state=BatchState.FINISHED, finished_at=NOON,
        )  # fmt: skip

    batch = make(0)
    ImportLine.objects.create(batch=batch, row=2, outcome="已导入")
    one = (queries_for(client, LISTS), queries_for(client, f"{LISTS}{batch.pk}/"))
    for number in range(1, 20):
        make(number)
    ImportLine.objects.bulk_create(
        ImportLine(batch=batch, row=row, outcome="已导入") for row in range(3, 33)
    )
    many = (queries_for(client, LISTS), queries_for(client, f"{LISTS}{batch.pk}/"))
    assert one == many
