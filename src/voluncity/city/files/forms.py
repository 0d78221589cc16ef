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
