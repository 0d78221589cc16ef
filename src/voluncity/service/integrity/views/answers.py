"""What of a refusal belongs to a form, and what is an answer of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.forms import BaseForm

from voluncity.kernel.refusals import NotAllowed, NotFound, Refusal, WrongState
from voluncity.web.forms import refusals_in


@contextmanager
def refused_words_in(form: BaseForm) -> Iterator[None]:
    """Put into the form what can be mended there.

    Who may not, or comes too late, may find no form on the page: that becomes an answer of its own.
    """
    try:
        yield
    except (NotAllowed, NotFound, WrongState):
        raise
    except Refusal:
        with refusals_in(form):
            raise
