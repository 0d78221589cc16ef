"""What a device without network is trusted with: signatures, clocks and what proves a presence."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from voluncity.city.people import rules as people
from voluncity.kernel import tokens
from voluncity.kernel.refusals import BadInput, Refusal
from voluncity.service.offline.states import CONFLICTS, TWICE, Outcome
from voluncity.service.signups.states import Method

_PURPOSE = "offline-package"
_NEAR = timedelta(minutes=1)
# Recorded the same way within this time by both sides: they mean the same passage.
SAME_PASSAGE = timedelta(minutes=15)
CARD_EXPIRED = "people.card_expired"


@dataclass(frozen=True)
class Bond:
    """What a package is bound to; its token is the server's word for it."""

    package_id: int
    activity_id: int
    leader_id: int
    device: str
    digest: str
    expires_at: datetime

    def token(self, *, key: bytes) -> str:
        """Return the signed form, which the device keeps and sends back."""
        second = int(self.expires_at.timestamp())
        parts = (self.package_id, self.activity_id, self.leader_id, self.device, self.digest)
        return tokens.sign(",".join(map(str, (*parts, second))), key=key, purpose=_PURPOSE)


def read_token(token: str, *, key: bytes) -> Bond:
    """Return what a package was bound to.

    :raises BadInput: when it is not exactly what we signed.
    """
    payload = tokens.verify(token, key=key, purpose=_PURPOSE)
    package, activity, leader, device, digest, second = payload.split(",")
    expires_at = datetime.fromtimestamp(int(second), UTC)
    return Bond(int(package), int(activity), int(leader), device, digest, expires_at)


def require_own(bond: Bond, *, leader_id: int, device: str) -> None:
    """Refuse a package that was given to somebody else, or to another device.

    :raises Refusal: then; nothing is read from it.
    """
    if bond.leader_id != leader_id:
        raise Refusal(
            "这份离线名单是另一位负责人下载的，请用下载名单的账号登录后再上传。",
            code="offline.other_leader",
        )
    if not device or not hmac.compare_digest(bond.device, device):
        raise Refusal(
            "这份离线名单不是在这台设备上下载的，请用原来的设备上传。", code="offline.other_device"
        )


def digest_of(content: Any) -> str:
    """Return the digest of something that can be written as JSON, in one way of writing."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Clock:
    """How far a device's clock was from ours: when it took the roster, and when it sends.

    Both are what must be added to the device's time.
    """

    at_download: timedelta
    at_upload: timedelta
    issued_at: datetime
    received_at: datetime

    @property
    def was_changed(self) -> timedelta:
        """Return by how much the clock was set anew in between."""
        return abs(self.at_upload - self.at_download)

    @property
    def wrong_seconds(self) -> int:
        """Return by how many seconds the device was wrong, at the worse of the two looks."""
        worst = max(abs(self.at_download), abs(self.at_upload))
        return int(worst.total_seconds())

    def corrected(self, device_at: datetime) -> datetime:
        """Return when it was by our clock, between download and upload.

        :raises Refusal: when no correction makes it fit: the clock was set in the middle.
        """
        for at in (device_at + self.at_upload, device_at + self.at_download):
            if self.issued_at - _NEAR <= at <= self.received_at + _NEAR:
                return min(max(at, self.issued_at), self.received_at)
        raise Refusal(
            "设备的时钟中途被改过，这次签到的时间无法核对，请由负责人补登记。", code="offline.clock"
        )


def card_passage(
    code: str, *, at: datetime, clock: Clock, device_at: datetime, key: bytes
) -> tuple[int, datetime]:
    """Return whose card was scanned, and when: our own code says the minute by itself.

    :raises BadInput: when the code is none of ours.
    :raises Refusal: when it belongs to another time than the device says.
    """
    tries = [at, device_at + clock.at_download, device_at + clock.at_upload]
    for moment in [one + shift for one in tries for shift in (timedelta(), _NEAR, -_NEAR)]:
        try:
            return people.read_card_code(code, at=moment, key=key), moment
        except BadInput as problem:
            if problem.code != CARD_EXPIRED:
                raise
    raise Refusal(
        "志愿者码上的时间与设备记下的时间对不上，不能算扫码，请由负责人补登记。",
        code="offline.card_time",
    )


def method_of(*, was_scanned: bool, late: timedelta, prompt_hours: int) -> Method:
    """Return what a passage proves that was sent `late` after it happened.

    The minute is proven by our own code; but what was kept back for long could be chosen with
    care, so it is only the leader's word then.
    """
    if not was_scanned:
        return Method.LIST
    return Method.OFFLINE_SCAN if late <= timedelta(hours=prompt_hours) else Method.LATE_SCAN


def outcome_of(code: str, *, at: datetime, recorded_at: datetime | None) -> Outcome:
    """Return how a refused passage is shown: known already, a conflict, or refused."""
    if code in TWICE and recorded_at is not None and abs(recorded_at - at) <= SAME_PASSAGE:
        return Outcome.ALREADY
    return Outcome.CONFLICT if code in CONFLICTS else Outcome.REFUSED


def check_tag(code: str) -> bytes:
    """Return two bytes by which a device sees that a code is ours; too few to make one."""
    return hashlib.sha256(code.encode()).digest()[:2]
