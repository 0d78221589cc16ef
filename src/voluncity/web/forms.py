"""Between a form and the domain: a refusal of an action becomes an error of the form."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.forms import BaseForm

from voluncity.kernel.refusals import Refusal


@contextmanager
def refusals_in(form: BaseForm) -> Iterator[None]:
    """Run an action; put its refusal at the named field, or above the form if there is none."""
    try:
        yield
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
