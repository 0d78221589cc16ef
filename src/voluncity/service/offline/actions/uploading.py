"""Take over what a device without network has kept: each scan once, each with its answer.

Every scan is a transaction of its own: when the network or the server dies in the middle, those
before it are kept, and the device sends all of them again. A nonce that is known gets its first
answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from voluncity.city.access import actions as access
from voluncity.city.access.permissions import Permission
from voluncity.city.people.models import User, Volunteer
from voluncity.city.policy import queries as policy
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotFound, Refusal, WrongState
from voluncity.service.hours import actions as hours
from voluncity.service.offline import queries, rules
from voluncity.service.offline.models import OfflineScan, Package
from voluncity.service.offline.states import Outcome
from voluncity.service.projects.models import Activity
from voluncity.service.signups import actions as signups
from voluncity.service.signups.models import Scan, Signup
from voluncity.service.signups.states import Direction, FlagKind

MOST_AT_ONCE = 100
_NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}")
_CODE_LENGTH = 100


@dataclass(frozen=True)
class Sent:
    """One scan as the device tells it; `at` is the device's time."""

    nonce: str
    direction: str
    at: datetime
    signup_id: int | None = None
    code: str = ""

    @property
    def content(self) -> str:
        """Return what must not change when the same nonce comes again."""
        said = [self.direction, int(self.at.timestamp() * 1000), self.signup_id, self.code]
        return rules.digest_of(said)


@dataclass(frozen=True)
class Answer:
    """What became of one scan, in words for the leader."""

    nonce: str
    outcome: Outcome
    sentence: str


@dataclass(frozen=True)
class _Visit:
    package: Package
    clock: rules.Clock
    device: str
    by: User
    at: datetime

    @property
    def prompt_hours(self) -> int:
        return policy.number("offline.prompt_hours", on=local_date(self.at))


def upload(
    *, token: str, scans: Sequence[Sent], offset_ms: int, sent_at: datetime, device: str, by: User,
    at: datetime,
) -> list[Answer]:  # fmt: skip
    """Take over scans in the order in which they happened, and answer each.

    `offset_ms`: what the device had to add to its clock when it took the roster; `sent_at`: its
    clock now.

    :raises BadInput: when the package was altered or never ours; when there are too many scans.
    :raises Refusal: when it belongs to somebody else or to another device.
    :raises NotFound: when the activity is not in the leader's reach any more.
    """
    package = _package(token, device=device, by=by, at=at)
    if len(scans) > MOST_AT_ONCE:
        raise BadInput(f"一次最多上传 {MOST_AT_ONCE} 条，请分批上传。", code="offline.too_many")
    clock = rules.Clock(timedelta(milliseconds=offset_ms), at - sent_at, package.issued_at, at)
    visit = _Visit(package, clock, device, by, at)
    return [_taken_over(one, visit) for one in sorted(scans, key=lambda one: one.at)]


def _package(token: str, *, device: str, by: User, at: datetime) -> Package:
    bond = rules.read_token(token, key=settings.SECRET_KEY.encode())
    rules.require_own(bond, leader_id=by.pk, device=device)
    known = Package.objects.select_related("activity").filter(pk=bond.package_id)
    package: Package | None = known.first()
    if package is None or package.digest != bond.digest:
        raise NotFound("没有找到这份离线名单，请联系管理员。", code="offline.unknown")
    access.fetch(
        by, Permission.ATTENDANCE_RECORD, Activity.objects.all(), at=at, pk=package.activity_id
    )
    return package


class _DecidedMeanwhile(Exception):
    """Somebody confirmed the hours after we saw them open and before we computed them anew."""


def _taken_over(sent: Sent, visit: _Visit) -> Answer:
    known = _known(sent, visit)
    if known is None:
        try:
            with transaction.atomic():
                known = _first_time(sent, visit)
        except IntegrityError:  # the other tab has sent it in this very moment
            known = _known(sent, visit)
            if known is None:
                raise
        except _DecidedMeanwhile:  # all of the try is undone: now it is refused at once
            with transaction.atomic():
                known = _first_time(sent, visit)
    if known.content != sent.content:
        words = "这条记录与第一次上传的不一样，没有采用；以第一次为准。"
        return Answer(sent.nonce, Outcome.REFUSED, words)
    return Answer(sent.nonce, Outcome(known.outcome), _words(known))


def _words(one: OfflineScan) -> str:
    if one.outcome != Outcome.ACCEPTED:
        return one.sentence
    assert one.scan is not None, "the constraint says so"  # noqa: S101
    return f"{Direction(one.direction).label}已记录（{one.scan.get_method_display()}）"


def _known(sent: Sent, visit: _Visit) -> OfflineScan | None:
    found = OfflineScan.objects.filter(package=visit.package, nonce=sent.nonce)
    return found.select_related("scan").first()


def _first_time(sent: Sent, visit: _Visit) -> OfflineScan:
    """Run a scan and keep the answer beside it: both, or neither."""
    kept = OfflineScan(
        package=visit.package, nonce=_nonce(sent.nonce), content=sent.content,
        direction=sent.direction, device_at=sent.at, at=sent.at, received_at=visit.at,
    )  # fmt: skip
    signup: Signup | None = None
    try:
        kept.at = visit.clock.corrected(sent.at)
        signup, kept.at = _who(sent, visit, kept.at)
        kept.scan = _pass(sent, visit, signup, kept.at)
        kept.outcome = Outcome.ACCEPTED
    except Refusal as no:
        recorded = queries.recorded_at(signup, sent.direction) if signup else None
        kept.outcome = rules.outcome_of(no.code, at=kept.at, recorded_at=recorded)
        kept.code, kept.sentence = no.code, no.sentence[:200]
    kept.save(force_insert=True)
    return kept


def _nonce(nonce: str) -> str:
    if not _NONCE.fullmatch(nonce):
        raise BadInput("上传的记录不完整，请刷新页面再传。", code="bad_input.nonce")
    return nonce


def _who(sent: Sent, visit: _Visit, at: datetime) -> tuple[Signup, datetime]:
    """Return whose place it is, and when they stood there.

    :raises Refusal: when the code is not theirs, or nobody has a place.
    """
    activity_id = visit.package.activity_id
    volunteer_id: int | None = None
    if sent.code:
        volunteer_id, at = rules.card_passage(
            sent.code[:_CODE_LENGTH], at=at, clock=visit.clock, device_at=sent.at,
            key=settings.SECRET_KEY.encode(),
        )  # fmt: skip
    signup = _place(sent.signup_id, activity_id)
    if signup is not None and volunteer_id not in (None, signup.volunteer_id):
        raise Refusal("扫到的码不是名单上的这位志愿者，没有采用。", code="offline.other_card")
    if signup is None and volunteer_id is not None:
        signup = queries.signup_in(activity_id, volunteer_id, at=at)
    if signup is None:
        raise Refusal(_nobody(volunteer_id), code="offline.no_place")
    return signup, at


def _place(signup_id: int | None, activity_id: int) -> Signup | None:
    """Return a place in this activity: a package opens no other door."""
    if signup_id is None:
        return None
    places = Signup.objects.filter(pk=signup_id, shift__activity_id=activity_id)
    return places.select_related("volunteer", "shift").first()


def _nobody(volunteer_id: int | None) -> str:
    who = Volunteer.objects.filter(pk=volunteer_id).first() if volunteer_id else None
    return (
        f"编号 {who.number} 的志愿者没有报名这个活动。确实到场的，请先代为报名，再补记时长。" if who
        else "这条签到不属于这个活动，没有采用。"
    )  # fmt: skip


def _pass(sent: Sent, visit: _Visit, signup: Signup, at: datetime) -> Scan:
    hours.require_open(signup)
    late = visit.at - at
    method = rules.method_of(
        was_scanned=bool(sent.code), late=late, prompt_hours=visit.prompt_hours
    )
    passage = signups.Passage(
        signup.volunteer, signup.shift_id, sent.direction, method, visit.device,
        _flags(visit, late),
    )  # fmt: skip
    scan = signups.pass_volunteer(
        passage, nonce=f"{visit.package.pk}-{sent.nonce}"[:64], by=visit.by, at=at
    )
    try:
        hours.compute_again(signup=signup, at=visit.at)
    except WrongState as no:
        raise _DecidedMeanwhile from no
    return scan


def _flags(visit: _Visit, late: timedelta) -> dict[str, int | None]:
    flags: dict[str, int | None] = {FlagKind.OFFLINE: int(late.total_seconds() // 60)}
    if late > timedelta(hours=visit.prompt_hours):
        flags[FlagKind.LATE] = int(late.total_seconds() // 3600)
    allowed = 60 * policy.number("offline.clock_minutes", on=local_date(visit.at))
    if max(visit.clock.wrong_seconds, visit.clock.was_changed.total_seconds()) > allowed:
        flags[FlagKind.CLOCK] = visit.clock.wrong_seconds
    return flags


def parse_time(milliseconds: int) -> datetime:
    """Return the instant that a device tells in milliseconds.

    :raises BadInput: when no such time exists.
    """
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise BadInput("设备的时间无法识别，请核对设备时钟。", code="offline.time") from error
