"""Photos kept as they are, beside copies that tell nothing; videos that are only handed over."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from voluncity.city.files import rules
from voluncity.city.files.forms import OriginalsField
from voluncity.city.files.models import FileKind
from voluncity.kernel.refusals import BadInput
from voluncity.testing.make_files import make_picture, make_upload, make_video, with_place

GPS = 0x8825


def _opened(checked: rules.Checked) -> Image.Image:
    return Image.open(BytesIO(checked.content))


def test_the_original_keeps_its_place_and_the_copies_do_not() -> None:
    raw = with_place(size=(2000, 1000))
    photo = rules.check_photo(make_upload(raw))
    assert (photo.original.content, photo.original.content_type) == (raw, "image/jpeg")
    assert (photo.original.kind, photo.original.width, photo.original.height) == (
        FileKind.IMAGE, 2000, 1000,
    )  # fmt: skip
    assert [_opened(one).size for one in (photo.shown, photo.small)] == [(1600, 800), (480, 240)]
    assert dict(_opened(photo.original).getexif().get_ifd(GPS)) != {}
    assert [dict(_opened(one).getexif()) for one in (photo.shown, photo.small)] == [{}, {}]
    assert all(b"GPS" not in one.content for one in (photo.shown, photo.small))


def test_a_jpeg_with_a_second_picture_behind_it_is_a_jpeg() -> None:
    raw = make_picture(form="MPO", save_all=True, append_images=[Image.new("RGB", (32, 24))])
    photo = rules.check_photo(make_upload(raw))
    assert (photo.original.content, photo.original.content_type) == (raw, "image/jpeg")


def test_one_wrong_file_refuses_all_and_is_named() -> None:
    field = OriginalsField(most=3)
    wrong = make_upload(b"MZ\x90\x00" + bytes(500), name="合影.jpg")
    with pytest.raises(ValidationError, match=r"“合影\.jpg”：这不是能识别的图片"):
        field.clean([make_upload(), wrong])
    with pytest.raises(ValidationError, match="一次最多上传 3 张"):
        field.clean([make_upload()] * 4)
    assert len(field.clean([make_upload(), make_upload(make_picture((9, 9)))])) == 2


def test_a_video_is_known_by_its_boxes() -> None:
    assert rules.check_video(make_upload(make_video(), "活动.mp4", "video/mp4")) == "活动.mp4"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"MZ\x90\x00" + bytes(300), "bad_input.not_video"),
        (make_picture(), "bad_input.not_video"),
        (make_video()[:-5], "bad_input.broken_file"),
        (make_video(boxes=(b"ftyp", b"moov")), "bad_input.broken_file"),
        (b"", "bad_input.not_video"),
    ],
)
def test_what_is_no_whole_video_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        rules.check_video(make_upload(content, "活动.mp4", "video/mp4"))
    assert refused.value.code == code
