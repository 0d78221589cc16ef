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
