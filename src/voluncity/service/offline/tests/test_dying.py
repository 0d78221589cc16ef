"""The server dies in the middle of an upload: nothing is lost, nothing counts twice."""

from __future__ import annotations

import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from voluncity.service.offline.actions import Sent, uploading
from voluncity.service.offline.models import OfflineScan
from voluncity.service.offline.tests.field import Device, make_device, told
from voluncity.service.signups import actions as signups
from voluncity.service.signups.models import Attendance, Scan
from voluncity.testing.dying import killed
from voluncity.testing.make_hours import MINUTE, NINE, make_place

PEOPLE = 12
AT_LEAST = 4
DONE = ("accepted", "签到已记录（领队点名）")


def _queue(device: Device) -> list[Sent]:
    return [device.tick(make_place(device.shift), "in", NINE + n * MINUTE) for n in range(PEOPLE)]


@pytest.mark.django_db
def test_a_scan_in_the_middle_of_which_the_server_dies_leaves_nothing_half_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    device = make_device()
    queue = _queue(device)
    right = signups.pass_volunteer
    left = iter([True, True])

    def dies(*given: object, **named: object) -> Scan:
        scan = right(*given, **named)  # type: ignore[arg-type]
        if next(left, False):
            return scan
        raise SystemExit  # after everything was written, before it was committed

    monkeypatch.setattr(signups, "pass_volunteer", dies)
    with pytest.raises(SystemExit):
        device.send(*queue)
    kept = (Attendance.objects.count(), Scan.objects.count(), OfflineScan.objects.count())
    assert kept == (2, 2, 2)
    monkeypatch.setattr(signups, "pass_volunteer", right)
    assert told(device.send(*queue)) == [DONE] * PEOPLE
    assert (Attendance.objects.count(), OfflineScan.objects.count()) == (PEOPLE, PEOPLE)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_an_upload_that_was_killed_is_sent_again_and_every_scan_counts_once() -> None:
    device = make_device()
    queue = _queue(device)
    told_of = killed(lambda tell: _upload(device, queue, tell), after=b"." * AT_LEAST)
    assert told_of == b"." * AT_LEAST
    before = Attendance.objects.count()
    assert AT_LEAST <= before < PEOPLE
    assert OfflineScan.objects.count() == before
    assert told(device.send(*queue)) == [DONE] * PEOPLE
    assert (Attendance.objects.count(), OfflineScan.objects.count()) == (PEOPLE, PEOPLE)


def _upload(device: Device, queue: list[Sent], tell: Callable[[bytes], object]) -> None:
    """Be the server until it is killed: a byte for each scan taken."""
    right = uploading._taken_over

    def telling(sent: Sent, visit: uploading._Visit) -> uploading.Answer:
        answer = right(sent, visit)
        tell(b".")
        if sent is queue[AT_LEAST]:
            signal.pause()  # in the middle, until somebody kills us
        return answer

    uploading._taken_over = telling
    device.send(*queue)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_send_at_once_count_every_scan_once_and_get_the_same_answers() -> None:
    device = make_device()
    queue = _queue(device)

    def sends(_: int) -> list[tuple[str, str]]:
        try:
            return told(device.send(*queue))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as tabs:
        answers = list(tabs.map(sends, range(3)))
    assert answers == [[DONE] * PEOPLE] * 3
    assert (Attendance.objects.count(), OfflineScan.objects.count()) == (PEOPLE, PEOPLE)
    assert Scan.objects.count() == PEOPLE
