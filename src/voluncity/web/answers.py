"""Answer with a file to somebody of whom it was decided that they may have it."""

from __future__ import annotations

from typing import BinaryIO, TypeVar

from django.http import FileResponse
from django.http.response import HttpResponseBase

# Even if a browser were to open the file as a page, it could load and run nothing.
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
Answer = TypeVar("Answer", bound=HttpResponseBase)


def hand_over(
    stream: BinaryIO,
    *,
    content_type: str,
    filename: str = "",
    is_attachment: bool = False,
    is_public: bool = False,
) -> FileResponse:
    """Answer with a file; an attachment is saved and never opened in the page."""
    response = FileResponse(
        stream, content_type=content_type, filename=filename, as_attachment=is_attachment
    )
    return guarded(response, is_public=is_public)


def guarded(response: Answer, *, is_public: bool = False) -> Answer:
    """Let a file run nothing, and be kept by nobody, or for minutes where everybody may see it.

    What is public now may be hidden or taken down later.
    """
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "public, max-age=300" if is_public else "private, no-store"
    return response
