"""A field to choose one of thousands by typing a part of its name.

The browser's own list of suggestions is filled while one types (`data-list` and htmx), so that
keyboard and reader work as everywhere. Without JavaScript the form is sent with what was typed:
one fit is taken, of several the page offers a choice.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from voluncity.kernel.text import clean, number_in

OFFERED = 20
_LONGEST = 60


def offered(queryset: QuerySet[Any], words: str) -> list[str]:
    """Return the names that contain the words, as the suggestions show them."""
    found = list(_like(queryset, clean(words)[:_LONGEST]).order_by("name", "pk")[:OFFERED])
    names = [one.name for one in found]
    return [one.name if names.count(one.name) == 1 else _exact(one) for one in found]


def draw_offers(queryset: QuerySet[Any], words: str) -> SafeString:
    """Draw the suggestions for what was typed."""
    return render_to_string("web/parts/offers.html", {"offers": offered(queryset, words)})


def _like(queryset: QuerySet[Any], words: str) -> QuerySet[Any]:
    for word in words.split():
        queryset = queryset.filter(name__icontains=word)
    return queryset


def _exact(one: Any) -> str:
    """Return a name that tells two of the same name apart."""
    return f"{one.name} #{one.pk}"


class PickWidget(forms.Widget):
    """An input with suggestions, or a choice where several fit."""

    url = ""
    shown: Any = None  # what was found, or the several that fit

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        several = self.shown if isinstance(self.shown, list) else []
        text = self.shown.name if isinstance(self.shown, Model) else str(value or "")  # type: ignore[attr-defined]
        context = {
            "name": name, "value": text, "url": self.url, "several": several,
            "attrs": {**self.attrs, **(attrs or {})},
        }  # fmt: skip
        return render_to_string("web/parts/pick.html", context)


class PickField(forms.Field):
    """One row of a table that has a `name`, by its name, a part of it, or its id."""

    widget = PickWidget

    def __init__(self, *, thing: str, **options: Any) -> None:
        super().__init__(**options)
        self.thing = thing

    def choose_from(self, queryset: QuerySet[Any], *, url: str) -> None:
        """Set what may be chosen, and the address that suggests; a form calls this when made."""
        self._queryset, self.widget.url = queryset, url

    def clean(self, value: Any) -> Any:
        """Return what is meant, or None for nothing.

        :raises ValidationError: when nothing fits, or several do.
        """
        words = clean(str(value or ""))[:_LONGEST]
        if not words:
            super().validate(None)
            return None
        found = self._meant(words)
        if not found:
            raise forms.ValidationError(
                f"没有找到名称里有“{words}”的{self.thing}，请换个词，或从提示中选择。"
            )
        self.widget.shown = found[0] if len(found) == 1 else found
        if len(found) > 1:
            raise forms.ValidationError(f"有多个{self.thing}的名称里有“{words}”，请选择一个。")
        return found[0]

    def prepare_value(self, value: Any) -> Any:
        """Show a name for an id that the form begins with, so that the name means that row."""
        found = self._with_id(str(value or ""))
        if found is None:
            return "" if isinstance(value, int) else value
        is_only = self._queryset.filter(name=found.name).count() == 1
        return found.name if is_only else _exact(found)

    def _meant(self, words: str) -> list[Any]:
        name, _, number = words.rpartition("#")
        by_id = self._with_id(number if name or words.startswith("#") else words)
        if by_id is not None:
            return [by_id]
        exact = list(self._queryset.filter(name=words)[:OFFERED])
        return exact or list(_like(self._queryset, words).order_by("name", "pk")[:OFFERED])

    def _with_id(self, digits: str) -> Any:
        pk = number_in(digits)
        return None if pk is None else self._queryset.filter(pk=pk).first()
