"""Pages of organizers, reviewers and everybody; hostile uploads; questions of lists."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from voluncity.city.access.permissions import Permission, Role
from voluncity.city.access.queries import scope_of
from voluncity.city.files.models import StoredFile
from voluncity.city.inbox.models import Message
from voluncity.city.journal.models import Entry
from voluncity.city.orgs.models import Organization
from voluncity.city.people.models import User
from voluncity.city.policy.models import PolicyNumber
from voluncity.city.regions import queries as regions
from voluncity.service.archives import actions, queries, readers
from voluncity.service.archives.models import Archive, HideRequest, OutcomeKind
from voluncity.service.archives.states import ArchiveState, Faces
from voluncity.service.projects.models import Activity
from voluncity.service.projects.states import ActivityState
from voluncity.testing.counting import queries_for
from voluncity.testing.make_archives import (
    AFTER,
    first_photo,
    make_archive,
    make_held_activity,
    make_public_archive,
    make_submitted,
)
from voluncity.testing.make_files import make_paper, make_picture, make_upload, with_place
from voluncity.testing.make_hours import make_leader
from voluncity.testing.make_orgs import give, make_organization
from voluncity.testing.make_people import NOON, make_region, make_user, make_volunteer, user_of
from voluncity.testing.pages import as_, markup

pytestmark = pytest.mark.django_db
EXE = b"MZ\x90\x00" + bytes(400)


def whole(response: Any) -> bytes:
    return b"".join(response)


def sent(*uploads: Any, **more: str) -> dict[str, Any]:
    return {"photos": list(uploads), "faces": Faces.NONE, "consent_note": "", **more}


def test_an_organizer_fills_in_page_by_page(activity: Activity, leader: User) -> None:
    actions.load_kinds()
    browser, page = as_(leader), f"/archives/desk/{activity.pk}/"
    assert "来自服务记录" in markup(browser.get(page))
    for part, said in (
        ("photos", sent(make_upload(with_place()), make_upload(make_picture((40, 30))))),
        ("summary", {"summary": "做了很多好事。"}),
        ("outcomes", {"kind_treatment": "１２０", "kind_haircut": "", "kind_blood": "0"}),
        ("materials", {"name": "药箱", "amount": "30", "unit": "个", "value": "600"}),
        ("spendings", {"item": "横幅", "sum": "199.5", "source": "own", "voucher": make_paper()}),
        ("videos", {"title": "回顾", "address": "https://v.example.cn/a"}),
    ):
        assert browser.post(f"{page}add/{part}/", said).status_code == 302, part
    seen = markup(browser.get(page))
    for part in ("做了很多好事", "小于 1 MB", "600 元", "199.50 元", "v.example.cn", 'value="120"'):
        assert part in seen, part
    assert browser.post(f"{page}step/submit/").status_code == 302
    assert "添加照片" not in markup(browser.get(page))


@pytest.mark.parametrize(
    ("upload", "sentence"),
    [
        (lambda: make_upload(EXE, "合影.jpg"), "这不是能识别的图片"),
        (lambda: make_upload(b"<svg onload=alert(1)>", "a.svg", "image/svg+xml"), "不是能识别"),
        (lambda: make_upload(with_place()[:300], "半张.jpg"), "已损坏或不完整"),
        (lambda: make_upload(b"", "空.jpg"), "空的"),
        (lambda: make_upload(make_picture((9000, 9000), form="PNG"), "弹.png"), "尺寸太大"),
    ],
)
def test_what_is_no_photo_refuses_all_and_leaves_nothing(
    activity: Activity, leader: User, upload: Any, sentence: str
) -> None:
    answer = as_(leader).post(
        f"/archives/desk/{activity.pk}/add/photos/", sent(make_upload(with_place()), upload())
    )
    assert (answer.status_code, sentence in markup(answer)) == (422, True)
    assert (StoredFile.objects.count(), Archive.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("part", "said", "sentence"),
    [
        ("photos", {"faces": "none"}, "请选择要上传的照片"),
        ("photos", {"faces": "x"}, "请选择照片里的人物情况"),
        ("outcomes", {"kind_treatment": "很多"}, "请填写整数"),
        ("materials", {"name": "", "amount": "-1", "unit": "", "value": "x"}, "请填写物资名称"),
        ("spendings", {"item": "横幅", "sum": "一百", "source": "own"}, "金额请填写数字"),
        ("spendings", {"item": "横幅", "sum": "5", "source": "x"}, "请选择资金来源"),
        ("spendings", {"item": "好" * 41, "sum": "5", "source": "own"}, "41"),
        ("videos", {"title": "回顾", "address": "javascript:alert(1)"}, "https://"),
        ("videos", {"title": "回顾"}, "二者选一"),
        ("videos", {"title": "回顾", "upload": make_upload(EXE, "a.mp4")}, "这不是 MP4 视频"),
        ("summary", {"summary": "长" * 4001}, "4001"),
    ],
)
def test_bad_input_is_a_sentence_and_writes_nothing(
    activity: Activity, leader: User, part: str, said: dict[str, Any], sentence: str
) -> None:
    actions.load_kinds()
    answer = as_(leader).post(f"/archives/desk/{activity.pk}/add/{part}/", said)
    assert (answer.status_code, sentence in markup(answer)) == (422, True)
    assert not StoredFile.objects.exists()


def test_only_the_granted_take_originals_and_each_taking_is_written_down(
    draft: Archive, supervisor: User
) -> None:
    photo = first_photo(draft)
    answer = as_(supervisor).get(f"/archives/desk/evidence/photos/{photo.pk}/")
    kept = Image.open(BytesIO(whole(answer)))
    assert bool(dict(kept.getexif().get_ifd(0x8825)))
    assert (answer["Content-Disposition"].startswith("attachment"), answer["Cache-Control"]) == (
        True, "private, no-store",
    )  # fmt: skip
    assert Entry.objects.get(verb="archives.read_original").actor_id == supervisor.pk
    stranger = make_leader(make_organization("别的队", region=make_region("远方社区")))
    for who, status in ((stranger, 404), (user_of(make_volunteer("居民")), 403)):
        assert as_(who).get(f"/archives/desk/evidence/photos/{photo.pk}/").status_code == status
    for stored in (photo.original, photo.shown):
        assert Client().get(f"/files/{stored.key}/").status_code == 404


def test_the_public_sees_copies_without_a_place_and_no_hidden_one(
    draft: Archive, leader: User
) -> None:
    photo, browser = first_photo(draft), Client()
    address = f"/archives/photos/{photo.pk}/small.webp"
    assert browser.get(address).status_code == 404  # not public yet
    make_public_archive(draft)
    content = whole(browser.get(address))
    assert (dict(Image.open(BytesIO(content)).getexif()), b"GPS" in content) == ({}, False)
    assert browser.get(f"/archives/photos/{photo.pk}/original.webp").status_code == 404
    page = markup(browser.get(f"/archives/{draft.pk}/"))
    for part in ("参加志愿者", "义诊", "上门问诊", "请求下架"):
        assert part in page
    said = {"reason": "有人不想公开"}
    as_(leader).post(f"/archives/desk/photos/{photo.pk}/hide/", said)
    assert browser.get(address).status_code == 404
    assert f"/photos/{photo.pk}/" not in markup(browser.get(f"/archives/{draft.pk}/"))


def test_the_public_page_is_there_only_while_the_archive_is_public(draft: Archive) -> None:
    for page in (f"/archives/{draft.pk}/", f"/archives/photos/{first_photo(draft).pk}/hide/"):
        answer = as_(make_user("居民")).get(page)
        assert answer.status_code == 404
    assert "还没有公开" in markup(Client().get(f"/archives/activities/{draft.pk}/"))
    assert "还没有公开的活动成果" in markup(Client().get("/archives/"))
    make_public_archive(draft)
    assert draft.activity.name in markup(Client().get("/archives/"))
    part = Client().get(f"/archives/activities/{draft.pk}/", headers={"HX-Request": "true"})
    assert ("2 张照片" in markup(part), "<html" in markup(part)) == (True, False)
    project = Client().get(f"/archives/projects/{draft.activity.project_id}/")
    assert draft.activity.name in markup(project)


def test_the_level_above_looks_at_it_and_the_organizer_cannot(
    draft: Archive, leader: User, officer: User
) -> None:
    make_submitted(draft)
    page = f"/archives/desk/{draft.pk}/"
    assert as_(leader).post(f"{page}step/accept/").status_code == 404
    browser = as_(officer)
    assert "等您审核" in markup(browser.get("/archives/desk/"))
    answer = browser.post(f"{page}step/send_back/", {"reason": " "})
    assert (answer.status_code, "请填写原因" in markup(answer)) == (422, True)
    browser.post(f"{page}step/accept/", {"is_public": "on"})
    draft.refresh_from_db()
    assert draft.state == ArchiveState.PUBLIC
    assert browser.post(f"{page}step/nothing/").status_code == 404


def test_a_reviewer_decides_about_what_was_read(
    draft: Archive, leader: User, officer: User
) -> None:
    make_submitted(draft)
    page, browser = f"/archives/desk/{draft.pk}/", as_(officer)
    seen = str(draft.version)
    assert f'name="seen" value="{seen}"' in markup(browser.get(page))
    actions.withdraw(archive=draft, by=leader, at=AFTER)
    actions.save_summary(archive=draft, summary="后来改过的小结。", by=leader, at=AFTER)
    actions.submit(archive=draft, by=leader, at=AFTER)
    for verb, sent in (("accept", {"is_public": "on"}), ("send_back", {"reason": "缺照片"})):
        answer = browser.post(f"{page}step/{verb}/", sent | {"seen": seen})
        assert (answer.status_code, "后来改过的小结" in markup(answer)) == (409, True)
        assert "请看过以后再办理" in markup(answer)
    draft.refresh_from_db()
    assert draft.state == ArchiveState.SUBMITTED
    browser.post(f"{page}step/accept/", {"is_public": "on", "seen": str(draft.version)})
    draft.refresh_from_db()
    assert draft.state == ArchiveState.PUBLIC


def test_a_resident_asks_and_is_told(draft: Archive, leader: User) -> None:
    make_public_archive(draft)
    photo, me = first_photo(draft), user_of(make_volunteer("王芳"))
    page, browser = f"/archives/photos/{photo.pk}/hide/", as_(me)
    assert Client().get(page).status_code == 302  # to the login page
    assert browser.post(page, {"words": ""}).status_code == 422
    assert "已经告诉活动组织者" in markup(browser.post(page, {"words": "左边是我"}, follow=True))
    asked = HideRequest.objects.get()
    desk = as_(leader)
    assert "左边是我" in markup(desk.get("/archives/desk/requests/"))
    answer = desk.post(f"/archives/desk/requests/{asked.pk}/hide/", {"answer": ""})
    assert (answer.status_code, "请填写答复" in markup(answer)) == (422, True)
    desk.post(f"/archives/desk/requests/{asked.pk}/hide/", {"answer": "已经下架"})
    seen = markup(browser.get(page))
    assert ("已经下架" in seen, "不公开了" in seen) == (True, True)
    readers.tell_people(list(Entry.objects.order_by("pk")))
    titles = {"有人请求下架照片", "您请求下架的照片已经下架"}
    assert titles <= set(Message.objects.values_list("title", flat=True))


def test_lists_ask_as_often_for_thirty_as_for_one(
    team: Organization, leader: User, officer: User
) -> None:
    project_activity = make_held_activity(team)
    archive = make_public_archive(make_archive(project_activity, by=leader))
    HideRequest.objects.create(
        photo=first_photo(archive), asked_by=leader, words="x", asked_at=NOON, due_on=AFTER.date()
    )
    pages = (
        (as_(officer), "/archives/desk/"), (as_(leader), "/archives/desk/requests/"),
        (Client(), "/archives/"),
    )  # fmt: skip
    few = [queries_for(browser, page) for browser, page in pages]
    for number in range(29):
        make_held_activity(team, name=f"第{number}场")
        HideRequest.objects.create(
            photo=first_photo(archive), asked_by=make_user(f"居民{number}"), words="x",
            asked_at=NOON, due_on=AFTER.date(),
        )  # fmt: skip
    assert [queries_for(browser, page) for browser, page in pages] == few


def test_who_looks_at_others_still_answers_for_the_own_team(draft: Archive, leader: User) -> None:
    give(leader, Role.COUNTY_OFFICE, make_region("别的县", parent=None))
    photo = first_photo(make_public_archive(draft))
    asked = actions.ask_to_hide(photo=photo, words="左边是我", by=make_user("居民"), at=AFTER)
    browser = as_(leader)
    assert "下架请求 1" in markup(browser.get("/archives/desk/"))
    browser.post(f"/archives/desk/requests/{asked.pk}/decline/", {"answer": "看不清是谁"})
    asked.refresh_from_db()
    assert (asked.state, asked.answer) == ("declined", "看不清是谁")


def test_who_may_not_answer_is_led_to_no_request(draft: Archive, supervisor: User) -> None:
    photo = first_photo(make_public_archive(draft))
    actions.ask_to_hide(photo=photo, words="左边是我", by=make_user("居民"), at=AFTER)
    assert "下架请求" not in markup(as_(supervisor).get("/archives/desk/"))


def test_what_is_late_stands_in_its_pile(activity: Activity, leader: User) -> None:
    reach = scope_of(leader, Permission.PROJECT_SEE)
    late, open_ = queries.Filters(task="late"), queries.Filters(task="open")
    day = timedelta(days=1)
    in_time, overdue = AFTER + 6 * day, AFTER + 7 * day  # seven days from the 16th
    assert list(queries.activities(reach, late, at=in_time)) == []
    assert list(queries.activities(reach, late, at=overdue)) == [activity]
    assert queries.counts(reach, at=overdue) == {"open": 1, "late": 1, "waiting": 0, "back": 0}
    make_submitted(make_archive(activity, by=leader))
    assert list(queries.activities(reach, late, at=overdue)) == []
    assert list(queries.activities(reach, open_, at=overdue)) == []


def test_a_number_of_the_city_does_not_reach_back(activity: Activity, leader: User) -> None:
    overdue = AFTER + timedelta(days=7)
    reach = scope_of(leader, Permission.PROJECT_SEE)
    piles = {}
    for day in (18, 16):  # the activity ended on the 16th; the 18th is the day after the next
        PolicyNumber.objects.create(
            key="archives.submit_days", value=7, valid_from=date(2026, 11, day)
        )
        piles[day] = queries.counts(reach, at=overdue), queries.is_late(activity, at=overdue)
    open_ = {"open": 1, "late": 0, "waiting": 0, "back": 0}
    assert piles == {18: (open_, False), 16: (open_ | {"late": 1}, True)}


def test_what_was_held_by_list_is_archived(activity: Activity, leader: User) -> None:
    Activity.objects.filter(pk=activity.pk).update(state=ActivityState.LISTED)
    activity.refresh_from_db()
    make_archive(activity, by=leader)
    reach = scope_of(leader, Permission.PROJECT_SEE)
    assert list(queries.activities(reach, queries.Filters(), at=AFTER)) == [activity]


def test_photos_are_dragged_and_moved_by_buttons(draft: Archive, leader: User) -> None:
    one, two = draft.photos.values_list("pk", flat=True)
    browser = as_(leader)
    page = f"/archives/desk/{draft.pk}/order/"
    assert browser.post(page, {"ids": f"{two},{one}"}).status_code == 204
    for wrong in ("", "x", f"{one}", "9" * 30):
        assert browser.post(page, {"ids": wrong}).status_code in {409, 422}
    browser.post(f"/archives/desk/photos/{one}/do/up/")
    assert list(draft.photos.values_list("pk", flat=True)) == [one, two]
    for verb in ("cover", "remove"):
        assert browser.post(f"/archives/desk/photos/{two}/do/{verb}/").status_code == 302
    assert browser.post(f"/archives/desk/photos/{one}/do/dance/").status_code == 404


def test_the_office_keeps_the_kinds(officer: User) -> None:
    city = make_user("市文明办")
    give(city, Role.CITY_OFFICE, regions.city())
    actions.load_kinds()
    browser = as_(city)
    browser.post("/archives/desk/kinds/", {"name": "心理疏导", "unit": "人次"})
    assert OutcomeKind.objects.filter(name="心理疏导", until=None).exists()
    assert browser.post("/archives/desk/kinds/", {"name": "义诊", "unit": "人"}).status_code == 422
    browser.post("/archives/desk/kinds/treatment/end/")
    assert OutcomeKind.objects.get(pk="treatment").until is not None
    assert as_(officer).get("/archives/desk/kinds/").status_code == 403
