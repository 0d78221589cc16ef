"""Pictures and the video of an article."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q

from voluncity.city.files import actions as files
from voluncity.city.files import rules as file_rules
from voluncity.city.files.models import FileKind
from voluncity.city.files.rules import CheckedPhoto
from voluncity.city.people.models import User
from voluncity.kernel.refusals import BadInput, NotFound, WrongState
from voluncity.kernel.text import words
from voluncity.service.archives.states import Faces
from voluncity.voice.news import rules
from voluncity.voice.news.actions.steps import was_faster
from voluncity.voice.news.actions.writing import refuse_unless_writable
from voluncity.voice.news.models import Article, Picture, Version
from voluncity.voice.news.states import WRITABLE
from voluncity.web.richblocks import ALT_MOST


@transaction.atomic
def add_picture(
    *, article: Article, photo: CheckedPhoto, alt: str, faces: str, by: User, at: datetime
) -> Picture:
    """Keep a picture in two sizes; the first one becomes the cover. The original is not kept.

    :raises BadInput: without words, when it is not said whom it shows, or it shows a child.
    :raises WrongState: when the article is with the reviewer or published.
    """
    refuse_unless_writable(article)
    said = words(alt, "alt", "图片说明", ALT_MOST)
    _refuse_faces(faces)
    if article.pictures.count() >= rules.PICTURES_MOST:
        raise BadInput(f"一篇稿件最多 {rules.PICTURES_MOST} 张图片，请先移除一些。", field="file")
    shown, small = (
        files.store(one, subject=f"news:{article.pk}", by=by, at=at)
        for one in (photo.shown, photo.small)
    )
    picture = Picture.objects.create(
        article=article, shown=shown, small=small, alt=said, faces=faces, added_at=at, added_by=by
    )
    if article.cover_id is None:
        _put(article, cover=picture)
    return picture


def _refuse_faces(faces: str) -> None:
    if faces not in Faces.values:
        raise BadInput("请选择图片里的人物情况。", field="faces")
    if faces == Faces.MINORS:
        raise BadInput(
            "有未成年人正面的照片不能公开，请换一张，或者处理到认不出人以后再上传。", field="faces"
        )


@transaction.atomic
def change_picture(
    *, article: Article, picture_id: int, alt: str, is_cover: bool, by: User, at: datetime
) -> Picture:
    """Change the words of a picture, or make it the cover.

    :raises BadInput: without words.
    :raises WrongState: when the article is with the reviewer or published.
    """
    refuse_unless_writable(article)
    picture = _own(article, picture_id)
    picture.alt = words(alt, "alt", "图片说明", ALT_MOST)
    picture.save(update_fields=["alt"])
    if is_cover and article.cover_id != picture.pk:
        _put(article, cover=picture)
    return picture


@transaction.atomic
def remove_picture(*, article: Article, picture_id: int, by: User, at: datetime) -> None:
    """Remove a picture that neither the text nor any version shows.

    :raises WrongState: when something shows it, or the article cannot be changed.
    """
    refuse_unless_writable(article)
    picture = _own(article, picture_id)
    mark = rules.picture_mark(picture.pk)
    shown_in = Version.objects.filter(article=article).filter(
        Q(cover=picture) | Q(body__contains=mark)
    )
    if mark in article.body or shown_in.exists():
        raise WrongState(
            "这张图片还在正文或以前的版本里，请先从正文中删去；以前版本里的要留存。",
            code="news.picture_used",
        )
    if article.cover_id == picture.pk:
        _put(article, cover=None)
    stored = picture.shown, picture.small
    picture.delete()
    for one in stored:
        files.remove(one, at=at)


def _put(article: Article, **changes: Any) -> None:
    """Change what stands around the text; who is writing the text meanwhile is not disturbed."""
    if not Article.objects.filter(pk=article.pk, state__in=WRITABLE).update(**changes):
        raise was_faster(article.pk)
    article.refresh_from_db(fields=list(changes))


def _own(article: Article, picture_id: int) -> Picture:
    own = article.pictures.select_related("shown", "small")
    found: Picture | None = own.filter(pk=picture_id).first()
    if found is None:
        raise NotFound("没有找到这张图片，可能已经移除，请刷新页面。")
    return found


@transaction.atomic
def set_video(
    *, article: Article, upload: UploadedFile[Any] | None, by: User, at: datetime
) -> Article:
    """Put an MP4 above the text, or take it off; what a version shows is kept.

    :raises BadInput: when it is no video.
    :raises WrongState: when the article is with the reviewer or published.
    """
    refuse_unless_writable(article)
    stored = None
    if upload is not None:
        name = file_rules.check_video(upload, field="upload")
        stored = files.store_written(
            files.put_down(upload.chunks()), subject=f"news:{article.pk}", by=by, at=at,
            kind=FileKind.DOCUMENT, content_type="video/mp4", original_name=name,
        )  # fmt: skip
    _put(article, video=stored)
    return article
