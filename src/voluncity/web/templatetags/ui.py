"""Components of the pages. `{% load ui %}`; the cheat sheet is docs/style-components.md."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache, wraps
from typing import Any, TypeVar

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BoundField, Form
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.template.loader import get_template
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe

from voluncity.kernel import masks, minutes
from voluncity.web import dates, fields, memo, richtext, shapes
from voluncity.web.charts import bars_of

register = template.Library()
register.tag("memo", memo.memo)
register.tag("hole", memo.hole)

MEDAL_TONES = {1: "1", 2: "2", 3: "3"}
MAX_STARS = 5
# So many different drawings of one component, or addresses, are kept.
KEPT = 2_000
Make = TypeVar("Make", bound=Callable[..., dict[str, Any]])
# “24 小时 30 分” is two numbers with their units, “1,204” one without.
NUMBER_AND_UNIT = re.compile(r"(\S+)(?: ([^\d\s]+))?")


def _part(template_name: str) -> Callable[[Make], Make]:
    """Register a component that is drawn from its arguments alone, once for the same ones."""

    def register_part(make: Make) -> Make:
        def draw(*args: Any, **kwargs: Any) -> SafeString:
            return mark_safe(get_template(template_name).render(make(*args, **kwargs)))  # noqa: S308

        # Typed: a safe text is not the same as an equal one that has to be escaped.
        kept = lru_cache(maxsize=KEPT, typed=True)(draw)

        @wraps(make)
        def drawn(*args: Any, **kwargs: Any) -> SafeString:
            try:
                return kept(*args, **kwargs)
            except TypeError:  # an argument without a hash, such as a message
                return draw(*args, **kwargs)

        register.simple_tag(drawn)
        return make

    return register_part


@register.simple_tag
def icon(name: str, size: int = 20, label: str = "") -> SafeString:
    """Draw an icon of the Lucide set; give a label only when it stands alone."""
    return shapes.icon_svg(str(name), int(size), str(label))


@register.simple_tag
def qr(text: str, size: int = 240, label: str = "二维码") -> SafeString:
    """Draw a QR code as inline SVG."""
    return shapes.qr_svg(str(text), int(size), str(label))


@register.simple_tag
def maybe_url(name: str, *args: object, **kwargs: object) -> str:
    """Return the address of a named page, or '' while no such page exists."""
    return _address(name, args, tuple(kwargs.items()), settings.ROOT_URLCONF, get_script_prefix())


@lru_cache(maxsize=KEPT)
def _address(
    name: str, args: tuple[Any, ...], kwargs: tuple[tuple[str, Any], ...], *_site: str
) -> str:
    try:
        return reverse(name, args=args, kwargs=dict(kwargs))
    except NoReverseMatch:
        return ""


@register.simple_tag(takes_context=True)
def query_set(context: Context, *pairs: object, **changes: object) -> str:
    """Return this page's query string with parameters changed; an empty value removes one.

    Going back to page one is implied, unless `page` itself is changed.
    """
    changes |= {str(key): value for key, value in zip(pairs[::2], pairs[1::2], strict=True)}
    asked = [(key, tuple(values)) for key, values in context["request"].GET.lists()]
    return _query(tuple(asked), tuple(changes.items()))


@lru_cache(maxsize=KEPT)
def _query(asked: tuple[tuple[str, Any], ...], changes: tuple[tuple[str, Any], ...]) -> str:
    gone = {"page"} if "page" not in dict(changes) else set()
    gone |= dict(changes).keys()
    query = [(key, values) for key, values in asked if key not in gone]
    query += [(key, [str(new)]) for key, new in changes if new not in ("", None)]
    return f"?{urlencode(query, doseq=True)}"


@register.inclusion_tag("web/parts/field.html")
def field(bound: BoundField, label: str = "", help: str = "", **attrs: Any) -> dict[str, Any]:  # noqa: A002
    """Draw one form field: label, help, control, error; further names become attributes."""
    return fields.field_parts(bound, label=label, help_text=help, attrs=attrs)


@register.inclusion_tag("web/parts/errors.html")
def form_errors(form: Form) -> dict[str, Any]:
    """Draw the summary of a form's errors with links to the fields."""
    return {"problems": fields.problems(form)}


@_part("web/parts/chip.html")
def chip(text: str, url: str = "", *, on: bool = False, icon: str = "") -> dict[str, Any]:
    """Draw a filter chip that links to its own address."""
    return {"text": text, "url": url, "on": on, "icon": icon}


@_part("web/parts/badge.html")
def badge(text: object, tone: str = "neutral", icon: str = "") -> dict[str, Any]:
    """Draw a small state mark; tones: neutral, brand, good, warn, bad, info."""
    return {"text": text, "tone": tone, "icon": icon}


@_part("web/parts/stars.html")
def stars(count: int | None, size: int = 18) -> dict[str, Any]:
    """Draw one to five stars with a spoken label."""
    lit = max(0, min(int(count or 0), MAX_STARS))
    return {"lit": range(lit), "unlit": range(MAX_STARS - lit), "count": lit, "size": size}


@_part("web/parts/empty.html")
def empty(icon: str, title: str, hint: str = "", url: str = "", label: str = "") -> dict[str, Any]:
    """Draw the state of a list that has nothing to show."""
    return {"icon": icon, "title": title, "hint": hint, "url": url, "label": label}


@_part("web/parts/notice.html")
def notice(text: str, tone: str = "info", title: str = "") -> dict[str, Any]:
    """Draw a banner; tones: info, good, warn, bad."""
    icons = {"good": "circle-check", "warn": "triangle-alert", "bad": "circle-x"}
    return {"text": text, "tone": tone, "title": title, "icon": icons.get(tone, "info")}


@_part("web/parts/progress.html")
def progress(value: int, max: int, label: str, text: str = "") -> dict[str, Any]:  # noqa: A002
    """Draw a bar with its two numbers in words; no bar where there is no upper limit (0)."""
    shown = min(value, max)
    return {"value": shown, "max": max, "label": label, "text": text or f"{value} / {max}"}


@_part("web/parts/stat.html")
def stat(
    label: str, value: object, unit: str = "", hint: str = "", url: str = ""
) -> dict[str, Any]:
    """Draw one big number; stands inside <dl class="stats">. Units within the value are small.

    With `url` the number opens its records.
    """
    parts = NUMBER_AND_UNIT.findall(str(value))
    return {"label": label, "parts": parts, "unit": unit, "hint": hint, "url": url}


@register.inclusion_tag("web/parts/steps.html")
def steps(names: Sequence[str] | str, current: int) -> dict[str, Any]:
    """Draw numbered steps; `names` is a list or words with commas, `current` counts from 1."""
    listed = [name.strip() for name in names.split(",")] if isinstance(names, str) else names
    marked = [
        {"name": name, "done": number < current, "now": number == current}
        for number, name in enumerate(listed, start=1)
    ]
    return {"steps": marked}


@register.inclusion_tag("web/parts/bars.html")
def bars(rows: Sequence[Mapping[str, Any]], title: str, unit: str = "") -> dict[str, Any]:
    """Draw rows of {label, value[, text]} as a table with bars."""
    return {"rows": bars_of(rows), "title": title, "unit": unit}


@register.inclusion_tag("web/parts/pager.html", takes_context=True)
def pager(context: Context, page: Page[Any]) -> dict[str, Any]:
    """Draw the links to other pages of a list; keeps the filters in the address."""
    window = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {"page": page, "window": list(window), "request": context.get("request")}


@register.simple_tag
def hours(amount: int | None) -> str:
    """Return minutes in words, e.g. 150 as “2 小时 30 分钟”."""
    return minutes.hours_text(amount or 0)


@register.simple_tag
def when(start: datetime, end: datetime | None = None) -> SafeString:
    """Return a span of time as people here say it: “11月28日 周六 09:00–11:30”."""
    return dates.span_html(start, end)


@_part("web/parts/dateblock.html")
def dateblock(start: datetime, *, past: bool = False) -> dict[str, Any]:
    """Draw a day as a small calendar leaf."""
    return dates.leaf(start) | {"past": past}


@_part("web/parts/rank_no.html")
def rank_no(place: int) -> dict[str, Any]:
    """Draw a place in a ranking; the first three get a medal."""
    return {"place": place, "tone": MEDAL_TONES.get(place, "")}


@register.filter
def rich(text: str) -> SafeString:
    """Show stored rich text (`richtext.clean` made it) as it is; stands in a `.rich` box."""
    return richtext.shown(text)


@register.filter
def mask_name(name: str) -> str:
    """Return 张三丰 as 张**."""
    return masks.mask_name(str(name))


@register.filter
def mask_phone(phone: str) -> str:
    """Return 13812345678 as 138****5678."""
    return masks.mask_phone(str(phone))


@register.simple_tag
def masked_name(name: str) -> str:
    """Return a name with only its first character."""
    return masks.mask_name(str(name))


class CaptureNode(template.Node):
    """Keep what the body renders under a name, stripped, so that a layout can ask `{% if %}`."""

    def __init__(self, nodelist: NodeList, name: str, fallback: FilterExpression | None) -> None:
        self.nodelist, self.name, self.fallback = nodelist, name, fallback

    def render(self, context: Context) -> SafeString:
        text = SafeString(self.nodelist.render(context).strip())
        if not text and self.fallback is not None:
            text = self.fallback.resolve(context)
        context[self.name] = text
        return SafeString("")


@register.tag
def capture(parser: Parser, token: Token) -> CaptureNode:
    """Keep a part of a layout in a variable: `{% capture name [fallback] %}…{% endcapture %}`."""
    name, *rest = token.split_contents()[1:]
    nodelist = parser.parse(("endcapture",))
    parser.delete_first_token()
    return CaptureNode(nodelist, name, parser.compile_filter(rest[0]) if rest else None)
