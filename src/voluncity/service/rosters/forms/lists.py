"""A table file with posts."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile

MOST_BYTES = 2 * 1024 * 1024


class PostListForm(forms.Form):
    """A file; what is in it, the action finds out."""

    file = forms.FileField(
        label="岗位清单",
        help_text="XLSX、XLS 或 CSV，第一行写列名：岗位名称、地址、纬度、经度、人数",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv,.txt"}),
        error_messages={
            "required": "请选择要上传的文件。",
            "invalid": "文件没有上传成功，请重新选择。",
            "missing": "文件没有上传成功，请重新选择。",
            "empty": "这个文件是空的，请核对后重新选择。",
        },
    )

    def clean_file(self) -> UploadedFile[Any]:
        """Return the upload unless it is too large to be looked at."""
        upload = cast("UploadedFile[Any]", self.cleaned_data["file"])
        if (upload.size or 0) > MOST_BYTES:
            raise forms.ValidationError("文件最大 2 MB，请只保留岗位清单。")
        return upload

    def upload(self) -> tuple[str, bytes]:
        """Return name and content."""
        upload = cast("UploadedFile[Any]", self.cleaned_data["file"])
        return upload.name or "", upload.read()
