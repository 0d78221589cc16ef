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
# Phones make pictures of 50 megapixels; four bytes a pixel is what a worker can bear. Below
# Pillow's own limit (89 million), which is a second guard.
MOST_PIXELS = 64_000_000
LONGEST_SIDE = 1600
_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "AVIF", "GIF")
_PLAIN_MODES = ("RGB", "RGBA", "L")
_PDF_START, _PDF_END = b"%PDF-", b"%%EOF"
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


def check_image(upload: UploadedFile[Any], *, field: str = "") -> Checked:
    """Return the picture decoded and written anew as WebP: no EXIF, no place, no trailing bytes.

    :raises BadInput: when it is too large, is no picture, or is damaged.
    """
    raw = _read(upload, most=MOST_IMAGE_BYTES, field=field)
    picture = _decoded(raw, field)
    out = BytesIO()
    picture.save(out, "WEBP", quality=82, method=4)
    return Checked(
        kind=FileKind.IMAGE,
        content_type="image/webp",
        content=out.getvalue(),
        original_name=_name(upload),
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
