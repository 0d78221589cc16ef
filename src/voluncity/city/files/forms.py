"""Form fields for uploads; what they hand on has been checked wholly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from voluncity.city.files import rules
from voluncity.city.files.rules import Checked
from voluncity.kernel.refusals import BadInput


class _CheckedField(forms.FileField):
    check: Callable[..., Checked]
    accept: str

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.error_messages |= {
            "required": "请选择要上传的文件。",
            "invalid": "文件没有上传成功，请重新选择。",
            "missing": "文件没有上传成功，请重新选择。",
            "empty": "这个文件是空的，请重新选择。",
        }

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"accept": self.accept}

    def clean(self, data: Any, initial: Any = None) -> Checked | None:
        """Return the checked upload.

        :raises ValidationError: with the sentence of the check.
        """
        upload = super().clean(data, initial)
        if not isinstance(upload, UploadedFile):
            return None
        try:
            return type(self).check(upload)
        except BadInput as refusal:
            raise forms.ValidationError(refusal.sentence, code=refusal.code) from refusal


class PhotoField(_CheckedField):
    """A photo."""

    check = rules.check_image
    accept = "image/*"


class PaperField(_CheckedField):
    """A certificate or a letter, as PDF or as a photo."""

    check = rules.check_paper
    accept = "application/pdf,image/*"


class OriginalsInput(forms.ClearableFileInput):
    """Choose several photos at once."""

    allow_multiple_selected = True


class OriginalsField(forms.FileField):
    """Several photos at once, each kept as it is; one that is none refuses them all, by name."""

    widget = OriginalsInput

    def __init__(self, *, most: int, **options: Any) -> None:
        super().__init__(**options)
        self.most = most
        self.error_messages |= {"required": "请选择要上传的照片。"}

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"accept": "image/*", "multiple": True}

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the checked photos, in the order in which they were chosen.

        :raises ValidationError: with the name of each file that is no photo.
        """
        uploads = [one for one in data or [] if isinstance(one, UploadedFile)]
        if not uploads:
            super().validate(None)
            return []
        if len(uploads) > self.most:
            raise forms.ValidationError(f"一次最多上传 {self.most} 张照片，请分几次上传。")
        if sum(one.size or 0 for one in uploads) > rules.MOST_BYTES_AT_ONCE:
            raise forms.ValidationError("一次上传的照片合计最大 100 MB，请分几次上传。")
        found, wrong = [], []
        for upload in uploads:
            try:
                found.append(rules.check_photo(upload))
            except BadInput as refusal:
                wrong.append(f"“{upload.name}”：{refusal.sentence}")
        if wrong:
            raise forms.ValidationError(wrong)
        return found


class VideoField(forms.FileField):
    """An MP4 video; nothing of it is decoded, so it is never shown but only handed over."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"accept": "video/mp4"}

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the upload, whose boxes lie wholly in it.

        :raises ValidationError: with the sentence of the check.
        """
        upload = super().clean(data, initial)
        if isinstance(upload, UploadedFile):
            try:
                rules.check_video(upload)
            except BadInput as refusal:
                raise forms.ValidationError(refusal.sentence, code=refusal.code) from refusal
        return upload
