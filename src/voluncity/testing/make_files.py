"""Uploads for tests: small true pictures and papers, and ones that are not what they claim."""

from __future__ import annotations

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

PDF = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def make_picture(
    size: tuple[int, int] = (32, 24), *, form: str = "JPEG", mode: str = "RGB", **saving: object
) -> bytes:
    """Return the bytes of a picture."""
    out = BytesIO()
    Image.new(mode, size, 128 if mode == "L" else "#c8281c").save(out, form, **saving)
    return out.getvalue()


def make_upload(
    content: bytes | None = None, name: str = "照片.jpg", content_type: str = "image/jpeg"
) -> SimpleUploadedFile:
    """Return an upload as a browser sends it; a small photo unless named."""
    return SimpleUploadedFile(
        name, make_picture() if content is None else content, content_type=content_type
    )


def make_paper(content: bytes = PDF, name: str = "登记证书.pdf") -> SimpleUploadedFile:
    """Return the upload of a PDF."""
    return make_upload(content, name, "application/pdf")


def with_place(size: tuple[int, int] = (32, 24), color: str = "#c8281c") -> bytes:
    """Return a photo whose EXIF says where it was taken."""
    picture, exif = Image.new("RGB", size, color), Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (37.0, 52.0, 1.5), 3: "E", 4: (112.0, 33.0, 2.5)})
    exif[0x010F] = "GPS-Phone"
    out = BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def make_video(boxes: tuple[bytes, ...] = (b"ftyp", b"moov", b"mdat")) -> bytes:
    """Return the boxes of a small MP4 without pictures in it."""
    return b"".join((16).to_bytes(4, "big") + name + b"isom" + bytes(4) for name in boxes)
