"""A field to choose a region, level by level; with a plain form it takes one step per sending.

Every select carries the field's name, so the browser sends the whole chain and the deepest
choice counts. Other slices use `RegionField` in their forms and set its `on` and `least`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from voluncity.city.regions import queries
from voluncity.city.regions.models import Level, Region
from voluncity.kernel.text import number_in

_LEVELS = [str(level) for level in Level]


def ids_in(values: list[Any]) -> list[int]:
    """Return the whole numbers among what a browser sent; anything else is left out."""
    numbers = (number_in(str(value)) for value in values)
    return [number for number in numbers if number is not None]


class RegionSelect(forms.Widget):
    """Selects from the county down; the next level appears when one is chosen."""

    on: date

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[int]:
        values = data.getlist(name) if hasattr(data, "getlist") else [data.get(name) or ""]
        return ids_in(values)

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        return render_select(name, self._ids(value), on=self.on, attrs=attrs or {})

    @staticmethod
    def _ids(value: Any) -> list[int]:
        if isinstance(value, Region):
            return [region.pk for region in queries.trail(value)]
        return value or []


def render_select(name: str, ids: list[int], *, on: date, attrs: dict[str, Any]) -> SafeString:
    """Draw the selects for what is chosen so far."""
    chain = queries.chosen_chain(ids, on=on)
    levels = queries.choices_along(chain, on=on)
    attrs = {
        key: value
        for key, value in attrs.items()
        if key in {"id", "aria-describedby", "aria-invalid"}
    }
    return render_to_string("regions/select.html", {"name": name, "levels": levels, "attrs": attrs})


class RegionField(forms.Field):
    """A region of the city, at least as deep as `least` where the tree goes that deep."""

    widget = RegionSelect

    def __init__(self, *, least: Level = Level.COMMUNITY, **options: Any) -> None:
        super().__init__(**options)
        self.least = least

    def on(self, day: date) -> None:
        """Set the day on which the regions must exist; a form calls this when it is made."""
        self._day = day
        self.widget.on = day

    def clean(self, value: list[int]) -> Region | None:
        """Return the deepest chosen region.

        :raises ValidationError: when nothing valid is chosen, or it is not deep enough.
        """
        chain = queries.chosen_chain(value or [], on=self._day)
        if not chain:
            self._refuse_nothing(was_sent=bool(value))
            return None
        region = chain[-1]
        if _LEVELS.index(region.level) < _LEVELS.index(self.least):
            below = queries.children(region.pk, on=self._day).first()
            if below is not None:
                raise forms.ValidationError(f"请继续选择{Level(below.level).label}。")
        return region

    def _refuse_nothing(self, *, was_sent: bool) -> None:
        if was_sent:
            raise forms.ValidationError("这个区划不在本市或已经停用，请重新选择。")
        if self.required:
            raise forms.ValidationError("请选择所在区划。")


def half_filled(form: type[forms.Form], sent: QueryDict, name: str = "region") -> dict[str, Any]:
    """Return what was filled in so far, for a form that goes on to the next level of regions.

    Without JavaScript the button `next_level` sends the form before it is complete.
    """
    values: dict[str, Any] = {key: sent.get(key, "") for key in form.base_fields}
    return values | {name: ids_in(sent.getlist(name))}
