"""What an upload really is: decided by its bytes, never by its name or declared type."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

import pillow_heif
from django.core.files.uploadedfile import UploadedFile
from PIL import Image, ImageOps, UnidentifiedImageError

from voluncity.city.files.models import FileKind
from voluncity.kernel.refusals import BadInput
from voluncity.kernel.text import clean

MOST_IMAGE_BYTES = 10 * 1024 * 1024
MOST_DOCUMENT_BYTES = 20 * 1024 * 1024
# What phones call an original: 50 megapixels as HEIC or JPEG stay well below.
MOST_ORIGINAL_BYTES = 30 * 1024 * 1024
MOST_BYTES_AT_ONCE = 100 * 1024 * 1024  # of several originals, which are checked in memory
MOST_VIDEO_BYTES = 200 * 1024 * 1024
# Phones make pictures of 50 megapixels; four bytes a pixel is what a worker can bear. Below
# Pillow's own limit (89 million), which is a second guard.
MOST_PIXELS = 64_000_000
LONGEST_SIDE, LONGEST_SIDE_SMALL = 1600, 480
_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "AVIF", "GIF")
_PLAIN_MODES = ("RGB", "RGBA", "L")
_PDF_START, _PDF_END = b"%PDF-", b"%%EOF"
# ISO/IEC 14496-12, 4.2: a box is its length (4 bytes), its name (4), or 1 and a length of 8 bytes.
_BOX_HEAD, _LARGE_HEAD, _LARGE, _TO_THE_END = 8, 16, 1, 0
_MOST_BOXES = 10_000
_PDF_TAIL = 1024  # ISO 32000-1, note to annex H.3.4.4: where readers look for the end mark

pillow_heif.register_heif_opener()


@dataclass(frozen=True)
class Checked:
    """An upload that was read wholly and is safe to keep."""

    kind: FileKind
    content_type: str
    content: bytes
    original_name: str
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True)
class CheckedPhoto:
    """A photo with the very bytes that were sent, and two copies drawn anew to be shown."""

    original: Checked
    shown: Checked
    small: Checked


def check_image(upload: UploadedFile[Any], *, field: str = "") -> Checked:
    """Return the picture decoded and written anew as WebP: no EXIF, no place, no trailing bytes.

    :raises BadInput: when it is too large, is no picture, or is damaged.
    """
    raw = _read(upload, most=MOST_IMAGE_BYTES, field=field)
    return _drawn(_decoded(raw, field), _name(upload))


def check_photo(upload: UploadedFile[Any], *, field: str = "") -> CheckedPhoto:
    """Return a photo as it was sent, with EXIF and place, and two copies without them.

    The original is for those with a right to it and is only ever served as an attachment.

    :raises BadInput: when it is too large, is no picture, or is damaged.
    """
    raw, name = _read(upload, most=MOST_ORIGINAL_BYTES, field=field), _name(upload)
    picture = _decoded(raw, field)
    with Image.open(BytesIO(raw), formats=_FORMATS) as opened:  # decoded once already
        # Many phones put a second picture (depth, gain map) behind a JPEG, which Pillow calls MPO.
        kind = "JPEG" if opened.format == "MPO" else opened.format
        content_type, size = str(Image.MIME.get(kind or "")), opened.size
    shown = _drawn(picture, name)
    picture.thumbnail((LONGEST_SIDE_SMALL, LONGEST_SIDE_SMALL))
    return CheckedPhoto(
        original=Checked(FileKind.IMAGE, content_type, raw, name, *size),
        shown=shown,
        small=_drawn(picture, name),
    )


def check_video(upload: UploadedFile[Any], *, field: str = "") -> str:
    """Walk over the boxes of an MP4 and return the name of the file; nothing is decoded.

    :raises BadInput: when it is too large, is no MP4, or is cut off.
    """
    most = MOST_VIDEO_BYTES // 1024 // 1024
    if (upload.size or 0) > MOST_VIDEO_BYTES:
        raise BadInput(
            f"视频最大 {most} MB，请压缩后再上传，或填写视频链接。",
            code="bad_input.too_large",
            field=field,
        )
    boxes = _boxes(upload)
    if boxes[:1] != [b"ftyp"]:
        raise BadInput(
            "这不是 MP4 视频，请另存为 MP4 后再上传。", code="bad_input.not_video", field=field
        )
    if not {b"moov", b"mdat"} <= set(boxes):
        raise BadInput(
            "这个视频不完整，请重新导出后再上传。", code="bad_input.broken_file", field=field
        )
    upload.seek(0)
    return _name(upload)


def _boxes(upload: UploadedFile[Any]) -> list[bytes]:
    """Return the names of the outermost boxes that lie wholly in the file."""
    found: list[bytes] = []
    place, end = 0, upload.size or 0
    while place + _BOX_HEAD <= end and len(found) < _MOST_BOXES:
        upload.seek(place)
        head: bytes = upload.read(_LARGE_HEAD)
        length = int.from_bytes(head[:4], "big")
        if length == _LARGE:
            length = int.from_bytes(head[8:16], "big")
        elif length == _TO_THE_END:
            length = end - place
        if length < _BOX_HEAD or place + length > end:
            break
        found.append(head[4:8])
        place += length
    return found


def _drawn(picture: Image.Image, name: str) -> Checked:
    out = BytesIO()
    picture.save(out, "WEBP", quality=82, method=4)
    return Checked(
        kind=FileKind.IMAGE,
        content_type="image/webp",
        content=out.getvalue(),
        original_name=name,
        width=picture.width,
        height=picture.height,
    )


def check_document(upload: UploadedFile[Any], *, field: str = "") -> Checked:
    """Return the PDF as it is; it is only ever served as an attachment in a sandbox.

    :raises BadInput: when it is too large, is no PDF, or is cut off.
    """
    raw = _read(upload, most=MOST_DOCUMENT_BYTES, field=field)
    if not raw.startswith(_PDF_START):
        raise BadInput(
            "这不是 PDF 文件，请把材料另存为 PDF 后再上传。", code="bad_input.not_pdf", field=field
        )
    if _PDF_END not in raw[-_PDF_TAIL:]:
        raise BadInput(
            "这个 PDF 文件不完整，请重新导出后再上传。", code="bad_input.broken_file", field=field
        )
    return Checked(
        kind=FileKind.DOCUMENT,
        content_type="application/pdf",
        content=raw,
        original_name=_name(upload),
    )


def check_paper(upload: UploadedFile[Any], *, field: str = "") -> Checked:
    """Return a certificate or a letter that comes as a PDF or as a photo.

    :raises BadInput: when it is neither.
    """
    start = upload.read(len(_PDF_START))
    upload.seek(0)
    check = check_document if start == _PDF_START else check_image
    return check(upload, field=field)


def _read(upload: UploadedFile[Any], *, most: int, field: str) -> bytes:
    upload.seek(0)
    raw: bytes = upload.read(most + 1)
    if not raw:
        raise BadInput("这个文件是空的，请重新选择。", code="bad_input.empty_file", field=field)
    if len(raw) > most:
        raise BadInput(
            f"文件最大 {most // 1024 // 1024} MB，请压缩后再上传。",
            code="bad_input.too_large",
            field=field,
        )
    return raw


def _decoded(raw: bytes, field: str) -> Image.Image:
    too_many = BadInput(
        "图片的尺寸太大，请缩小后再上传。", code="bad_input.too_many_pixels", field=field
    )
    try:
        with Image.open(BytesIO(raw), formats=_FORMATS) as opened:  # reads the header only
            if opened.width * opened.height > MOST_PIXELS:
                raise too_many
            return _redrawn(opened)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise too_many from error
    except UnidentifiedImageError as error:
        raise BadInput(
            "这不是能识别的图片，请上传 JPG、PNG、WebP 或 HEIC 照片。",
            code="bad_input.not_image",
            field=field,
        ) from error
    # What decoders raise on damaged files.
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, LookupError) as error:
        raise BadInput(
            "这张图片已损坏或不完整，请重新拍照或换一张。",
            code="bad_input.broken_file",
            field=field,
        ) from error


def _redrawn(opened: Image.Image) -> Image.Image:
    picture = opened if opened.mode in _PLAIN_MODES else opened.convert(_mode(opened))
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))  # of a JPEG decodes no more than is needed
    picture = ImageOps.exif_transpose(picture)
    picture = picture.convert(_mode(picture))
    picture.info = {}  # nothing of the old file goes along: EXIF, place, comments
    return picture


def _mode(picture: Image.Image) -> str:
    return "RGBA" if picture.has_transparency_data else "RGB"


def _name(upload: UploadedFile[Any]) -> str:
    name = PurePosixPath(clean(upload.name or "").replace("\\", "/")).name
    stem, dot, ending = name.rpartition(".")
    return f"{stem[:100]}{dot}{ending[:10]}" if dot else ending[:100] or "未命名"
