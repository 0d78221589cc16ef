"""What a device has kept without network is taken over once, corrected, flagged and answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from voluncity.kernel import tokens
from voluncity.kernel.refusals import BadInput, NotFound, Refusal
from voluncity.service.hours import actions as hours
from voluncity.service.hours.models import ServiceRecord
from voluncity.service.offline import actions, rules
from voluncity.service.offline.actions import uploading
from voluncity.service.offline.models import OfflineScan, Package
from voluncity.service.offline.tests.field import BEFORE, DEVICE, NOON, Device, make_device, told
from voluncity.service.signups import actions as signups
from voluncity.service.signups.models import Attendance, Pause, Scan, ScanFlag
from voluncity.service.signups.states import Method, SignupState
from voluncity.testing.make_hours import (
    ELEVEN,
    MINUTE,
    NINE,
    make_leader,
    make_past_shift,
    make_place,
    make_presence,
)
from voluncity.testing.make_people import make_volunteer

pytestmark = pytest.mark.django_db


@pytest.fixture
def device(db: None) -> Device:
    return make_device()


def flags() -> dict[str, int | None]:
    return dict(ScanFlag.objects.order_by("pk").values_list("kind", "value"))


def test_cards_scanned_without_network_make_proven_hours(device: Device) -> None:
    signup = make_place(device.shift)
    came = device.scan(signup.volunteer, "in", NINE)
    left = device.scan(signup.volunteer, "out", ELEVEN)
    # Sent in any order: they are taken over as they happened.
    assert told(device.send(left, came)) == [
        ("accepted", "签到已记录（领队离线扫志愿者码）"),
        ("accepted", "签退已记录（领队离线扫志愿者码）"),
    ]
    row = Attendance.objects.get()
    assert (row.in_at, row.in_method, row.in_by, row.out_at, row.out_method) == (
        NINE, "offline_scan", device.leader, ELEVEN, "offline_scan",
    )  # fmt: skip
    hours.compute_due(at=NOON)
    record = ServiceRecord.objects.get()
    assert (record.minutes, record.trust) == (120, "proven")
    assert set(ScanFlag.objects.values_list("kind", "value")) == {("offline", 180), ("offline", 60)}


def test_a_name_pressed_on_the_list_is_only_the_leaders_word(device: Device) -> None:
    signup = make_place(device.shift)
    assert told(device.send(device.tick(signup, "in", NINE))) == [
        ("accepted", "签到已记录（领队点名）")
    ]
    assert Attendance.objects.get().in_method == Method.LIST


def test_what_is_sent_again_gets_the_first_answer_and_changes_nothing(device: Device) -> None:
    signup, stranger = make_place(device.shift), make_volunteer()
    scans = [device.tick(signup, "in", NINE), device.scan(stranger, "in", NINE + MINUTE)]
    first = device.send(*scans)
    assert device.send(*scans, at=NOON + 90 * MINUTE) == first
    assert (Attendance.objects.count(), OfflineScan.objects.count()) == (1, 2)


def test_the_saboteur_without_the_first_answer_is_stopped_by_the_database(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = device.tick(make_place(device.shift), "in", NINE)
    device.send(scan)
    monkeypatch.setattr(uploading, "_known", lambda *_: None)
    with pytest.raises(IntegrityError):
        device.send(scan)


def test_an_altered_scan_under_a_known_nonce_is_not_taken_over(device: Device) -> None:
    signup, other = make_place(device.shift), make_place(device.shift)
    scan = device.tick(signup, "in", NINE)
    device.send(scan)
    altered = replace(scan, signup_id=other.pk)
    assert told(device.send(altered)) == [
        ("refused", "这条记录与第一次上传的不一样，没有采用；以第一次为准。")
    ]
    assert Attendance.objects.get().signup == signup


def test_an_altered_package_is_refused(device: Device) -> None:
    scan = device.tick(make_place(device.shift), "in", NINE)
    for token in (device.token[:-1] + "x", f"9{device.token}", "", "keine"):
        with pytest.raises(BadInput):
            device.send(scan, token=token)
    assert not OfflineScan.objects.exists()


def test_the_saboteur_who_does_not_look_at_the_signature_lets_an_altered_package_in(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    foreign = make_leader(make_past_shift().activity.project.organization)
    text, _, mac = device.token.rpartition(".")
    altered = f"{text.replace(f',{device.leader.pk},', f',{foreign.pk},')}.{mac}"
    monkeypatch.setattr(tokens, "verify", lambda token, **_: token.rpartition(".")[0])
    with pytest.raises(NotFound):  # only the reach of the leader still stands in the way
        device.send(device.tick(make_place(device.shift), "in", NINE), token=altered, by=foreign)


def test_a_package_of_another_leader_or_device_is_refused(device: Device) -> None:
    colleague = make_leader(device.activity.project.organization, "赵磊")
    scan = device.tick(make_place(device.shift), "in", NINE)
    with pytest.raises(Refusal, match="另一位负责人下载"):
        device.send(scan, by=colleague)
    for other in ("e" * 32, ""):
        with pytest.raises(Refusal, match="不是在这台设备上下载"):
            device.send(scan, device=other)
    assert not OfflineScan.objects.exists()


def test_the_saboteur_who_asks_for_no_device_takes_a_copied_package(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "require_own", lambda *_, **__: None)
    scan = device.tick(make_place(device.shift), "in", NINE)
    assert told(device.send(scan, device="e" * 32))[0][0] == "accepted"


def test_a_leader_who_lost_the_role_uploads_nothing(device: Device) -> None:
    device.leader.grants.update(revoked_at=BEFORE, revoked_by=device.leader)
    with pytest.raises(NotFound):
        device.send(device.tick(make_place(device.shift), "in", NINE))


def test_a_package_opens_no_door_of_another_activity(device: Device) -> None:
    elsewhere = make_place(make_past_shift())
    assert told(device.send(device.tick(elsewhere, "in", NINE))) == [
        ("refused", "这条签到不属于这个活动，没有采用。")
    ]
    assert not Attendance.objects.exists()


def test_a_made_up_code_is_refused(device: Device) -> None:
    signup = make_place(device.shift)
    scan = device.scan(signup.volunteer, "in", NINE)
    fake = replace(scan, code=scan.code[:-2] + "xx")
    assert told(device.send(fake)) == [("refused", "这个码无效或不完整，请重新扫码。")]


def test_a_card_of_somebody_else_is_not_the_person_on_the_list(device: Device) -> None:
    one, other = make_place(device.shift), make_place(device.shift)
    scan = replace(device.scan(one.volunteer, "in", NINE), signup_id=other.pk)
    assert told(device.send(scan)) == [("refused", "扫到的码不是名单上的这位志愿者，没有采用。")]


def test_an_old_photograph_of_a_code_shows_as_a_conflict(device: Device) -> None:
    signup = make_place(device.shift)
    shown = device.scan(signup.volunteer, "in", NINE)
    later = replace(shown, at=NINE + 30 * MINUTE)
    [(outcome, sentence)] = told(device.send(later))
    assert (outcome, "对不上" in sentence) == ("conflict", True)
    assert not Attendance.objects.exists()


def test_a_wrong_clock_is_corrected_and_flagged(device: Device) -> None:
    device.wrong = timedelta(hours=1, seconds=10)
    signup = make_place(device.shift)
    device.send(device.scan(signup.volunteer, "in", NINE), device.tick(signup, "out", ELEVEN))
    row = Attendance.objects.get()
    assert (row.in_at, row.out_at) == (NINE, ELEVEN)
    assert ScanFlag.objects.filter(kind="clock").values_list("value", flat=True)[0] == 3610


def test_a_clock_set_in_between_is_found_by_the_code_or_shown(device: Device) -> None:
    signup = make_place(device.shift)
    card = device.scan(signup.volunteer, "in", NINE)
    ticked = device.tick(signup, "out", ELEVEN)
    device.wrong = timedelta(hours=9)  # set after scanning, and right when the roster was taken
    answers = device.send(card, ticked, offset_ms=0)
    assert [one.outcome for one in answers] == ["accepted", "accepted"]
    assert Attendance.objects.get().in_at == NINE
    assert "clock" in flags()
    far = device.tick(make_place(device.shift), "in", NINE - timedelta(days=3))
    assert told(device.send(far, offset_ms=0))[0][0] == "conflict"


def test_a_scan_sent_too_late_is_only_a_word_and_is_flagged(device: Device) -> None:
    signup = make_place(device.shift)
    scans = [
        device.scan(signup.volunteer, "in", NINE),
        device.scan(signup.volunteer, "out", ELEVEN),
    ]
    late = ELEVEN + timedelta(hours=25)
    assert told(device.send(*scans, at=late))[0] == (
        "accepted", "签到已记录（领队离线扫码，迟交）",
    )  # fmt: skip
    hours.compute_due(at=late)
    record = ServiceRecord.objects.get()
    assert (record.minutes, record.trust) == (120, "entered")
    assert set(ScanFlag.objects.filter(kind="late").values_list("value", flat=True)) == {27, 25}


def test_somebody_checked_in_elsewhere_meanwhile_shows_as_known_or_as_a_conflict(
    device: Device,
) -> None:
    near, far = make_place(device.shift), make_place(device.shift)
    for signup, at in ((near, NINE - 5 * MINUTE), (far, NINE - 25 * MINUTE)):
        Attendance.objects.create(signup=signup, in_at=at, in_method=Method.VENUE_CODE)
    answers = device.send(device.tick(near, "in", NINE), device.tick(far, "in", NINE))
    assert told(answers) == [
        ("already", "这位志愿者已经在 08:55 签到，不用再签。结束时请签退。"),
        ("conflict", "这位志愿者已经在 08:35 签到，不用再签。结束时请签退。"),
    ]
    assert [row.in_at for row in Attendance.objects.order_by("pk")] == [
        NINE - 5 * MINUTE, NINE - 25 * MINUTE,
    ]  # fmt: skip


def test_a_time_after_the_end_is_a_conflict(device: Device) -> None:
    signup = make_place(device.shift)
    answers = device.send(device.tick(signup, "in", ELEVEN + MINUTE))
    assert told(answers) == [
        ("conflict", "这个班次已经结束，不能再签到。确实参加了的，请找领队补登记。")
    ]


def test_who_gave_the_place_back_meanwhile_is_refused(device: Device) -> None:
    signup = make_place(device.shift)
    signup.state, signup.cancelled_at = SignupState.CANCELLED, NINE
    signup.save(update_fields=["state", "cancelled_at"])
    [(outcome, sentence)] = told(device.send(device.tick(signup, "in", NINE)))
    assert (outcome, "没有报名" in sentence) == ("refused", True)


def test_a_leader_does_not_tick_themself_without_network_either(device: Device) -> None:
    own = make_place(device.shift, make_volunteer(user=device.leader))
    [(outcome, sentence)] = told(device.send(device.tick(own, "in", NINE)))
    assert (outcome, "不能给自己点名" in sentence) == ("refused", True)


def test_a_check_out_that_arrives_late_changes_the_record_nobody_has_confirmed(
    device: Device,
) -> None:
    presence = make_presence(device.shift, out_method=None)
    hours.compute_due(at=ELEVEN + 125 * MINUTE)
    before = ServiceRecord.objects.get()
    left = device.scan(presence.signup.volunteer, "out", NINE + 90 * MINUTE)
    assert told(device.send(left, at=ELEVEN + 130 * MINUTE))[0][0] == "accepted"
    after = ServiceRecord.objects.get()
    assert (before.minutes, before.trust, after.minutes, after.trust) == (
        120, "entered", 90, "proven",
    )  # fmt: skip
    assert after.pk == before.pk


def test_a_confirmed_record_is_not_changed_by_what_arrives_late(device: Device) -> None:
    presence = make_presence(device.shift, out_method=None)
    hours.compute_due(at=ELEVEN + 125 * MINUTE)
    ServiceRecord.objects.update(state="refused", state_reason="没有到场")
    left = device.scan(presence.signup.volunteer, "out", ELEVEN)
    [(outcome, sentence)] = told(device.send(left, at=ELEVEN + 130 * MINUTE))
    assert (outcome, "时长已经确认" in sentence) == ("conflict", True)
    assert Attendance.objects.get().out_at is None


def test_hours_confirmed_in_the_moment_of_the_upload_undo_the_whole_passage(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    presence = make_presence(device.shift, out_method=None)
    hours.compute_due(at=ELEVEN + 125 * MINUTE)
    passed, tries = signups.pass_volunteer, list[int]()

    def decided_at_the_first_try(*said: Any, **more: Any) -> Scan:
        scan = passed(*said, **more)
        if not tries:  # undone with the try, as another connection's would not be
            ServiceRecord.objects.update(state="refused", state_reason="没有到场")
        tries.append(scan.pk)
        return scan

    monkeypatch.setattr(signups, "pass_volunteer", decided_at_the_first_try)
    left = device.scan(presence.signup.volunteer, "out", NINE + 90 * MINUTE)
    assert told(device.send(left, at=ELEVEN + 130 * MINUTE))[0][0] == "accepted"
    assert len(tries) == 2
    assert list(Scan.objects.filter(pk__in=tries).values_list("pk", flat=True)) == [tries[1]]
    assert ServiceRecord.objects.get().minutes == 90


def test_leaving_for_lunch_and_coming_back_counts_no_lunch(device: Device) -> None:
    signup = make_place(device.shift)
    times = [("in", 0), ("out", 40), ("in", 70), ("out", 120)]
    scans = [device.scan(signup.volunteer, way, NINE + n * MINUTE) for way, n in times]
    assert {one.outcome for one in device.send(*scans)} == {"accepted"}
    pause = Pause.objects.get()
    assert (pause.left_at, pause.back_at) == (NINE + 40 * MINUTE, NINE + 70 * MINUTE)
    hours.compute_due(at=NOON)
    record = ServiceRecord.objects.get()
    assert (record.minutes, record.break_minutes, record.trust) == (90, 30, "proven")


def test_too_many_at_once_are_refused_wholly(device: Device) -> None:
    scan = device.tick(make_place(device.shift), "in", NINE)
    with pytest.raises(BadInput, match="分批上传"):
        device.send(*[scan] * 101)
    assert not Scan.objects.exists()


def test_the_roster_holds_no_name_number_or_phone(device: Device) -> None:
    signup = make_place(device.shift, make_volunteer("王小芳"))
    taken = actions.take_roster(
        activity=device.activity, device=DEVICE, by=device.leader, at=BEFORE
    )
    [person] = taken.content["people"]
    number = signup.volunteer.number
    assert (person["name"], person["tail"]) == ("王*芳", number[-6:])
    text = str(taken.content)
    assert [secret for secret in ("王小芳", number) if secret in text] == []
    assert Package.objects.latest("pk").people == 1


def test_somebody_who_signed_up_after_the_download_passes_by_the_card(device: Device) -> None:
    signup = make_place(device.shift)
    scan = device.scan(signup.volunteer, "in", NINE)
    assert told(device.send(scan))[0][0] == "accepted"
