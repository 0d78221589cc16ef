import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO

import pillow_heif
import pytest
from PIL import Image

from voluncity.city.files import rules
from voluncity.city.files.models import FileKind
from voluncity.kernel.refusals import BadInput
from voluncity.testing.make_files import PDF, make_paper, make_picture, make_upload

HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def _opened(checked: rules.Checked) -> Image.Image:
    return Image.open(BytesIO(checked.content))


def _zip() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "text")
    return out.getvalue()


def _png_header_claiming(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        check = zlib.crc32(name + body).to_bytes(4, "big")
        return len(body).to_bytes(4, "big") + name + body + check

    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    header = chunk(b"IHDR", size + bytes([8, 2, 0, 0, 0]))
    body = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + header + body + chunk(b"IEND", b"")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_a_picture_of_any_common_form_becomes_webp(form: str) -> None:
    checked = rules.check_image(make_upload(make_picture(form=form)))
    assert (checked.kind, checked.content_type) == (FileKind.IMAGE, "image/webp")
    assert (checked.width, checked.height) == (32, 24)
    assert _opened(checked).format == "WEBP"


def test_a_heic_photo_of_a_phone_is_read() -> None:
    out = BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (64, 48), "#c8281c")).save(out, format="HEIF")
    checked = rules.check_image(make_upload(out.getvalue(), "IMG_0001.HEIC", "image/heic"))
    assert (checked.width, checked.height, checked.original_name) == (64, 48, "IMG_0001.HEIC")


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "CMYK", "I;16"])
def test_a_picture_of_any_color_mode_is_read(mode: str) -> None:
    form = "JPEG" if mode == "CMYK" else "PNG"
    out = BytesIO()
    Image.new(mode, (10, 10)).save(out, form)
    assert rules.check_image(make_upload(out.getvalue())).width == 10


def test_place_and_camera_are_gone_and_the_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held on its side
    exif[0x010F] = "Secret Camera"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (37.0, 52.0, 0.0)
    photo = make_picture((40, 20), exif=exif, comment=b"private words")
    assert b"Secret Camera" in photo

    checked = rules.check_image(make_upload(photo))

    assert (checked.width, checked.height) == (20, 40)
    assert dict(_opened(checked).getexif()) == {}
    assert b"Secret" not in checked.content
    assert b"private words" not in checked.content


def test_a_large_picture_is_made_smaller_and_keeps_its_shape() -> None:
    checked = rules.check_image(make_upload(make_picture((4000, 2000))))
    assert (checked.width, checked.height) == (1600, 800)


def test_a_small_picture_is_not_blown_up() -> None:
    assert rules.check_image(make_upload(make_picture((1, 1)))).width == 1


def test_transparency_stays() -> None:
    out = BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(out, "PNG")
    assert _opened(rules.check_image(make_upload(out.getvalue()))).mode == "RGBA"


def test_what_hides_behind_a_picture_is_not_kept() -> None:
    checked = rules.check_image(make_upload(make_picture() + HTML + _zip()))
    assert b"script" not in checked.content
    assert b"PK\x03\x04" not in checked.content


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (HTML, "bad_input.not_image"),
        (SVG, "bad_input.not_image"),
        (_zip(), "bad_input.not_image"),
        (PDF, "bad_input.not_image"),
        (b"MZ\x90\x00" + bytes(200), "bad_input.not_image"),
        (b"\x00", "bad_input.not_image"),
        (b"", "bad_input.empty_file"),
        (make_picture((400, 300))[:900], "bad_input.broken_file"),
        (make_picture((400, 300), form="PNG")[:200], "bad_input.broken_file"),
        (_png_header_claiming(50_000, 50_000), "bad_input.too_many_pixels"),
        (_png_header_claiming(9_000, 10_000), "bad_input.too_many_pixels"),
        (_png_header_claiming(8_001, 8_000), "bad_input.too_many_pixels"),
        (_png_header_claiming(100, 100), "bad_input.broken_file"),
    ],
)
def test_what_is_no_picture_is_refused_whatever_its_name(content: bytes, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        rules.check_image(make_upload(content), field="photo")
    assert (refused.value.code, refused.value.field) == (code, "photo")
    assert refused.value.sentence.endswith("。")


def test_every_cut_of_a_photo_is_refused_or_read_but_never_an_error_of_ours() -> None:
    photo = make_picture((200, 150), form="WEBP")
    codes = {_code(photo[:end]) for end in range(1, len(photo), 7)}
    assert codes <= {"read", "bad_input.not_image", "bad_input.broken_file"}


def _code(content: bytes) -> str:
    try:
        rules.check_image(make_upload(content))
    except BadInput as refusal:
        return refusal.code
    return "read"


def test_a_photo_of_11_megabytes_is_refused() -> None:
    padded = make_picture() + bytes(rules.MOST_IMAGE_BYTES)
    with pytest.raises(BadInput, match="文件最大 10 MB，请压缩后再上传。"):
        rules.check_image(make_upload(padded))


def test_the_declared_size_is_not_believed() -> None:
    upload = make_upload(make_picture() + bytes(rules.MOST_IMAGE_BYTES))
    upload.size = 10
    with pytest.raises(BadInput, match="文件最大 10 MB"):
        rules.check_image(upload)


def test_a_pdf_is_kept_byte_for_byte() -> None:
    checked = rules.check_document(make_paper())
    assert checked.content == PDF
    assert (checked.kind, checked.content_type) == (FileKind.DOCUMENT, "application/pdf")
    assert (checked.width, checked.height) == (None, None)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (make_picture(), "bad_input.not_pdf"),
        (HTML + PDF, "bad_input.not_pdf"),
        (_zip(), "bad_input.not_pdf"),
        (b"\n" + PDF, "bad_input.not_pdf"),
        (PDF[:-10], "bad_input.broken_file"),
        (PDF + bytes(2000), "bad_input.broken_file"),
        (PDF + b" " * rules.MOST_DOCUMENT_BYTES, "bad_input.too_large"),
        (b"", "bad_input.empty_file"),
    ],
)
def test_what_is_no_whole_pdf_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        rules.check_document(make_paper(content))
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("upload", "kind"),
    [(make_paper, FileKind.DOCUMENT), (make_upload, FileKind.IMAGE)],
)
def test_a_paper_may_be_a_pdf_or_a_photo(upload: Callable[[], object], kind: FileKind) -> None:
    assert rules.check_paper(upload()).kind == kind  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\evil.exe", "evil.exe"),
        ("证\u202e书\x00.pdf", "证书.pdf"),
        ("长" * 300 + ".pdf", "长" * 100 + ".pdf"),
        ("a." + "b" * 200, "a." + "b" * 10),
        ("🎉.jpg", "🎉.jpg"),
        ("没有结尾", "没有结尾"),
    ],
)
def test_the_name_is_kept_for_people_only(sent: str, kept: str) -> None:
    upload = make_upload()
    vars(upload)["_name"] = sent
    assert rules.check_image(upload).original_name == kept
