"""Days that are not like their weekday, and pictures of a station."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import models, transaction

from voluncity.city.files import actions as files
from voluncity.city.files.rules import Checked
from voluncity.city.journal.actions import record
from voluncity.city.stations import rules
from voluncity.city.stations.models import OpeningException, Photo, Station
from voluncity.kernel.clock import local_date
from voluncity.kernel.refusals import BadInput, NotFound, Refusal
from voluncity.kernel.text import clean

FARTHEST = timedelta(days=400)
MOST_PHOTOS = 8
WHY_MOST = 40


@transaction.atomic
def set_exception(
    *, station_id: int, day: date, hours: str, reason: str, by: models.Model, at: datetime
) -> OpeningException:
    """Let a station be closed on a day, or open in one span; the day's older word is replaced.

    :raises BadInput: at the field that is wrong.
    """
    today = local_date(at)
    if not today <= day <= today + FARTHEST:
        raise BadInput("日期应在今天之后的一年以内。", field="day")
    why = clean(reason, max_length=WHY_MOST, field="reason", label="说明")
    if not why:
        raise BadInput("请写明原因，如“春节休息”“消防演练”。", field="reason")
    spans = rules.parse_spans(hours, day="这一天", field="hours")
    if len(spans) > 1:
        raise BadInput("特殊日期只能填一段时间。", field="hours")
    span = spans[0] if spans else None
    row, _ = OpeningException.objects.update_or_create(
        station_id=station_id,
        day=day,
        defaults={
            "opens": span.opens if span else None,
            "closes": span.closes if span else None,
            "reason": why,
        },
    )
    record("stations.set_exception", ("station", station_id), by=by, at=at, day=str(day))
    return row


@transaction.atomic
def remove_exception(*, station_id: int, day: date, by: models.Model, at: datetime) -> None:
    """Let a day be again like its weekday.

    :raises Refusal: when it is that already.
    """
    deleted, _ = OpeningException.objects.filter(station_id=station_id, day=day).delete()
    if not deleted:
        raise Refusal("这一天已经没有特殊安排了，请刷新页面。", code="stations.no_exception")
    record("stations.remove_exception", ("station", station_id), by=by, at=at, day=str(day))


@transaction.atomic
def add_photo(
    *, station_id: int, photo: Checked, caption: str, by: models.Model, at: datetime
) -> Photo:
    """Show a picture of a station to everybody.

    :raises BadInput: when nothing says what it shows.
    :raises Refusal: when there are enough.
    """
    said = rules.caption(caption)
    station = Station.objects.get(pk=station_id)
    if station.photos.filter(removed_at=None).count() >= MOST_PHOTOS:
        raise Refusal(
            f"最多放 {MOST_PHOTOS} 张照片，请先撤下旧的。", code="stations.photos", field="photo"
        )
    stored = files.store(
        photo,
        subject=station.subject,
        by=by,
        at=at,
        is_public=True,
        organization_id=station.organization_id,
    )
    row = Photo.objects.create(station=station, file=stored, caption=said)
    record("stations.add_photo", station, by=by, at=at, photo=row.pk)
    return row


@transaction.atomic
def remove_photo(*, station_id: int, photo_id: int, by: models.Model, at: datetime) -> None:
    """Take a picture away from the public; the file stays on record.

    :raises NotFound: when the station has no such picture.
    """
    shown = Photo.objects.filter(pk=photo_id, station_id=station_id, removed_at=None)
    row = shown.first()
    if row is None or not shown.update(removed_at=at):
        raise NotFound("这张照片已经撤下了，请刷新页面。")
    files.hide(file_id=row.file_id, by=by, at=at)
    record("stations.remove_photo", ("station", station_id), by=by, at=at, photo=photo_id)
