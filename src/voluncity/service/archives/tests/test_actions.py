"""What may be written, handed in, looked at, hidden and counted."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from PIL import Image

from voluncity.city.files import queries as files
from voluncity.city.files.models import StoredFile
from voluncity.city.files.rules import check_paper
from voluncity.city.journal.models import Entry
from voluncity.city.people.models import User
from voluncity.kernel.refusals import BadInput, NotAllowed, Refusal, WrongState
from voluncity.service.archives import actions, queries, rules
from voluncity.service.archives.models import Archive, OutcomeKind, Photo
from voluncity.service.archives.queries import OutcomeTotal, Served
from voluncity.service.archives.states import ArchiveState, Faces
from voluncity.service.projects.models import Activity
from voluncity.service.projects.states import ActivityState
from voluncity.testing.make_archives import (
    AFTER,
    first_photo,
    make_archive,
    make_held_activity,
    make_photos,
    make_public_archive,
    make_submitted,
)
from voluncity.testing.make_files import make_paper, make_upload, make_video
from voluncity.testing.make_people import make_user

pytestmark = pytest.mark.django_db
S = ArchiveState
GPS = 0x8825


def test_the_original_is_kept_with_its_place_and_the_copies_tell_nothing(draft: Archive) -> None:
    photo = first_photo(draft)
    for stored, tells in ((photo.original, True), (photo.shown, False), (photo.small, False)):
        with files.opened(stored) as stream:
            exif = Image.open(BytesIO(stream.read())).getexif()
        assert (bool(dict(exif.get_ifd(GPS))), stored.is_public) == (tells, False)


def test_the_same_photo_comes_once_and_the_first_is_the_cover(draft: Archive, leader: User) -> None:
    added = actions.add_photos(
        archive=draft, photos=make_photos(3), faces=Faces.NONE, consent_note="", by=leader, at=AFTER
    )
    rows = draft.photos.values_list("position", "is_cover")
    assert (added, list(rows)) == (1, [(1, True), (2, False), (3, False)])


def test_a_face_needs_a_consent_and_a_child_is_never_shown(draft: Archive, leader: User) -> None:
    with pytest.raises(BadInput, match="怎样征得同意"):
        actions.add_photos(
            archive=draft, photos=make_photos(3), faces=Faces.CONSENT, consent_note=" ",
            by=leader, at=AFTER,
        )  # fmt: skip
    photo = first_photo(draft)
    actions.change_photo(
        photo=photo, caption="孩子们", faces=Faces.MINORS, consent_note="", by=leader, at=AFTER
    )
    assert list(draft.photos.values_list("is_cover", flat=True)) == [False, True]
    with pytest.raises(BadInput, match="不能作封面"):
        actions.choose_cover(photo=photo, by=leader, at=AFTER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Photo.objects.filter(pk=photo.pk).update(is_cover=True)
    make_public_archive(draft)
    assert queries.public_photo(photo.pk) is None


def test_an_archive_goes_up_comes_back_and_is_published(
    draft: Archive, leader: User, officer: User
) -> None:
    actions.submit(archive=draft, by=leader, at=AFTER)
    with pytest.raises(WrongState, match="不能再修改"):
        actions.save_summary(archive=draft, summary="改一下", by=leader, at=AFTER)
    actions.send_back(archive=draft, reason="缺凭证", by=officer, at=AFTER)
    assert (draft.state, draft.state_reason) == (S.SENT_BACK, "缺凭证")
    actions.submit(archive=draft, by=leader, at=AFTER)
    actions.accept(archive=draft, is_public=False, by=officer, at=AFTER)
    assert queries.public_archive(draft.pk) is None
    actions.publish(archive=draft, by=leader, at=AFTER)
    assert queries.public_archive(draft.pk) == draft
    actions.reopen(archive=draft, reason="人数写错", by=officer, at=AFTER)
    assert (draft.state, queries.public_archive(draft.pk)) == (S.SENT_BACK, None)
    verbs = Entry.objects.filter(subject_type="archive").order_by("pk").values_list("verb")
    steps = [verb for (verb,) in verbs if verb != "archives.change"]
    assert [verb.removeprefix("archives.") for verb in steps] == [
        "begin", "submit", "send_back", "submit", "accept", "publish", "reopen",
    ]  # fmt: skip


def test_nobody_looks_at_their_own_archive(draft: Archive, leader: User) -> None:
    actions.submit(archive=draft, by=leader, at=AFTER)
    with pytest.raises(NotAllowed, match="您自己整理"):
        actions.accept(archive=draft, is_public=True, by=leader, at=AFTER)
    with pytest.raises(IntegrityError), transaction.atomic():  # the database says so, too
        Archive.objects.filter(pk=draft.pk).update(
            state=S.ACCEPTED, reviewed_by=leader, reviewed_at=AFTER
        )


def test_of_two_who_decide_one_is_too_late(draft: Archive, officer: User) -> None:
    make_submitted(draft)
    stale = Archive.objects.get(pk=draft.pk)
    actions.accept(archive=draft, is_public=True, by=officer, at=AFTER)
    with pytest.raises(WrongState, match="刚刚有人办理过"):
        actions.send_back(archive=stale, reason="缺照片", by=officer, at=AFTER)


def test_what_was_handed_in_anew_is_not_accepted_as_it_was_read(
    draft: Archive, leader: User, officer: User
) -> None:
    make_submitted(draft)
    read = Archive.objects.get(pk=draft.pk)
    actions.withdraw(archive=draft, by=leader, at=AFTER)
    actions.submit(archive=draft, by=leader, at=AFTER)
    with pytest.raises(WrongState, match="刚刚有人办理过"):
        actions.accept(archive=read, is_public=True, by=officer, at=AFTER)
    assert Archive.objects.get(pk=draft.pk).state == S.SUBMITTED


def test_what_is_not_whole_or_not_over_is_not_handed_in(activity: Activity, leader: User) -> None:
    archive = actions.begin(activity=activity, by=leader, at=AFTER)
    with pytest.raises(BadInput, match="先填写活动小结"):
        actions.submit(archive=archive, by=leader, at=AFTER)
    actions.save_summary(archive=archive, summary="很好", by=leader, at=AFTER)
    archive.refresh_from_db()
    with pytest.raises(BadInput, match="至少上传一张"):
        actions.submit(archive=archive, by=leader, at=AFTER)
    archive.refresh_from_db()
    assert archive.state == S.DRAFT
    with pytest.raises(WrongState, match="还没有结束"):
        actions.submit(archive=archive, by=leader, at=activity.starts_at)


def test_what_has_not_begun_or_was_cancelled_has_no_archive(
    activity: Activity, leader: User
) -> None:
    with pytest.raises(WrongState, match="开始以后"):
        actions.begin(activity=activity, by=leader, at=activity.starts_at - timedelta(hours=1))
    activity.state = ActivityState.CANCELLED
    with pytest.raises(WrongState, match="开始以后"):
        actions.begin(activity=activity, by=leader, at=AFTER)


def test_photos_are_put_into_an_order(draft: Archive, leader: User) -> None:
    one, two = draft.photos.values_list("pk", flat=True)
    actions.order_photos(archive=draft, ids=[two, one], by=leader, at=AFTER)
    assert list(draft.photos.values_list("pk", flat=True)) == [two, one]
    actions.move_photo(photo=Photo.objects.get(pk=one), steps=-1, by=leader, at=AFTER)
    actions.move_photo(photo=Photo.objects.get(pk=one), steps=-1, by=leader, at=AFTER)
    assert list(draft.photos.values_list("pk", flat=True)) == [one, two]
    for wrong in ([one], [one, one], [one, two, 0]):
        with pytest.raises(WrongState, match="刚刚有增减"):
            actions.order_photos(archive=draft, ids=wrong, by=leader, at=AFTER)


def test_a_removed_photo_takes_its_files_along(
    draft: Archive, leader: User, django_capture_on_commit_callbacks: object
) -> None:
    before = StoredFile.objects.count()
    actions.remove_photo(photo=first_photo(draft), by=leader, at=AFTER)
    assert (StoredFile.objects.count(), draft.photos.get().is_cover) == (before - 3, True)


def test_an_asked_photo_is_hidden_at_once_and_stays_so(draft: Archive, leader: User) -> None:
    make_public_archive(draft)
    photo, me = first_photo(draft), make_user("居民")
    asked = actions.ask_to_hide(photo=photo, words="左边是我", by=me, at=AFTER)
    with pytest.raises(WrongState, match="正在处理"):
        actions.ask_to_hide(photo=photo, words="再说一次", by=me, at=AFTER)
    actions.answer_request(request=asked, verb="hide", answer="已下架", by=leader, at=AFTER)
    assert queries.public_photo(photo.pk) is None
    photo.refresh_from_db()
    with pytest.raises(WrongState, match="应本人请求"):
        actions.show_photo(photo=photo, by=leader, at=AFTER)
    with pytest.raises(WrongState, match="已经有人答复"):
        actions.answer_request(request=asked, verb="decline", answer="不", by=leader, at=AFTER)
    assert list(draft.photos.values_list("is_cover", flat=True)) == [False, True]


@pytest.mark.parametrize(
    "address",
    [
        "http://v.example.cn/a", "javascript:alert(1)", "https://", "https://u:p@v.example.cn/",
        "https://v.example.cn:8443/a", "https://127.0.0.1/a", "https://v.example.cn/a b",
        'https://v.example.cn/"><script>', "v.example.cn/a", "https://[::1]/",
    ],
)  # fmt: skip
def test_an_address_that_is_not_plainly_https_is_refused(address: str) -> None:
    with pytest.raises(BadInput, match="https://"):
        rules.checked_address(address, field="address")


def test_a_video_is_a_link_or_a_private_file(draft: Archive, leader: User) -> None:
    link = actions.add_video(
        archive=draft, title="回顾", address="https://v.example.cn/abc?x=1", upload=None,
        by=leader, at=AFTER,
    )  # fmt: skip
    sent = make_upload(make_video(), "a.mp4", "video/mp4")
    kept = actions.add_video(
        archive=draft, title="现场", address="", upload=sent, by=leader, at=AFTER
    )
    assert kept.file is not None
    assert (link.address, kept.file.content_type, kept.file.is_public) == (
        "https://v.example.cn/abc?x=1", "video/mp4", False,
    )  # fmt: skip
    for address, upload in (("", None), ("https://v.example.cn/", sent)):
        with pytest.raises(BadInput, match="二者选一"):
            actions.add_video(
                archive=draft, title="x", address=address, upload=upload, by=leader, at=AFTER
            )
    actions.remove_video(archive=draft, video_id=kept.pk, by=leader, at=AFTER)
    assert draft.videos.get() == link


def test_money_and_goods_are_lines_with_a_private_voucher(draft: Archive, leader: User) -> None:
    actions.add_material(
        archive=draft, name="药箱", amount=30, unit="个", value_fen=60_000, by=leader, at=AFTER
    )
    spent = actions.add_spending(
        archive=draft, item="横幅", fen=19_950, source="own",
        voucher=check_paper(make_paper()), by=leader, at=AFTER,
    )  # fmt: skip
    assert spent.voucher is not None
    assert (spent.sum_text, spent.voucher.is_public) == ("199.50 元", False)
    for bad in ({"fen": 0}, {"source": "x"}, {"item": " "}):
        said = {"item": "横幅", "fen": 1, "source": "own", "voucher": None} | bad
        with pytest.raises(BadInput):
            actions.add_spending(archive=draft, **said, by=leader, at=AFTER)  # type: ignore[arg-type]
    make_public_archive(draft)
    totals = queries.totals_of_project(draft.activity.project_id)
    assert (totals.material_fen, totals.spent_fen, totals.photos) == (60_000, 19_950, 2)


def test_only_what_was_accepted_is_counted_and_hours_come_from_records(leader: User) -> None:
    activity = make_held_activity(is_posted=True)
    archive = make_submitted(make_archive(activity))
    assert queries.totals_of_activities([activity.pk]).outcomes == ()
    actions.accept(archive=archive, is_public=True, by=leader, at=AFTER)
    assert queries.totals_of_project(activity.project_id).outcomes == (
        OutcomeTotal("treatment", "义诊", "人次", 120),
    )
    assert queries.served_at([activity.pk]) == Served(1, 120, 120)
    assert queries.served_by_activity([activity.pk]) == {activity.pk: Served(1, 120, 120)}


@pytest.mark.parametrize(
    ("text", "number"), [("120", 120), ("１２０", 120), ("1,200", 1200), (" 7 ", 7)]
)
def test_a_number_is_read_as_people_type_it(text: str, number: int) -> None:
    assert rules.whole_number(text, label="数量", field="n") == number


@pytest.mark.parametrize("text", ["", "0", "-3", "1.5", "一百", "😀", "9" * 12, "1e5", "\x00"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        rules.whole_number(text, label="数量", field="n")


def test_the_office_ends_a_kind_and_what_was_counted_stays(draft: Archive, officer: User) -> None:
    actions.end_kind(key="treatment", by=officer, at=AFTER)
    assert OutcomeKind.objects.get(pk="treatment") in queries.kinds_of(draft)
    assert OutcomeKind.objects.get(pk="treatment") not in queries.kinds_of(None)
    with pytest.raises(WrongState, match="刚刚改过"):
        actions.end_kind(key="treatment", by=officer, at=AFTER)
    actions.reopen_kind(key="treatment", by=officer, at=AFTER)
    with pytest.raises(BadInput, match="已经有这个类型"):
        actions.add_kind(name="义诊", unit="人次", by=officer, at=AFTER)


def test_a_summary_of_emoji_and_control_characters_is_cleaned_or_refused(
    draft: Archive, leader: User
) -> None:
    actions.save_summary(archive=draft, summary="很好\x00\u200b", by=leader, at=AFTER)
    draft.refresh_from_db()
    assert draft.summary == "很好"
    with pytest.raises(BadInput):
        actions.save_summary(archive=draft, summary="长" * 4001, by=leader, at=AFTER)


def test_a_whole_archive_is_read_by_a_fixed_number_of_questions(draft: Archive) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            [one] = queries.whole(Archive.objects.filter(pk=draft.pk))
            assert [photo.original.size for photo in one.photos.all()]
        return len(seen)

    few = asked()
    actions.add_photos(
        archive=draft, photos=make_photos(5), faces=Faces.NONE, consent_note="",
        by=draft.created_by, at=AFTER,
    )  # fmt: skip
    assert asked() == few


def test_a_wrong_kind_of_people_served_is_refused(draft: Archive, leader: User) -> None:
    with pytest.raises(Refusal):
        actions.save_outcomes(archive=draft, numbers={"nothing": 1}, by=leader, at=AFTER)
    assert [one.kind_id for one in draft.outcomes.all()] == ["treatment"]
