"""What holds for patrol findings: what may be sent, when it was seen, how long things took."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from voluncity.city.files.rules import Checked
from voluncity.kernel.refusals import BadInput

NOTE_MOST, PLACE_MOST, KIND_NAME_MOST = 200, 60, 12
# How long a phone may have kept what it could not send.
KEPT_MOST = timedelta(days=7)
HERE = "here"
NEAR_M = 1500
ALIKE = timedelta(days=14)
_NONCE = re.compile(r"[0-9A-Za-z-]{8,36}")
_DAY = timedelta(days=1)

LABELS = {
    "report": "反映",
    "route": "按规则转给",
    "dispatch": "分派给",
    "accept": "签收",
    "return": "退回",
    "solve": "办结，请巡防队员确认",
    "confirm": "巡防队员确认已解决",
    "lapse": "到期没有人提出不同意见，自动办结",
    "reject": "巡防队员认为没有解决，退回再办",
    "refuse": "不予受理",
    "join": "和别的反映是同一件事，一起办理",
    "escalate": "超过期限，已上报文明办",
}
# Their photos show people in need, or doing wrong: the desk looks before everybody does (PIPL).
PRIVATE_KINDS = frozenset({"conduct", "need"})


@dataclass(frozen=True)
class Report:
    """What somebody sends: three taps, and what goes along by itself."""

    kind_key: str
    place: str
    photo: Checked
    nonce: str
    where: str = ""
    note: str = ""
    lat: float | None = None
    lng: float | None = None
    seen_at: datetime | None = None


def checked_nonce(value: str) -> str:
    """Return the browser's mark of one report.

    :raises BadInput: when it is none.
    """
    if not _NONCE.fullmatch(value):
        raise BadInput("页面打开得太久了，请刷新后再拍一次。", code="patrols.nonce")
    return value


def seen_at(said: datetime | None, *, at: datetime) -> datetime:
    """Return when the problem was seen: what the phone says, if that can be."""
    return said if said is not None and at - KEPT_MOST <= said <= at else at


def point(lat: float | None, lng: float | None) -> tuple[float, float] | tuple[None, None]:
    """Return a point on earth, or none; half a point is none."""
    if lat is None or lng is None:
        return None, None
    if not (-90 <= lat <= 90 and -180 <= lng <= 180):  # noqa: PLR2004 -- degrees
        return None, None
    return lat, lng


def median_tenths(spans: Sequence[timedelta]) -> int | None:
    """Return the median of spans in tenths of a day, rounded half up; None for no spans."""
    if not spans:
        return None
    ordered, middle = sorted(spans), len(spans) // 2
    span = ordered[middle]
    if len(ordered) % 2 == 0:
        span = (span + ordered[middle - 1]) / 2
    return (span * 10 + _DAY / 2) // _DAY
