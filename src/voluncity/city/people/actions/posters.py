"""Make the poster by which people register, and take it out of use."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import IntegrityError, transaction

from voluncity.city.journal.actions import record, record_many
from voluncity.city.people.models import Poster, User
from voluncity.city.people.models.posters import ALPHABET, CODE_LENGTH, TITLE_LENGTH
from voluncity.city.people.states import Channel
from voluncity.kernel import text
from voluncity.kernel.refusals import BadInput, Refusal, WrongState

_MOST_DRAWS = 5


@transaction.atomic
def make_poster(
    *,
    title: str,
    channel: str,
    organization_id: int | None = None,
    region_id: int | None = None,
    by: User,
    at: datetime,
) -> Poster:
    """Make a poster for one organization or for one region, under a short code of its own.

    :raises BadInput: when title or channel is wrong, or it is for both or for neither.
    """
    words = text.clean(title, max_length=TITLE_LENGTH, field="title", label="标题")
    if not words or text.has_emoji(words):
        raise BadInput("请写一个标题，例如“加入志愿者”，不用表情符号。", field="title")
    if channel not in Channel.values:
        raise BadInput("没有这种招募渠道，请重新选择。", field="channel")
    if (organization_id is None) == (region_id is None):
        raise BadInput("请选择为组织招募，还是为区域招募。", field="organization")
    poster = Poster(
        title=words,
        channel=channel,
        organization_id=organization_id,
        region_id=region_id,
        made_at=at,
        made_by=by,
    )
    _insert(poster)
    record(
        "people.make_poster", poster, by=by, at=at,
        organization=organization_id, region=region_id, channel=channel,
    )  # fmt: skip
    return poster


def _insert(poster: Poster) -> None:
    for _ in range(_MOST_DRAWS):
        poster.code = _drawn_code()
        try:
            with transaction.atomic():
                poster.save(force_insert=True)
        except IntegrityError:
            if not Poster.objects.filter(code=poster.code).exists():
                raise
        else:
            return
    raise Refusal("招募码分配没有成功，请再提交一次。", code="people.no_poster_code")


def _drawn_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


@transaction.atomic
def end_poster(*, poster_id: int, by: User, at: datetime) -> None:
    """Take a poster out of use; who scans it from now on is told so.

    :raises WrongState: when it was out of use already.
    """
    if not Poster.objects.filter(pk=poster_id, ended_at=None).update(ended_at=at):
        raise WrongState("这张海报已经停用，请刷新页面。")
    record("people.end_poster", ("poster", poster_id), by=by, at=at)


@transaction.atomic
def end_posters_of(*, organization_id: int, by: User, at: datetime) -> None:
    """Take every poster of an organization that ends out of use."""
    live = list(Poster.objects.filter(organization=organization_id, ended_at=None).order_by("pk"))
    Poster.objects.filter(pk__in=[poster.pk for poster in live]).update(ended_at=at)
    record_many("people.end_poster", [(poster, {}) for poster in live], by=by, at=at)
