"""Read a QR code from a camera frame or a photo."""

from __future__ import annotations

from typing import Any

import zxingcpp
from django.core.files.uploadedfile import UploadedFile
from PIL import Image, UnidentifiedImageError

from voluncity.kernel.refusals import BadInput

MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 1600
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_BROKEN = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    OSError,
    ValueError,
    SyntaxError,
)


def qr_text(frame: UploadedFile[Any]) -> str:
    """Return the text of the first QR code in an image, or '' when there is none.

    :raises BadInput: when it is too large, or no image.
    """
    if (frame.size or 0) > MOST_BYTES:
        raise BadInput("照片太大，请靠近二维码再拍一张。", code="bad_input.image", field="frame")
    try:
        with Image.open(frame, formats=["JPEG", "PNG", "WEBP"]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise BadInput(
                    "照片太大，请靠近二维码再拍一张。", code="bad_input.image", field="frame"
                )
            image.draft("L", (LONGEST_SIDE, LONGEST_SIDE))
            gray = image.convert("L")
    except _BROKEN as error:
        raise BadInput(
            "这不是能识别的照片，请重新拍一张。", code="bad_input.image", field="frame"
        ) from error
    gray.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    found = zxingcpp.read_barcodes(gray, formats=_QR)
    return found[0].text if found else ""
